-- Datasets of tensors, subsets, caches, and how batches are asked for.
local data = require "invar.data"
local invar = require "invar"
local tensor = require "invar.tensor"

local function small()
  return data.tensors {
    x = tensor({{1, 2}, {3, 4}, {5, 6}, {7, 8}}),
    y = tensor({1, 2, 3, 1}):to("int32"),
  }
end

local function equal(a, b) return a:eq(b):to("int32"):min():item() == 1 end

describe("data.tensors", function()
  it("gives back what it was given", function()
    local ds = small()
    assert.equal(4, #ds)
    assert.equal(4, ds:size())
    assert.equal(3, ds:classes())
    assert.same({"1", "2", "3"}, ds:class_names())
    local x, y = ds:batch(1, 4)
    assert.same({{1, 2}, {3, 4}, {5, 6}, {7, 8}}, x:totable())
    assert.same({1, 2, 3, 1}, y:totable())
    local values, label = ds:sample(3)
    assert.same({5, 6}, values:totable())
    assert.equal(3, label)
  end)

  it("keeps its values when the tensors change", function()
    local x, y = tensor({{1}, {2}}), tensor({1, 2}):to("int32")
    local ds = data.tensors {x = x, y = y, class_names = {"one", "two"}}
    x[{}] = 9
    y[{}] = 1
    assert.same({{1}, {2}}, (ds:batch(1, 2)):totable())
    assert.same({"one", "two"}, ds:class_names())
  end)

  it("takes any memory layout", function()
    local x = tensor({{1, 3, 5}, {2, 4, 6}}):t()
    local ds = data.tensors {x = x, y = tensor({1, 2, 1}):to("int32"), classes = 5}
    assert.same({{1, 2}, {3, 4}, {5, 6}}, (ds:batch(1, 3)):totable())
    assert.equal(5, ds:classes())
  end)
end)

describe("ds:batch", function()
  local ds = small()

  it("takes a range, negative ones from the end", function()
    assert.same({{5, 6}, {7, 8}}, (ds:batch(-2, -1)):totable())
    assert.same({0, 2}, (ds:batch(3, 2)):shape())
  end)

  it("takes lists and int32 tensors of indices, also repeated ones", function()
    assert.same({{7, 8}, {1, 2}, {7, 8}}, (ds:batch {4, 1, -1}):totable())
    local x, y = ds:batch(tensor({{2, 0}, {3, 0}}):to("int32")[{{}, 1}])
    assert.same({{3, 4}, {5, 6}}, x:totable())
    assert.same({2, 3}, y:totable())
  end)

  it("fills tensors that are there", function()
    local x, y = tensor.zeros(2, 2), tensor.zeros(2):to("int32")
    local rx, ry = ds:batch(2, 3, {out = {x, y}})
    assert.same({{3, 4}, {5, 6}}, x:totable())
    assert.same({2, 3}, y:totable())
    assert.equal(x, rx)
    assert.equal(y, ry)
  end)
end)

describe("ds:subset", function()
  it("has the samples named, in their order", function()
    local set = small():subset {4, 2}
    assert.equal(2, #set)
    assert.same({{7, 8}, {3, 4}}, (set:batch(1, 2)):totable())
    assert.same({{3, 4}, {5, 6}}, (small():subset(2, 3):batch(1, 2)):totable())
    assert.same({{3, 4}}, (set:subset {2}:batch(1, 1)):totable())
  end)

  it("knows the details of its samples", function()
    local ds = data.transforms2d {n = 20, transforms = {"rotate"}}
    local set = ds:subset {5, 9}:cache():subset {2}
    assert.equal(ds:details(9).parameters[1].angle, set:details(1).parameters[1].angle)
    assert.same(ds:class_names(), set:class_names())
  end)
end)

describe("ds:cache", function()
  it("has the same bits, weighs what its bytes do, and lets them go", function()
    local ds = data.transforms2d {n = 500, transforms = {"rotate", "noise", "elastic"}}
    collectgarbage()
    collectgarbage()
    local before = invar.memory()
    local cached = ds:cache()
    local bytes = 500 * (32 * 32 * 3 + 4)
    local weight = invar.memory() - before
    assert.is_true(weight >= bytes and weight < bytes + 4096, weight)
    local x, y = ds:batch(1, 500)
    local cx, cy = cached:batch(1, 500)
    assert.is_true(equal(x, cx) and equal(y, cy))
    local image, label = cached:sample(77)
    local same_image, same_label = ds:sample(77)
    assert.is_true(equal(image, same_image))
    assert.equal(same_label, label)
    assert.same(ds:details(3).parameters, cached:details(3).parameters)
    cached = nil -- luacheck: ignore
    x, y, cx, cy, image, same_image = nil -- luacheck: ignore
    collectgarbage()
    collectgarbage()
    assert.is_true(invar.memory() - before < 4096)
  end)

  it("is an option of the dataset, which its twins and splits keep", function()
    local options = {n = 40, transforms = {"rotate"}}
    local plain = data.transforms2d(options)
    options.cache = true
    local cached = data.transforms2d(options)
    assert.is_true(equal(plain:batch(1, 40), (cached:batch(1, 40))))
    assert.is_true(equal(plain:twin(4):batch(1, 40), (cached:twin(4):batch(1, 40))))
    assert.is_true(equal(plain:split("test", 9):batch(1, 9),
      (cached:split("test", 9):batch(1, 9))))
  end)

  it("needs no thread of its own where many are used", function()
    local before, hashes = invar.threads(), {}
    for threads = 1, 3 do
      invar.threads(threads)
      local ds = data.transforms2d {n = 300, transforms = {"blur", "shear"}, cache = true}
      hashes[threads] = ds:batch(1, 300):sum():item()
    end
    invar.threads(before)
    assert.equal(hashes[1], hashes[2])
    assert.equal(hashes[1], hashes[3])
  end)
end)
