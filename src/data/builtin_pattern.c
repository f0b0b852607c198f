/* The textures of materials: each a function of the place, evaluated for a
 * row of pixels. Transitions are as soft as a pixel is wide, so that small
 * pictures show the texture's mean and not its aliases. */
#include <math.h>

#include "base/parallel.h"
#include "base/portable_math.h"
#include "base/vector.h"
#include "data/builtin_canvas.h"
#include "data/builtin_noise.h"

/* A row in the pattern's own units: u along, v across. */
typedef struct {
  float *u, *v, *out;
  int n;
  float step;  /* a pixel's side in periods */
  float share; /* of the second colour */
  uint32_t seed;
} texture;

INV_INLINE float fraction(float v) {
  return v - floorf(v);
}

/* 1 where `distance` < 0, with a transition of width `soft`. */
INV_INLINE float edge(float distance, float soft) {
  return inv_clamp(0.5f - distance / soft);
}

/* A square wave of period 1, high for `share` of it. */
INV_INLINE float wave(float t, float share, float soft) {
  float triangle = 2 * fabsf(fraction(t) - 0.5f);
  return edge(triangle - share, soft);
}

INV_INLINE float softness(const texture *t) {
  float soft = 2 * t->step;
  return soft < 0.05f ? 0.05f : soft;
}

INV_VECTOR static void stripes(const texture *t) {
  const float *restrict u = t->u;
  float *restrict out = t->out, soft = softness(t);
  for (int i = 0; i < t->n; i++)
    out[i] = wave(u[i], t->share, soft);
}

INV_VECTOR static void checks(const texture *t) {
  const float *restrict u = t->u, *restrict v = t->v;
  float *restrict out = t->out, soft = softness(t);
  for (int i = 0; i < t->n; i++) {
    float a = wave(u[i] / 2, 0.5f, soft), b = wave(v[i] / 2, 0.5f, soft);
    out[i] = a + b - 2 * a * b;
  }
}

INV_VECTOR static void spots(const texture *t) {
  const float *restrict u = t->u, *restrict v = t->v;
  float *restrict out = t->out, soft = softness(t) / 2;
  for (int i = 0; i < t->n; i++) {
    float cu = floorf(u[i]), cv = floorf(v[i]);
    int32_t iu = (int32_t)cu, iv = (int32_t)cv;
    float r = 0.5f * t->share * (0.6f + 0.6f * inv_lattice(iu, iv, t->seed));
    float free = 1 - 2 * r;
    float du = u[i] - cu - r - free * inv_lattice(iu, iv, t->seed + 1);
    float dv = v[i] - cv - r - free * inv_lattice(iu, iv, t->seed + 2);
    out[i] = edge(sqrtf(du * du + dv * dv) - r, soft);
  }
}

INV_VECTOR static void grain(const texture *t) {
  const float *restrict u = t->u, *restrict v = t->v;
  float *restrict out = t->out, soft = softness(t) + 0.5f;
  for (int i = 0; i < t->n; i++) {
    float bend = 2.2f * inv_noise(0.35f * u[i], 0.08f * v[i], t->seed);
    float fine = inv_noise(5 * u[i], 0.25f * v[i], t->seed + 1);
    float ring = wave(u[i] + bend, t->share, soft);
    out[i] = inv_clamp(0.75f * ring + 0.5f * (fine - 0.25f));
  }
}

INV_VECTOR static void mottle(const texture *t) {
  const float *restrict u = t->u, *restrict v = t->v;
  float *restrict out = t->out;
  for (int i = 0; i < t->n; i++) {
    float value = inv_octaves(u[i], v[i], 0.6f, t->seed);
    out[i] = inv_clamp(2.6f * (value - 0.5f) + t->share);
  }
}

INV_VECTOR static void scales(const texture *t) {
  const float *restrict u = t->u, *restrict v = t->v;
  float *restrict out = t->out, soft = softness(t);
  for (int i = 0; i < t->n; i++) {
    float row = floorf(v[i]), odd = row - 2 * floorf(row / 2);
    float fu = fraction(u[i] + 0.5f * odd) - 0.5f, fv = v[i] - row;
    /* The scale of this row, over the two below it, half a period aside. */
    float over = sqrtf(fu * fu + fv * fv);
    float su = 0.5f - fabsf(fu);
    float under = sqrtf(su * su + (fv + 0.1f) * (fv + 0.1f));
    float in = edge(over - 0.72f, soft);
    float shade = in * over / 0.72f + (1 - in) * 0.4f * under;
    out[i] = inv_clamp(shade * shade * 2 * t->share);
  }
}

INV_VECTOR static void bricks(const texture *t) {
  const float *restrict u = t->u, *restrict v = t->v;
  float *restrict out = t->out, soft = softness(t);
  float joint = 0.16f * t->share;
  for (int i = 0; i < t->n; i++) {
    float row = floorf(v[i]), odd = row - 2 * floorf(row / 2);
    float along = 0.5f * u[i] + 0.5f * odd;
    float cu = floorf(along), fu = along - cu, fv = v[i] - row;
    float du = 2 * (fu < 0.5f ? fu : 1 - fu), dv = fv < 0.5f ? fv : 1 - fv;
    float gap = edge((du < dv ? du : dv) - joint, soft);
    float tone = inv_lattice((int32_t)cu, (int32_t)row, t->seed);
    out[i] = inv_mix(0.4f * tone, 1, gap);
  }
}

INV_VECTOR static void rings(const texture *t) {
  const float *restrict u = t->u, *restrict v = t->v;
  float *restrict out = t->out, soft = softness(t);
  for (int i = 0; i < t->n; i++)
    out[i] = wave(sqrtf(u[i] * u[i] + v[i] * v[i]), t->share, soft);
}

/* The angle of (x, y) in turns, -1/2 .. 1/2: a polynomial for the arc tangent
 * of at most 1 (error 1e-4 turns) and symmetries. */
INV_INLINE float turns(float x, float y) {
  float ax = fabsf(x), ay = fabsf(y);
  float large = ax > ay ? ax : ay, small = ax > ay ? ay : ax;
  float q = small / (large + 1e-9f), s = q * q;
  float a = q * (0.15913f + s * (-0.052f + s * (0.0279f - 0.01f * s)));
  a = ay > ax ? 0.25f - a : a;
  a = x < 0 ? 0.5f - a : a;
  return y < 0 ? -a : a;
}

INV_VECTOR static void rays(const texture *t, float count) {
  const float *restrict u = t->u, *restrict v = t->v;
  float *restrict out = t->out;
  for (int i = 0; i < t->n; i++) {
    float radius = sqrtf(u[i] * u[i] + v[i] * v[i]) * 6.2832f / count;
    float soft = 2 * t->step * count / (radius * count + 1e-3f);
    out[i] =
        wave(turns(u[i], v[i]) * count, t->share, soft < 0.05f ? 0.05f : soft);
  }
}

INV_VECTOR static void knit(const texture *t) {
  const float *restrict u = t->u, *restrict v = t->v;
  float *restrict out = t->out, soft = softness(t);
  for (int i = 0; i < t->n; i++) {
    float slope = 2 * fabsf(fraction(u[i] / 2) - 0.5f);
    out[i] = wave(v[i] + slope, t->share, soft);
  }
}

INV_VECTOR static void brush(const texture *t) {
  const float *restrict u = t->u, *restrict v = t->v;
  float *restrict out = t->out;
  for (int i = 0; i < t->n; i++) {
    float value = inv_octaves(u[i], 0.12f * v[i], 0.8f, t->seed);
    out[i] = inv_clamp(3.2f * (value - 0.5f) + t->share);
  }
}

/* Distances to the nearest and second nearest of scattered points (Worley,
 * "A cellular texture basis function", SIGGRAPH 1996). */
INV_VECTOR static void cells(const texture *t) {
  const float *restrict u = t->u, *restrict v = t->v;
  float *restrict out = t->out, soft = softness(t);
  for (int i = 0; i < t->n; i++) {
    float cu = floorf(u[i]), cv = floorf(v[i]);
    float first = 9, second = 9, tone = 0;
    for (int k = 0; k < 9; k++) {
      int32_t iu = (int32_t)cu + k % 3 - 1, iv = (int32_t)cv + k / 3 - 1;
      float r = inv_lattice(iu, iv, t->seed);
      float du = (float)iu + 0.1f + 0.8f * r - u[i];
      float dv =
          (float)iv + 0.1f + 0.8f * inv_lattice(iu, iv, t->seed + 1) - v[i];
      float d = du * du + dv * dv;
      second = d < first ? first : d < second ? d : second;
      tone = d < first ? r : tone;
      first = d < first ? d : first;
    }
    float gap = sqrtf(second) - sqrtf(first);
    out[i] = inv_mix(0.45f * tone, 1, edge(gap - 0.3f * t->share, soft + 0.1f));
  }
}

INV_VECTOR static void windows(const texture *t) {
  const float *restrict u = t->u, *restrict v = t->v;
  float *restrict out = t->out, soft = softness(t) / 2;
  for (int i = 0; i < t->n; i++) {
    float cu = floorf(u[i]), cv = floorf(v[i]);
    float du = fabsf(u[i] - cu - 0.5f), dv = fabsf(v[i] - cv - 0.5f);
    float glass =
        edge(du - 0.5f * t->share, soft) * edge(dv - 0.6f * t->share, soft);
    float lit = inv_lattice((int32_t)cu, (int32_t)cv, t->seed);
    out[i] = glass * (0.45f + 0.55f * lit);
  }
}

/* From drawing units to the pattern's: shifted, turned and scaled; first onto
 * the ground plane where there is a horizon. */
INV_VECTOR static void to_texture(const inv_material *m, float cosine,
                                  float sine, float scale, int n,
                                  float *restrict x, float *restrict y) {
  float ox = m->x, oy = m->y, horizon = m->horizon;
  for (int i = 0; i < n; i++) {
    float px = x[i], py = y[i];
    if (horizon > 0) {
      float depth = py - horizon;
      float far = 30 / (depth < 0.7f ? 0.7f : depth);
      px = 50 + (px - 50) * far;
      py = 60 * far;
    }
    float dx = (px - ox) / scale, dy = (py - oy) / scale;
    x[i] = cosine * dx + sine * dy;
    y[i] = cosine * dy - sine * dx;
  }
}

void inv_pattern_row(const inv_material *m, uint32_t noise, float step, int n,
                     float *x, float *y, float *out) {
  double sine, cosine;
  inv_sincos(m->angle * (3.14159265358979323846 / 180), &sine, &cosine);
  float scale = m->scale > 0 ? m->scale : 8;
  texture t = {x,    y, out, n, step / scale, m->share > 0 ? m->share : 0.5f,
               noise};
  float period = m->pattern == INV_RAYS ? 1 : scale;
  if (m->pattern == INV_RAYS)
    t.step = step;
  if (m->pattern != INV_PLAIN)
    to_texture(m, (float)cosine, (float)sine, period, n, x, y);
  switch (m->pattern) {
  case INV_PLAIN:
    for (int i = 0; i < n; i++)
      out[i] = 0;
    break;
  case INV_STRIPES: stripes(&t); break;
  case INV_CHECKS: checks(&t); break;
  case INV_SPOTS: spots(&t); break;
  case INV_GRAIN: grain(&t); break;
  case INV_MOTTLE: mottle(&t); break;
  case INV_SCALES: scales(&t); break;
  case INV_BRICKS: bricks(&t); break;
  case INV_RINGS: rings(&t); break;
  case INV_RAYS: rays(&t, scale); break;
  case INV_KNIT: knit(&t); break;
  case INV_BRUSH: brush(&t); break;
  case INV_CELLS: cells(&t); break;
  case INV_WINDOWS: windows(&t); break;
  }
}
