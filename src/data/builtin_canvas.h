/* A small drawing engine for the built-in pictures. A picture is a list of
 * parts, painted one over the other; a part is a shape, put together from
 * simple ones, and a material. Shapes are signed distances (negative inside)
 * sampled at the pixels, so edges are antialiased, borders can be rounded and
 * lit, and a picture looks the same at any size. Lengths are in hundredths of
 * the picture's side, x to the right, y down, angles in degrees, clockwise.
 * Only exact operations are used: the same bits on every machine. */
#ifndef INV_DATA_BUILTIN_CANVAS_H
#define INV_DATA_BUILTIN_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/random.h"
#include "image/image.h"

enum { INV_CANVAS_ROWS = 10 };

typedef struct {
  int size;    /* pixels per side */
  float step;  /* side of a pixel in hundredths of the picture */
  float pixel; /* the same in drawing units: they differ by the zoom */
  float *red, *green, *blue, *alpha; /* 0 .. 1, premultiplied, size x size */
  float *x, *y;         /* where the pixels' centres lie for the shapes */
  float *field;         /* the shape being put together: signed distance */
  float *height, *work; /* its rounded surface, while it is painted */
  float *mask;          /* coverage of the last part that was not `on` it */
  float *rows[INV_CANVAS_ROWS];   /* scratch, one row of pixels each */
  int left, top, right, bottom;   /* the pixels that the shape may cover */
  bool cutting;                   /* shapes are taken away instead of added */
  float blend;                    /* how softly shapes flow into one another */
  bool scenery;                   /* no common light: for backgrounds */
  float middle_x, middle_y, zoom; /* what the picture shows */
  float cosine, sine, about_x, about_y; /* the turn of the shapes */
  float warp[8];  /* slight deformation that the seed brings */
  float tint[9];  /* colour matrix that the seed brings */
  uint32_t noise; /* what the textures are drawn from */
} inv_canvas;

/* ---- life --------------------------------------------------------------- */

/* An empty (transparent) picture of size x size pixels. */
inv_status inv_canvas_new(inv_canvas *canvas, int size, uint32_t noise);
void inv_canvas_free(inv_canvas *canvas);

/* Forgets the shape put together so far (inv_paint does it at its end). */
void inv_canvas_begin(inv_canvas *canvas);

/* Varies proportions, colours and textures a little; before inv_frame. */
void inv_canvas_vary(inv_canvas *canvas, inv_rng rng);

/* A new image of 4 channels (straight alpha) or 3 (what is opaque). */
inv_status inv_canvas_image(const inv_canvas *canvas, int channels,
                            inv_image *out);

/* ---- shapes: each is added to the one being put together ----------------- */

/* A list of points for the functions below: POINTS(x1, y1, x2, y2, ...). */
#define POINTS(...)                                                            \
  (const float[]){__VA_ARGS__},                                                \
      sizeof((const float[]){__VA_ARGS__}) / (2 * sizeof(float))

enum { INV_MAX_POINTS = 40 };

void inv_disc(inv_canvas *c, float x, float y, float radius);
/* Half axes rx and ry, turned by `angle`. */
void inv_ellipse(inv_canvas *c, float x, float y, float rx, float ry,
                 float angle);
/* The box with corners (x0, y0) and (x1, y1), its corners rounded. */
void inv_box(inv_canvas *c, float x0, float y0, float x1, float y1,
             float radius);
/* A line whose half width goes from w0 to w1, with round ends. */
void inv_line(inv_canvas *c, float x0, float y0, float x1, float y1, float w0,
              float w1);
/* A smooth line through the points (Catmull and Rom's spline). */
void inv_path(inv_canvas *c, const float *points, size_t n, float w0, float w1);
/* A polygon, grown by `radius` (which rounds its corners). */
void inv_polygon(inv_canvas *c, const float *points, size_t n, float radius);
/* A smooth closed outline through the points. */
void inv_blob(inv_canvas *c, const float *points, size_t n);
/* All below a line y(x) = y0 + amplitude * noise, wavelength in units; the
 * larger `rough` (0 .. 1), the more jagged. */
void inv_ridge(inv_canvas *c, float y0, float amplitude, float wavelength,
               float rough, uint32_t noise);
/* Where smooth noise is above a threshold that leaves about `share` of the
 * picture: clouds. */
void inv_cloud(inv_canvas *c, float width, float tall, float share);
/* The whole picture. */
void inv_everywhere(inv_canvas *c);

/* From here to inv_paint: shapes are cut out. */
void inv_cut(inv_canvas *c);
/* From here on (0 ends it) shapes melt into one another over this length. */
void inv_melt(inv_canvas *c, float length);
/* The drawing's point (x, y) comes to the middle, enlarged `zoom` times. */
void inv_frame(inv_canvas *c, float x, float y, float zoom);
/* From here on, shapes and textures are turned by `angle` about (x, y). */
void inv_turn(inv_canvas *c, float angle, float x, float y);

/* ---- materials ---------------------------------------------------------- */

typedef enum {
  INV_PLAIN,
  INV_STRIPES, /* across `angle`; period `scale` */
  INV_CHECKS,
  INV_SPOTS,  /* one dot of random size per square of side `scale` */
  INV_GRAIN,  /* wood; also water */
  INV_MOTTLE, /* cloudy */
  INV_SCALES, /* fish, roof tiles */
  INV_BRICKS, /* the second colour is the mortar */
  INV_RINGS,  /* about (x, y) */
  INV_RAYS,   /* `scale` of them about (x, y) */
  INV_KNIT,   /* herringbone */
  INV_BRUSH,  /* fine streaks across `angle` */
  INV_CELLS,  /* pebbles; the second colour is between them */
  INV_WINDOWS /* in storeys; the second colour is the glass, lit or not */
} inv_pattern;

typedef struct {
  uint32_t colour; /* 0xRRGGBB */
  uint32_t second; /* the pattern's other colour */
  inv_pattern pattern;
  float scale, angle; /* of the pattern */
  float x, y;         /* its origin */
  float share;        /* of the second colour; 0 means 1/2 */
  uint32_t fade;      /* a third colour, blended in ... */
  float from, to;     /* ... from this y to that one, if they differ */
  float horizon;      /* if > 0: the pattern lies on the ground plane */
  float relief;       /* width of the rounded border; 0 means 7 */
  float gloss;        /* 0 .. 1 */
  bool flat;          /* no relief, no dark rim, no shadow */
  bool on;            /* painted only on the part before */
  float clear;        /* transparency, 0 .. 1 */
  float soft;         /* width of the edge; 0 means one pixel */
} inv_material;

/* Paints the shape put together so far and begins a new one. */
void inv_paint(inv_canvas *c, inv_material material);

/* For n pixels of a row at (x, y): how much of the second colour is there,
 * 0 .. 1. x and y are changed; `step` is the side of a pixel. */
void inv_pattern_row(const inv_material *material, uint32_t noise, float step,
                     int n, float *x, float *y, float *out);

#endif
