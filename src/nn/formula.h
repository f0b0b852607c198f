/* Formulas for gradients, written as nested calls: each step makes a tensor
 * that the formula keeps until its end; after a failure all further steps do
 * nothing. For operations whose time does not matter beside their size. */
#ifndef INV_NN_FORMULA_H
#define INV_NN_FORMULA_H

#include "nn/tape.h"
#include "tensor/arithmetic.h"
#include "tensor/reduce.h"

enum { INV_FORMULA_STEPS = 24 };

typedef struct {
  inv_status status;
  int count;
  inv_tensor made[INV_FORMULA_STEPS];
} inv_formula;

/* Room for one more tensor, or NULL after a failure. */
inv_tensor *inv_formula_next(inv_formula *f);

/* op(a), op(a, b), op(a, number), op(number, a), a where c is not 0 else b. */
const inv_tensor *inv_f_unary(inv_formula *f, inv_unary_op op,
                              const inv_tensor *a);
const inv_tensor *inv_f_binary(inv_formula *f, inv_binary_op op,
                               const inv_tensor *a, const inv_tensor *b);
const inv_tensor *inv_f_number(inv_formula *f, inv_binary_op op,
                               const inv_tensor *a, double number);
const inv_tensor *inv_f_from(inv_formula *f, inv_binary_op op, double number,
                             const inv_tensor *a);
const inv_tensor *inv_f_where(inv_formula *f, const inv_tensor *condition,
                              const inv_tensor *a, const inv_tensor *b);
/* A number as a tensor of the dtype of `like`. */
const inv_tensor *inv_f_constant(inv_formula *f, const inv_tensor *like,
                                 double number);
/* A reduction that keeps the dimensions. */
const inv_tensor *inv_f_reduce(inv_formula *f, inv_reduction op,
                               const inv_tensor *a, unsigned mask);
const inv_tensor *inv_f_reshape(inv_formula *f, const inv_tensor *a, int dims,
                                const int64_t *shape);
const inv_tensor *inv_f_expand(inv_formula *f, const inv_tensor *a, int dims,
                               const int64_t *shape);
const inv_tensor *inv_f_matmul(inv_formula *f, const inv_tensor *a,
                               const inv_tensor *b);
/* The last two dimensions exchanged. */
const inv_tensor *inv_f_transpose(inv_formula *f, const inv_tensor *a);
/* Sums what broadcasting from `shape` had repeated. */
const inv_tensor *inv_f_sum_to(inv_formula *f, const inv_tensor *a, int dims,
                               const int64_t *shape);

/* Frees all steps; `result` (one of them or any other tensor), summed to the
 * shape and converted to the dtype of input `i`, becomes its gradient. Does
 * nothing for inputs that want none. */
void inv_formula_give(inv_formula *f, const inv_node *node, int i,
                      const inv_tensor *result, inv_tensor *gradients);
/* Ends the formula: frees everything and returns its status. */
inv_status inv_formula_end(inv_formula *f);

#endif
