--- The labelled sets that users have on disk: CIFAR, MNIST and its like, pairs of
-- .npy files. The options of each are in its help record.
local classes = require "invar.data.classes"
local core = require "invar.core.data"
local failure = require "invar.data.failure"
local find = require "invar.data.find"
local labelled = require "invar.data.labelled"
local options = require "invar.options"
local tensor = require "invar.tensor"

local merged = options.merged

local files = {}

-- Pictures in the size and with the channels wanted.
local function fit(settings, pictures)
  local size, channels, pad = settings.size or 0, settings.channels or 0, settings.pad or 0
  if size == 0 and channels == 0 and pad == 0 then return pictures end
  return core.fit(pictures, size, pad, channels)
end

-- The options of sets that are known by their names.
local known_defaults = merged(labelled.defaults, {validation = 5000})
local known_rules = merged(labelled.rules, {
  path = {type = "string"}, validation = {type = "number", min = 0}})

-- ---- CIFAR ------------------------------------------------------------------

local cifar_home = "https://www.cs.toronto.edu/~kriz/cifar.html"

local sets = {
  cifar10 = {
    folder = "cifar-10-batches-bin", archive = "cifar-10-binary.tar.gz",
    train = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
      "data_batch_4.bin", "data_batch_5.bin"},
    test = {"test_batch.bin"}, names = {only = "batches.meta.txt"}, classes = {only = 10},
  },
  cifar100 = {
    folder = "cifar-100-binary", archive = "cifar-100-binary.tar.gz",
    train = {"train.bin"}, test = {"test.bin"},
    names = {fine = "fine_label_names.txt", coarse = "coarse_label_names.txt"},
    classes = {fine = 100, coarse = 20},
  },
}

-- All samples of the files, one file after the other.
local function read_cifar(folder, list, labels)
  local xs, ys = {}, {}
  for i, file in ipairs(list) do
    xs[i], ys[i] = core.cifar(folder .. "/" .. file, labels)
  end
  if #xs == 1 then return xs[1], ys[1] end
  return tensor.cat(xs, 1), tensor.cat(ys, 1)
end

local function cifar(name, kind, settings)
  local set, labels = sets[kind], settings.labels or "only"
  local folder = find.folder(name, settings.path, {set.folder}, set.train[1],
    ("The binary version, %s, is at %s"):format(set.archive, cifar_home))
  local class_names = find.lines(folder .. "/" .. set.names[labels])
  local count = set.classes[labels]
  if class_names and #class_names ~= count then
    failure.raise(name, "%s/%s: %d names of classes are wanted, got %d", folder, set.names[labels],
      count, #class_names)
  end
  local function reader(list)
    return function() return failure.attempt(name, read_cifar, folder, list, labels) end
  end
  return labelled.create {
    name = name, kind = kind, class_names = class_names, classes = count,
    settings = merged(settings, {path = folder}),
    read = {train = reader(set.train), test = reader(set.test)},
  }
end


--- data.cifar10{path=, split=, validation=, seed=, normalize=}
function files.cifar10(given)
  local name = "data.cifar10"
  return cifar(name, "cifar10", options.check(name, given, known_defaults, known_rules))
end

--- data.cifar100{path=, labels=, split=, validation=, seed=, normalize=}
function files.cifar100(given)
  local name = "data.cifar100"
  return cifar(name, "cifar100", options.check(name, given,
    merged(known_defaults, {labels = "fine"}),
    merged(known_rules, {labels = {choices = {"fine", "coarse"}}})))
end

-- ---- IDX: MNIST and its like ------------------------------------------------

-- The labels read from `path`, those of `count` samples, from 1; `first` is the
-- lowest in the file.
local function take_labels(name, path, y, count, first)
  if y:dtype() ~= "int32" and y:dtype() ~= "uint8" then
    failure.raise(name, "%s: integer labels are wanted, got %s", path, y:dtype())
  end
  if y:dim() ~= 1 or y:size(1) ~= count then
    failure.raise(name, "%s: %d labels are wanted, got a tensor %s", path, count,
      table.concat(y:shape(), "x"))
  end
  return y:to("int32"):add(1 - first)
end

-- Samples and labels (from 0 in the file) of a pair of IDX files.
local function read_idx(name, settings, images, labels)
  local x = failure.attempt(name, core.idx, images)
  local y = failure.attempt(name, core.idx, labels)
  if x:dim() < 2 or x:dtype() ~= "uint8" and x:dtype() ~= "float32" then
    failure.raise(name, "%s: pictures of 8 bits (or float32) are wanted, got %s %s", images,
      x:dtype(), table.concat(x:shape(), "x"))
  end
  y = take_labels(name, labels, y, x:size(1), 0)
  if x:dim() == 3 then x = x:unsqueeze(4) end
  return failure.attempt(name, fit, settings, x), y
end

local picture_rules = {
  size = {type = "integer", min = 1, max = 1024},
  pad = {type = "integer", min = 0, max = 512},
  channels = {choices = {1, 3}},
}

local train_images, train_labels = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
local test_images, test_labels = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"

local function mnist(name, kind, settings, folders, where, class_names)
  local folder = find.folder(name, settings.path, folders, train_images, where)
  local function reader(images, labels)
    return function()
      return read_idx(name, settings, find.file(folder, images) or folder .. "/" .. images,
        find.file(folder, labels) or folder .. "/" .. labels)
    end
  end
  return labelled.create {
    name = name, kind = kind, class_names = class_names, classes = 10,
    settings = merged(settings, {path = folder}),
    read = {train = reader(train_images, train_labels),
      test = reader(test_images, test_labels)},
  }
end

local mnist_rules = merged(known_rules, picture_rules)

--- data.mnist{path=, split=, validation=, size=, pad=, channels=, seed=, normalize=}
function files.mnist(given)
  local name = "data.mnist"
  return mnist(name, "mnist", options.check(name, given, known_defaults, mnist_rules),
    {"mnist", "MNIST/raw", "MNIST"},
    "The four files are at https://ossci-datasets.s3.amazonaws.com/mnist/",
    {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"})
end

--- data.fashion_mnist{path=, split=, validation=, size=, pad=, channels=, seed=,
-- normalize=}
function files.fashion_mnist(given)
  local name = "data.fashion_mnist"
  return mnist(name, "fashion_mnist", options.check(name, given, known_defaults, mnist_rules),
    {"fashion-mnist", "FashionMNIST/raw", "FashionMNIST"},
    "On Debian: apt install dataset-fashion-mnist",
    {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker",
      "Bag", "Ankle boot"})
end

-- ---- pairs of files ---------------------------------------------------------

-- The pairs of files that train, validation and test are read from; `read` gets
-- two paths. `keys` are what the files of a pair are called.
local function create(name, kind, settings, keys, read)
  local readers = {}
  local function add(split, pair)
    local checked = split == "train" and pair or failure.attempt(name, options.check,
      ("%s: option %s"):format(name, split), pair, {}, {
        [keys[1]] = {type = "string", required = true},
        [keys[2]] = {type = "string", required = true}})
    readers[split] = function() return read(checked[keys[1]], checked[keys[2]]) end
  end
  add("train", settings)
  if type(settings.validation) == "table" then add("validation", settings.validation) end
  if settings.test then add("test", settings.test) end
  local names = settings.class_names
    and classes.check_names(name, settings.class_names, settings.classes)
  return labelled.create {
    name = name, kind = kind, class_names = names, settings = settings, read = readers,
    classes = settings.classes or names and #names or nil,
  }
end

local pair_defaults = merged(labelled.defaults, {validation = 0})
local pair_rules = merged(labelled.rules, {
  test = {type = "table"}, class_names = {type = "table"},
  classes = {type = "integer", min = 1, max = 1 << 24}})

--- data.idx{images=, labels=, validation=, test=, class_names=, classes=, split=,
-- size=, pad=, channels=, seed=, normalize=}
function files.idx(given)
  local name = "data.idx"
  local settings = options.check(name, given, pair_defaults,
    merged(pair_rules, picture_rules, {
      images = {type = "string", required = true},
      labels = {type = "string", required = true}}))
  return create(name, "idx", settings, {"images", "labels"}, function(images, labels)
    return read_idx(name, settings, images, labels)
  end)
end

-- Samples and labels of a pair of .npy files; `first` is the lowest label.
local function read_npy(name, first, x_path, y_path)
  local x = failure.attempt(name, tensor.load, x_path)
  local y = failure.attempt(name, tensor.load, y_path)
  if x:dim() < 1 then
    failure.raise(name, "%s: samples along the first dimension are wanted", x_path)
  end
  if x:dtype() ~= "uint8" then x = x:to("float32") end
  return x, take_labels(name, y_path, y, x:size(1), first)
end

--- data.npy{x=, y=, validation=, test=, first_label=, class_names=, classes=, split=,
-- seed=, normalize=}
function files.npy(given)
  local name = "data.npy"
  local settings = options.check(name, given, merged(pair_defaults, {first_label = 0}),
    merged(pair_rules, {first_label = {min = -1 << 30, max = 1 << 30},
      x = {type = "string", required = true}, y = {type = "string", required = true}}))
  return create(name, "npy", settings, {"x", "y"}, function(x, y)
    return read_npy(name, settings.first_label, x, y)
  end)
end

return files
