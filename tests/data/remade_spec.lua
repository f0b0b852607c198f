-- Splits and twins of datasets that are made of others.
local data = require "invar.data"
local files = require "support.files"
local sets = require "support.sets"
local with_folder = require "support.folder"

local function equal(a, b)
  local ax, ay = a:batch(1, #a)
  local bx, by = b:batch(1, #b)
  return #a == #b and ax:eq(bx):to("int32"):min():item() == 1
    and ay:eq(by):to("int32"):min():item() == 1
end

local ds = data.transforms2d {n = 200, size = 16, classes = {3, 5, 8, 13},
  transforms = {"rotate", "hue"}}

describe("twins of what is made of a dataset", function()
  it("are the same of its twin", function()
    local twin = ds:twin(9)
    assert.is_true(equal(ds:subset {4, 50, -1}:twin(9), twin:subset {4, 50, -1}))
    assert.is_true(equal(ds:per_class(10):twin(9), twin:per_class(10)))
    assert.is_true(equal(ds:only_classes({4, 2}):twin(9), twin:only_classes {4, 2}))
    assert.is_true(equal(ds:shuffle_labels(0.5):twin(9), twin:shuffle_labels(0.5)))
    local some = ds:only_classes({1, 2}):cache():random_subset(9):subset(2, 5)
    assert.is_true(equal(some:twin(9, "hue"),
      ds:twin(9, "hue"):only_classes({1, 2}):random_subset(9):subset(2, 5)))
    assert.is_true(equal(ds:concat(ds:split "test"):twin(9), twin:concat(ds:split("test"):twin(9))))
    assert.is_true(equal(ds:subset(1, 20):twin(9):twin(1), ds:subset(1, 20)))
  end)

  it("keep indices that change later", function()
    local indices = {1, 2, 3}
    local few = ds:subset(indices)
    indices[1] = 100
    assert.is_true(equal(few:twin(9), ds:twin(9):subset {1, 2, 3}))
  end)

  it("need transformations", function()
    local plain = data.transforms2d {n = 5}:concat(data.tensors {
      x = (data.transforms2d {n = 3}:batch(1, 3, {dtype = "uint8"})),
      y = data.transforms2d({n = 3}):labels(), classes = 61})
    sets.refused("only datasets with transformations have twins", function()
      return plain:subset(1, 2):twin(2)
    end)
  end)
end)

describe("splits of what is made of a dataset", function()
  it("have the same classes", function()
    local some = ds:only_classes {4, 2}
    local test = some:split("test", 30)
    assert.equal(30, #test)
    assert.same(some:class_names(), test:class_names())
    assert.is_true(equal(test, ds:split("test", 400):only_classes({4, 2}):subset(1, 30)))
    assert.is_true(equal(some:subset(1, 3):split("test", 30), test))
    assert.is_true(equal(some:split("test", 1), test:subset(1, 1)))
    assert.is_true(equal(some:per_class(2):split "validation",
      ds:split("validation"):only_classes {4, 2}))
  end)

  it("are whole and have true labels where samples or labels are chosen", function()
    local test = ds:split("test", 50)
    assert.is_true(equal(ds:subset(1, 10):split("test", 50), test))
    assert.is_true(equal(ds:per_class(3):shuffle_labels():split("test", 50), test))
    assert.is_true(equal(ds:concat(ds):split("test", 50), test))
    assert.is_true(equal(ds:subset(1, 9):split "test", ds:split "test"))
  end)

  it("are chosen by seed where there are files, fewer among more", function()
    with_folder(function(folder)
      local values, labels = {}, {}
      for i = 1, 60 do values[i], labels[i] = i, i % 3 end
      local x = files.write(folder .. "/x", sets.idx(8, {60, 1, 1}, "B", values))
      local y = files.write(folder .. "/y", sets.idx(8, {60}, "B", labels))
      local set = data.idx {images = x, labels = y, test = {images = x, labels = y}}
      local function numbers(part)
        return (part:batch(1, #part, {dtype = "uint8"})):flatten():to("int32"):totable()
      end
      local seen = {}
      for _, i in ipairs(numbers(set:split("test", 30))) do seen[i] = true end
      for _, i in ipairs(numbers(set:split("test", 10))) do assert.is_true(seen[i]) end
      assert.equal(60, #set:split "test")
      do
        local closed <close> = set:split "test"
        assert.equal(60, #closed)
      end
      assert.equal(60, #set:split "test")
      assert.same(numbers(set:split "train"), numbers(set:split("test"):split "train"))
      local one = set:only_classes({2}):split("test", 7)
      assert.equal(7, #one)
      for _, i in ipairs(numbers(one)) do assert.equal(1, i % 3) end
      sets.refused('dataset:split: argument 2: 21 samples are wanted, "test" has 20',
        function() return set:only_classes({2}):split("test", 21) end)
      sets.refused('one of "train", "test" expected, got "validation"', set.split, set,
        "validation")
    end)
  end)
end)

describe("the table of a dataset", function()
  it("tells what was done", function()
    local names = ds:class_names()
    local about = require("invar.core.data").about(
      ds:only_classes({names[3], 1}):per_class(2, {seed = 4}):shuffle_labels(0.5)
        :subset(1, 3):cache())
    assert.same({{"only_classes", names[3], names[1]}, {"per_class", n = 2, seed = 4},
      {"shuffle_labels", fraction = 0.5, seed = 1, mode = "permute"},
      {"subset", first = 1, last = 3}}, about.steps)
    assert.equal("transforms2d", about.kind)
  end)
end)
