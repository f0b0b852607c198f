-- What Transforms-2D draws and composes, against closed cases, Pillow and
-- statistics of many draws.
local data = require "invar.data"
local tensor = require "invar.tensor"
local transforms = require "invar.transforms"

local black = data.backgrounds.uniform {}

--- A size x size picture of one colour.
local function plain(size, color)
  local rows = {}
  for y = 1, size do
    rows[y] = {}
    for x = 1, size do rows[y][x] = color end
  end
  return tensor(rows):to("uint8")
end

--- Three objects that are told apart by their colour.
local reds = {50, 100, 150}
local function plain_objects()
  local list = {}
  for i, red in ipairs(reds) do list[i] = plain(16, {red, 0, 255, 255}) end
  return data.objects.images(list, {names = {"dark", "middle", "bright"}})
end

local function make(options)
  options.objects = options.objects or plain_objects()
  options.backgrounds = options.backgrounds or black
  options.n = options.n or 100
  return data.transforms2d(options)
end

--- Labelled backgrounds of four colours.
local function labelled()
  local pictures, labels = {}, {}
  for i = 1, 4 do
    pictures[i] = plain(8, {0, 10 * i, 0}):totable()
    labels[i] = i
  end
  return data.backgrounds.labelled {images = tensor(pictures):to("uint8"),
    labels = tensor(labels):to("int32"), names = {"a", "b", "c", "d"}}
end

local function close_to(wanted, value, deviations, n)
  local sigma = math.sqrt(wanted * (1 - wanted) / n)
  assert.is_true(math.abs(value - wanted) <= deviations * sigma,
    ("%g instead of %g"):format(value, wanted))
end

describe("data.transforms2d", function()
  it("puts the object, shrunk to 22 x 22, at (5, 5) on the background", function()
    local ds = make {n = 20}
    for i = 1, 20 do
      local image, label = ds:sample(i)
      local rows = image:totable()
      for y = 1, 32 do
        for x = 1, 32 do
          local inside = x > 5 and x <= 27 and y > 5 and y <= 27
          assert.same(inside and {reds[label], 0, 255} or {0, 0, 0}, rows[y][x])
        end
      end
    end
  end)

  it("composes pictures of any size as Pillow does, to the bit", function()
    local folder = "tests/fixtures/data/"
    local ds = make {
      objects = data.objects.images {tensor.load(folder .. "object.npy")},
      backgrounds = data.backgrounds.images {tensor.load(folder .. "background.npy")},
    }
    assert.same(tensor.load(folder .. "sample.npy"):totable(), (ds:sample(1)):totable())
  end)

  it("shrinks and moves the object where it is asked to", function()
    local ds = make {fg_scale = 0.5, fg_position = {20, 2}}
    local details = ds:details(1)
    -- Columns 2.5 to 13.5 of the shrunk canvas, rounded outward.
    assert.same({x = 20, y = 2, width = 12, height = 12}, details.box)
    local rows = ds:sample(1):totable()
    local inside = {reds[details.class], 0, 255}
    assert.same(inside, rows[8][26]) -- the middle: edges overshoot
    for _, at in ipairs {{2, 22}, {15, 22}, {8, 20}} do
      assert.same({0, 0, 0}, rows[at[1]][at[2]])
    end
  end)

  it("draws objects and backgrounds uniformly", function()
    local n, counts, pairs_seen = 8000, {0, 0, 0}, {}
    local ds = make {n = n, backgrounds = labelled()}
    for i = 1, n do
      local d = ds:details(i)
      counts[d.class] = counts[d.class] + 1
      local key = d.class .. "," .. d.background
      pairs_seen[key] = (pairs_seen[key] or 0) + 1
    end
    for c = 1, 3 do close_to(1 / 3, counts[c] / n, 4, n) end
    for _, count in pairs(pairs_seen) do close_to(1 / 12, count / n, 4, n) end
  end)

  it("takes the label from the background, and leaves the object out", function()
    local n, present = 4000, 0
    local ds = make {n = n, backgrounds = labelled(), class_from = "background",
      fg_availability = 0.3}
    assert.equal(4, ds:classes())
    assert.same({"a", "b", "c", "d"}, ds:class_names())
    for i = 1, n do
      local d = ds:details(i)
      assert.equal(d.background, d.label)
      if d.present then present = present + 1 end
    end
    close_to(0.3, present / n, 4, n)
    for i = 1, 20 do
      local image, label = ds:sample(i)
      local there = ds:details(i).present
      assert.equal(there and 255 or 0, image:totable()[16][16][3])
      assert.same({0, 10 * label, 0}, image:totable()[1][1])
    end
  end)

  it("lets the object follow the background's class with the probability asked", function()
    local n, equal = 4000, 0
    local ds = make {n = n, objects = data.objects.random {classes = 4},
      backgrounds = labelled(), fg_bg_correlation = 0.6}
    for i = 1, n do
      local d = ds:details(i)
      if d.class == d.background then equal = equal + 1 end
    end
    close_to(0.6 + 0.4 / 4, equal / n, 4, n)
    local always = make {n = 50, objects = data.objects.random {classes = 4},
      backgrounds = labelled(), fg_bg_correlation = 1}
    for i = 1, 50 do
      local d = always:details(i)
      assert.equal(d.background, d.class)
    end
  end)

  it("uses the classes named, in their order", function()
    local ds = make {classes = {"bright", 1}, n = 50}
    assert.equal(2, ds:classes())
    assert.same({"bright", "dark"}, ds:class_names())
    for i = 1, 50 do
      local image, label = ds:sample(i)
      assert.equal(label == 1 and 150 or 50, image:totable()[16][16][1])
    end
  end)

  it("draws among the prototypes of a class", function()
    local list = {}
    for i = 1, 6 do list[i] = plain(8, {10 * i, 0, 0, 255}) end
    local objects = data.objects.images(list, {classes = {1, 2, 1, 2, 1, 2}})
    local function values(prototypes)
      local seen = {}
      local ds = make {objects = objects, prototypes = prototypes, n = 300}
      for i = 1, 300 do
        local image, label = ds:sample(i)
        seen[label .. ":" .. image:totable()[16][16][1]] = true
      end
      local keys = {}
      for key in pairs(seen) do keys[#keys + 1] = key end
      table.sort(keys)
      return keys
    end
    assert.same({"1:10", "2:20"}, values(1))
    assert.same({"1:10", "1:30", "2:20", "2:40"}, values(2))
    assert.same({"1:10", "1:30", "1:50", "2:20", "2:40", "2:60"}, values("all"))
    assert.has_error(function() values(4) end)
  end)

  it("gives each class its own transformations", function()
    local ds = make {n = 60, transforms = {"none"},
      class_transforms = {middle = {transforms.invert {p = 1}}, [3] = {}}}
    for i = 1, 60 do
      local image, label = ds:sample(i)
      local pixel = image:totable()[16][16]
      assert.same(label == 2 and {155, 255, 0} or {reds[label], 0, 255}, pixel)
    end
  end)

  it("applies the transformations in the order given", function()
    local invert, dark = transforms.invert {p = 1}, transforms.brightness {factor = 0.5}
    local one = make {transforms = {invert, dark}}
    local other = make {transforms = {dark, invert}}
    local red = reds[one:details(1).class]
    assert.equal((255 - red) // 2, one:sample(1):totable()[16][16][1])
    assert.equal(255 - red // 2, other:sample(1):totable()[16][16][1])
  end)

  it("draws fresh noise for random backgrounds, uniform over 0 .. 255", function()
    local ds = make {backgrounds = data.backgrounds.random(), n = 40}
    local x = ds:batch(1, 40, {dtype = "uint8"}):to("float32")
    local corner = x[{{}, {1, 5}, {}, {}}]
    assert.is_true(math.abs(corner:mean():item() - 127.5) < 1.5)
    assert.is_true(math.abs(corner:var():item() - (256 ^ 2 - 1) / 12) < 120)
    assert.is_true(corner[1]:ne(corner[2]):to("float32"):mean():item() > 0.98)
  end)

  it("keeps random objects fixed, opaque and different", function()
    local objects = data.objects.random {classes = 5, seed = 3}
    local ds = make {objects = objects, n = 60}
    local first = {}
    for i = 1, 60 do
      local image, label = ds:sample(i)
      first[label] = first[label] or image:totable()
      assert.same(first[label], image:totable())
    end
    assert.equal(5, #first)
    assert.not_same(first[1], first[2])
    local image = objects:image(2, 32)
    assert.equal(255, image[{{}, {}, 4}]:min():item())
  end)

  it("reports what it drew", function()
    local ds = make {transforms = {"rotate", "translate"}, n = 10,
      backgrounds = labelled()}
    local d = ds:details(3)
    local image, label = ds:sample(3)
    assert.equal(label, d.label)
    assert.is_true(d.parameters[1].angle >= 0 and d.parameters[1].angle < 360)
    local replayed = transforms.translate():apply(transforms.rotate():apply(
      ds:details(3).prepared, d.parameters[1]), d.parameters[2])
    assert.same(replayed:totable(), d.object:totable())
    assert.equal(5 + d.parameters[2].dx, d.box.x)
    assert.equal(5 + d.parameters[2].dy, d.box.y)
    assert.same(image:shape(), {32, 32, 3})
  end)
end)
