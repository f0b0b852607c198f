return {
  {name = "image", call = 'local image = require "invar".image',
    summary = "Pictures: loading, saving, resizing, composing and showing them.",
    text = [[Images are uint8 tensors height x width x channels (1 gray, 3 RGB, 4 RGB and straight
alpha), row 1 at the top. Arithmetic is Pillow's, to the bit.]]},
  {name = "image.load", call = "image.load(path[, {size =}])",
   summary = "Reads a PNG, JPEG, PPM, PGM or PBM file.",
   text = [[A uint8 tensor of height x width x channels: 1 (gray), 3 (RGB, palettes and CMYK
too) or 4 where a PNG has transparency (RGB and straight alpha). The first bytes
say which format it is, not the name. Larger values are rounded to 8 bits; gamma
and colour profiles are ignored; EXIF orientation is honoured. The same bits as
Pillow's. Files that are damaged, cut short or claim more pixels than they can
hold are errors that name the path.

size  the picture is for a use at so many pixels: a JPEG is decoded at 1/2, 1/4 or
      1/8 where its shorter side stays at least twice that; several times as fast]],
   example = [[image.load("photo.jpg", {size = 32}):shape()]]},
  {name = "image.save", call = "image.save(path, img[, {quality = 90}])",
   summary = "Writes an image as a PNG, JPEG, PPM or PGM file.",
   text = [[img: uint8, or float32 in [0, 1] (rounded to 8 bits), of height x width x 1, 3
or 4, or height x width. The ending of the path says the format: .png (also
without an ending), .jpg, .jpeg (1 or 3 channels, of quality 1 .. 100), .ppm, .pgm,
.pnm (1 or 3 channels). The file appears whole or not at all.]],
   example = [[image.save("black.png", tensor.zeros(32, 32, 3))]]},
  {name = "image.resize",
   call = [[image.resize(img, {height =, width =, filter = "bilinear"})]],
   summary = "An image of another size, to the bit as Pillow resizes.",
   text = [[img: uint8. Filters: "nearest", "box", "bilinear", "bicubic" (a = -0.5); all but
nearest widen when they shrink (antialiasing). RGBA is premultiplied for them.]],
   example = [[image.resize(img, {height = 32, width = 32, filter = "bicubic"})]]},
  {name = "image.crop", call = "image.crop(img, y, x, height, width)",
   summary = "A part of an image.",
   text = [[y and x are the row and column (from 1) of its top left corner; it must lie
inside.]],
   example = [[image.crop(img, 1, 1, 16, 16)]]},
  {name = "image.paste", call = "image.paste(target, source, y, x[, mask])",
   summary = "An image with another one put on it.",
   text = [[A copy of target with source (same channels) at row y, column x (from 1, also
outside: what does not fit is dropped). Alpha is copied like a colour. With a
mask (uint8, gray, the size of source) the values are blended: 255 takes the
source, 0 keeps the target.]],
   example = [[image.paste(sheet, img, 1, 33)]]},
  {name = "image.composite", call = "image.composite(background, object)",
   summary = "An RGBA object on an RGB background of the same size.",
   text = [[The object's alpha is the mask; 8-bit values are rounded exactly, as Pillow's
paste does. Returns a new RGB image.]],
   example = [[image.composite(background, object)]]},
  {name = "image.flip_vertical", call = "image.flip_vertical(img)",
   summary = "The image upside down.", example = [[image.flip_vertical(img)]]},
  {name = "image.flip_horizontal", call = "image.flip_horizontal(img)",
   summary = "The image with left and right exchanged.",
   example = [[image.flip_horizontal(img)]]},
  {name = "image.contact_sheet", call = "image.contact_sheet(images[, options])",
   summary = "Many images of one size in a grid, as one RGB image.",
   text = [[images: a list of images, or a tensor N x height x width x channels; uint8, or
float32 in [0, 1]. Options: columns (about a square), margin = 2 (pixels), scale
= 1 (how many times each image is enlarged), background = 255 (gray; shows
through alpha), labels (a list of strings, one below each image), row_labels
(one left of each row). Labels are ASCII, in a small built-in font; what does
not fit is cut off.]],
   example = [[image.save("sheet.png", image.contact_sheet({a, b}, {scale = 4}))]]},
  {name = "image.glyph", call = "image.glyph(path, codepoint)",
   summary = "The colour bitmap of a character in a font.",
   text = [[
path: a TrueType file with PNG bitmaps (tables CBDT and CBLC), such as Debian's
fonts-noto-color-emoji; codepoint: an integer. Of several sizes the largest is
taken. Returns a uint8 image.]],
   example = [[
local font = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
image.save("dog.png", image.glyph(font, 0x1f415))]]},
  {name = "image.hash", call = "image.hash(img)",
   summary = "32 hexadecimal digits that name an image's size and pixels.",
   text = [[
Equal for equal images only (128 bits of XXH3): finds copies, proves files unchanged.]],
   example = [[image.hash(a) == image.hash(b)]]},
  {name = "image.show", call = "image.show(x[, options])",
   summary = "Shows pictures in the terminal.",
   text = [[
x: an image, a batch (N x H x W x C, or N x H x W gray), or a list of images of one
size; uint8, or float32 in 0 .. 1. Several are a grid. Alpha is shown on squares.
range     {low, high}: float values are mapped from it, as {-1, 1} for the batches
          of datasets; what is beyond is cut off
scale     how many times each picture is enlarged (as small ones need it)
columns   pictures beside each other (as fit)
labels    a list of names, below each picture
protocol  "kitty", "iterm2", "sixel", "blocks" or "none", for this call, also where
          standard output is no terminal
The best that the terminal can draw is chosen: kitty's graphics (kitty, ghostty,
Konsole), iTerm2's inline images (iTerm2, WezTerm, mintty), sixel where the terminal
says so when it is asked, once, else half blocks, in 24-bit colours or 256
(COLORTERM). In tmux and screen half blocks are drawn. INVAR_IMAGES, one of the
protocols, decides instead; NO_COLOR switches half blocks off. What is wider than
the terminal is shrunk. Where nothing can be drawn, a line says what it is.]],
   example = [[image.show(ds:batch(1, 12), {range = {-1, 1}})]]},
}
