#include "tensor/print.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tensor/arithmetic.h"
#include "tensor/stream.h"

/* Shown of a dimension that is cut: so many at each end. Lines is what the
 * elements may take beside the first line of text. */
enum { EDGE = 3, COLUMNS = 80, LINES = 21 };

typedef struct {
  char *text;
  size_t at;
} writer;

__attribute__((format(printf, 2, 3))) static void put(writer *w,
                                                      const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int n =
      vsnprintf(w->text + w->at, INV_PRINT_BYTES - w->at, format, arguments);
  va_end(arguments);
  w->at += (size_t)n;
  if (w->at >= INV_PRINT_BYTES)
    w->at = INV_PRINT_BYTES - 1;
}

/* ---- range -------------------------------------------------------------- */

static void put_range(writer *w, const inv_tensor *t) {
  inv_stream stream = inv_stream_open(t, t->dims, t->shape);
  inv_block block;
  double low = HUGE_VAL, high = -HUGE_VAL;
  int64_t nans = 0;
  for (int64_t at = 0; at < stream.count; at += INV_BLOCK) {
    int64_t left = stream.count - at, n = left < INV_BLOCK ? left : INV_BLOCK;
    const double *v = inv_stream_read(&stream, at, n, INV_FLOAT64, &block);
    for (int64_t i = 0; i < n; i++) {
      low = v[i] < low ? v[i] : low;
      high = v[i] > high ? v[i] : high;
      nans += v[i] != v[i];
    }
  }
  if (nans < stream.count)
    put(w, ", %.6g to %.6g", low, high);
  if (nans > 0)
    put(w, ", %lld NaN", (long long)nans);
}

/* ---- elements ----------------------------------------------------------- */

/* How all shown elements are written. */
typedef struct {
  enum { WHOLE, FIXED, SCIENTIFIC } style;
  int width;
} layout;

static int format_element(char *text, size_t size, layout form, double v) {
  if (!isfinite(v))
    return snprintf(text, size, "%*s", form.width,
                    v != v  ? "nan"
                    : v > 0 ? "inf"
                            : "-inf");
  if (form.style == WHOLE)
    return snprintf(text, size, "%*.0f", form.width, v);
  if (form.style == FIXED)
    return snprintf(text, size, "%*.4f", form.width, v);
  return snprintf(text, size, "%*.3e", form.width, v);
}

/* The index shown at place `i` of `shown` in a dimension of `size`. */
static int64_t shown_index(int64_t i, int64_t shown, int64_t size) {
  return shown == size || i < shown / 2 ? i : size - shown + i;
}

/* One matrix of the tensor with the rows and columns that are shown. */
typedef struct {
  const inv_tensor *t;
  int64_t *index; /* the leading indices are set */
  int64_t rows, columns;
} panel;

static double panel_element(const panel *p, int64_t row, int64_t column) {
  int dims = p->t->dims;
  if (dims >= 2)
    p->index[dims - 2] = shown_index(row, p->rows, p->t->shape[dims - 2]);
  if (dims >= 1)
    p->index[dims - 1] = shown_index(column, p->columns, p->t->shape[dims - 1]);
  return inv_tensor_get(p->t, p->index);
}

/* Makes `form` wide and exact enough for the panel's elements. */
static void fit(layout *form, const panel *p) {
  char text[64];
  double largest = 0, smallest = HUGE_VAL;
  bool whole = true;
  for (int64_t i = 0; i < p->rows; i++) {
    for (int64_t j = 0; j < p->columns; j++) {
      double v = panel_element(p, i, j), size = fabs(v);
      if (!isfinite(v))
        continue;
      whole = whole && v == rint(v);
      largest = size > largest ? size : largest;
      smallest = size != 0 && size < smallest ? size : smallest;
    }
  }
  layout wanted = {WHOLE, 1};
  if (!whole)
    wanted.style = largest >= 1e5 || largest < 1e-2 ? SCIENTIFIC : FIXED;
  else if (largest >= 1e10)
    wanted.style = SCIENTIFIC;
  if (wanted.style > form->style)
    form->style = wanted.style;
  for (int64_t i = 0; i < p->rows; i++) {
    for (int64_t j = 0; j < p->columns; j++) {
      layout bare = {form->style, 1};
      int n = format_element(text, sizeof text, bare, panel_element(p, i, j));
      form->width = n > form->width ? n : form->width;
    }
  }
}

static void put_row(writer *w, const panel *p, layout form, int64_t row) {
  char text[64];
  int dims = p->t->dims;
  int64_t size = dims >= 1 ? p->t->shape[dims - 1] : 1;
  for (int64_t j = 0; j < p->columns; j++) {
    if (p->columns < size && j == p->columns / 2)
      put(w, "  ...");
    format_element(text, sizeof text, form, panel_element(p, row, j));
    put(w, "  %s", text);
  }
}

static void put_panel(writer *w, const panel *p, layout form) {
  int dims = p->t->dims;
  int64_t size = dims >= 2 ? p->t->shape[dims - 2] : 1;
  for (int64_t i = 0; i < p->rows; i++) {
    if (p->rows < size && i == p->rows / 2)
      put(w, "\n  ...");
    put(w, "\n");
    put_row(w, p, form, i);
  }
}

/* Sets the leading indices from the number of the matrix. */
static void set_leading(const inv_tensor *t, int64_t *index, int64_t number) {
  for (int d = t->dims - 3; d >= 0; d--) {
    index[d] = number % t->shape[d];
    number /= t->shape[d];
  }
}

static void put_heading(writer *w, const inv_tensor *t, const int64_t *index) {
  if (t->dims < 3)
    return;
  put(w, "\n[");
  for (int d = 0; d < t->dims - 2; d++)
    put(w, "%lld, ", (long long)index[d] + 1);
  put(w, "{}, {}]");
}

/* Fewer columns until a row fits the screen. */
static layout fit_all(panel *p, int64_t matrices, int64_t shown) {
  layout form;
  for (;;) {
    form = (layout){WHOLE, 1};
    /* Twice: the style that the last one needs may widen the first. */
    for (int64_t i = 0; i < 2 * shown; i++) {
      set_leading(p->t, p->index, shown_index(i % shown, shown, matrices));
      fit(&form, p);
    }
    bool cut = p->t->dims >= 1 && p->columns < p->t->shape[p->t->dims - 1];
    if (p->columns * (form.width + 2) + (cut ? 5 : 0) <= COLUMNS ||
        p->columns <= 2)
      return form;
    p->columns = p->columns > 2 * EDGE ? p->columns - 1 : p->columns - 2;
  }
}

void inv_tensor_text(char text[INV_PRINT_BYTES], const inv_tensor *t) {
  writer w = {text, 0};
  char shape[96];
  put(&w, "%s tensor %s", inv_dtype_name(t->dtype),
      inv_shape_text(shape, t->dims, t->shape));
  int64_t count = inv_tensor_count(t), index[INV_MAX_DIMS] = {0};
  if (count == 0) {
    put(&w, " (empty)");
    return;
  }
  if (count > 1)
    put_range(&w, t);
  panel p = {t, index, 1, 1};
  if (t->dims >= 1)
    p.columns = t->shape[t->dims - 1];
  if (t->dims >= 2)
    p.rows = t->shape[t->dims - 2];
  int64_t matrices = count / (p.rows * p.columns);
  int64_t heading = t->dims > 2, shown = matrices;
  if (matrices * (p.rows + heading) > LINES || p.rows > LINES) {
    p.rows = p.rows > 2 * EDGE ? 2 * EDGE : p.rows;
    shown = matrices > 2 ? 2 : matrices;
  }
  p.columns = p.columns > COLUMNS / 3 ? 2 * EDGE : p.columns;
  layout form = fit_all(&p, matrices, shown);
  for (int64_t i = 0; i < shown; i++) {
    if (shown < matrices && i == shown / 2)
      put(&w, "\n...");
    set_leading(t, index, shown_index(i, shown, matrices));
    put_heading(&w, t, index);
    put_panel(&w, &p, form);
  }
}
