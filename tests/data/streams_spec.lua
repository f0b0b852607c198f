-- A sample is a pure function of the seeds and its index.
local data = require "invar.data"
local invar = require "invar"
local rng = require "invar.rng"
local samples = require "support.samples"
local tensor = require "invar.tensor"

local all, same = samples.all, samples.same
local backgrounds = data.backgrounds.builtin {seed = 3}
local objects = data.objects.builtin {seed = 3}

local function make(options)
  options.objects = options.objects or objects
  options.backgrounds = options.backgrounds or backgrounds
  options.n = options.n or 60
  return data.transforms2d(options)
end

local everything = {"rotate", "scale", "hue", "noise", "elastic", "blur", "erasing"}

describe("the bits of a sample", function()
  it("are the same alone, in any batch, in any order, on any number of threads", function()
    local ds = make {transforms = everything}
    local x, y = all(ds)
    local order = rng.new(1):permutation(60)
    local before = invar.threads()
    for threads = 1, 3 do
      invar.threads(threads)
      local xs, ys = ds:batch(order, {dtype = "uint8"})
      for place, i in ipairs(order) do
        assert.equal(y[i]:item(), ys[place]:item())
        assert.equal(1, xs[place]:eq(x[i]):to("int32"):min():item())
      end
      local xa = all(ds)
      assert.equal(1, xa:eq(x):to("int32"):min():item())
    end
    invar.threads(before)
    for i = 1, 60, 7 do
      local image, label = ds:sample(i)
      assert.equal(1, image:eq(x[i]):to("int32"):min():item())
      assert.equal(y[i]:item(), label)
    end
  end)

  it("are the same in a larger dataset and when made again", function()
    local small, large = make {transforms = everything}, make {transforms = everything, n = 90}
    assert.is_true(same(small, large:subset(1, 60)))
    assert.is_true(same(small, make {transforms = everything}))
  end)

  it("depend on each seed", function()
    for _, name in ipairs {"object_seed", "background_seed", "transform_seed", "seed"} do
      assert.is_false(same(make {transforms = {"rotate"}},
        make {transforms = {"rotate"}, [name] = 9}), name)
    end
  end)
end)

--- What two datasets draw differently, as a list of words.
local function differences(a, b)
  local found = {}
  for i = 1, #a do
    local da, db = a:details(i), b:details(i)
    for _, key in ipairs {"class", "background", "prototype", "label"} do
      if da[key] ~= db[key] then found[key] = true end
    end
    for t, parameters in ipairs(da.parameters) do
      for key, value in pairs(parameters) do
        if db.parameters[t] and db.parameters[t][key] ~= value then found[t] = true end
      end
    end
  end
  return found
end

describe("ds:twin", function()
  it("draws other transformations and nothing else", function()
    local ds = make {transforms = {"rotate", "hue", "blur"}}
    assert.same({true, true, true}, differences(ds, ds:twin(77)))
    assert.is_true(same(ds, ds:twin(1)))
    assert.is_true(same(ds:twin(77), ds:twin(77)))
  end)

  it("draws one transformation anew", function()
    local ds = make {transforms = {"rotate", "hue", "blur"}}
    assert.same({[2] = true}, differences(ds, ds:twin(77, "hue")))
    assert.same({[2] = true, [3] = true},
      differences(ds, ds:twin(77, "hue"):twin(78, "blur")))
  end)

  it("tells two transformations of the same name apart", function()
    local ds = make {transforms = {"rotate", "rotate"}}
    local angles = ds:details(1).parameters
    assert.not_equal(angles[1].angle, angles[2].angle)
    assert.same({true, true}, differences(ds, ds:twin(7, "rotate")))
    assert.same({[2] = true}, differences(ds, ds:twin(7, "rotate#2")))
  end)

  it("is identical where there is no transformation", function()
    local ds = make {}
    assert.is_true(same(ds, ds:twin(77)))
    local noisy = make {backgrounds = data.backgrounds.random()}
    assert.is_true(same(noisy, noisy:twin(77)))
  end)

  it("leaves the backgrounds of fresh noise as they are", function()
    local ds = make {backgrounds = data.backgrounds.random(), transforms = {"rotate"}}
    local x, twin = all(ds), all(ds:twin(5))
    local corner = {{}, {1, 2}, {1, 2}, {}}
    assert.equal(1, x[corner]:eq(twin[corner]):to("int32"):min():item())
  end)
end)

describe("ds:split", function()
  it("draws another set from the same family", function()
    local ds = make {transforms = {"rotate"}, seed = 5}
    local test = ds:split("test", 40)
    assert.equal(40, #test)
    assert.equal(60, #ds:split("validation"))
    assert.same({class = true, background = true, label = true, [1] = true},
      differences(ds, ds:split("test")))
    assert.is_false(same(ds:split("validation"), ds:split("test")))
    assert.is_true(same(ds, ds:split("test"):split("train")))
    assert.is_true(same(test, make {transforms = {"rotate"}, seed = 5, split = "test", n = 40}))
  end)
end)

describe("nested transformation sets", function()
  it("share their draws", function()
    local few = make {transforms = {"rotate", "hue"}}
    local many = make {transforms = {"blur", "hue", "rotate"}}
    for i = 1, 20 do
      local a, b = few:details(i), many:details(i)
      assert.equal(a.class, b.class)
      assert.equal(a.background, b.background)
      assert.equal(a.parameters[1].angle, b.parameters[3].angle)
      assert.equal(a.parameters[2].shift, b.parameters[2].shift)
    end
  end)

  it("share them with other classes and other sources", function()
    local one = make {transforms = {"rotate"}, classes = {1, 2, 3}}
    local other = make {transforms = {"rotate"}, classes = {7, 8, 9},
      backgrounds = data.backgrounds.uniform {}}
    for i = 1, 20 do
      local a, b = one:details(i), other:details(i)
      assert.equal(a.class, b.class)
      assert.equal(a.parameters[1].angle, b.parameters[1].angle)
    end
  end)
end)

describe("transformations defined in Lua", function()
  local transforms = require "invar.transforms"
  local mine = transforms.define {
    name = "data_spec_dim", category = "spec_of_data",
    sample = function(r) return {factor = r:uniform()} end,
    apply = function(image, p)
      local out = image:clone()
      out[{{}, {}, {1, 3}}] = (image[{{}, {}, {1, 3}}]:to("float32") * p.factor):to("uint8")
      return out
    end,
  }

  it("work in a dataset as the built-in ones do", function()
    local ds = make {transforms = {mine, "rotate"}, n = 30}
    assert.same({true}, differences(ds, ds:twin(3, "data_spec_dim")))
    local x = all(ds)
    local image = ds:sample(7)
    assert.equal(1, x[7]:eq(image):to("int32"):min():item())
    local seen = 0
    for xs in ds:batches {size = 8, shuffle = false, dtype = "uint8"} do
      for k = 1, #xs do
        seen = seen + 1
        assert.equal(1, xs[k]:eq(x[seen]):to("int32"):min():item())
      end
    end
    assert.equal(30, seen)
  end)

  it("pass their errors on", function()
    local broken = transforms.define {
      name = "data_spec_broken", category = "spec_of_data",
      sample = function() return {} end,
      apply = function() error("this one is broken", 0) end,
    }
    local ds = make {transforms = {broken}, n = 30}
    assert.has_error(function() ds:batch(1, 30) end, "this one is broken")
    assert.has_error(function() for _ in ds:batches {} do error("not here") end end,
      "this one is broken")
  end)
end)

describe("normalisation", function()
  it("maps bytes to -1 .. 1 or 0 .. 1 as float32 arithmetic does", function()
    local bytes = {}
    for v = 0, 255 do bytes[v + 1] = {{{v}}} end
    local x = tensor(bytes):to("uint8")
    local y = tensor.ones(256):to("int32")
    local plain = data.tensors {x = x, y = y, normalize = false}:batch(1, 256):flatten()
    local normal = data.tensors {x = x, y = y}:batch(1, 256):flatten()
    for v = 0, 255 do
      local unit = string.unpack("f", string.pack("f", v / 255))
      assert.equal(unit, plain[v + 1]:item())
      local centred = string.unpack("f", string.pack("f", unit - 0.5))
      assert.equal(centred / 0.5, normal[v + 1]:item())
    end
  end)
end)
