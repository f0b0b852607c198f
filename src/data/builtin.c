#include "data/builtin.h"

#include "data/builtin_backgrounds.h"
#include "data/builtin_canvas.h"
#include "data/builtin_objects.h"

enum { SMALLEST = 8, LARGEST = 1024 };

typedef struct {
  const char *name;
  void (*draw)(inv_canvas *c);
  float x, y, zoom; /* the part of the drawing that the picture shows */
} recipe;

#define ENTRY(name, x, y, zoom) {#name, inv_draw_##name, x, y, zoom},
static const recipe RECIPES[] = {INV_OBJECT_LIST(ENTRY)};
#undef ENTRY

_Static_assert(sizeof RECIPES / sizeof *RECIPES == INV_BUILTIN_OBJECTS,
               "one recipe for each object");

static inv_status check(int index, int count, const char *what, int size) {
  if (index < 0 || index >= count)
    return inv_fail(INV_ERR_ARGUMENT, "%s %d does not exist, there are %d",
                    what, index + 1, count);
  if (size < SMALLEST || size > LARGEST)
    return inv_fail(INV_ERR_ARGUMENT, "size must be %d .. %d, got %d", SMALLEST,
                    LARGEST, size);
  return INV_OK;
}

const char *inv_builtin_object_name(int index) {
  return index >= 0 && index < INV_BUILTIN_OBJECTS ? RECIPES[index].name : NULL;
}

inv_status inv_builtin_object(inv_image *out, int index, int size,
                              uint64_t seed) {
  INV_TRY(check(index, INV_BUILTIN_OBJECTS, "object", size));
  const recipe *r = &RECIPES[index];
  inv_canvas canvas;
  INV_TRY(inv_canvas_new(&canvas, size, (uint32_t)index + 1));
  float zoom = r->zoom;
  if (seed != 0) { /* seed 0 is the picture as it was designed */
    inv_rng root = inv_rng_new(seed);
    inv_canvas_vary(&canvas, inv_rng_at(&root, "object", (uint64_t)index));
    zoom *= 0.96f; /* room for the bend */
  }
  inv_frame(&canvas, r->x, r->y, zoom);
  r->draw(&canvas);
  inv_status status = inv_canvas_image(&canvas, 4, out);
  inv_canvas_free(&canvas);
  return status;
}

inv_status inv_builtin_background(inv_image *out, int index, int size,
                                  uint64_t seed) {
  INV_TRY(check(index, INV_BUILTIN_BACKGROUNDS, "background", size));
  inv_rng root = inv_rng_new(seed);
  inv_rng rng = inv_rng_at(&root, "background", (uint64_t)index);
  inv_canvas canvas;
  INV_TRY(inv_canvas_new(&canvas, size, inv_rng_u32(&rng)));
  canvas.scenery = true;
  inv_draw_background(&canvas, index, &rng);
  inv_status status = inv_canvas_image(&canvas, 3, out);
  inv_canvas_free(&canvas);
  return status;
}
