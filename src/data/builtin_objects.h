/* The recipes of the 61 built-in objects. Kinds are mixed along the list, so
 * that any stretch of classes holds food, animals, tools, vehicles, ... */
#ifndef INV_DATA_BUILTIN_OBJECTS_H
#define INV_DATA_BUILTIN_OBJECTS_H

#include "data/builtin_canvas.h"

#define INV_OBJECT_LIST(X)                                                     \
  X(teapot)                                                                    \
  X(apple) X(fish) X(sailboat) X(key) X(guitar) X(house) X(boot) X(cactus)     \
      X(clock) X(banana) X(parrot) X(car) X(scissors) X(umbrella) X(lamp)      \
          X(snail) X(burger) X(rocket) X(hammer) X(hat) X(flower) X(camera)    \
              X(beetle) X(ice_cream) X(lorry) X(anchor) X(trumpet)             \
                  X(lighthouse) X(mug) X(butterfly) X(strawberry) X(bicycle)   \
                      X(padlock) X(glove) X(leaf) X(chair) X(cat) X(pear)      \
                          X(aeroplane) X(pencil) X(drum) X(windmill)           \
                              X(backpack) X(telephone) X(owl) X(mushroom)      \
                                  X(locomotive) X(watering_can) X(ball)        \
                                      X(shell) X(turtle) X(pizza) X(balloon)   \
                                          X(kite) X(tree) X(whale) X(cake)     \
                                              X(crab) X(pineapple) X(penguin)

#define INV_OBJECT_DECLARE(name) void inv_draw_##name(inv_canvas *c);
INV_OBJECT_LIST(INV_OBJECT_DECLARE)
#undef INV_OBJECT_DECLARE

/* inv_paint with the material's fields: PAINT(c, .colour = ..., ...). */
#define PAINT(c, ...) inv_paint(c, (inv_material){__VA_ARGS__})

#endif
