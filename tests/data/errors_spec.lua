-- Bad input: errors that name function and argument; nothing is lost.
local data = require "invar.data"
local scarcity = require "support.scarcity"
local tensor = require "invar.tensor"

local function refused(wanted, f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok, "accepted; wanted: " .. wanted)
  assert.is_truthy(tostring(message):find(wanted, 1, true),
    ("got %q, wanted %q"):format(message, wanted))
end

local function transforms2d(options)
  return function()
    options.n = options.n or 10
    return data.transforms2d(options)
  end
end

local ints = tensor({1, 2}):to("int32")

describe("bad options of data.transforms2d", function()
  local cases = {
    {{sise = 32}, 'data.transforms2d: there is no option "sise" (did you mean "size"?)'},
    {{size = 3}, "data.transforms2d: option size: integer in 4 .. 1024 expected, got 3"},
    {{size = 32.5}, "option size"},
    {{n = 0}, "option n: integer"},
    {{n = 0 / 0}, "option n"},
    {{seed = "x"}, "option seed: integer expected"},
    {{split = "dev"}, 'option split: one of "train", "validation", "test" expected'},
    {{class_from = "both"}, "option class_from"},
    {{fg_availability = 1.5}, "option fg_availability: number in 0 .. 1 expected"},
    {{fg_availability = 0 / 0}, "option fg_availability"},
    {{fg_availability = 0.5}, "fg_availability below 1 needs class_from"},
    {{fg_bg_correlation = 0.5}, "the backgrounds have no classes"},
    {{class_from = "background"}, "the backgrounds have no classes"},
    {{fg_scale = 0}, "option fg_scale"},
    {{fg_position = {1}}, "option fg_position: {x, y} in pixels or \"random\" expected"},
    {{fg_position = 3}, "option fg_position: table or string expected"},
    {{classes = {}}, "option classes: no class is named"},
    {{classes = {0}}, "option classes"},
    {{classes = {62}}, "option classes: classes are names or integers in 1 .. 61, got 62"},
    {{classes = {3, 3}}, "is there twice"},
    {{classes = {"bannana"}}, 'there is no class "bannana" (did you mean "banana"?)'},
    {{transforms = {"rotat"}}, 'there is no transformation "rotat" (did you mean "rotate"?)'},
    {{transforms = {3}}, "option transforms: names and transformations expected, got 3"},
    {{transforms = "rotate"}, "option transforms: table expected"},
    {{transforms = {rotate = true}}, "option transforms: list of transformations expected"},
    {{class_transforms = {nothing = {"hue"}}}, 'option class_transforms: there is no class'},
    {{class_transforms = {[1] = "hue"}}, "option class_transforms: list of transformations"},
    {{transform_seeds = {hue = 1}}, 'no transformation of the dataset is called "hue"'},
    {{transforms = {"hue"}, transform_seeds = {hue = 0.5}}, "option transform_seeds"},
    {{prototypes = 2}, "2 prototypes are wanted, object class 1 has 1"},
    {{prototypes = "some"}, 'option prototypes: integer or "all" expected'},
    {{objects = data.backgrounds.random()}, "option objects: objects expected, got backgrounds"},
    {{backgrounds = 7}, "option backgrounds: backgrounds expected, got 7"},
    {{normalize = 1}, "option normalize: boolean expected"},
    {{size = 16, transforms = {"elastic"}}, ""},
  }
  for i, case in ipairs(cases) do
    if case[2] ~= "" then
      it(("are refused: %d, %s"):format(i, case[2]), function()
        refused(case[2], transforms2d(case[1]))
      end)
    end
  end

  it("are refused when they are no table", function()
    refused("data.transforms2d: table of options expected, got 7", data.transforms2d, 7)
  end)

  it("are refused where background classes outnumber the objects", function()
    local labelled = data.backgrounds.labelled {
      images = tensor.zeros(2, 4, 4, 3):to("uint8"), labels = tensor({1, 9}):to("int32")}
    refused("needs an object class for each of the 9 background classes, there are 3",
      transforms2d {backgrounds = labelled, fg_bg_correlation = 0.5, classes = {1, 2, 3}})
  end)
end)

describe("bad arguments of sources", function()
  local picture = tensor.zeros(4, 4, 3):to("uint8")
  local cases = {
    {"data.objects.builtin: argument 1: there is no option", data.objects.builtin, {sead = 1}},
    {"option prototypes: integer in", data.objects.builtin, {prototypes = 0}},
    {"data.objects.random: argument 1: option classes", data.objects.random, {classes = 0}},
    {"data.objects.random: argument 1: table of options", data.objects.random, 5},
    {"option color", data.backgrounds.uniform, {color = {1, 2}}},
    {"option color", data.backgrounds.uniform, {color = {1, 2, 256}}},
    {"option color", data.backgrounds.uniform, {color = "red"}},
    {"data.objects.folder: argument 1: string expected, got 3", data.objects.folder, 3},
    {"data.objects.images: argument 1: list of paths", data.objects.images, "x"},
    {"data.objects.images: there are no pictures", data.objects.images, {}},
    {"picture 1: a path or a tensor is wanted, got boolean", data.objects.images, {true}},
    {"picture 2: float32", data.objects.images, {picture, tensor.zeros(4, 4, 3)}},
    {"picture 1: uint8 4x4x5 is no picture", data.objects.images,
      {tensor.zeros(4, 4, 5):to("uint8")}},
    {"picture 1: an image cannot have the size 0 x 4", data.objects.images,
      {tensor.zeros(0, 4, 3):to("uint8")}},
    {"option classes: a list of 1 integers", data.objects.images, {picture}, {classes = {1, 2}}},
    {"option classes: element 1", data.objects.images, {picture}, {classes = {0}}},
    {"class 1 has no picture", data.objects.images, {picture}, {classes = {2}}},
    {"option names: a list of 1 strings", data.objects.images, {picture}, {names = {}}},
    {"option names: element 1", data.objects.images, {picture}, {names = {{}}}},
    {"data.backgrounds.dataset: argument 1: dataset expected", data.backgrounds.dataset, 3},
    {"float32 2x2 are no", data.backgrounds.dataset,
      data.tensors {x = tensor.zeros(2, 2, 2), y = ints}},
    {"option images is missing", data.backgrounds.labelled, {labels = ints}},
    {"tensor expected", data.backgrounds.labelled, {images = 1, labels = ints}},
  }
  for i, case in ipairs(cases) do
    it(("are refused: %d, %s"):format(i, case[1]), function()
      refused(case[1], table.unpack(case, 2))
    end)
  end

  it("are refused by the methods", function()
    local objects = data.objects.builtin()
    refused("objects:image: argument 1: integer in 1 .. 61 expected", objects.image, objects, 62)
    refused("objects:image: argument 2", objects.image, objects, 1, 0)
    refused("self: ", objects.image, 7, 1)
    local noise = data.backgrounds.random()
    refused("fresh for every sample", noise.image, noise, 1)
    do
      local closed <close> = objects
      assert.equal(61, #closed)
    end
    refused("objects:names: self: the objects are closed", objects.names, objects)
    refused("closed", transforms2d {objects = objects})
    assert.equal("objects (closed)", tostring(objects))
  end)
end)

describe("bad arguments of datasets", function()
  local ds = data.transforms2d {n = 10, transforms = {"hue"}}
  local floats = data.tensors {x = tensor.zeros(2, 3), y = ints}
  local cases = {
    {"dataset:sample: argument 1: sample 11 of a dataset of 10", "sample", 11},
    {"dataset:sample: argument 1: sample 0", "sample", 0},
    {"dataset:sample: argument 1: integer expected", "sample", 1.5},
    {"dataset:batch: argument 2: sample 11", "batch", 1, 11},
    {"dataset:batch: argument 2: integer expected, got nil", "batch", 1},
    {"dataset:batch: argument 1: list or int32 tensor of indices", "batch", "x"},
    {"dataset:batch: argument 1: list or int32 tensor", "batch", tensor.zeros(3)},
    {"index 2 is 11, in a dataset of 10", "batch", {1, 11}},
    {"index 2 is no integer", "batch", {1, "2"}},
    {"there is no option", "batch", {1}, {type = "uint8"}},
    {'option dtype: one of "float32", "uint8" expected', "batch", {1}, {dtype = "int32"}},
    {"option out: {x, y} expected", "batch", {1}, {out = 3}},
    {"option out: element 1 is to be a row-major float32 tensor 1x32x32x3", "batch", {1},
      {out = {tensor.zeros(2), ints}}},
    {"dataset:subset: there are no samples", "subset", {}},
    {"dataset:subset: argument 1: index 1 is 12", "subset", {12}},
    {"dataset:batches: argument 1: option size: integer in 1", "batches", {size = 0}},
    {"dataset:batches: argument 1: option prefetch", "batches", {prefetch = -1}},
    {"there is no option \"shufle\" (did you mean \"shuffle\"?)", "batches", {shufle = true}},
    {"dataset:batches: argument 1: table of options expected", "batches", 32},
    {"dataset:split: argument 1: one of", "split", "dev"},
    {"dataset:split: argument 2: integer in 1", "split", "test", 0},
    {"dataset:twin: argument 1: integer expected, got nil", "twin"},
    {'dataset:twin: no transformation of the dataset is called "rotate"', "twin", 1, "rotate"},
    {"dataset:details: argument 1: integer in 1 .. 10", "details", 11},
  }
  for i, case in ipairs(cases) do
    it(("are refused: %d, %s"):format(i, case[1]), function()
      refused(case[1], ds[case[2]], ds, table.unpack(case, 3))
    end)
  end

  it("are refused where the kind of dataset matters", function()
    refused("uint8", floats.batch, floats, 1, 2, {dtype = "uint8"})
    refused("option dtype: the dataset's samples are float32", floats.batches, floats,
      {dtype = "uint8"})
    refused("dataset:image_size: samples with 1 dimensions", floats.image_size, floats)
    refused("dataset:twin: only datasets with transformations have twins", floats.twin, floats, 1)
    refused("only samples of Transforms-2D and of sets with transformations",
      floats.details, floats, 1)
    refused("dataset:batch: self: dataset expected, got 7", ds.batch, 7)
  end)

  it("are refused by data.tensors and data.preview", function()
    refused("data.tensors: argument 1: table of options expected, got 1", data.tensors, 1)
    refused("option x: tensor expected, got nil", data.tensors, {y = ints})
    refused("option y: int32 labels expected, got float32", data.tensors,
      {x = tensor.zeros(2, 2), y = tensor.zeros(2)})
    refused("y is a int32 tensor 2, int32 with 3 labels is wanted", data.tensors,
      {x = tensor.zeros(3, 2), y = ints})
    refused("label 2 of sample 2 is not in 1 .. 1", data.tensors,
      {x = tensor.zeros(2, 2), y = ints, classes = 1})
    refused("there are no samples", data.tensors,
      {x = tensor.zeros(0, 2), y = tensor.zeros(0):to("int32")})
    refused("data.preview: argument 1: dataset expected", data.preview, 3)
    refused("data.preview: there is no option", data.preview, ds, {colums = 3})
  end)

  it("are refused once it is closed", function()
    local closed = data.tensors {x = tensor.zeros(2, 3), y = ints}
    do local _ <close> = closed end
    refused("dataset:size: self: the dataset is closed", closed.size, closed)
    refused("closed", closed.batches, closed)
    refused("closed", function() return #closed end)
  end)
end)

describe("allocation failures", function()
  it("become errors at every point, and the next call works", function()
    local function scenario()
      local ds = data.transforms2d {n = 40, size = 16, classes = {1, 2, 3},
        objects = data.objects.random {classes = 5}, transforms = {"rotate", "blur"},
        backgrounds = data.backgrounds.uniform {}}
      local cached = ds:twin(3):subset(2, 30):cache()
      cached:batch {1, 2, 3}
      for x in cached:batches {size = 8} do assert(#x > 0) end
      local _ = data.backgrounds.dataset(cached)
    end
    scarcity(scenario, {leaks = true})
    scarcity(scenario, {leaks = true, later = true})
  end)
end)
