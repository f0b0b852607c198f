/* Element-wise operations, by code: one function per family, so that the tape
 * (src/nn) can wrap each family once.
 *
 * Dtypes of results: float64 > float32 > bfloat16 > int32 > uint8; arithmetic
 * on uint8 gives int32 (nothing wraps by surprise), int32 wraps around.
 * Functions of real numbers (division, exp, pow, ...) of integers give
 * float32. A number beside a tensor does not change the tensor's dtype,
 * except that a number with a fraction (or beyond int32) makes an integer
 * tensor float32. Comparisons and logical operations give uint8 0 or 1.
 * bfloat16 is computed in float32. */
#ifndef INV_TENSOR_ARITHMETIC_H
#define INV_TENSOR_ARITHMETIC_H

#include "tensor/tensor.h"

typedef enum {
  /* also of integers */
  INV_NEG,
  INV_ABS,
  INV_SIGN,
  INV_SQUARE,
  INV_RELU,
  INV_FLOOR,
  INV_CEIL,
  INV_ROUND, /* to nearest, ties to even */
  INV_TRUNC,
  /* of real numbers */
  INV_EXP,
  INV_EXPM1,
  INV_LOG,
  INV_LOG1P,
  INV_SQRT,
  INV_RSQRT,
  INV_RECIPROCAL,
  INV_SIN,
  INV_COS,
  INV_TAN,
  INV_TANH,
  INV_SIGMOID,
  INV_ERF,
  INV_GELU,     /* x Phi(x), Phi the normal distribution */
  INV_SILU,     /* x sigmoid(x) */
  INV_SOFTPLUS, /* log(1 + e^x) */
  /* to uint8 */
  INV_NOT,
  INV_ISNAN,
  INV_ISINF,
  INV_ISFINITE,
  INV_UNARY_OPS
} inv_unary_op;

typedef enum {
  INV_ADD,
  INV_SUB,
  INV_MUL,
  INV_MAXIMUM, /* NaN where one is NaN; uint8 stays uint8 */
  INV_MINIMUM,
  INV_MOD,      /* with the sign of the divisor, as Lua's % */
  INV_FLOORDIV, /* rounds down, as Lua's // */
  /* of real numbers */
  INV_DIV,
  INV_POW,
  INV_RELU_SLOPE, /* a where b > 0 or NaN, else 0: for the tape */
  INV_GELU_SLOPE, /* a gelu'(b) */
  INV_SILU_SLOPE, /* a silu'(b) */
  /* to uint8 */
  INV_EQ,
  INV_NE,
  INV_LT,
  INV_LE,
  INV_GT,
  INV_GE,
  INV_AND,
  INV_OR,
  INV_XOR,
  INV_BINARY_OPS
} inv_binary_op;

/* The dtype two tensors are brought to before an operation. */
inv_dtype inv_promote(inv_dtype a, inv_dtype b);
/* The dtype a number beside a tensor of `dtype` brings it to. */
inv_dtype inv_promote_number(inv_dtype dtype, double number);
bool inv_is_float(inv_dtype dtype);

/* out = op(a), a new tensor. */
inv_status inv_tensor_unary(inv_unary_op op, inv_tensor *out,
                            const inv_tensor *a);
/* into = op(a), converted to the dtype of `into`, whose shape `a` has or
 * broadcasts to. `into` may be `a` itself or overlap it. */
inv_status inv_tensor_unary_into(inv_unary_op op, const inv_tensor *into,
                                 const inv_tensor *a);

/* out = op(a, b), broadcast, a new tensor. Integer division by zero fails. */
inv_status inv_tensor_binary(inv_binary_op op, inv_tensor *out,
                             const inv_tensor *a, const inv_tensor *b);
/* out = op(a, number), or op(number, a) with `number_first`. */
inv_status inv_tensor_binary_number(inv_binary_op op, inv_tensor *out,
                                    const inv_tensor *a, double number,
                                    bool number_first);
/* The same, converted to the dtype of `into`, to whose shape the operands
 * broadcast; `into` may be an operand or overlap one. */
inv_status inv_tensor_binary_into(inv_binary_op op, const inv_tensor *into,
                                  const inv_tensor *a, const inv_tensor *b);
inv_status inv_tensor_binary_number_into(inv_binary_op op,
                                         const inv_tensor *into,
                                         const inv_tensor *a, double number,
                                         bool number_first);

/* Sets every element, converted as inv_tensor_copy converts. */
inv_status inv_tensor_fill(const inv_tensor *into, double value);

/* into += scale * a, in the dtype of `into` (float32 or float64): what the
 * accumulation of gradients does. Shapes broadcast to `into`. */
inv_status inv_tensor_add_scaled(const inv_tensor *into, const inv_tensor *a,
                                 double scale);

/* Elements of `a` where `condition` is not zero, else of `b`; broadcast. */
inv_status inv_tensor_where(inv_tensor *out, const inv_tensor *condition,
                            const inv_tensor *a, const inv_tensor *b);

#endif
