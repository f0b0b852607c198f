return {
  {name = "transforms", call = 'local transforms = require "invar".transforms',
    summary = "The 18 transformations of Transforms-2D as samplers, and new ones in Lua.",
    text = [[transforms.NAME(options) makes one with the published range unless told otherwise;
t:sample(rng) draws its parameters, t:apply(img, parameters) applies or replays them.
Speicher, Nanda, Gummadi, TMLR 2024.]]},
  {name = "transforms.scale", call = "transforms.scale({factor = {0.4, 1}})",
   summary = "Smaller around the centre of the canvas.",
   text = [[Category: geometric.
Parameter: factor. The new size is rounded (ties to even); antialiased bicubic filter on
premultiplied values; pasted in the middle of transparent black. The box follows.
Range within 0.01 .. 10.]],
   example = [[transforms.scale()]]},
  {name = "transforms.translate", call = "transforms.translate()",
   summary = "To a random place where the object's box is inside the canvas.",
   text = [[Category: geometric.
Parameters: dx, dy, whole pixels to the right and down. What leaves the canvas is lost;
what enters is transparent black. The box follows. No options.]],
   example = [[transforms.translate()]]},
  {name = "transforms.v_flip", call = "transforms.v_flip({p = 0.5})",
   summary = "Upside down, with probability p.",
   text = [[Category: geometric.
Parameter: applied.]],
   example = [[transforms.v_flip()]]},
  {name = "transforms.h_flip", call = "transforms.h_flip({p = 0.5})",
   summary = "Left and right exchanged, with probability p.",
   text = [[Category: geometric.
Parameter: applied.]],
   example = [[transforms.h_flip()]]},
  {name = "transforms.rotate", call = "transforms.rotate({degrees = {0, 360}})",
   summary = "A turn about the centre, counter-clockwise.",
   text = [[Category: geometric.
Parameter: angle in degrees. Nearest neighbour, same canvas, transparent black outside;
to the bit as Pillow's rotate. Range within -3600 .. 3600.]],
   example = [[transforms.rotate()]]},
  {name = "transforms.shear", call = "transforms.shear({x = {-50, 50}, y = {-50, 50}})",
   summary = "A shear along both axes about the centre.",
   text = [[Category: geometric.
Parameters: x, y in degrees, composed as torchvision's affine does; nearest neighbour,
transparent black outside.
Ranges within -89 .. 89.]],
   example = [[transforms.shear()]]},
  {name = "transforms.hue", call = "transforms.hue({shift = {-0.5, 0.5}})",
   summary = "A turn of the colour circle.",
   text = [[Category: photometric.
Parameter: shift, in turns. Through Pillow's 8-bit HSV, to the bit. Gray images stay.
Range within -1 .. 1.]],
   example = [[transforms.hue()]]},
  {name = "transforms.brightness", call = "transforms.brightness({factor = {0, 2}})",
   summary = "All colours multiplied by a factor.",
   text = [[Category: photometric.
Parameter: factor; values are clipped and truncated.
Range within 0 .. 100.]],
   example = [[transforms.brightness()]]},
  {name = "transforms.grayscale", call = "transforms.grayscale({p = 0.5})",
   summary = "Colours replaced by their luma, with probability p.",
   text = [[Category: photometric.
Parameter: applied. (19595 R + 38470 G + 7471 B + 32768) >> 16.]],
   example = [[transforms.grayscale()]]},
  {name = "transforms.posterize", call = "transforms.posterize({p = 0.5, bits = 1})",
   summary = "Only the top bits of each value, with probability p.",
   text = [[Category: photometric.
Parameter: applied.
bits: 1 .. 8.]],
   example = [[transforms.posterize()]]},
  {name = "transforms.invert", call = "transforms.invert({p = 0.5})",
   summary = "255 minus each value, with probability p.",
   text = [[Category: photometric.
Parameter: applied.]],
   example = [[transforms.invert()]]},
  {name = "transforms.sharpen", call = "transforms.sharpen({p = 0.5, factor = 7})",
   summary = "Away from the 3 x 3 smoothed image, with probability p.",
   text = [[Category: photometric.
Parameter: applied. smooth + factor (image - smooth), clipped; alpha stays.
factor: 0 .. 100.]],
   example = [[transforms.sharpen()]]},
  {name = "transforms.blur", call = "transforms.blur({sigma = {0.1, 1.5}, size = 7})",
   summary = "Gaussian blur of all channels, alpha too.",
   text = [[Category: corruption.
Parameter: sigma in pixels. The kernel has size x size values; edges are mirrored.
Range within 0.01 .. 100; size: odd, 1 .. 63.]],
   example = [[transforms.blur()]]},
  {name = "transforms.noise", call = "transforms.noise({p = 0.5, std = 1})",
   summary = "Clipped normal noise added to the colours, with probability p.",
   text = [[Category: corruption.
Parameters: applied; seed (an integer the field is drawn from) or field (float32, height
x width x 3; x 1 for gray). v/255 + clip(N(0, std), 0, 1), times 255, modulo 256: sums
above 1 wrap around, as in the published data. std: 0 .. 100.]],
   example = [[transforms.noise()]]},
  {name = "transforms.pixelate", call = "transforms.pixelate({p = 0.5, shrink = 0.3})",
   summary = "Few large pixels, with probability p.",
   text = [[Category: corruption.
Parameter: applied. Box filter down to floor(shrink * size), nearest neighbour up.
shrink: 0.001 .. 1.]],
   example = [[transforms.pixelate()]]},
  {name = "transforms.elastic",
   call = "transforms.elastic({p = 0.5, alpha = 150, sigma = 5})",
   summary = "A smooth random displacement, with probability p.",
   text = [[Category: corruption.
Parameters: applied; seed (an integer the field is drawn from) or field (float32, height
x width x 2: displacement right and down, in units where the image spans 2). As
torchvision's ElasticTransform: U(-1, 1) smoothed by sigma (pixels), times alpha / size.
alpha: 0 .. 10000; sigma: 0.1 .. 60.]],
   example = [[transforms.elastic()]]},
  {name = "transforms.erasing", call = "transforms.erasing({p = 0.5, size =})",
   summary = "A square becomes transparent black, with probability p.",
   text = [[Category: corruption.
Parameters: applied; x, y of its top left corner, from 0. Without size the side is 14/32
of the image's shorter one (14 for 32 x 32).]],
   example = [[transforms.erasing()]]},
  {name = "transforms.contrast", call = "transforms.contrast({factor = {0, 2}})",
   summary = "Values stretched about the mean luma of the whole canvas.",
   text = [[Category: corruption.
Parameter: factor. clip(mean + factor (v - mean)), truncated.
Range within 0 .. 100.]],
   example = [[transforms.contrast()]]},
  {name = "transforms.none", call = "transforms.none()",
   summary = "The image as it is.",
   text = [[No options, no parameters.]],
   example = [[transforms.none()]]},
  {name = "transforms.create", call = "transforms.create(name[, options])",
   summary = "The transformation of that name.",
   text = [[The same as transforms.NAME(options). Defined ones take no options.]],
   example = [[transforms.create("rotate", {degrees = {-30, 30}})]]},
  {name = "transforms.compose", call = "transforms.compose{t1, t2, ...}",
   summary = "Transformations one after the other, as one transformation.",
   text = [[Elements are transformations (sequences too, at most 100 deep) or their names.
Its parameters are a list with the parameters of each.]],
   example = [[transforms.compose{"rotate", transforms.hue{shift = {-0.1, 0.1}}}]]},
  {name = "transforms.names", call = "transforms.names([category])",
   summary = "The names of the transformations, as a list.",
   text = [[Categories: "geometric", "photometric", "corruption", and those of definitions.
Without one: the 18 of Transforms-2D (Speicher, Nanda, Gummadi, TMLR 2024), then
those defined.]],
   example = [[transforms.names("geometric")]]},
  {name = "transforms.category", call = "transforms.category(name)",
   summary = "The category of the transformation of that name.",
   example = [[transforms.category("hue")]]},
  {name = "transforms.define",
   call = "transforms.define{name =, category =, sample =, apply =}",
   summary = "A new transformation, written in Lua.",
   text = [[sample(rng, canvas) draws and returns parameters (a table by custom); canvas has
height, width and box. Without it the parameters are {}. apply(img, parameters)
gets a uint8 image of its own and returns a uint8 image of the same shape. The
name becomes transforms.NAME and is known wherever names are; category is
"defined" unless given. Datasets that use it are made on the main thread. Errors
in the functions come out where the image was asked for.]],
   example = [[transforms.define{name = "dim", apply = function(img)
  return transforms.brightness():apply(img, {factor = 0.5}) end}]]},
  {name = "transform:name", call = "t:name()", summary = "Its name, as \"rotate\".",
   example = [[transforms.rotate():name()]]},
  {name = "transform:category", call = "t:category()",
   summary = "Its category; \"sequence\" for transforms.compose.",
   example = [[transforms.rotate():category()]]},
  {name = "transform:options", call = "t:options()",
   summary = "Its options, as a table that the constructor takes.",
   example = [[transforms.rotate():options().degrees]]},
  {name = "transform:parts", call = "t:parts()",
   summary = "The transformations of a sequence; an empty list for others.",
   example = [[#transforms.compose{"rotate", "hue"}:parts()]]},
  {name = "transform:sample", call = "t:sample(rng[, options])",
   summary = "Draws parameters, as a table.",
   text = [[Options: size = 32, or height and width: the canvas; box = {x =, y =, width =,
height =} (from 0): where the object is, by default the middle 0.7 of the canvas
(22 x 22 at (5, 5) of 32 x 32), where Transforms-2D puts its objects. Ranges are
drawn uniformly. What happens with probability p has a field applied. noise and
elastic have a seed for their random field.]],
   example = [[transforms.rotate():sample(rng.new(7)).angle]]},
  {name = "transform:apply", call = "t:apply(img, parameters[, box])",
   summary = "A new image, changed by the given parameters.",
   text = [[img: uint8, height x width x 4 (RGB and straight alpha), or 1 or 3 channels:
then colours change without regard to alpha, and what enters is black.
parameters: as t:sample draws them; applied is true where it is missing. With a
box, returns the box after it as well.]],
   example = [[transforms.rotate():apply(img, {angle = 90})]]},
}
