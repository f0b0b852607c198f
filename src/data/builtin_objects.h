/* The recipes of the 61 built-in objects. Kinds are mixed along the list, so
 * that any stretch of classes holds food, animals, tools, vehicles, ... */
#ifndef INV_DATA_BUILTIN_OBJECTS_H
#define INV_DATA_BUILTIN_OBJECTS_H

#include "data/builtin_canvas.h"

/* name, and which point of the drawing is in the middle at which zoom. */
#define INV_OBJECT_LIST(X)                                                     \
  X(teapot, 51, 53, 0.93f)                                                     \
  X(apple, 49, 49, 1.03f)                                                      \
  X(fish, 51, 49, 1.00f)                                                       \
  X(sailboat, 51, 49, 0.99f)                                                   \
  X(key, 51, 48, 0.87f)                                                        \
  X(guitar, 46, 49, 0.79f)                                                     \
  X(house, 49, 51, 0.96f)                                                      \
  X(boot, 47, 50, 1.01f)                                                       \
  X(cactus, 49, 50, 0.97f)                                                     \
  X(clock, 50, 51, 0.95f)                                                      \
  X(banana, 48, 46, 0.98f)                                                     \
  X(parrot, 48, 53, 0.88f)                                                     \
  X(car, 50, 56, 0.97f)                                                        \
  X(scissors, 50, 50, 0.99f)                                                   \
  X(umbrella, 49, 50, 0.97f)                                                   \
  X(lamp, 47, 49, 0.97f)                                                       \
  X(snail, 48, 54, 0.97f)                                                      \
  X(burger, 51, 50, 0.94f)                                                     \
  X(rocket, 43, 50, 0.88f)                                                     \
  X(hammer, 58, 37, 0.85f)                                                     \
  X(hat, 55, 44, 0.87f)                                                        \
  X(flower, 51, 49, 0.91f)                                                     \
  X(camera, 50, 52, 1.01f)                                                     \
  X(beetle, 47, 53, 0.83f)                                                     \
  X(ice_cream, 54, 48, 0.93f)                                                  \
  X(lorry, 50, 54, 0.97f)                                                      \
  X(anchor, 54, 52, 0.90f)                                                     \
  X(trumpet, 42, 52, 0.82f)                                                    \
  X(lighthouse, 49, 50, 0.90f)                                                 \
  X(mug, 51, 47, 0.95f)                                                        \
  X(butterfly, 51, 42, 1.02f)                                                  \
  X(strawberry, 51, 49, 0.97f)                                                 \
  X(bicycle, 51, 49, 0.96f)                                                    \
  X(padlock, 49, 49, 0.99f)                                                    \
  X(glove, 46, 52, 0.91f)                                                      \
  X(leaf, 56, 50, 0.89f)                                                       \
  X(chair, 50, 51, 0.96f)                                                      \
  X(cat, 51, 48, 1.02f)                                                        \
  X(pear, 54, 48, 0.92f)                                                       \
  X(aeroplane, 51, 39, 0.93f)                                                  \
  X(pencil, 47, 54, 0.95f)                                                     \
  X(drum, 50, 49, 0.95f)                                                       \
  X(windmill, 49, 46, 0.92f)                                                   \
  X(backpack, 54, 48, 0.96f)                                                   \
  X(telephone, 51, 48, 0.96f)                                                  \
  X(owl, 53, 52, 0.98f)                                                        \
  X(mushroom, 51, 51, 0.98f)                                                   \
  X(locomotive, 50, 46, 0.97f)                                                 \
  X(watering_can, 50, 54, 0.92f)                                               \
  X(ball, 50, 50, 1.03f)                                                       \
  X(shell, 47, 51, 0.97f)                                                      \
  X(turtle, 49, 51, 0.92f)                                                     \
  X(pizza, 60, 49, 0.91f)                                                      \
  X(balloon, 51, 50, 0.98f)                                                    \
  X(kite, 47, 51, 0.99f)                                                       \
  X(tree, 48, 55, 0.92f)                                                       \
  X(whale, 51, 51, 0.97f)                                                      \
  X(cake, 49, 47, 1.00f)                                                       \
  X(crab, 50, 52, 0.99f)                                                       \
  X(pineapple, 47, 46, 0.91f)                                                  \
  X(penguin, 51, 52, 0.95f)

#define INV_OBJECT_DECLARE(name, x, y, zoom)                                   \
  void inv_draw_##name(inv_canvas *c);
INV_OBJECT_LIST(INV_OBJECT_DECLARE)
#undef INV_OBJECT_DECLARE

/* inv_paint with the material's fields: PAINT(c, .colour = ..., ...). */
#define PAINT(c, ...) inv_paint(c, (inv_material){__VA_ARGS__})

#endif
