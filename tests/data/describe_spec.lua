-- ds:describe(): the numbers against closed forms, and the text.
local data = require "invar.data"
local core = require "invar.core.data"
local describe_set = require "invar.data.describe"
local tensor = require "invar.tensor"

-- 60 pictures, 2 x 3 x 3: channel c of sample i is c * i.
local function ramp(dtype)
  local x, y = tensor.zeros(60, 2, 3, 3), {}
  for i = 1, 60 do
    for c = 1, 3 do x[{i, {}, {}, c}] = c * i end
    y[i] = i <= 40 and 1 or 2
  end
  return data.tensors {x = x:to(dtype), y = tensor(y):to "int32", class_names = {"many", "few", "none"}}
end

local function near(wanted, got)
  assert.is_true(math.abs(wanted - got) <= 1e-6 * math.max(1, math.abs(wanted)),
    ("%.9g, wanted %.9g"):format(got, wanted))
end

describe("ds:describe", function()
  it("counts and measures", function()
    local d = ramp "float32":describe()
    assert.same({40, 20, 0}, d.class_counts)
    assert.equal(60, d.samples)
    for c, channel in ipairs(d.channels) do
      assert.equal(({"red", "green", "blue"})[c], channel.name)
      near(30.5 * c, channel.mean)
      near(c * math.sqrt((60 ^ 2 - 1) / 12), channel.std)
      near(c, channel.min)
      near(60 * c, channel.max)
    end
  end)

  it("measures 8-bit values in 0 .. 1, whatever batches are", function()
    local red = ramp "uint8":describe().channels[1]
    near(30.5 / 255, red.mean)
    near(60 / 255, red.max)
  end)

  it("looks at 1000 samples that are spread evenly", function()
    local x = tensor.arange(1, 4000):reshape(4000, 1)
    local d = data.tensors {x = x, y = tensor.full({4000}, 1):to "int32"}:describe()
    assert.equal(1000, d.samples)
    near(3, d.channels[1].min)    -- the third of every four
    near(3999, d.channels[1].max)
    near(2001, d.channels[1].mean)
    assert.is_truthy(tostring(d):find("over 1000 samples, evenly spread", 1, true))
  end)

  it("leaves out what is missing", function()
    local x = tensor {{{1, 0 / 0}, {3, 4}}, {{0 / 0, 4}, {5, 4}}}
    local channels = data.series {x = x, y = tensor({1, 2}):to "int32"}:describe().channels
    near(3, channels[1].mean)
    assert.equal(1, channels[1].missing)
    assert.equal(4, channels[2].min)
    assert.equal(0, channels[2].std)
    x = tensor.full({2, 3}, 0 / 0)
    assert.is_truthy(tostring(data.tensors {x = x, y = tensor({1, 2}):to "int32"}:describe()))
  end)

  it("tells of Transforms-2D", function()
    local d = data.transforms2d {n = 30, classes = {"cat", "mug"}, transforms = {"rotate", "blur"},
      transform_seed = 7, class_transforms = {mug = {"hue"}}, split = "test"}:describe()
    assert.same({"rotate", "blur"}, d.transforms)
    assert.same({"transforms.rotate{degrees = {0, 360}}",
      "transforms.blur{sigma = {0.1, 1.5}, size = 7}"}, d.transform_ranges)
    local text = tostring(d)
    for _, part in ipairs {"transforms2d: 30 samples of 32 x 32 x 3 (uint8), 2 classes",
      "rotate{degrees = {0, 360}}, blur", "of mug: hue", "object 1, background 1, transform 7",
      "test (there are also: train, validation)", "| red"} do
      assert.is_truthy(text:find(part, 1, true), part .. " is not in\n" .. text)
    end
  end)

  it("tells what was done, and what is carried", function()
    local d = ramp "uint8":subset(1, 50):with_transforms {transforms = {"rotate"}}
      :only_classes {"few"}:with_transforms {transforms = {"h_flip"}, transform_seed = 4}:describe()
    assert.same({"h_flip"}, d.carried.transforms)
    assert.same({"rotate"}, d.carried.carried.transforms)
    assert.equal(4, #d.steps)
    local text = tostring(d):gsub("%s+", " ")
    assert.is_truthy(text:find("(seed 1), then h_flip{p = 0.5} (seed 4)", 1, true), text)
    assert.is_truthy(text:find("subset first=1 last=50; with_transforms rotate", 1, true), text)
    assert.is_truthy(text:find("10 of each: few", 1, true), text)
  end)

  it("tells the number of samples, whatever the options are called", function()
    local set = data.tensors {x = tensor.zeros(12, 2), y = tensor.ones(12):to "int32"}
    core.about(set).options = {size = 7, seed = 1}
    assert.equal(12, set:describe().size)
  end)

  it("keeps its lines short", function()
    local text = tostring(data.transforms2d {n = 200}:describe())
    for line in text:gmatch "[^\n]+" do assert.is_true(utf8.len(line) <= 80, line) end
    local names, y = {}, {}
    for i = 1, 250 do names[i], y[i] = "class number " .. i, i end
    text = tostring(data.tensors {x = tensor.zeros(250, 2), y = tensor(y):to "int32",
      class_names = names}:describe())
    assert.is_truthy(text:find("and 150 more", 1, true))
  end)

  it("is not what trainings are known by", function()
    local path = os.tmpname()
    tensor.zeros(4, 3):save(path)
    local set = data.series {x = path, y = tensor({1, 2, 1, 2}):to "int32"}
    assert.equal(path, set:describe().source.x)
    assert.is_truthy(tostring(set:describe()):find("x=" .. path, 1, true))
    local known = describe_set.identity(set)
    assert.is_nil(known.source)
    assert.is_nil(known.class_counts)
    assert.is_nil(known.x)
    os.remove(path)
  end)

  it("refuses what is no dataset", function()
    assert.error_matches(function() ramp("uint8").describe(3) end,
      "dataset:describe: argument 0: dataset expected, got 3")
  end)
end)
