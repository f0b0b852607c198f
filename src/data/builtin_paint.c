/* Painting: the shape becomes a part with a rounded border, lit from the
 * upper left, that throws a soft shadow on what lies below it. */
#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "base/vector.h"
#include "data/builtin_canvas.h"
#include "data/builtin_noise.h"

typedef struct {
  float red, green, blue;
} colour;

static colour colour_of(const inv_canvas *c, uint32_t rgb) {
  float r = (float)(rgb >> 16 & 255) / 255, g = (float)(rgb >> 8 & 255) / 255;
  float b = (float)(rgb & 255) / 255;
  const float *t = c->tint;
  return (colour){t[0] * r + t[1] * g + t[2] * b,
                  t[3] * r + t[4] * g + t[5] * b,
                  t[6] * r + t[7] * g + t[8] * b};
}

/* ---- surface ------------------------------------------------------------ */

/* Height over the plane: a quarter of a circle of radius `relief` inwards from
 * the edge, then level. */
INV_VECTOR static void height_row(const float *restrict field,
                                  float *restrict height, int n, float relief) {
  for (int i = 0; i < n; i++) {
    float t = inv_clamp(-field[i] / relief);
    height[i] = 0.8f * relief * sqrtf(t * (2 - t));
  }
}

static int within(int i, int n) {
  return i < 0 ? 0 : i < n ? i : n - 1;
}

/* The mean over 2 radius + 1 neighbours in a row, which ends as it began. */
static void blur_row(float *row, float *copy, int n, int radius) {
  float share = 1 / (float)(2 * radius + 1), sum = 0;
  memcpy(copy, row, (size_t)n * sizeof *row);
  for (int i = -radius; i <= radius; i++)
    sum += copy[within(i, n)];
  for (int i = 0; i < n; i++) {
    row[i] = sum * share;
    sum += copy[within(i + radius + 1, n)] - copy[within(i - radius, n)];
  }
}

/* out = share * sum, then the window moves on by a row. */
INV_VECTOR static void slide_row(float *restrict sum, float *restrict out,
                                 const float *restrict enters,
                                 const float *restrict leaves, int n,
                                 float share) {
  for (int i = 0; i < n; i++) {
    out[i] = sum[i] * share;
    sum[i] += enters[i] - leaves[i];
  }
}

/* Takes the creases out of the surface: the nearest edge, and with it the
 * slope, jumps along the middle of a shape. */
static void smooth_surface(inv_canvas *c, int radius) {
  int n = c->right - c->left, rows = c->bottom - c->top;
  size_t side = (size_t)c->size;
  size_t corner = (size_t)c->top * side + (size_t)c->left;
  float *sum = c->rows[8], share = 1 / (float)(2 * radius + 1);
  for (int row = 0; row < rows; row++) {
    size_t at = corner + (size_t)row * side;
    blur_row(c->height + at, c->rows[9], n, radius);
    memcpy(c->work + at, c->height + at, (size_t)n * sizeof *c->work);
  }
  memset(sum, 0, (size_t)n * sizeof *sum);
  const float *from = c->work + corner;
  for (int k = -radius; k <= radius; k++)
    for (int i = 0; i < n; i++)
      sum[i] += from[(size_t)within(k, rows) * side + (size_t)i];
  for (int row = 0; row < rows; row++)
    slide_row(sum, c->height + corner + (size_t)row * side,
              from + (size_t)within(row + radius + 1, rows) * side,
              from + (size_t)within(row - radius, rows) * side, n, share);
}

static void raise_surface(inv_canvas *c, float relief) {
  for (int row = c->top; row < c->bottom; row++) {
    size_t at = (size_t)row * (size_t)c->size + (size_t)c->left;
    height_row(c->field + at, c->height + at, c->right - c->left, relief);
  }
  int radius = (int)(0.14f * relief / c->pixel + 0.5f);
  if (radius > 0)
    smooth_surface(c, radius);
}

/* Light that the surface sends to the eye: diffuse (1 where it is level) and
 * specular (Blinn and Phong), from the heights of three rows. */
INV_VECTOR static void light_row(const float *restrict above,
                                 const float *restrict here,
                                 const float *restrict below, int n, float step,
                                 float *restrict diffuse,
                                 float *restrict specular) {
  for (int i = 0; i < n; i++) {
    int left = i > 0 ? i - 1 : 0, right = i + 1 < n ? i + 1 : i;
    float gx = (here[right] - here[left]) / step;
    float gy = (below[i] - above[i]) / step;
    float length = sqrtf(gx * gx + gy * gy + 1);
    float facing = (0.45f * gx + 0.58f * gy + 0.68f) / length;
    float mirror = (0.245f * gx + 0.316f * gy + 0.916f) / length;
    facing = facing < 0 ? 0 : facing;
    mirror = mirror < 0 ? 0 : mirror;
    float m4 = mirror * mirror * mirror * mirror, m16 = m4 * m4 * m4 * m4;
    diffuse[i] = 0.42f + 0.85f * facing;
    specular[i] = m16 * m16;
  }
}

/* ---- compositing -------------------------------------------------------- */

/* How much of each pixel the shape covers. */
INV_VECTOR static void cover_row(const float *restrict field,
                                 const float *restrict mask, int n, float soft,
                                 float opacity, bool on,
                                 float *restrict cover) {
  for (int i = 0; i < n; i++) {
    float part = inv_clamp(0.5f - field[i] / soft) * opacity;
    cover[i] = on ? part * mask[i] : part;
  }
}

/* Everything about a row's colours that is the same along it. */
typedef struct {
  colour first, second, fade;
  float from, to; /* of the fade */
  float gloss, rim, pixel;
  float sun, slope; /* the picture's light: sun - slope * column */
} palette;

INV_VECTOR static void
blend_row(const palette *p, int n, const float *restrict field,
          const float *restrict y, const float *restrict share,
          const float *restrict diffuse, const float *restrict specular,
          const float *restrict cover, float *restrict red,
          float *restrict green, float *restrict blue, float *restrict alpha) {
  float reach = p->to - p->from;
  float inverse = reach != 0 ? 1 / reach : 0;
  float width = p->pixel > 1.7f ? p->pixel : 1.7f;
  for (int i = 0; i < n; i++) {
    float s = share[i], f = inv_smooth((y[i] - p->from) * inverse);
    float r = inv_mix(inv_mix(p->first.red, p->second.red, s), p->fade.red, f);
    float g =
        inv_mix(inv_mix(p->first.green, p->second.green, s), p->fade.green, f);
    float b =
        inv_mix(inv_mix(p->first.blue, p->second.blue, s), p->fade.blue, f);
    float dark = 1 - p->rim * (1 - inv_clamp(-field[i] / width));
    float light = diffuse[i] * dark * (p->sun - p->slope * (float)i);
    float shine = p->gloss * specular[i];
    float a = cover[i];
    red[i] += a * (inv_clamp(r * light + shine) - red[i]);
    green[i] += a * (inv_clamp(g * light + shine) - green[i]);
    blue[i] += a * (inv_clamp(b * light + shine) - blue[i]);
    alpha[i] += a * (1 - alpha[i]);
  }
}

/* Darkens what lies up to a few units to the lower right of the shape. */
INV_VECTOR static void shadow_row(const float *restrict field, int n,
                                  float *restrict red, float *restrict green,
                                  float *restrict blue) {
  for (int i = 0; i < n; i++) {
    float keep = 1 - 0.38f * inv_smooth(0.5f - field[i] / 7);
    red[i] *= keep;
    green[i] *= keep;
    blue[i] *= keep;
  }
}

static void cast_shadow(inv_canvas *c) {
  int shift = (int)(2.2f / c->step + 0.5f);
  int left = c->left, n = c->right - left;
  n = left + shift + n > c->size ? c->size - left - shift : n;
  for (int row = c->top; row < c->bottom && row + shift < c->size; row++) {
    size_t from = (size_t)row * (size_t)c->size + (size_t)left;
    size_t to = from + (size_t)shift * ((size_t)c->size + 1);
    shadow_row(c->field + from, n, c->red + to, c->green + to, c->blue + to);
  }
}

static palette palette_of(const inv_canvas *c, const inv_material *m) {
  return (palette){.first = colour_of(c, m->colour),
                   .second = colour_of(c, m->second),
                   .fade = colour_of(c, m->fade),
                   .from = m->from,
                   .to = m->to,
                   .gloss = 0.75f * m->gloss,
                   .rim = m->flat ? 0 : 0.5f,
                   .pixel = c->pixel};
}

/* The textures' shares for a row, and a little unevenness in everything. */
static void texture_row(inv_canvas *c, const inv_material *m, size_t at, int n,
                        float *share) {
  float *x = c->rows[2], *y = c->rows[3];
  memcpy(x, c->x + at, (size_t)n * sizeof *x);
  memcpy(y, c->y + at, (size_t)n * sizeof *y);
  inv_pattern_row(m, c->noise, c->pixel, n, x, y, share);
}

static void paint_row(inv_canvas *c, const inv_material *m, palette *p,
                      int row) {
  size_t side = (size_t)c->size;
  size_t at = (size_t)row * side + (size_t)c->left;
  int n = c->right - c->left;
  float *share = c->rows[4], *diffuse = c->rows[5], *specular = c->rows[6];
  float *cover = c->rows[7];
  if (m->flat) {
    for (int i = 0; i < n; i++)
      diffuse[i] = 1, specular[i] = 0;
  } else {
    size_t up = row > c->top ? side : 0, down = row + 1 < c->bottom ? side : 0;
    light_row(c->height + at - up, c->height + at, c->height + at + down, n,
              2 * c->pixel, diffuse, specular);
  }
  float soft = m->soft > c->pixel ? m->soft : c->pixel;
  cover_row(c->field + at, c->mask + at, n, soft, 1 - m->clear, m->on, cover);
  texture_row(c, m, at, n, share);
  float slope = c->scenery ? 0 : 0.0018f;
  p->slope = slope * c->step;
  p->sun = 1 + slope * (60 - ((float)row + (float)c->left) * c->step);
  blend_row(p, n, c->field + at, c->y + at, share, diffuse, specular, cover,
            c->red + at, c->green + at, c->blue + at, c->alpha + at);
  if (!m->on)
    memcpy(c->mask + at, cover, (size_t)n * sizeof *cover);
}

void inv_paint(inv_canvas *c, inv_material material) {
  palette p = palette_of(c, &material);
  if (c->left < c->right && c->top < c->bottom) {
    c->noise += 0x9e3779b9u; /* each part has a texture of its own */
    if (!material.flat) {
      raise_surface(c, material.relief > 0 ? material.relief : 7);
      if (!material.on)
        cast_shadow(c);
    }
    if (!material.on)
      memset(c->mask, 0, (size_t)c->size * (size_t)c->size * sizeof *c->mask);
    for (int row = c->top; row < c->bottom; row++)
      paint_row(c, &material, &p, row);
  }
  inv_canvas_begin(c);
}
