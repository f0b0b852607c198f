-- Names and messages of datasets: names of classes, what a set is known by, whose
-- name an error begins with, and the line that it points to.
local data = require "invar.data"
local core = require "invar.core.data"
local identity = require("invar.data.describe").identity
local tensor = require "invar.tensor"
local transforms = require "invar.transforms"

local function pictures(n, more)
  local labels = {}
  for i = 1, n do labels[i] = 1 + i % 2 end
  local given = {x = tensor.zeros(n, 4, 4, 3):to "uint8", y = tensor(labels):to "int32"}
  for key, value in pairs(more or {}) do given[key] = value end
  return data.tensors(given)
end

-- The error of f, whose second line of code raises.
local function message_of(f)
  local ok, message = pcall(f)
  assert.is_false(ok)
  return message
end

describe("option class_names", function()
  it("says how many classes there are", function()
    local set = pictures(4, {class_names = {"a", "b", "c"}})
    assert.equal(3, set:classes())
    assert.same({2, 2, 0}, set:class_counts())
    assert.same({"a", "b", "c"}, set:class_names())
  end)

  it("keeps no table of the caller's", function()
    local names = {"a", "b"}
    local set = pictures(4, {class_names = names})
    names[1] = "changed"
    assert.same({"a", "b"}, set:class_names())
  end)

  for _, case in ipairs {
    {"element 2 is 5", {"a", 5}}, {"list of strings expected, got 7", 7},
    {"one or more names expected, got 0", {}}, {"3 names expected, got 2", {"a", "b"}, 3},
  } do
    it("is refused: " .. case[1], function()
      local message = message_of(function()
        pictures(4, {class_names = case[2], classes = case[3]})
      end)
      assert.is_truthy(message:find("data.tensors: option class_names: ", 1, true), message)
      assert.is_truthy(message:find(case[1], 1, true), message)
    end)
  end

  it("must have a name for every label", function()
    local message = message_of(function() pictures(4, {class_names = {"a"}}) end)
    assert.is_truthy(message:find("is not in 1 .. 1", 1, true), message)
  end)
end)

describe("what a set is known by", function()
  local function differ(a, b) assert.not_same(identity(a), identity(b)) end

  it("tells lists of samples apart", function()
    local set = pictures(9)
    differ(set:subset {1, 2, 3}, set:subset {1, 2, 4})
    differ(set:subset {1, 2, 3}, set:subset {3, 2, 1})
    assert.same(identity(set:subset {1, 2, 3}), identity(set:subset(tensor({1, 2, 3}):to "int32")))
  end)

  it("tells what was added", function()
    local set = data.transforms2d {n = 6, size = 8, transforms = {"rotate"}}
    differ(set:concat(set:twin(2)), set:concat(set:twin(3)))
  end)

  it("tells the ranges of transformations", function()
    local function make(degrees)
      return {transforms = {transforms.rotate {degrees = degrees}}, n = 6, size = 8}
    end
    differ(data.transforms2d(make {0, 10}), data.transforms2d(make {0, 20}))
    local set = pictures(6)
    differ(set:with_transforms {transforms = {transforms.rotate {degrees = {0, 10}}}},
      set:with_transforms {transforms = {transforms.rotate {degrees = {0, 20}}}})
    differ(set:with_transforms {class_transforms = {{transforms.rotate {degrees = {0, 10}}}}},
      set:with_transforms {class_transforms = {{transforms.rotate {degrees = {0, 20}}}}})
  end)
end)

describe("a twin by name", function()
  it("has all transformations of the name drawn anew, also one with a seed of its own", function()
    local function make(seeds)
      return data.transforms2d {n = 8, size = 16, classes = {1}, transforms = {"rotate", "rotate"},
        transform_seeds = seeds}
    end
    local function angle(set, k) return set:details(3).parameters[k].angle end
    local set = make {["rotate#2"] = 5}
    local twin, wanted = set:twin(9, "rotate"), make {rotate = 9}
    for k = 1, 2 do assert.equal(angle(wanted, k), angle(twin, k)) end
    local second = set:twin(9, "rotate#2")
    assert.equal(angle(set, 1), angle(second, 1))
    assert.equal(angle(wanted, 2), angle(second, 2))
  end)
end)

describe("errors name the function that was called, and point to its line", function()
  local float = data.tensors {x = tensor.zeros(2, 4, 4, 3), y = tensor({1, 2}):to "int32"}
  local cases = {
    ["data.backgrounds.labelled"] = function()
      data.backgrounds.labelled {images = tensor.zeros(2, 4, 4, 3),
        labels = tensor({1, 1}):to "int32"}
    end,
    ["data.backgrounds.dataset"] = function() data.backgrounds.dataset(float) end,
    ["data.objects.dataset"] = function() data.objects.dataset(pictures(4), {names = {"a"}}) end,
    ["dataset:with_transforms"] = function()
      float:with_transforms {transforms = {"rotate"}}
      error "accepted"
    end,
    ["data.show"] = function() data.show(float, {protocl = "kitty"}) end,
    ["data.preview"] = function()
      data.preview(1)
      error "accepted"
    end,
    ["dataset:split"] = function()
      local few = core.dataset_methods.only_classes(data.transforms2d {n = 40, size = 8}, {61})
      few:split "nothing"
    end,
  }
  for name, f in pairs(cases) do
    it(name, function()
      local message = message_of(f)
      local pattern = "names_spec.lua:%d+: " .. name:gsub("%p", "%%%0") .. ": "
      assert.is_truthy(message:find(pattern), message)
    end)
  end

  for _, range in ipairs {{}, {1}, {"a", 2}, {1, 1}, {2, 1}, {0, 0 / 0}} do
    it("data.preview wants a range, not " .. table.concat({tostring(range[1]),
      tostring(range[2])}, ", "), function()
      assert.has_error(function() data.preview(float, {range = range}) end,
        "data.preview: option range: {low, high} expected")
    end)
  end
end)
