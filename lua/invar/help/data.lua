return {
  {name = "data", call = 'local data = require "invar".data',
    summary = "Datasets: Transforms-2D, its sources of pictures, and labelled sets.",
    text = [[
Sample i is a function of the seeds and i alone: the same bits by itself, in any batch,
in any order and with any number of threads. All sets have one interface:

making      data.transforms2d; data.cifar10, cifar100, mnist, fashion_mnist, idx, npy,
            folder, tensors: labelled sets; data.series: windows of time series
pictures    data.objects and data.backgrounds: builtin, pack, folder, images, dataset,
            random, and of backgrounds uniform and labelled
looking     ds:describe(), data.show(ds), data.preview(ds), ds:details(i)
samples     ds:sample(i), ds:batch(first, last), ds:batches{...}, ds:labels(), #ds
splits      ds:split "test": "train", "validation", "test", as far as there are
choosing    ds:subset, ds:only_classes, ds:per_class, ds:random_subset, ds:concat
changing    ds:with_transforms{...}, ds:twin(seed), ds:shuffle_labels(fraction)
keeping     ds:cache() in memory; data.cache(), data.clear_cache() of decoded files

Nothing changes a set: each call gives another one. What is chosen of a set, and what
carries transformations, has the splits and twins of what it was made of.]],
    example = [[local ds = data.fashion_mnist {split = "test"}:per_class(10)]]},
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
object_seed, background_seed, transform_seed, position_seed
transform_seeds     {[name] = seed}: for single transformations
class_from          whose class the label is, "object" or "background" ("object")
fg_availability     probability that the object is there (1); below 1 only with
                    class_from = "background"
fg_bg_correlation   probability that the object's class is set to the
                    background's (0)
fg_scale            objects shrunk once more by this factor (1)
fg_position         {x, y}: top left corner of their box, in pixels from 0, kept
                    on the canvas; "random": drawn for each sample, as translate
                    does but before the transformations (in the middle)
prototypes          pictures used per class, or "all" (1)
normalize           batches in -1 .. 1, (x / 255 - 0.5) / 0.5, else x / 255 (true)
cache               every sample made once and kept as 8 bits (false)

Objects are resized to size x size (bilinear) and shrunk by 0.7; backgrounds are
cut to the largest square at the top left and resized. Every kind of draw has a
stream of its own, transformations by their names, so that sets with nested lists
of transformations share their draws. Protocol 2 of the paper puts objects into the
upper right corner: fg_scale = 0.55 and what is (21, 2) in the released code, where
the box is reckoned 2 pixels off; here that is fg_position = {19, 0}.]],
   example = [[
local ds = data.transforms2d {transforms = {"rotate", "hue"}, n = 1000}
local x, y = ds:batch(1, 512)]]},
  {name = "data.tensors", call = "data.tensors{x=, y=, classes=, class_names=, normalize=}",
   summary = "A labelled dataset of tensors in memory.",
   text = [[
x            N x ... float32 or uint8; sample i is x[i]
y            int32 N, labels from 1
classes      their number (as many as there are names, or the highest label)
class_names  a list of strings, one for each class
normalize    uint8 values in batches are mapped to -1 .. 1, else 0 .. 1 (true)
Both are copied.]],
   example = [[data.tensors {x = tensor.zeros(4, 2), y = tensor({1, 2, 1, 2}):to("int32")}]]},
  {name = "data.preview", call = "data.preview(ds[, options])",
   summary = "A contact sheet of samples with the names of their classes.",
   text = [[
count    samples shown at most (60)
first    the first of them (1)
columns  (10; 8 by class)
scale    pixels of the sheet per pixel (2)
by       "sample": in order; "class": a row for each class, its name at the left
         ("sample")
classes  names are written (true)
range    {low, high} of float32 samples, as {-1, 1}; what is beyond is cut off ({0, 1},
         and what is beyond is an error)
Returns a uint8 image. Long names end in an ellipsis.]],
   example = [[image.save("sheet.png", data.preview(data.transforms2d {n = 60}))]]},
  {name = "data.objects.builtin", call = "data.objects.builtin{seed=, prototypes=}",
   summary = "61 objects drawn by the program.",
   text = [[seed varies their details (1); prototypes: pictures of each (1).]],
   example = [[data.objects.builtin()]]},
  {name = "data.objects.random", call = "data.objects.random{classes=, prototypes=, seed=}",
   summary = "Objects that are fixed squares of uniform noise, opaque.",
   text = [[classes (61), prototypes of each (1), seed (1).]],
   example = [[data.objects.random {classes = 30}]]},
  {name = "data.objects.dataset", call = "data.objects.dataset(ds[, {names=, splits=}])",
   summary = "The pictures of a dataset as objects, the prototypes of their classes.",
   text = [[As data.backgrounds.dataset; opaque where they have no alpha.]],
   example = [[data.objects.dataset(data.fashion_mnist {})]]},
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
  {name = "data.backgrounds.dataset", call = "data.backgrounds.dataset(ds[, {names=, splits=}])",
   summary = "The pictures of a dataset as backgrounds, with its classes.",
   text = [[
ds      uint8 samples H x W x 1, 3 or 4
names   of the classes (the dataset's)
splits  where ds has splits, the backgrounds of a Transforms-2D dataset are those of
        its own split, and the training pictures where there is no such part: test
        samples lie on test pictures (true); false: those of ds always
Pictures that lie in memory and have the right size are not copied.]],
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
   text = [[size: 1 .. 4096 (128).]], example = [[image.show((data.objects.builtin():image(1)))]]},
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
   summary = "What was drawn for sample i: Transforms-2D, or ds:with_transforms.",
   text = [[
A table: label, class (of the object, from 1), prototype, background (its number;
none for fresh noise), present (whether the object was pasted), parameters (of
each transformation, in order), box {x, y, width, height} (x and y from 0) where
the object is in the end, prepared and object: RGBA before and after the
transformations. Works through subsets and caches. Of pictures with transformations:
label, parameters, prepared, object (the whole picture) and box.]],
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
   summary = "Another split of the same data.",
   text = [[
split  "train", "validation" or "test", as far as there are
n      samples: of Transforms-2D as many are drawn (as many as ds was made with), of
       other sets so many are chosen by the set's seed (all)
Of a dataset made of another: what holds for classes and pictures holds for the
split too (ds:only_classes); what chooses samples or changes labels does not
(ds:subset, ds:per_class, ds:random_subset, ds:shuffle_labels): the split is whole
and has true labels.]],
   example = [[local test = ds:split("test", 10000)]]},
  {name = "dataset:twin", call = "ds:twin(seed[, what])",
   summary = "The same samples but for the transformations drawn.",
   text = [[
All transformations are drawn from the other seed, or only the one named ("hue",
or "rotate#2" for the second of a name; "rotate" means all of that name).
Nothing else differs. Of a subset it is the same subset of the twin.
Transforms-2D has further twins, so that no transformation may be called like them:
"object"      other objects (class, prototype, whether it is there)
"background"  other backgrounds
"position"    other positions, where fg_position = "random"
Their labels may differ.]],
   example = [[local twin = ds:twin(2, "hue")]]},
  {name = "dataset:with_transforms", call = "ds:with_transforms{transforms=, ...}",
   summary = "The same pictures with transformations, fixed for each sample.",
   text = [[
ds: uint8 pictures H x W x 1 or 3.
transforms        names, or transformations with ranges of their own ({})
class_transforms  {[class] = {...}}: other transformations for some classes
transform_seed    of the draws (1)
transform_seeds   {[name] = seed}: for single transformations
Each is applied to the whole picture as opaque RGBA, as to an object of
Transforms-2D, and draws what it draws there for the sample of that number: nested
lists share their draws, ds:twin and ds:split work, ds:details(i) tells. What comes
from outside the picture is black. translate shifts as it shifts an object, by -5 to
4 pixels of 32. Gray pictures are transformed as RGB and become gray again by their
luminance. Samples that carry transformations already may get more; the second
"rotate" is then "rotate#2".]],
   example = [[
local ds = data.cifar10 {}:with_transforms {transforms = {"rotate", "hue"}}
local twin = ds:twin(2, "hue")]]},
  {name = "dataset:subset", call = "ds:subset(first, last) or ds:subset(indices)",
   summary = "Some samples of a dataset, as a dataset.",
   text = [[indices: a list or an int32 tensor; negative ones count from the end.]],
   example = [[local few = ds:subset(1, 100)]]},
  {name = "dataset:cache", call = "ds:cache()",
   summary = "The same dataset with every sample made once and kept.",
   text = [[Made in parallel; pictures are kept as 8 bits (3 KB each at 32 x 32).]],
   example = [[local ds = data.transforms2d {n = 1000}:cache()]]},
  {name = "dataset:describe", call = "ds:describe()",
   summary = "A table of what the dataset is, which prints as a text.",
   text = [[
kind, size, classes, class_names, shape, dtype, class_counts; channels: a list of
{name, mean, std, min, max, missing} over `samples` samples, 1000 at most, evenly
spread (8-bit values in 0 .. 1); transforms (names) and transform_ranges (texts),
carried (those of ds:with_transforms), seeds, split and splits, source (where its
files are), steps (what was done to it), and the settings of its kind.]],
   example = [[data.transforms2d {n = 100, transforms = {"rotate"}}:describe()]]},
  {name = "batches:close", call = "it:close()", summary = "Ends an iterator and its thread.",
   text = [[Leaving a for loop does it.]], example = [[it:close()]]},
  {name = "data.cifar10",
   call = "data.cifar10{path=, split=, validation=, seed=, normalize=}",
   summary = "CIFAR-10 in its binary version, as it is downloaded.",
   text = [[
path        the folder cifar-10-batches-bin, or the one it is in. Without it the
            folder is looked for in $INVAR_DATA, ~/.local/share/invar (or
            $XDG_DATA_HOME/invar), /usr/local/share/datasets, /usr/share/datasets
split       "train", "validation" or "test" ("train")
validation  samples taken from the training files, or a fraction of them (5000):
            the same share of each class, by seed; 0: no such split
seed        which they are (1)
normalize   batches in -1 .. 1, else 0 .. 1 (true)
32 x 32 x 3, uint8. ds:split gives the other splits; files are read once, when
they are needed. From https://www.cs.toronto.edu/~kriz/cifar.html]],
   example = [[local test = data.cifar10 {path = "data"}:split "test"]]},
  {name = "data.cifar100",
   call = "data.cifar100{path=, labels=, split=, validation=, seed=, normalize=}",
   summary = "CIFAR-100 in its binary version, as it is downloaded.",
   text = [[
labels  "fine": 100 classes, or "coarse": 20 ("fine")
path: the folder cifar-100-binary, or the one it is in; all else as in
data.cifar10.]],
   example = [[local ds = data.cifar100 {path = "data", labels = "coarse"}]]},
  {name = "data.fashion_mnist",
   call = "data.fashion_mnist{path=, split=, size=, channels=, ...}",
   summary = "Fashion-MNIST (Debian: apt install dataset-fashion-mnist).",
   text = [[
size        pictures resized to size x size, bilinear as Pillow does it (28)
pad         a frame of so many black pixels (0)
channels    1, or 3 equal ones (1)
path        the folder of the four files, .gz or not; without it looked for as in
            data.cifar10: Debian's is found
split, validation, seed, normalize: as in data.cifar10.
10 classes, 60000 samples to train (and validate) with, 10000 to test.]],
   example = [[local ds = data.fashion_mnist {size = 32, channels = 3}]]},
  {name = "data.mnist", call = "data.mnist{path=, split=, size=, channels=, ...}",
   summary = "MNIST, from its four IDX files.",
   text = [[Options as in data.fashion_mnist.]],
   example = [[local ds = data.mnist {path = "MNIST/raw"}]]},
  {name = "data.idx", call = "data.idx{images=, labels=, validation=, test=, ...}",
   summary = "A labelled set from IDX files, the format of MNIST; .gz or not.",
   text = [[
images, labels  paths. Pictures are N x H x W or N x H x W x C (other shapes of
            uint8 or float32 samples are taken as they are); labels from 0
validation  {images=, labels=}, or samples taken from the training files (0)
test        {images=, labels=}
class_names, classes  a list; their number (as many as there are names, or the
            highest label of the training files)
split, seed, normalize: as in data.cifar10; size, pad, channels: as in
data.fashion_mnist.]],
   example = [[local ds = data.idx {images = "x.idx.gz", labels = "y.idx.gz"}]]},
  {name = "data.npy", call = "data.npy{x=, y=, validation=, test=, first_label=, ...}",
   summary = "A labelled set from pairs of .npy files.",
   text = [[
x           path: samples of any shape along the first dimension; uint8 or numbers
            that become float32
y           path: integer labels
first_label  the lowest label (0, as NumPy's users have it); it becomes 1
validation  {x=, y=}, or samples taken from the training files (0)
test        {x=, y=}
class_names, classes, split, seed, normalize: as in data.idx.]],
   example = [[local ds = data.npy {x = "x.npy", y = "y.npy", validation = 0.1}]]},
  {name = "dataset:labels", call = "ds:labels()",
   summary = "The labels of all samples: int32, from 1.",
   text = [[Without making the samples, where the dataset allows it.]],
   example = [[local y = data.transforms2d {n = 100}:labels()]]},
  {name = "dataset:class_counts", call = "ds:class_counts()",
   summary = "The number of samples of each class, a list.", text = "",
   example = [[data.transforms2d {n = 100}:class_counts()[1] ]]},
  {name = "dataset:only_classes", call = "ds:only_classes(list)",
   summary = "The samples of some classes.",
   text = [[
list: names or numbers; the k-th becomes class k. Its splits have the same
classes.]],
   example = [[local pets = data.transforms2d {n = 1000}:only_classes {"apple", "fish"}]]},
  {name = "dataset:per_class", call = "ds:per_class(n[, {seed=}])",
   summary = "n samples of each class, or that fraction of each.",
   text = [[
n: a count (1, 2, ...), or a fraction in 0 .. 1 (1.0 is all, 0.01 one in a hundred,
and one at least). seed decides which (1): fewer are always among more, and it makes
no difference whether classes are chosen before or after. They stay in their order.
ds:split gives the splits of ds, whole.]],
   example = [[local few = data.transforms2d {n = 5000}:per_class(10)]]},
  {name = "dataset:random_subset", call = "ds:random_subset(n[, {seed=, stratified=}])",
   summary = "n samples, or that fraction of all.",
   text = [[
n: a count or a fraction, as in ds:per_class. seed decides which (1): fewer are
always among more. stratified: each class keeps its share (false).]],
   example = [[local tenth = data.transforms2d {n = 1000}:random_subset(0.1, {seed = 3})]]},
  {name = "dataset:shuffle_labels", call = "ds:shuffle_labels([fraction[, {seed=, mode=}]])",
   summary = "The same samples, with some labels exchanged or drawn anew.",
   text = [[
fraction  of the samples, chosen by seed (1)
seed      (1)
mode      "permute": the chosen ones exchange their labels at random, so that classes
          keep their sizes; "uniform": each is drawn uniformly, the true one too
          ("permute")
Labels of this set alone: ds:split gives splits with true labels (Zhang et al., ICLR
2017).]],
   example = [[local noisy = data.transforms2d {n = 1000}:shuffle_labels(0.2)]]},
  {name = "dataset:concat", call = "ds:concat(other)",
   summary = "The samples of two datasets, one after the other.",
   text = [[They have the same shape, dtype, normalisation and classes. Splits are those of
the first.]],
   example = [[local ds = data.transforms2d {n = 100}; ds:concat(ds:split("validation"))]]},
  {name = "data.folder", call = "data.folder{path=, size=, ...}",
   summary = "Labelled pictures from a folder with one subfolder per class.",
   text = [[
As torchvision's ImageFolder: subfolders in the order of their bytes are the classes,
with all pictures below them (PNG, JPEG, PPM; hidden files and others are let be).
Where the folder holds nothing but train and, perhaps, val (valid, validation) and
test folders of such subfolders, these are the splits, with the classes of train.

path        the folder
size        height and width of the samples, 1 .. 1024 (32)
resize      "crop": the shorter side to size, then the middle of the longer one,
            torchvision's Resize(size) and CenterCrop(size); "squash": both sides
            to size; "pad": the longer side to size, the rest black, Pillow's
            ImageOps.pad; antialiased bilinear ("crop")
exact       JPEGs are decoded whole, with Pillow's bits, not at a half, a quarter or
            an eighth where that is large enough, which is faster (false)
broken      "error": a file that cannot be decoded is an error that names it;
            "skip": it is left out, with one warning; see ds:broken ("error")
split       "train", "validation" or "test" ("train")
validation, test  samples held out of the training pictures, a count or a fraction,
            the same share of every class (0)
seed        of what is held out (1)
normalize   batches in -1 .. 1, else 0 .. 1 (true)

Pictures are decoded and resized once, in parallel, and kept in the cache
(data.cache); later, and in other processes, they are mapped from there, so that the
set may be larger than memory. A file that was changed, added or removed is noticed by
its size, inode and time of change.]],
   example = [[local ds = data.folder {path = "birds", size = 64, validation = 0.1}]]},
  {name = "dataset:broken", call = "ds:broken()",
   summary = "The files that data.folder left out: {{path=, message=}, ...}.",
   text = [[Splits held out of the same folder have the same list; other datasets an empty
one.]],
   example = [[data.folder {path = "birds", broken = "skip"}:broken()]]},
  {name = "data.cache", call = "data.cache()",
   summary = "What is kept of decoded pictures: folder, bytes, limit and files.",
   text = [[
A list, the file used last first, of {path=, title=, bytes=, used=} (used: seconds since
1970, to the hour), with the fields folder, bytes (of all) and limit.

Decoded pictures of folders and lists of files are kept in CACHE/pictures, where CACHE
is $INVAR_CACHE, or invar in $XDG_CACHE_HOME or ~/.cache. The ones used longest ago are
removed when they are more than $INVAR_CACHE_LIMIT gigabytes (20). Damaged files are
noticed when they are opened and made anew. All of it may be removed at any time, also
by rm; never change a file in place.]],
   example = [[for _, entry in ipairs(data.cache()) do print(entry.bytes, entry.title) end]]},
  {name = "data.clear_cache", call = "data.clear_cache([limit])",
   summary = "Removes decoded pictures from the cache; returns the bytes freed.",
   text = [[The ones used longest ago, until at most limit bytes are left (0: all).]],
   example = [[data.clear_cache(10e9)]]},
  {name = "data.objects.pack", call = "data.objects.pack{path=, prototypes=}",
   summary = "The objects of the pack of real pictures: 200 classes of things.",
   text = [[
Emoji of food, animals, plants, vehicles, household, clothes, tools, instruments
and sports, 118 x 128 pixels or so, each cut to its bounding box and padded to a
square. `make assets` or data.build_pack() makes the pack.
path        its folder ($INVAR_PACK, else pack/ in the cache)
prototypes  pictures of each class at most, or "all" ("all"); 21 classes have several]],
   example = [[data.objects.pack()]]},
  {name = "data.backgrounds.pack", call = "data.backgrounds.pack{path=}",
   summary = "The backgrounds of the pack: 900 squares of photographs of nature and places.",
   text = [[
128 x 128 pixels, cut from 32 photographs at up to four scales. No two are alike,
and one covers at most a quarter of another. path: as in data.objects.pack.]],
   example = [[data.backgrounds.pack()]]},
  {name = "data.build_pack", call = "data.build_pack([folder])",
   summary = "Makes the pack of real pictures from Debian's packages; returns its folder.",
   text = [[
folder: where to ($INVAR_PACK, else pack/ in the cache); what is there is replaced
when the new pack is whole. The packages (fonts-noto-color-emoji,
lomiri-wallpapers-16.04 and -20.04, mate-backgrounds, plasma-workspace-wallpapers,
180 MB) are fetched once by apt-get download into the cache; nothing is installed
and no rights are needed. INVAR_OFFLINE=1 forbids to fetch. The same packages give
the same pictures, bit for bit. In the pack: objects/CLASS/N.png,
backgrounds/NAME-N.png, manifest.csv (source, version, crop and hash of each
picture) and copyright/ (Debian's, for each package).]],
   example = [[data.build_pack()]]},
  {name = "data.check_pack", call = "data.check_pack([folder])",
   summary = "Compares each picture of the pack with its manifest; returns their number.",
   text = [[A picture that is missing, damaged or another is an error that names it.]],
   example = [[data.check_pack()]]},
  {name = "data.show", call = "data.show(ds[, options])",
   summary = "Draws a contact sheet of a dataset in the terminal, or saves it.",
   text = [[
file      saved there (PNG) instead
protocol  as in image.show
Other options as in data.preview; columns and scale are by default what fits the
terminal.]],
   example = [[data.show(data.transforms2d {n = 60}, {by = "class"})]]},
  {name = "data.series", call = "data.series{csv=, window=, ...} or data.series{x=, y=, ...}",
   summary = "Time series as a dataset of windows, T steps x C channels of float32.",
   text = [[
csv          long recordings, a line for each step: a window lies within one group
             and one label
window       steps of a sample
stride       steps between two windows (window: no overlap)
channels     columns, names or numbers (all but label and group)
label        the column of the classes (one class)
group        the column of who or what was recorded
classes      labels used, in the order of the classes (all, sorted); rows with others
             belong to no window
layout       "rows", or "row": a sample per line, its label first, as in the UCR
             archive; T x 1 ("rows")
header       the first line holds names (true; false with layout = "row")
separator    ",", ";", "\t" or " " (a tab for .tsv, else ",")
x, y         tensors or .npy files instead: N x T x C or N x T; labels from 1;
             group: N integers; class_names: a list
missing      "error", "nan" (kept), or "skip": windows with missing values are left
             out ("error")
standardize  each channel to mean 0 and deviation 1 by the windows for training
             (false)
split        "train", "validation" or "test"; ds:split gives the others
parts        shares {train = 0.7, validation = 0.1, test = 0.2}, or lists of groups
seed         of the splits (1)
like         another set: its classes and standardisation, for test files

Splits do not share a step. With group whole groups are dealt to the parts, which
is what tells how a network does on someone new. Without, recordings are cut into
blocks of ten windows, which are dealt, class by class, and no window reaches over
the end of a block; but neighbouring blocks are alike, so such test results flatter.
Samples of x or of lines are dealt one by one.

Networks take N x T x C as it is (linear, layer_norm, attention) or as images of
width 1, on which square kernels with half their size as padding see time alone:]],
   example = [[
local ds = data.series {csv = "recording.csv", window = 128, stride = 64,
  channels = {"ax", "ay"}, label = "activity", group = "subject", split = "train",
  standardize = true}
local as_images = nn.module {forward = function(_, x)
  return x:reshape(x:size(1), x:size(2), 1, x:size(3))
end}
local net = nn.sequential {as_images,
  nn.conv2d(2, 32, 5, {padding = 2, stride = 2}), nn.relu(),
  nn.conv2d(32, 64, 5, {padding = 2, stride = 2}), nn.relu(),
  nn.global_avg_pool(), nn.linear(64, ds:classes())}
train.fit(net, ds, {epochs = 20, validation = ds:split "validation"})]]},
}
