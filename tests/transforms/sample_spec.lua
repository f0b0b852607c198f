-- What sample draws, against the published distributions, and that draws are
-- applied as stored parameters are.
local image = require "invar.image"
local picture = require "support.picture"
local rng = require "invar.rng"
local transforms = require "invar.transforms"

local N = 4000
local root = rng.new(2024)

local function draws(t, field, options)
  local list = {}
  for i = 1, N do list[i] = t:sample(root:at(t:name(), i), options)[field] end
  return list
end

-- Kolmogorov and Smirnov's distance to U(low, high), times sqrt(N): above 1.95
-- in one of a thousand samples.
local function distance_to_uniform(list, low, high)
  table.sort(list)
  local most = 0
  for i, v in ipairs(list) do
    local f = (v - low) / (high - low)
    most = math.max(most, math.abs(f - i / N), math.abs(f - (i - 1) / N))
  end
  return most * math.sqrt(N)
end

describe("sample", function()
  local ranges = {
    scale = {factor = {0.4, 1}}, rotate = {angle = {0, 360}},
    shear = {x = {-50, 50}, y = {-50, 50}}, hue = {shift = {-0.5, 0.5}},
    brightness = {factor = {0, 2}}, contrast = {factor = {0, 2}},
    blur = {sigma = {0.1, 1.5}},
  }
  for name, fields in pairs(ranges) do
    for field, range in pairs(fields) do
      it(("draws %s.%s uniformly"):format(name, field), function()
        local list = draws(transforms.create(name), field)
        assert.is_true(distance_to_uniform(list, range[1], range[2]) < 1.95)
        assert.is_true(list[1] >= range[1] and list[N] < range[2])
      end)
    end
  end

  it("applies with probability p", function()
    for _, name in ipairs {"v_flip", "h_flip", "grayscale", "posterize", "invert", "sharpen",
        "noise", "pixelate", "elastic", "erasing"} do
      for p, limit in pairs {[0.5] = 0.03, [0.1] = 0.02, [0] = 0, [1] = 0} do
        local count = 0
        for _, applied in ipairs(draws(transforms[name] {p = p}, "applied")) do
          assert.is_boolean(applied)
          if applied then count = count + 1 end
        end
        assert.is_true(math.abs(count / N - p) <= limit, name)
      end
    end
  end)

  -- All whole places of low .. high, about equally often.
  local function assert_places(list, low, high)
    local counts = {}
    for _, v in ipairs(list) do
      assert.equal("integer", math.type(v))
      counts[v] = (counts[v] or 0) + 1
    end
    local expected, chi = N / (high - low + 1), 0
    for v = low, high do chi = chi + ((counts[v] or 0) - expected)^2 / expected end
    for v in pairs(counts) do assert.is_true(v >= low and v <= high) end
    local freedom = high - low
    assert.is_true(chi < freedom + 4 * math.sqrt(2 * freedom), "chi " .. chi)
  end

  it("moves the box anywhere inside the canvas", function()
    local t = transforms.translate()
    assert_places(draws(t, "dx"), -5, 4) -- a box of 22 at 5: to 0 .. 9
    assert_places(draws(t, "dy"), -5, 4)
    local options = {height = 40, width = 20, box = {x = 2, y = 30, width = 20, height = 4}}
    assert_places(draws(t, "dy", options), -30, 5)
    assert.equal(-2, draws(t, "dx", options)[1])
  end)

  it("erases anywhere", function()
    assert_places(draws(transforms.erasing(), "x"), 0, 17)
    assert_places(draws(transforms.erasing {size = 5}, "y"), 0, 26)
    assert_places(draws(transforms.erasing(), "x", {size = 64}), 0, 35)
  end)

  it("takes ranges and fixed values", function()
    local t = transforms.rotate {degrees = {-10, 10}}
    assert.is_true(distance_to_uniform(draws(t, "angle"), -10, 10) < 1.95)
    assert.equal(90, transforms.rotate {degrees = 90}:sample(rng.new(1)).angle)
  end)

  it("draws the same whatever was drawn before", function()
    for _, name in ipairs(picture.published()) do
      local t = transforms.create(name)
      assert.same(t:sample(root:at("x", 5)), t:sample(root:at("x", 5)))
    end
  end)
end)

describe("a draw", function()
  local img = image.load(picture.fixtures .. "transforms/input_1.png")

  it("is replayed by its parameters", function()
    for _, name in ipairs(picture.published()) do
      local t = transforms.create(name)
      for i = 1, 8 do
        local r = root:at(name, i)
        local p = t:sample(r:copy())
        assert.equal(0, (picture.compare(t(img, r:copy()), t:apply(img, p))), name)
      end
    end
  end)

  it("leaves the given image alone", function()
    local copy = img:clone()
    for _, name in ipairs(picture.published()) do
      transforms.create(name)(img, root:at(name, 1))
    end
    assert.equal(0, (picture.compare(img, copy)))
  end)

  it("that is not applied changes nothing", function()
    for _, name in ipairs {"invert", "noise", "elastic", "erasing", "v_flip"} do
      local out = transforms.create(name):apply(img, {applied = false})
      assert.equal(0, (picture.compare(img, out)))
    end
  end)

  it("has noise and displacements of the published size", function()
    local tensor = require "invar.tensor"
    local gray = tensor.zeros(64, 64, 3):to "uint8"
    local sum, clipped = 0, 0
    for _, v in ipairs(picture.values(transforms.noise():apply(gray, {seed = 3}))) do
      sum = sum + v
      if v == 255 then clipped = clipped + 1 end
    end
    local n = 64 * 64 * 3 -- clip(N(0, 1), 0, 1) has mean 0.3155, is 1 in 0.1587
    assert.is_true(math.abs(sum / n / 255 - 0.3155) < 0.015)
    assert.is_true(math.abs(clipped / n - 0.1587) < 0.015)
  end)
end)
