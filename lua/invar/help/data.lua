return {
  {name = "data", call = 'local data = require "invar".data',
    summary = "Datasets: Transforms-2D, its sources of pictures, and labelled tensors.",
    text = [[Sample i is a function of the seeds and i alone: the same bits by itself, in any batch,
in any order and with any number of threads.]]},
  {name = "data.transforms2d", call = "data.transforms2d([options])",
   summary = "A Transforms-2D dataset: transformed objects on backgrounds.",
   text = [[
A sample: an object drawn uniformly, changed by the transformations in the order
given, on a background drawn uniformly (Speicher, Nanda, Gummadi, TMLR 2024).
A training set of n samples is n fixed images: sample i has the same bits alone,
in any batch, order or epoch, on any number of threads.

objects             where objects come from (data.objects.builtin())
backgrounds         where backgrounds come from (data.backgrounds.builtin())
classes             the objects used, numbers or names; class k is the k-th (all)
transforms          names, or transformations with ranges of their own ({})
class_transforms    {[class] = {...}}: other transformations for some classes
size                height and width, 4 .. 1024 (32)
n                   samples (50000)
split               "train", "validation" or "test": other draws ("train")
seed                of all draws (1), or for each kind of its own:
object_seed, background_seed, transform_seed
transform_seeds     {[name] = seed}: for single transformations
class_from          whose class the label is, "object" or "background" ("object")
fg_availability     probability that the object is there (1); below 1 only with
                    class_from = "background"
fg_bg_correlation   probability that the object's class is set to the
                    background's (0)
fg_scale            objects shrunk once more by this factor (1)
fg_position         {x, y}: top left corner of their box, in pixels from 0
prototypes          pictures used per class, or "all" (1)
normalize           batches in -1 .. 1, (x / 255 - 0.5) / 0.5, else x / 255 (true)
cache               every sample made once and kept as 8 bits (false)

Objects are resized to size x size (bilinear) and shrunk by 0.7; backgrounds are
cut to the largest square at the top left and resized. Every kind of draw has a
stream of its own, transformations by their names, so that sets with nested lists
of transformations share their draws.]],
   example = [[
local ds = data.transforms2d {transforms = {"rotate", "hue"}, n = 1000}
local x, y = ds:batch(1, 512)]]},
  {name = "data.tensors", call = "data.tensors{x=, y=, classes=, class_names=, normalize=}",
   summary = "A labelled dataset of tensors in memory.",
   text = [[
x            N x ... float32 or uint8; sample i is x[i]
y            int32 N, labels from 1
classes      their number (the highest label)
class_names  a list of strings
normalize    uint8 values in batches are mapped to -1 .. 1, else 0 .. 1 (true)
Both are copied.]],
   example = [[data.tensors {x = tensor.zeros(4, 2), y = tensor({1, 2, 1, 2}):to("int32")}]]},
  {name = "data.preview", call = "data.preview(ds[, options])",
   summary = "A contact sheet of samples with the names of their classes.",
   text = [[
count    samples shown (60)
first    the first of them (1)
columns  (10)
scale    pixels of the sheet per pixel (2)
Returns a uint8 image.]],
   example = [[image.save("sheet.png", data.preview(data.transforms2d {n = 60}))]]},
  {name = "data.objects.builtin", call = "data.objects.builtin{seed=, prototypes=}",
   summary = "61 objects drawn by the program.",
   text = [[seed varies their details (1); prototypes: pictures of each (1).]],
   example = [[data.objects.builtin()]]},
  {name = "data.objects.random", call = "data.objects.random{classes=, prototypes=, seed=}",
   summary = "Objects that are fixed squares of uniform noise, opaque.",
   text = [[classes (61), prototypes of each (1), seed (1).]],
   example = [[data.objects.random {classes = 30}]]},
  {name = "data.objects.images", call = "data.objects.images(list[, {classes=, names=}])",
   summary = "Objects from tensors and picture files.",
   text = [[
list     uint8 tensors H x W x 1, 3 or 4 (copied), or paths of pictures, of any
         size; pictures without alpha are opaque
classes  the class of each, from 1 (each is a class); several of one class are
         its prototypes
names    of the classes]],
   example = [[data.objects.images({"cup.png", "dog.png"}, {names = {"cup", "dog"}})]]},
  {name = "data.objects.folder", call = "data.objects.folder(path[, {broken=}])",
   summary = "Objects from a folder of pictures.",
   text = [[
Either files, each a class called as the file, or subfolders, each a class with
all pictures below it as prototypes (so the foregrounds of SI-Score work as they
are downloaded). PNG, JPEG, PPM, PGM and PBM; sorted by name, hidden and other
files left out, links followed. An unreadable folder, a link to a folder above
itself, a class without pictures and a file that does not begin as a picture are
errors that name it; so is, when a dataset is made, a picture that is damaged.

broken  "skip" decodes all files at once and leaves out those that are broken; a
        line on standard error says how many, and source:broken() lists them
        ("error")]],
   example = [[data.objects.folder("foregrounds", {broken = "skip"})]]},
  {name = "data.backgrounds.builtin", call = "data.backgrounds.builtin{seed=}",
   summary = "867 backgrounds drawn by the program.",
   text = [[seed varies them (1).]],
   example = [[data.backgrounds.builtin()]]},
  {name = "data.backgrounds.random", call = "data.backgrounds.random()",
   summary = "Fresh uniform noise as the background of every sample.",
   text = [[The noise is drawn from the dataset's background seed.]],
   example = [[data.transforms2d {backgrounds = data.backgrounds.random()}]]},
  {name = "data.backgrounds.uniform", call = "data.backgrounds.uniform{color=}",
   summary = "One colour as the background.",
   text = [[color: {red, green, blue}, 0 .. 255 (black).]],
   example = [[data.backgrounds.uniform {color = {128, 128, 128}}]]},
  {name = "data.backgrounds.images", call = "data.backgrounds.images(list[, {classes=, names=}])",
   summary = "Backgrounds from tensors and picture files.",
   text = [[As data.objects.images, without alpha; without classes= they have none.]],
   example = [[data.backgrounds.images {"meadow.png", "street.png"}]]},
  {name = "data.backgrounds.folder", call = "data.backgrounds.folder(path[, {broken=}])",
   summary = "Backgrounds from a folder of pictures.",
   text = [[Files (without classes), or subfolders, each a class. As data.objects.folder.]],
   example = [[data.backgrounds.folder("backgrounds")]]},
  {name = "data.backgrounds.dataset", call = "data.backgrounds.dataset(ds[, {names=}])",
   summary = "The pictures of a dataset as backgrounds, with its classes.",
   text = [[ds: uint8 samples H x W x 1, 3 or 4. names: of the classes (the dataset's).]],
   example = [[data.backgrounds.dataset(data.transforms2d {n = 100})]]},
  {name = "data.backgrounds.labelled", call = "data.backgrounds.labelled{images=, labels=, names=}",
   summary = "Backgrounds with classes, from tensors.",
   text = [[images: uint8 N x H x W x 1, 3 or 4; labels: int32 N, from 1.]],
   example = [[data.backgrounds.labelled {images = x, labels = y}]]},
  {name = "objects:broken", call = "objects:broken()",
   summary = "The files of a folder that were left out because they are broken.",
   text = [[A list of {path =, message =}; empty unless the folder was opened with
broken = "skip".]],
   example = [[data.objects.folder("pictures", {broken = "skip"}):broken()]]},
  {name = "objects:count", call = "objects:count()", summary = "The number of pictures.",
   text = [[#objects is the number of classes.]], example = [[data.objects.builtin():count()]]},
  {name = "objects:classes", call = "objects:classes()", summary = "The number of classes.",
   text = "", example = [[data.objects.builtin():classes()]]},
  {name = "objects:names", call = "objects:names()", summary = "The names of the classes.",
   text = [[A list; the numbers as strings where they have no names.]],
   example = [[data.objects.builtin():names()]]},
  {name = "objects:image", call = "objects:image(i[, size])",
   summary = "Picture i, size x size x 4, before it is shrunk, and its class.",
   text = [[size: 1 .. 4096 (128).]], example = [[image.show(data.objects.builtin():image(1))]]},
  {name = "backgrounds:broken", call = "backgrounds:broken()",
   summary = "The files of a folder that were left out because they are broken.",
   text = [[A list of {path =, message =}; empty unless the folder was opened with
broken = "skip".]],
   example = [[data.backgrounds.folder("pictures", {broken = "skip"}):broken()]]},
  {name = "backgrounds:count", call = "backgrounds:count()",
   summary = "The number of pictures; 0 where every sample has a fresh one.",
   text = [[As #backgrounds.]], example = [[data.backgrounds.builtin():count()]]},
  {name = "backgrounds:classes", call = "backgrounds:classes()",
   summary = "The number of classes; 0 where they have none.", text = "",
   example = [[data.backgrounds.builtin():classes()]]},
  {name = "backgrounds:names", call = "backgrounds:names()",
   summary = "The names of the classes.", text = [[A list, empty without classes.]],
   example = [[data.backgrounds.builtin():names()]]},
  {name = "backgrounds:image", call = "backgrounds:image(i[, size])",
   summary = "Picture i, size x size x 3, and its class if it has one.",
   text = [[size: 1 .. 4096 (128).]],
   example = [[image.show(data.backgrounds.builtin():image(1))]]},
  {name = "dataset:size", call = "ds:size()", summary = "The number of samples, as #ds.",
   text = "", example = [[#data.transforms2d {n = 100}]]},
  {name = "dataset:classes", call = "ds:classes()", summary = "The number of classes.",
   text = "", example = [[data.transforms2d {n = 100}:classes()]]},
  {name = "dataset:class_names", call = "ds:class_names()",
   summary = "The names of the classes.",
   text = [[A list; the numbers as strings where they have no names.]],
   example = [[data.transforms2d {n = 100}:class_names()]]},
  {name = "dataset:shape", call = "ds:shape()", summary = "The sizes of one sample.",
   text = [[As many values: height, width, channels for pictures.]],
   example = [[local h, w, c = ds:shape()]]},
  {name = "dataset:image_size", call = "ds:image_size()", summary = "Height and width.",
   text = "", example = [[local h, w = ds:image_size()]]},
  {name = "dataset:dtype", call = "ds:dtype()",
   summary = "What samples are made of: \"uint8\" or \"float32\".", text = "",
   example = [[data.transforms2d {n = 100}:dtype()]]},
  {name = "dataset:sample", call = "ds:sample(i)", summary = "Sample i and its label.",
   text = [[A tensor in the dataset's dtype, H x W x 3 for pictures; negative i count from
the end. ds:details(i) tells what was drawn for it.]],
   example = [[local img, label = ds:sample(1)]]},
  {name = "dataset:details", call = "ds:details(i)",
   summary = "What was drawn for sample i of a Transforms-2D dataset.",
   text = [[
A table: label, class (of the object, from 1), prototype, background (its number;
none for fresh noise), present (whether the object was pasted), parameters (of
each transformation, in order), box {x, y, width, height} (x and y from 0) where
the object is in the end, prepared and object: RGBA before and after the
transformations. Works through subsets and caches.]],
   example = [[ds:details(1).parameters[1].angle]]},
  {name = "dataset:batch",
   call = "ds:batch(first, last[, options]) or ds:batch(indices[, options])",
   summary = "Several samples at once: x and y.",
   text = [[
x: float32 B x ... (uint8 values as normalize says); y: int32 B, labels from 1.
indices: a list or an int32 tensor. Negative numbers count from the end.
dtype  "uint8": the values as they are ("float32")
out    {x, y}: tensors to be filled]],
   example = [[local x, y = ds:batch(1, 512)]]},
  {name = "dataset:batches", call = "ds:batches([options])",
   summary = "An iterator over batches, made ahead on another thread.",
   text = [[
for x, y in ds:batches {size = 128, epoch = 3} do ... end
size       samples per batch; the last one may be smaller (512)
shuffle    in an order that is a function of seed and epoch (true)
seed, epoch  (1, 1)
first      the batch to begin with, to go on in the middle of an epoch (1)
drop_last  leave out a last batch that is not full (false)
prefetch   batches made ahead, 0 .. 64; 0: made when asked for (2)
dtype      as in ds:batch
Tensors are the caller's to keep. Leaving the loop ends the thread. Datasets with
transformations defined in Lua are read without a thread. #ds:batches{...} is the
number of batches; it:close() ends early.]],
   example = [[for x, y in ds:batches {size = 128} do print(#y) end]]},
  {name = "dataset:split", call = "ds:split(split[, n])",
   summary = "The same Transforms-2D family drawn for another split.",
   text = [[split: "train", "validation" or "test"; n: samples (as many).]],
   example = [[local test = ds:split("test", 10000)]]},
  {name = "dataset:twin", call = "ds:twin(seed[, transformation])",
   summary = "The same Transforms-2D samples but for the transformations drawn.",
   text = [[
All transformations are drawn from the other seed, or only the one named ("hue",
or "rotate#2" for the second of a name; "rotate" means all of that name).
Nothing else differs.]],
   example = [[local twin = ds:twin(2, "hue")]]},
  {name = "dataset:subset", call = "ds:subset(first, last) or ds:subset(indices)",
   summary = "Some samples of a dataset, as a dataset.",
   text = [[indices: a list or an int32 tensor; negative ones count from the end.]],
   example = [[local few = ds:subset(1, 100)]]},
  {name = "dataset:cache", call = "ds:cache()",
   summary = "The same dataset with every sample made once and kept.",
   text = [[Made in parallel; pictures are kept as 8 bits (3 KB each at 32 x 32).]],
   example = [[local ds = data.transforms2d {n = 1000}:cache()]]},
  {name = "dataset:describe", call = "ds:describe()",
   summary = "A plain table of what the dataset is: sizes, classes, seeds, ...",
   text = "", example = [[for key, value in pairs(ds:describe()) do print(key, value) end]]},
  {name = "batches:close", call = "it:close()", summary = "Ends an iterator and its thread.",
   text = [[Leaving a for loop does it.]], example = [[it:close()]]},
}
