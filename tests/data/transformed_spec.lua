-- Sets that carry transformations: whole pictures against Pillow and torchvision,
-- bits, streams, twins (scripts/make_carried_fixtures.py made what is compared
-- with).
local data = require "invar.data"
local invar = require "invar"
local measure = require "invar.measure"
local models = require "invar.models"
local picture = require "support.picture"
local rng = require "invar.rng"
local samples = require "support.samples"
local scarcity = require "support.scarcity"
local tensor = require "invar.tensor"
local transforms = require "invar.transforms"

local all, equal, same = samples.all, samples.equal, samples.same
local folder = picture.fixtures .. "data/"

--- A labelled set of n pictures of noise, height x width x channels.
local function noise_set(n, height, width, channels)
  local r = rng.new(5)
  local labels = {}
  for i = 1, n do labels[i] = (i - 1) % 3 + 1 end
  return data.tensors {
    x = (tensor.rand(r, n, height, width, channels) * 255):to("uint8"),
    y = tensor(labels):to("int32"), class_names = {"cat", "dog", "emu"},
  }
end

--- A transformation that does what another one does with given parameters.
local defined = 0
local function fixed(name, parameters)
  defined = defined + 1
  local given = {}
  for key, value in pairs(parameters) do
    given[key] = key == "field" and tensor.load(folder .. value .. ".npy") or value
  end
  local t = transforms.create(name)
  return transforms.define {
    name = ("carried_spec_%d"):format(defined), category = "spec_of_carried",
    sample = function() return given end,
    apply = function(image, p) return t:apply(image, p) end,
  }
end

describe("whole pictures", function()
  local cases, seen = dofile(folder .. "carried.lua"), {}
  for i, case in ipairs(cases) do
    local words = {}
    for k, step in ipairs(case[2]) do
      words[k] = step[1]
      seen[step[1]] = true
    end
    it(("are transformed as the released code does: %d, %s, %s"):format(i, case[1],
      table.concat(words, " + ")), function()
      local pixels = tensor.load(folder .. case[1] .. ".npy")
      local list = {}
      for k, step in ipairs(case[2]) do list[k] = fixed(step[1], step[2]) end
      local height, width, channels = table.unpack(pixels:shape())
      local ds = data.tensors {x = pixels:reshape(1, height, width, channels),
        y = tensor({1}):to("int32")}:with_transforms {transforms = list}
      local out = ds:sample(1)
      if math.type(case[3]) then
        assert.equal(case[3], picture.hash(out))
        return
      end
      local expected = tensor.load(folder .. case[3] .. ".npy")
      local count, most = picture.compare(expected, out)
      assert.is_true(most <= 1 and count <= expected:count() / 100,
        ("%d differ, by %d at most"):format(count, most))
    end)
  end

  it("cover all 18", function()
    for _, name in ipairs(picture.published()) do assert.is_true(seen[name] or false, name) end
  end)

  it("are black where nothing is left of them", function()
    local clear = transforms.define {
      name = "carried_spec_clear", category = "spec_of_carried",
      sample = function() return {} end,
      apply = function(image)
        local out = image:clone()
        out[{{1, 4}, {}, 4}] = 0
        return out
      end,
    }
    local ds = noise_set(2, 8, 8, 3)
    local rows, before = ds:with_transforms {transforms = {clear}}:sample(1), ds:sample(1)
    assert.equal(0, rows[{{1, 4}, {}, {}}]:max():item())
    assert.is_true(equal(rows[{{5, 8}, {}, {}}], before[{{5, 8}, {}, {}}]))
  end)
end)

local everything = {"rotate", "scale", "translate", "hue", "noise", "elastic", "blur",
  "erasing", "shear"}

describe("ds:with_transforms", function()
  for _, shape in ipairs {{32, 32, 3}, {17, 24, 3}, {28, 28, 1}} do
    it("gives the same bits alone, in any batch, on any number of threads: "
      .. table.concat(shape, "x"), function()
      local ds = noise_set(60, table.unpack(shape)):with_transforms {transforms = everything}
      local x, y = all(ds)
      local order, before = rng.new(1):permutation(60), invar.threads()
      for threads = 1, 3 do
        invar.threads(threads)
        local xs, ys = ds:batch(order, {dtype = "uint8"})
        for place, i in ipairs(order) do
          assert.equal(y[i]:item(), ys[place]:item())
          assert.is_true(equal(xs[place], x[i]))
        end
      end
      invar.threads(before)
      local image, label = ds:sample(17)
      assert.is_true(equal(image, x[17]))
      assert.equal(y[17]:item(), label)
    end)
  end

  it("leaves labels, names, sizes and normalisation as they are", function()
    local base = noise_set(9, 12, 10, 1)
    local ds = base:with_transforms {transforms = {"rotate"}}
    assert.same({12, 10, 1}, {ds:shape()})
    assert.same({"cat", "dog", "emu"}, ds:class_names())
    local _, y = all(base)
    local _, carried = all(ds)
    assert.is_true(equal(y, carried))
    assert.is_true(ds:batch(1, 9):min():item() >= -1)
    assert.is_true(same(base, base:with_transforms {}))
    assert.matches("with rotate", tostring(ds))
    assert.same({"rotate"}, ds:describe().carried.transforms)
    assert.equal(1, ds:describe().carried.transform_seed)
  end)

  it("draws what objects of Transforms-2D draw", function()
    local lists = {"rotate", "hue", "translate", "shear"}
    local family = data.transforms2d {n = 20, transforms = lists, transform_seed = 9}
    local ds = noise_set(20, 32, 32, 3):with_transforms {transforms = lists, transform_seed = 9}
    local nested = noise_set(20, 32, 32, 3):with_transforms {
      transforms = {"shear", "rotate"}, transform_seed = 9}
    for i = 1, 20 do
      local d = ds:details(i)
      assert.same(family:details(i).parameters, d.parameters)
      assert.same(family:details(i).box, d.box)
      assert.same({d.parameters[4], d.parameters[1]}, nested:details(i).parameters)
    end
  end)

  it("reports what it drew", function()
    local ds = noise_set(10, 32, 32, 3):with_transforms {transforms = {"translate", "invert"}}
    for i = 1, 10 do
      local d = ds:details(i)
      local image, label = ds:sample(i)
      assert.equal(label, d.label)
      assert.equal(255, d.prepared[{{}, {}, 4}]:min():item())
      assert.same({x = 5 + d.parameters[1].dx, y = 5 + d.parameters[1].dy, width = 22,
        height = 22}, d.box)
      local t = transforms.invert():apply(
        transforms.translate():apply(d.prepared, d.parameters[1]), d.parameters[2])
      assert.is_true(equal(t, d.object))
      assert.is_true(equal(t[{{}, {}, {1, 3}}], image))
    end
    local d = ds:subset {4}:cache():details(1)
    assert.same(ds:details(4).parameters, d.parameters)
  end)

  it("gives classes transformations of their own", function()
    local base = noise_set(30, 16, 16, 3)
    local ds = base:with_transforms {transforms = {}, class_transforms = {
      dog = {transforms.invert {p = 1}}, [3] = {transforms.brightness {factor = 0}}}}
    local before, after = all(base), all(ds)
    for i = 1, 30 do
      local class = (i - 1) % 3 + 1
      local wanted = class == 1 and before[i] or before[i] * 0
      if class == 2 then wanted = (before[i]:to("int32") * -1 + 255):to("uint8") end
      assert.is_true(equal(wanted, after[i]), i)
    end
  end)

  it("takes transformations defined in Lua", function()
    local mine = transforms.define {
      name = "carried_spec_dim", category = "spec_of_carried",
      sample = function(r) return {factor = r:uniform()} end,
      apply = function(image, p)
        local out = image:clone()
        out[{{}, {}, {1, 3}}] = (image[{{}, {}, {1, 3}}]:to("float32") * p.factor):to("uint8")
        return out
      end,
    }
    local base = noise_set(20, 16, 16, 3)
    local ds = base:with_transforms {transforms = {mine}}
    local x, plain = all(ds), all(base)
    for i = 1, 20 do
      local factor = ds:details(i).parameters[1].factor
      assert.is_true(equal((plain[i]:to("float32") * factor):to("uint8"), x[i]))
    end
    assert.is_false(same(ds, ds:twin(2)))
    local count = 0
    for xs in ds:batches {size = 8} do count = count + #xs end
    assert.equal(20, count)
  end)
end)

--- Which parameters of two sets differ, as {[place] = true}.
local function differences(a, b)
  local found = {}
  for i = 1, #a do
    local da, db = a:details(i), b:details(i)
    assert.equal(da.label, db.label)
    assert.is_true(equal(da.prepared, db.prepared))
    for t, parameters in ipairs(da.parameters) do
      for key, value in pairs(parameters) do
        if db.parameters[t][key] ~= value then found[t] = true end
      end
    end
  end
  return found
end

describe("twins of sets with transformations", function()
  local base = noise_set(12, 32, 32, 3)
  local ds = base:with_transforms {transforms = {"rotate", "hue", "blur", "rotate"}}

  it("differ in what is drawn and in nothing else", function()
    assert.same({true, true, true, true}, differences(ds, ds:twin(7)))
    assert.same({[2] = true}, differences(ds, ds:twin(7, "hue")))
    assert.same({true, [4] = true}, differences(ds, ds:twin(7, "rotate")))
    assert.same({[4] = true}, differences(ds, ds:twin(7, "rotate#2")))
    assert.same({[2] = true, [3] = true}, differences(ds, ds:twin(7, "hue"):twin(8, "blur")))
    assert.is_true(same(ds, ds:twin(1)))
  end)

  it("are what invariance is measured with", function()
    local net = models.create("mlp", {classes = 3, size = 12, seed = 1})
    local set = noise_set(30, 12, 12, 3):with_transforms {transforms = {"rotate"}}
    assert.equal(0, measure.invariance(net, set, set:twin(1)))
    local far = measure.invariance(net, set, set:twin(2))
    assert.is_true(far > 0.5 and far < 1.5)
    local near = noise_set(30, 12, 12, 3):with_transforms {
      transforms = {transforms.brightness {factor = {0.98, 1.02}}}}
    assert.is_true(measure.invariance(net, near, near:twin(2)) < 0.1)
  end)

  it("differ only where the transformation does something", function()
    local half = base:with_transforms {transforms = {"invert"}}
    local twin = half:twin(3)
    local changed = 0
    for i = 1, 12 do
      local a, b = half:details(i).parameters[1], twin:details(i).parameters[1]
      assert.equal(a.applied == b.applied, equal((half:sample(i)), (twin:sample(i))))
      if a.applied ~= b.applied then changed = changed + 1 end
    end
    assert.is_true(changed > 0)
  end)

  it("are made of subsets and caches too", function()
    local few = ds:subset {3, 5, 8}
    assert.is_true(same(ds:twin(7, "hue"):subset {3, 5, 8}, few:twin(7, "hue")))
    assert.is_true(same(ds:twin(7):subset(2, 9), ds:subset(2, 9):twin(7)))
    for _, choose in ipairs {
      function(set) return set:per_class(2) end,
      function(set) return set:only_classes {"emu", "cat"} end,
      function(set) return set:random_subset(0.5):shuffle_labels(0.5) end,
      function(set) return set:cache() end,
    } do
      assert.is_true(same(choose(ds:twin(7, "hue")), choose(ds):twin(7, "hue")))
      assert.is_true(equal(choose(ds):labels(), choose(ds):twin(7):labels()))
      assert.is_false(same(choose(ds), choose(ds):twin(7, "hue")))
    end
  end)

  it("are of the samples that would be chosen without transformations", function()
    for _, set in ipairs {base, base:subset(3, 12)} do
      local plain = set:per_class(2)
      local chosen = set:with_transforms {transforms = {"rotate"}}:per_class(2)
      for i = 1, 6 do
        assert.is_true(equal(chosen:details(i).prepared[{{}, {}, {1, 3}}], (plain:sample(i))))
      end
    end
  end)

  it("change what sets below carry", function()
    local more = ds:with_transforms {transforms = {"rotate", "contrast"}}
    local names = {}
    for i, name in ipairs(more:describe().carried.transforms) do names[i] = name end
    assert.same({"rotate#3", "contrast"}, names)
    assert.is_true(same(more:twin(7), ds:twin(7):with_transforms {
      transforms = {"rotate", "contrast"}, transform_seed = 7}))
    assert.is_true(same(more:twin(7, "hue"), ds:twin(7, "hue"):with_transforms {
      transforms = {"rotate", "contrast"}}))
    assert.is_true(same(more:twin(7, "contrast"), ds:with_transforms {
      transforms = {"rotate", "contrast"}, transform_seeds = {contrast = 7}}))
    assert.is_false(same(more, more:twin(7, "rotate#3")))
  end)

  it("may differ in objects and backgrounds of Transforms-2D below", function()
    local family = data.transforms2d {n = 12, transforms = {"shear"}}
    local carried = family:with_transforms {transforms = {"hue"}}
    local function with_hue(set) return set:with_transforms {transforms = {"hue"}} end
    assert.is_true(same(carried:twin(5, "object"), with_hue(family:twin(5, "object"))))
    assert.is_true(same(carried:twin(5, "shear"), with_hue(family:twin(5, "shear"))))
    assert.is_true(same(carried:split("test"), family:split("test"):with_transforms {
      transforms = {"hue"}}))
  end)
end)

describe("splits of sets with transformations", function()
  it("carry the same transformations with draws of their own", function()
    local family = data.transforms2d {n = 15}
    local ds = family:with_transforms {transforms = {"rotate"}}
    local test = ds:split("test", 9)
    assert.equal(9, #test)
    assert.not_same(ds:details(1).parameters, test:details(1).parameters)
    local reference = data.transforms2d {n = 9, split = "test", transforms = {"rotate"}}
    assert.same(reference:details(4).parameters, test:details(4).parameters)
  end)
end)

describe("misuse of ds:with_transforms", function()
  local base = noise_set(3, 8, 8, 3)
  local object = transforms.define {name = "object", category = "spec_of_carried",
    sample = function() return {} end, apply = function(image) return image end}
  local cases = {
    {"dataset:with_transforms: there is no option \"transform\"", {transform = {}}},
    {"option transforms: table expected, got \"hue\"", {transforms = "hue"}},
    {'there is no transformation "hu"', {transforms = {"hu"}}},
    {"names and transformations expected, got 3", {transforms = {3}}},
    {"option transforms: list of transformations expected", {transforms = {hue = 1}}},
    {"option transform_seed: integer expected", {transform_seed = 0.5}},
    {'no transformation of the dataset is called "hue"', {transform_seeds = {hue = 1}}},
    {"option transform_seeds: integers expected", {transforms = {"hue"},
      transform_seeds = {hue = "x"}}},
    {'option class_transforms: there is no class "cow"', {class_transforms = {cow = {}}}},
    {"option class_transforms: classes are names or integers in 1 .. 3, got 4",
      {class_transforms = {[4] = {}}}},
    {'option transforms: "object" is what a dataset draws', {transforms = {object}}},
    {"table of options expected, got 7", 7},
  }
  for i, case in ipairs(cases) do
    it(("is refused: %d, %s"):format(i, case[1]), function()
      local ok, message = pcall(base.with_transforms, base, case[2])
      assert.is_false(ok)
      assert.is_truthy(message:find(case[1], 1, true), message)
    end)
  end

  it("is refused where there are no pictures", function()
    local function refused(x, wanted)
      local set = data.tensors {x = x, y = tensor({1, 1}):to("int32")}
      local ok, message = pcall(set.with_transforms, set, {transforms = {"hue"}})
      assert.is_false(ok)
      assert.is_truthy(message:find(wanted, 1, true), message)
    end
    refused(tensor.zeros(2, 8, 8, 3), "samples of float32 8x8x3 are no pictures")
    refused(tensor.zeros(2, 8, 8):to("uint8"), "uint8 8x8 are no pictures")
    refused(tensor.zeros(2, 8, 8, 4):to("uint8"), "uint8 8x8x4 are no pictures")
    refused(tensor.zeros(2, 0, 8, 3):to("uint8"), "uint8 0x8x3 are no pictures")
    local ok, message = pcall(base.with_transforms, 7, {})
    assert.is_false(ok)
    assert.matches("dataset:with_transforms: ", message, 1, true)
  end)

  it("is refused for what has no twin", function()
    local ok, message = pcall(base.twin, base, 1)
    assert.is_false(ok)
    assert.matches("only datasets with transformations have twins, not tensors", message)
    local ds = base:with_transforms {transforms = {"hue"}}
    for _, name in ipairs {"rotate", "object", "hue#2"} do
      ok, message = pcall(ds.twin, ds, 1, name)
      assert.is_false(ok)
      assert.is_truthy(message:find('is called "' .. name .. '"', 1, true), message)
    end
  end)

  it("loses nothing when memory runs out", function()
    local function scenario()
      local ds = base:with_transforms {transforms = {"rotate", "blur"},
        class_transforms = {dog = {"elastic"}}}
      ds:twin(3):subset(1, 2):cache():batch(1, 2)
      ds:details(2)
    end
    scarcity(scenario, {leaks = true})
    scarcity(scenario, {leaks = true, later = true})
  end)
end)
