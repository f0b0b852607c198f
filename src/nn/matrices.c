/* Gradients of what is done with whole matrices: diagonals, triangles,
 * solutions, determinants, eigenvalues and singular values (Giles, 2008). */
#include "nn/formula.h"
#include "nn/operations.h"
#include "tensor/combine.h"
#include "tensor/linear_algebra.h"

static inv_status record(inv_variable *out, inv_tensor *y,
                         const inv_operation *operation, const inv_variable *a,
                         const inv_variable *b, const inv_tensor *saved_1,
                         const inv_tensor *saved_2, const int64_t setting[2]) {
  return inv_tape_record(
      out, y,
      &(inv_entry){.operation = operation,
                   .inputs = (const inv_variable *[]){a, b},
                   .n_inputs = b ? 2 : 1,
                   .saved = (const inv_tensor *[]){saved_1, saved_2},
                   .n_saved = 2,
                   .attributes = setting,
                   .attribute_bytes = setting ? 2 * sizeof *setting : 0});
}

/* ---- diagonals and triangles -------------------------------------------- */

/* Attributes: which diagonal. */
static inv_status diag_backward(const inv_node *node, const inv_tensor *g,
                                inv_tensor *gradients) {
  const inv_node *input = node->inputs[0];
  int64_t k = *(const int64_t *)node->attributes;
  if (input->dims == 1)
    return inv_tensor_diag(&gradients[0], g, k);
  INV_TRY(inv_tensor_zeros(&gradients[0], input->dtype, 2, input->shape));
  inv_tensor diagonal = inv_tensor_diagonal(&gradients[0], k);
  return inv_tensor_copy(&diagonal, g);
}

/* Attributes: which diagonal, whether the lower triangle. */
static inv_status triangle_backward(const inv_node *node, const inv_tensor *g,
                                    inv_tensor *gradients) {
  const int64_t *setting = node->attributes;
  return inv_tensor_triangle(&gradients[0], g, setting[1] != 0, setting[0]);
}

const inv_operation inv_operation_diag = {"diag", diag_backward};
const inv_operation inv_operation_triangle = {"triangle", triangle_backward};

inv_status inv_variable_diag(inv_variable *out, const inv_variable *a,
                             int64_t k) {
  inv_tensor y;
  INV_TRY(inv_tensor_diag(&y, &a->value, k));
  return record(out, &y, &inv_operation_diag, a, NULL, NULL, NULL,
                (int64_t[]){k, 0});
}

inv_status inv_variable_triangle(inv_variable *out, const inv_variable *a,
                                 bool lower, int64_t k) {
  inv_tensor y;
  INV_TRY(inv_tensor_triangle(&y, &a->value, lower, k));
  return record(out, &y, &inv_operation_triangle, a, NULL, NULL, NULL,
                (int64_t[]){k, lower});
}

/* ---- inverses and solutions --------------------------------------------- */

/* Saved: the inverse y. The gradient is -y' g y'. */
static inv_status inverse_backward(const inv_node *node, const inv_tensor *g,
                                   inv_tensor *gradients) {
  inv_formula f = {0};
  const inv_tensor *t = inv_f_transpose(&f, inv_node_saved(node, 0));
  t = inv_f_matmul(&f, t, inv_f_matmul(&f, g, t));
  inv_formula_give(&f, node, 0, inv_f_unary(&f, INV_NEG, t), gradients);
  return inv_formula_end(&f);
}

/* The column or columns as a matrix. */
static const inv_tensor *columns(inv_formula *f, const inv_tensor *t) {
  return t->dims == 1 ? inv_f_reshape(f, t, 2, (int64_t[]){t->shape[0], 1}) : t;
}

/* Saved: a and the solution x. With h the solution of a' h = g the gradients
 * are -h x' and h. */
static inv_status solve_backward(const inv_node *node, const inv_tensor *g,
                                 inv_tensor *gradients) {
  inv_tensor h;
  inv_formula f = {0};
  const inv_tensor *t = inv_f_transpose(&f, inv_node_saved(node, 0));
  if (f.status == INV_OK)
    f.status = inv_tensor_solve(&h, t, g);
  if (f.status != INV_OK)
    return inv_formula_end(&f);
  inv_formula_give(&f, node, 1, &h, gradients);
  const inv_tensor *x = columns(&f, inv_node_saved(node, 1));
  t = inv_f_matmul(&f, columns(&f, &h), inv_f_transpose(&f, x));
  inv_formula_give(&f, node, 0, inv_f_unary(&f, INV_NEG, t), gradients);
  inv_tensor_release(&h);
  return inv_formula_end(&f);
}

/* Saved: a and the determinant y. The gradient is g y a'^-1: a singular
 * matrix has none here. */
static inv_status det_backward(const inv_node *node, const inv_tensor *g,
                               inv_tensor *gradients) {
  inv_tensor inverse;
  INV_TRY(inv_tensor_inverse(&inverse, inv_node_saved(node, 0)));
  inv_formula f = {0};
  const inv_tensor *t = inv_f_binary(&f, INV_MUL, g, inv_node_saved(node, 1));
  t = inv_f_binary(&f, INV_MUL, inv_f_transpose(&f, &inverse), t);
  inv_formula_give(&f, node, 0, t, gradients);
  inv_tensor_release(&inverse);
  return inv_formula_end(&f);
}

const inv_operation inv_operation_inverse = {"inverse", inverse_backward};
const inv_operation inv_operation_solve = {"solve", solve_backward};
const inv_operation inv_operation_det = {"det", det_backward};

inv_status inv_variable_inverse(inv_variable *out, const inv_variable *a) {
  inv_tensor y;
  INV_TRY(inv_tensor_inverse(&y, &a->value));
  return record(out, &y, &inv_operation_inverse, a, NULL, &y, NULL, NULL);
}

inv_status inv_variable_solve(inv_variable *out, const inv_variable *a,
                              const inv_variable *b) {
  inv_tensor y;
  INV_TRY(inv_tensor_solve(&y, &a->value, &b->value));
  return record(out, &y, &inv_operation_solve, a, b, &a->value, &y, NULL);
}

inv_status inv_variable_det(inv_variable *out, const inv_variable *a) {
  inv_tensor y;
  INV_TRY(inv_tensor_det(&y, &a->value));
  return record(out, &y, &inv_operation_det, a, NULL, &a->value, &y, NULL);
}

/* ---- eigenvalues and singular values ------------------------------------ */

/* Saved: left (columns) and right (rows) vectors; the gradient of the matrix
 * is left diag(g) right. */
static inv_status spectrum_backward(const inv_node *node, const inv_tensor *g,
                                    inv_tensor *gradients) {
  inv_formula f = {0};
  const inv_tensor *left = inv_node_saved(node, 0);
  const inv_tensor *right = inv_node_saved(node, 1);
  if (!right->storage)
    right = inv_f_transpose(&f, left);
  const inv_tensor *scaled = inv_f_binary(&f, INV_MUL, left, g);
  inv_formula_give(&f, node, 0, inv_f_matmul(&f, scaled, right), gradients);
  return inv_formula_end(&f);
}

const inv_operation inv_operation_eigvalsh = {"eigvalsh", spectrum_backward};
const inv_operation inv_operation_svdvals = {"svdvals", spectrum_backward};

inv_status inv_variable_eigvalsh(inv_variable *out, const inv_variable *a) {
  inv_tensor values, vectors = {0};
  bool wanted = inv_wants_gradient(a);
  INV_TRY(inv_tensor_eigh(&values, wanted ? &vectors : NULL, &a->value));
  inv_status status = record(out, &values, &inv_operation_eigvalsh, a, NULL,
                             &vectors, NULL, NULL);
  inv_tensor_release(&vectors);
  return status;
}

inv_status inv_variable_svdvals(inv_variable *out, const inv_variable *a) {
  inv_tensor values, u = {0}, vt = {0};
  bool wanted = inv_wants_gradient(a);
  INV_TRY(inv_tensor_svd(wanted ? &u : NULL, &values, wanted ? &vt : NULL,
                         &a->value));
  inv_status status =
      record(out, &values, &inv_operation_svdvals, a, NULL, &u, &vt, NULL);
  inv_tensor_release(&u);
  inv_tensor_release(&vt);
  return status;
}
