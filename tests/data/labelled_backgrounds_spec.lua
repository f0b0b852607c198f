-- Labelled sets as backgrounds and as objects of Transforms-2D: splits, labels,
-- availability, correlation, memory.
local data = require "invar.data"
local invar = require "invar"
local picture = require "support.picture"
local scarcity = require "support.scarcity"
local tensor = require "invar.tensor"

local folder

--- n pictures of one colour each: picture i has the value first + i, its class is
-- (i - 1) % 4 + 1. As the paths of two .npy files.
local function write(name, n, first, size, channels)
  local x, labels = tensor.zeros(n, size, size, channels):to("uint8"), {}
  for i = 1, n do
    x[i] = first + i
    labels[i] = (i - 1) % 4 -- files count from 0
  end
  local paths = {x = ("%s/%s_x.npy"):format(folder, name), y = ("%s/%s_y.npy"):format(folder, name)}
  x:save(paths.x)
  tensor(labels):to("int32"):save(paths.y)
  return paths
end

--- A set with 40 training pictures 1 .. 40, of which `validation` are set aside, and
-- 20 test pictures 101 .. 120.
local function family(options)
  local size, channels = options.size or 16, options.channels or 3
  local train = write("train", 40, 0, size, channels)
  return data.npy {x = train.x, y = train.y, test = write("test", 20, 100, size, channels),
    validation = options.validation or 0, class_names = {"cat", "dog", "emu", "fox"},
    split = options.split}
end

local function make(set, options)
  options.backgrounds = options.backgrounds or data.backgrounds.dataset(set)
  options.objects = options.objects or data.objects.random {classes = 4}
  options.size, options.n = options.size or 16, options.n or 200
  return data.transforms2d(options)
end

--- The backgrounds of all samples by their value, and whether all labels are theirs.
local function seen(ds)
  local x, y = ds:batch(1, -1, {dtype = "uint8"})
  local corner, labels = x[{{}, 1, 1, 1}]:totable(), y:totable()
  local values, count, fits = {}, 0, true
  for i, value in ipairs(corner) do
    if not values[value] then count = count + 1 end
    values[value] = true
    fits = fits and labels[i] == (value % 100 - 1) % 4 + 1
  end
  return values, count, fits
end

local bare = {class_from = "background", fg_availability = 0}
local function bare_with(options)
  for key, value in pairs(bare) do options[key] = value end
  return options
end

before_each(function() folder = picture.folder() end)
after_each(function() picture.remove(folder) end)

describe("splits of labelled backgrounds", function()
  it("lie on pictures of their own split", function()
    local set = family {validation = 8}
    local train = make(set, bare_with {n = 600})
    local of_train, train_count, train_fits = seen(train)
    local of_validation, validation_count = seen(train:split "validation")
    local of_test, test_count, test_fits = seen(train:split "test")
    assert.same({32, 8, 20}, {train_count, validation_count, test_count})
    assert.is_true(train_fits and test_fits)
    for value in pairs(of_validation) do
      assert.is_nil(of_train[value])
      assert.is_true(value <= 40)
    end
    for value in pairs(of_test) do assert.is_true(value > 100) end
    assert.same(of_train, (seen(train:split("test"):split("train"))))
    for _, which in ipairs {"train", "validation", "test"} do
      local made = data.backgrounds.dataset(set:split(which), {splits = false})
      assert.equal(tostring(made), train:split(which):describe().backgrounds)
    end
  end)

  it("are the training pictures where there is no validation part", function()
    local train = make(family {}, bare_with {n = 600})
    assert.same((seen(train)), (seen(train:split "validation")))
  end)

  it("follow the dataset, whichever part was given, unless it is said", function()
    local test = family {split = "test"}
    assert.same({40, 20}, {select(2, seen(make(test, bare_with {n = 600}))),
      (select(2, seen(make(test, bare_with {n = 600, split = "test"}))))})
    local own = data.backgrounds.dataset(test, {splits = false})
    assert.equal(20, (select(2, seen(make(nil, bare_with {n = 600, backgrounds = own})))))
  end)

  it("are kept by what is chosen of a set", function()
    local some = family({}):only_classes {"dog", "fox"}
    local train = make(some, bare_with {n = 300})
    assert.same({"dog", "fox"}, train:class_names())
    local values, count = seen(train)
    assert.equal(20, count)
    for value in pairs(values) do assert.equal(0, value % 2) end
    local test = seen(train:split "test")
    for value in pairs(test) do assert.is_true(value > 100 and value % 2 == 0) end
  end)

  it("have none where the set has none", function()
    local set = data.tensors {x = tensor.zeros(3, 16, 16, 3):to("uint8"),
      y = tensor({1, 2, 3}):to("int32")}
    local ds = make(set, bare_with {})
    assert.equal(3, ds:classes())
    assert.equal(3, ds:split("test"):classes())
  end)

  it("go with transformations that the set carries", function()
    local transforms = require "invar.transforms"
    local dark = transforms.brightness {factor = 0.5}
    local carried = family({}):with_transforms {transforms = {dark}}
    local test = make(carried, bare_with {n = 300, split = "test"})
    for value in pairs((seen(test))) do assert.is_true(value >= 50 and value <= 60) end
  end)
end)

describe("labelled backgrounds", function()
  it("give the label, or the object does", function()
    local set = family {}
    local from_object = make(set, {})
    local from_background = make(set, {class_from = "background"})
    assert.same({"1", "2", "3", "4"}, from_object:class_names())
    assert.same({"cat", "dog", "emu", "fox"}, from_background:class_names())
    local together = {}
    for i = 1, 200 do
      local a, b = from_object:details(i), from_background:details(i)
      assert.equal(a.class, a.label)
      assert.equal((b.background - 1) % 4 + 1, b.label)
      assert.same({a.class, a.background}, {b.class, b.background})
      together[a.class .. ":" .. b.label] = true
    end
    local combinations = 0
    for _ in pairs(together) do combinations = combinations + 1 end
    assert.equal(16, combinations)
  end)

  it("are followed by the object with the correlation asked for", function()
    local set, n = family {}, 2000
    for _, c in ipairs {0, 0.6, 1} do
      local ds, equal = make(set, {n = n, fg_bg_correlation = c, class_from = "background"}), 0
      for i = 1, n do
        local d = ds:details(i)
        if d.class == d.label then equal = equal + 1 end
      end
      local wanted = c + (1 - c) / 4
      local sigma = math.sqrt(wanted * (1 - wanted) / n)
      assert.is_true(math.abs(equal / n - wanted) <= 4 * sigma, c)
    end
  end)

  it("are bare with the probability asked for", function()
    local set, n = family {}, 1500
    for _, p in ipairs {0, 0.4, 1} do
      local ds = make(set, {n = n, fg_availability = p, class_from = "background"})
      local x = ds:batch(1, n, {dtype = "uint8"})
      local there = 0
      for i = 1, n do
        local present = ds:details(i).present
        local spread = x[i]:max():item() > x[i]:min():item()
        assert.equal(present, spread)
        if present then there = there + 1 end
      end
      assert.is_true(math.abs(there / n - p) <= 4 * math.sqrt(p * (1 - p) / n))
    end
  end)

  it("are resized and become RGB where they are not", function()
    local gray = make(family {size = 12, channels = 1}, bare_with {n = 50})
    local x = gray:batch(1, 50, {dtype = "uint8"})
    assert.same({50, 16, 16, 3}, x:shape())
    assert.is_true(select(3, seen(gray)))
  end)

  it("have twins in the background, in the object and in the transformations", function()
    local ds = make(family {}, {transforms = {"rotate"}, class_from = "background"})
    local function compare(twin)
      local found = {}
      for i = 1, 60 do
        local a, b = ds:details(i), twin:details(i)
        for _, key in ipairs {"class", "background", "label"} do
          if a[key] ~= b[key] then found[key] = true end
        end
        if a.parameters[1].angle ~= b.parameters[1].angle then found.angle = true end
      end
      return found
    end
    assert.same({background = true, label = true}, compare(ds:twin(9, "background")))
    assert.same({class = true}, compare(ds:twin(9, "object")))
    assert.same({angle = true}, compare(ds:twin(9)))
    assert.same({}, compare(ds:twin(1, "background"):twin(1, "object")))
    assert.same({background = true, label = true, class = true},
      compare(ds:twin(9, "background"):twin(9, "object")))
  end)
end)

describe("the memory of labelled backgrounds", function()
  local function live()
    collectgarbage()
    collectgarbage()
    return (invar.memory())
  end

  it("is the set's own where its pictures fit as they are", function()
    local n, size = 500, 32
    local set = data.tensors {x = tensor.zeros(n, size, size, 3):to("uint8"),
      y = tensor.ones(n):to("int32")}
    local before = live()
    local ds = make(set, {size = size})
    local twin, test = ds:twin(2), ds:split "test"
    ds:batch(1, 10)
    -- Labels of the source and of the pictures in use, the objects and streams.
    assert.is_true(live() - before < 100000, live() - before)
    assert.equal(#twin, #test)
  end)

  it("is taken once where they are resized", function()
    local n, size = 500, 32
    local set = data.tensors {x = tensor.zeros(n, 28, 28, 1):to("uint8"),
      y = tensor.ones(n):to("int32")}
    local before = live()
    local ds = make(set, {size = size})
    local one = live() - before
    assert.is_true(one >= n * size * size * 3)
    local twin, test = ds:twin(2), ds:split "test"
    assert.is_true(live() - before < one + 100000)
    assert.equal(#twin, #test)
  end)
end)

describe("labelled sets as objects", function()
  it("are opaque, one picture of each class or several", function()
    local objects = data.objects.dataset(family {})
    assert.equal(4, #objects)
    assert.equal(40, objects:count())
    assert.same({"cat", "dog", "emu", "fox"}, objects:names())
    local function values(options)
      options.objects, options.backgrounds = objects, data.backgrounds.uniform {}
      local ds, found, count = make(nil, options), {}, 0
      for i = 1, #ds do
        local image, label = ds:sample(i)
        local value = image[{8, 8, 1}]:item()
        assert.equal(label, (value % 100 - 1) % 4 + 1)
        if not found[value] then count = count + 1 end
        found[value] = true
      end
      return found, count
    end
    assert.same({true, true, true, true}, (values {}))
    assert.equal(40, (select(2, values {prototypes = "all", n = 500})))
    local test = values {prototypes = 2, split = "test"}
    assert.same({[101] = true, [102] = true, [103] = true, [104] = true, [105] = true,
      [106] = true, [107] = true, [108] = true}, test)
    assert.equal(255, objects:image(3, 16)[{{}, {}, 4}]:min():item())
  end)

  it("must have a picture of each class in use", function()
    local set = data.tensors {x = tensor.zeros(2, 8, 8, 3):to("uint8"),
      y = tensor({1, 3}):to("int32")}
    local objects = data.objects.dataset(set)
    for _, prototypes in ipairs {1, "all"} do
      local ok, message = pcall(make, nil, {objects = objects, prototypes = prototypes,
        backgrounds = data.backgrounds.random()})
      assert.is_false(ok)
      assert.matches("1 prototype is wanted, object class 2 has 0", message, 1, true)
    end
    local ds = make(nil, {objects = objects, classes = {1, 3},
      backgrounds = data.backgrounds.random()})
    assert.equal(2, ds:classes())
  end)
end)

describe("misuse of labelled sources", function()
  it("is refused", function()
    local floats = data.tensors {x = tensor.zeros(2, 8, 8, 3), y = tensor({1, 1}):to("int32")}
    local bytes = data.tensors {x = tensor.zeros(2, 8, 8, 3):to("uint8"),
      y = tensor({1, 1}):to("int32")}
    for _, kind in ipairs {"objects", "backgrounds"} do
      local name, make_source = "data." .. kind .. ".dataset", data[kind].dataset
      for _, case in ipairs {
        {"argument 1: dataset expected, got 3", 3},
        {"2 samples of float32 8x8x3 are no " .. kind, floats},
        {"2 samples of uint8 0x8x3 are no " .. kind, data.tensors {
          x = tensor.zeros(2, 0, 8, 3):to "uint8", y = tensor.ones(2):to "int32"}},
        {'there is no option "name" (did you mean "names"?)', bytes, {name = {}}},
        {"option names: a list of 1 strings expected", bytes, {names = {}}},
        {"option splits: boolean expected, got 1", bytes, {splits = 1}},
      } do
        local ok, message = pcall(make_source, case[2], case[3])
        assert.is_false(ok)
        assert.is_truthy(message:find(name .. ": ", 1, true), message)
        assert.is_truthy(message:find(case[1], 1, true), message)
      end
    end
    local ok, message = pcall(make, nil, {backgrounds = data.backgrounds.dataset(bytes),
      objects = data.objects.random {classes = 1}, fg_availability = 0.5})
    assert.is_false(ok)
    assert.matches("fg_availability below 1 needs class_from", message, 1, true)
  end)

  it("loses nothing when memory runs out", function()
    local set = family {size = 12}
    local function scenario()
      local ds = make(set, {n = 20, size = 12, objects = data.objects.dataset(set)})
      ds:split("test"):batch(1, 3)
      make(set, {n = 20}):batch(1, 3)
    end
    scarcity(scenario, {leaks = true})
  end)
end)
