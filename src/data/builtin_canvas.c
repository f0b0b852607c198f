#include "data/builtin_canvas.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/portable_math.h"
#include "base/vector.h"
#include "data/builtin_noise.h"

enum { PLANES = 10 };

static const float FAR = 1e4f; /* a distance that no picture has */

/* Degrees to cosine and sine. */
static void direction(float degrees, float *cosine, float *sine) {
  double s, c;
  inv_sincos(degrees * (3.14159265358979323846 / 180), &s, &c);
  *cosine = (float)c;
  *sine = (float)s;
}

void inv_canvas_begin(inv_canvas *c) {
  size_t n = (size_t)c->size * (size_t)c->size;
  for (size_t i = 0; i < n; i++)
    c->field[i] = FAR;
  c->left = c->top = c->size;
  c->right = c->bottom = 0;
  c->cutting = false;
}

inv_status inv_canvas_new(inv_canvas *canvas, int size, uint32_t noise) {
  memset(canvas, 0, sizeof *canvas);
  size_t side = (size_t)size, plane = side * side;
  size_t count = PLANES * plane + INV_CANVAS_ROWS * side;
  float *block = inv_alloc_zero(count, sizeof *block);
  if (!block)
    return inv_fail_memory(count * sizeof *block);
  float **planes[PLANES] = {&canvas->red,   &canvas->green,  &canvas->blue,
                            &canvas->alpha, &canvas->x,      &canvas->y,
                            &canvas->field, &canvas->height, &canvas->mask,
                            &canvas->work};
  for (int i = 0; i < PLANES; i++, block += plane)
    *planes[i] = block;
  for (int i = 0; i < INV_CANVAS_ROWS; i++, block += side)
    canvas->rows[i] = block;
  canvas->size = size;
  canvas->step = 100.0f / (float)size;
  canvas->noise = noise;
  canvas->tint[0] = canvas->tint[4] = canvas->tint[8] = 1;
  canvas->cosine = 1;
  inv_frame(canvas, 50, 50, 1);
  inv_canvas_begin(canvas);
  return INV_OK;
}

void inv_canvas_free(inv_canvas *canvas) {
  inv_free(canvas->red);
  canvas->red = NULL;
}

void inv_canvas_vary(inv_canvas *canvas, inv_rng rng) {
  canvas->noise = inv_rng_u32(&rng);
  for (int i = 0; i < 8; i++)
    canvas->warp[i] = (float)inv_rng_range(&rng, -1.6, 1.6);
  /* A turn of the hue about the gray axis, and a gain. */
  float cosine, sine, gain = (float)inv_rng_range(&rng, 0.92, 1.08);
  direction((float)inv_rng_range(&rng, -9, 9), &cosine, &sine);
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      float cross = i == j ? 0 : ((j - i + 3) % 3 == 1 ? -1.0f : 1.0f);
      canvas->tint[3 * i + j] =
          gain * ((i == j ? cosine : 0) + (1 - cosine) / 3 +
                  0.57735027f * sine * cross);
    }
}

static uint8_t to_byte(float v) {
  return (uint8_t)(255 * inv_clamp(v) + 0.5f);
}

inv_status inv_canvas_image(const inv_canvas *canvas, int channels,
                            inv_image *out) {
  INV_TRY(inv_image_new(out, canvas->size, canvas->size, channels));
  size_t n = (size_t)canvas->size * (size_t)canvas->size;
  uint8_t *to = out->pixels;
  for (size_t i = 0; i < n; i++, to += channels) {
    float alpha = canvas->alpha[i];
    float scale = channels == 4 && alpha > 0.002f ? 1 / alpha : 1;
    to[0] = to_byte(scale * canvas->red[i]);
    to[1] = to_byte(scale * canvas->green[i]);
    to[2] = to_byte(scale * canvas->blue[i]);
    if (channels == 4)
      to[3] = to_byte(alpha);
  }
  return INV_OK;
}

/* ---- placing ------------------------------------------------------------ */

/* Where the shapes' pixels lie: turned, and slightly bent by the seed (terms
 * of second degree in u, v = -1 .. 1, so that the bend stays below 5 units). */
INV_VECTOR static void place_row(inv_canvas *c, int row, float *restrict x,
                                 float *restrict y) {
  const float *w = c->warp;
  float py = ((float)row + 0.5f) * c->step, v = py / 50 - 1;
  float inverse = 1 / c->zoom;
  for (int i = 0; i < c->size; i++) {
    float px = ((float)i + 0.5f) * c->step, u = px / 50 - 1;
    float qx = px + w[0] * u + w[1] * v + w[2] * u * v + w[3] * (v * v - 0.4f);
    float qy = py + w[4] * v + w[5] * u + w[6] * u * v + w[7] * (u * u - 0.4f);
    float dx = c->middle_x + (qx - 50) * inverse - c->about_x;
    float dy = c->middle_y + (qy - 50) * inverse - c->about_y;
    x[i] = c->about_x + c->cosine * dx + c->sine * dy;
    y[i] = c->about_y - c->sine * dx + c->cosine * dy;
  }
}

static void place(inv_canvas *c) {
  for (int row = 0; row < c->size; row++)
    place_row(c, row, c->x + row * c->size, c->y + row * c->size);
}

void inv_turn(inv_canvas *c, float angle, float x, float y) {
  direction(angle, &c->cosine, &c->sine);
  c->about_x = x;
  c->about_y = y;
  place(c);
}

void inv_frame(inv_canvas *c, float x, float y, float zoom) {
  c->middle_x = x;
  c->middle_y = y;
  c->zoom = zoom;
  c->pixel = c->step / zoom;
  place(c);
}

void inv_cut(inv_canvas *c) {
  c->cutting = true;
}

void inv_melt(inv_canvas *c, float length) {
  c->blend = length;
}

/* ---- shapes ------------------------------------------------------------- */

typedef struct {
  int left, top, right, bottom; /* pixels; right and bottom excluded */
} extent;

static int to_pixel(const inv_canvas *c, float position, bool up) {
  float p = up ? ceilf(position / c->step) : floorf(position / c->step);
  return p < 0 ? 0 : p > (float)c->size ? c->size : (int)p;
}

/* The pixels that a shape within these bounds can touch, with a margin for
 * edges, blends and the seed's bend; the canvas' extent grows to hold it. */
static extent reach(inv_canvas *c, float x0, float y0, float x1, float y1) {
  float mx = (x0 + x1) / 2 - c->about_x, my = (y0 + y1) / 2 - c->about_y;
  float hx = (x1 - x0) / 2, hy = (y1 - y0) / 2;
  float margin = 6 + 2 * c->step + c->zoom * (c->blend + (c->cutting ? 40 : 0));
  float cx = c->about_x + c->cosine * mx - c->sine * my;
  float cy = c->about_y + c->sine * mx + c->cosine * my;
  float ex = fabsf(c->cosine) * hx + fabsf(c->sine) * hy;
  float ey = fabsf(c->sine) * hx + fabsf(c->cosine) * hy;
  cx = 50 + (cx - c->middle_x) * c->zoom, ex = ex * c->zoom + margin;
  cy = 50 + (cy - c->middle_y) * c->zoom, ey = ey * c->zoom + margin;
  extent e = {to_pixel(c, cx - ex, false), to_pixel(c, cy - ey, false),
              to_pixel(c, cx + ex, true), to_pixel(c, cy + ey, true)};
  if (!c->cutting) {
    c->left = e.left < c->left ? e.left : c->left;
    c->top = e.top < c->top ? e.top : c->top;
    c->right = e.right > c->right ? e.right : c->right;
    c->bottom = e.bottom > c->bottom ? e.bottom : c->bottom;
  }
  return e;
}

/* Joins the distances of a new shape with the row of the shape so far. */
INV_VECTOR static void join_row(float *restrict field, const float *restrict d,
                                int n, bool cutting, float blend) {
  if (cutting)
    for (int i = 0; i < n; i++)
      field[i] = field[i] > -d[i] ? field[i] : -d[i];
  else if (blend > 0)
    for (int i = 0; i < n; i++) {
      /* Quilez' polynomial smooth minimum */
      float h = inv_clamp(1 - fabsf(field[i] - d[i]) / blend);
      float least = field[i] < d[i] ? field[i] : d[i];
      field[i] = least - h * h * blend / 4;
    }
  else
    for (int i = 0; i < n; i++)
      field[i] = field[i] < d[i] ? field[i] : d[i];
}

/* One row of pixels of the canvas under a shape. */
typedef struct {
  const float *x, *y;
  float *field, *distance;
  int n;
} span;

static span span_of(inv_canvas *c, const extent *e, int row) {
  size_t at = (size_t)row * (size_t)c->size + (size_t)e->left;
  return (span){c->x + at, c->y + at, c->field + at, c->rows[0],
                e->right - e->left};
}

static void join(inv_canvas *c, const span *s) {
  join_row(s->field, s->distance, s->n, c->cutting, c->blend);
}

/* Signed distance of an ellipse, to first order: |q| (|q| - 1) / |q / r|. */
INV_VECTOR static void ellipse_row(const span *s, float cx, float cy, float rx,
                                   float ry, float cosine, float sine) {
  const float *restrict x = s->x, *restrict y = s->y;
  float *restrict d = s->distance;
  for (int i = 0; i < s->n; i++) {
    float dx = x[i] - cx, dy = y[i] - cy;
    float u = (cosine * dx + sine * dy) / rx;
    float v = (cosine * dy - sine * dx) / ry;
    float k = sqrtf(u * u + v * v) + 1e-6f;
    float g = sqrtf(u * u / (rx * rx) + v * v / (ry * ry)) + 1e-6f;
    d[i] = k * (k - 1) / g;
  }
}

void inv_ellipse(inv_canvas *c, float x, float y, float rx, float ry,
                 float angle) {
  float cosine, sine, r = rx > ry ? rx : ry;
  direction(angle, &cosine, &sine);
  extent e = reach(c, x - r, y - r, x + r, y + r);
  for (int row = e.top; row < e.bottom; row++) {
    span s = span_of(c, &e, row);
    ellipse_row(&s, x, y, rx, ry, cosine, sine);
    join(c, &s);
  }
}

void inv_disc(inv_canvas *c, float x, float y, float radius) {
  inv_ellipse(c, x, y, radius, radius, 0);
}

INV_VECTOR static void box_row(const span *s, float cx, float cy, float hx,
                               float hy, float radius) {
  const float *restrict x = s->x, *restrict y = s->y;
  float *restrict d = s->distance;
  for (int i = 0; i < s->n; i++) {
    float u = fabsf(x[i] - cx) - hx, v = fabsf(y[i] - cy) - hy;
    float pu = u > 0 ? u : 0, pv = v > 0 ? v : 0, inside = u > v ? u : v;
    inside = inside < 0 ? inside : 0;
    d[i] = sqrtf(pu * pu + pv * pv) + inside - radius;
  }
}

void inv_box(inv_canvas *c, float x0, float y0, float x1, float y1,
             float radius) {
  extent e = reach(c, x0, y0, x1, y1);
  for (int row = e.top; row < e.bottom; row++) {
    span s = span_of(c, &e, row);
    box_row(&s, (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2 - radius,
            (y1 - y0) / 2 - radius, radius);
    join(c, &s);
  }
}

/* A line of varying width: the distance to the nearest point of its middle,
 * less the half width there. */
INV_VECTOR static void line_row(const span *s, float x0, float y0, float ex,
                                float ey, float w0, float w1, bool first) {
  const float *restrict x = s->x, *restrict y = s->y;
  float *restrict d = s->distance;
  float inverse = 1 / (ex * ex + ey * ey + 1e-6f);
  for (int i = 0; i < s->n; i++) {
    float wx = x[i] - x0, wy = y[i] - y0;
    float t = inv_clamp((wx * ex + wy * ey) * inverse);
    float bx = wx - ex * t, by = wy - ey * t;
    float value = sqrtf(bx * bx + by * by) - (w0 + (w1 - w0) * t);
    d[i] = first || value < d[i] ? value : d[i];
  }
}

/* A chain of lines through n points (x, y), its width from w0 to w1. */
static void chain(inv_canvas *c, const float *p, size_t n, float w0, float w1) {
  float w = w0 > w1 ? w0 : w1, x0 = FAR, y0 = FAR, x1 = -FAR, y1 = -FAR;
  for (size_t i = 0; i < n; i++) {
    x0 = fminf(x0, p[2 * i]), x1 = fmaxf(x1, p[2 * i]);
    y0 = fminf(y0, p[2 * i + 1]), y1 = fmaxf(y1, p[2 * i + 1]);
  }
  extent e = reach(c, x0 - w, y0 - w, x1 + w, y1 + w);
  for (int row = e.top; row < e.bottom; row++) {
    span s = span_of(c, &e, row);
    for (size_t i = 0; i + 1 < n; i++) {
      float a = (float)i / (float)(n - 1), b = (float)(i + 1) / (float)(n - 1);
      const float *q = p + 2 * i;
      line_row(&s, q[0], q[1], q[2] - q[0], q[3] - q[1], inv_mix(w0, w1, a),
               inv_mix(w0, w1, b), i == 0);
    }
    join(c, &s);
  }
}

void inv_line(inv_canvas *c, float x0, float y0, float x1, float y1, float w0,
              float w1) {
  chain(c, (const float[]){x0, y0, x1, y1}, 2, w0, w1);
}

enum { STEPS = 6 }; /* straight pieces per piece of a spline */

/* The point at `t` of the piece b-c of the spline through a, b, c, d. */
static float spline(float a, float b, float c, float d, float t) {
  return b + 0.5f * t *
                 (c - a +
                  t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/* Fills `out` with the spline through the points; returns their number. */
static size_t follow(const float *p, size_t n, bool closed, float *out) {
  size_t pieces = closed ? n : n - 1, count = 0;
  for (size_t i = 0; i < pieces; i++) {
    size_t before = i > 0 ? i - 1 : closed ? n - 1 : 0;
    size_t next = (i + 1) % n;
    size_t after = closed ? (i + 2) % n : i + 2 < n ? i + 2 : n - 1;
    for (int k = 0; k < STEPS; k++, count++)
      for (int axis = 0; axis < 2; axis++)
        out[2 * count + axis] =
            spline(p[2 * before + axis], p[2 * i + axis], p[2 * next + axis],
                   p[2 * after + axis], (float)k / STEPS);
  }
  if (!closed) {
    memcpy(out + 2 * count, p + 2 * (n - 1), 2 * sizeof *out);
    count++;
  }
  return count;
}

void inv_path(inv_canvas *c, const float *points, size_t n, float w0,
              float w1) {
  float fine[2 * (STEPS * INV_MAX_POINTS + 1)];
  if (n > 1 && n <= INV_MAX_POINTS)
    chain(c, fine, follow(points, n, false, fine), w0, w1);
}

/* One edge of a polygon: squared distance, and whether a ray to the right of
 * the pixel crosses it (each crossing changes the side). */
INV_VECTOR static void edge_row(const span *s, float *restrict side, float x0,
                                float y0, float x1, float y1, bool first) {
  const float *restrict x = s->x, *restrict y = s->y;
  float *restrict d = s->distance;
  float ex = x1 - x0, ey = y1 - y0, inverse = 1 / (ex * ex + ey * ey + 1e-9f);
  for (int i = 0; i < s->n; i++) {
    float wx = x[i] - x0, wy = y[i] - y0;
    float t = inv_clamp((wx * ex + wy * ey) * inverse);
    float bx = wx - ex * t, by = wy - ey * t;
    float square = bx * bx + by * by;
    int below = y[i] >= y0, above = y[i]<y1, left = ex * wy> ey * wx;
    bool cross = (below & above & left) | !(below | above | left);
    float flip = cross ? -1 : 1;
    d[i] = first || square < d[i] ? square : d[i];
    side[i] = (first ? 1 : side[i]) * flip;
  }
}

INV_VECTOR static void finish_row(float *restrict d, const float *restrict side,
                                  int n, float radius) {
  for (int i = 0; i < n; i++)
    d[i] = sqrtf(d[i]) * side[i] - radius;
}

void inv_polygon(inv_canvas *c, const float *p, size_t n, float radius) {
  float x0 = FAR, y0 = FAR, x1 = -FAR, y1 = -FAR;
  for (size_t i = 0; i < n; i++) {
    x0 = fminf(x0, p[2 * i]), x1 = fmaxf(x1, p[2 * i]);
    y0 = fminf(y0, p[2 * i + 1]), y1 = fmaxf(y1, p[2 * i + 1]);
  }
  extent e = reach(c, x0 - radius, y0 - radius, x1 + radius, y1 + radius);
  for (int row = e.top; row < e.bottom; row++) {
    span s = span_of(c, &e, row);
    for (size_t i = 0; i < n; i++) {
      const float *a = p + 2 * i, *b = p + 2 * ((i + 1) % n);
      edge_row(&s, c->rows[1], a[0], a[1], b[0], b[1], i == 0);
    }
    finish_row(s.distance, c->rows[1], s.n, radius);
    join(c, &s);
  }
}

void inv_blob(inv_canvas *c, const float *points, size_t n) {
  float fine[2 * (STEPS * INV_MAX_POINTS + 1)];
  if (n > 2 && n <= INV_MAX_POINTS)
    inv_polygon(c, fine, follow(points, n, true, fine), 0);
}

/* ---- shapes of scenery -------------------------------------------------- */

INV_VECTOR static void ridge_row(const span *s, float y0, float amplitude,
                                 float wavelength, float rough,
                                 uint32_t noise) {
  const float *restrict x = s->x, *restrict y = s->y;
  float *restrict d = s->distance;
  for (int i = 0; i < s->n; i++) {
    float t = x[i] / wavelength;
    float h = inv_octaves(t, 0.37f, rough, noise);
    h += rough * rough * rough * (inv_noise(9 * t, 3, noise + 3) - 0.5f);
    d[i] = y0 + amplitude * (1 - 2 * h) - y[i];
  }
}

static extent whole(inv_canvas *c) {
  c->left = c->top = 0;
  c->right = c->bottom = c->size;
  return (extent){0, 0, c->size, c->size};
}

void inv_ridge(inv_canvas *c, float y0, float amplitude, float wavelength,
               float rough, uint32_t noise) {
  extent e = whole(c);
  for (int row = e.top; row < e.bottom; row++) {
    span s = span_of(c, &e, row);
    ridge_row(&s, y0, amplitude, wavelength, rough, noise);
    join(c, &s);
  }
}

INV_VECTOR static void cloud_row(const span *s, float width, float tall,
                                 float share, uint32_t noise) {
  const float *restrict x = s->x, *restrict y = s->y;
  float *restrict d = s->distance;
  for (int i = 0; i < s->n; i++) {
    float v = inv_octaves(x[i] / width, y[i] / tall, 0.55f, noise);
    /* The noise is near 1/2 +- 0.15: stretch it to shares and lengths. */
    d[i] = (0.5f + 0.5f * (0.5f - share) - v) * (width < tall ? width : tall);
  }
}

void inv_cloud(inv_canvas *c, float width, float tall, float share) {
  extent e = whole(c);
  for (int row = e.top; row < e.bottom; row++) {
    span s = span_of(c, &e, row);
    cloud_row(&s, width, tall, share, c->noise);
    join(c, &s);
  }
}

void inv_everywhere(inv_canvas *c) {
  extent e = whole(c);
  for (int row = e.top; row < e.bottom; row++) {
    span s = span_of(c, &e, row);
    for (int i = 0; i < s.n; i++)
      s.field[i] = -FAR;
  }
}
