-- The pictures that the program draws itself: do the 61 objects stay apart
-- under everything that the transformations do, are the backgrounds scenes?
-- The bounds are a little below what the pictures measure.
local builtin = require "invar.core.builtin"
require "invar.tensor"

local OBJECTS, BACKGROUNDS = 61, 867
local SIZE = 22 -- of an object in a sample of 32 x 32
local GRAY = 128

-- The tensor as a list of numbers in row-major order.
local function flat(tensor)
  local out = {}
  for _, row in ipairs(tensor:totable()) do
    for _, pixel in ipairs(row) do
      for _, value in ipairs(pixel) do out[#out + 1] = value end
    end
  end
  return out
end

-- RGB of the object over one gray, 3 values for each pixel, and its alpha.
local function over_gray(rgba)
  local rgb, alpha = {}, {}
  for i = 1, #rgba, 4 do
    local a = rgba[i + 3] / 255
    alpha[#alpha + 1] = a
    for k = 0, 2 do rgb[#rgb + 1] = a * rgba[i + k] + (1 - a) * GRAY end
  end
  return rgb, alpha
end

local function pictures(size, seed)
  local all = {}
  for i = 1, OBJECTS do
    local rgb, alpha = over_gray(flat(builtin.object(i, size, seed)))
    all[i] = {rgb = rgb, alpha = alpha, name = builtin.object_name(i)}
  end
  return all
end

local function brightness(rgb)
  local out = {}
  for i = 1, #rgb, 3 do
    out[#out + 1] = 0.299 * rgb[i] + 0.587 * rgb[i + 1] + 0.114 * rgb[i + 2]
  end
  return out
end

local function map(list, f)
  local out = {}
  for i, v in ipairs(list) do out[i] = f(v) end
  return out
end

local function distance(a, b)
  local sum = 0
  for i = 1, #a do
    local d = a[i] - b[i]
    sum = sum + (d < 0 and -d or d)
  end
  return sum / #a
end

-- The same picture (n x n pixels of k values) with pixel (x, y) taken from
-- where(x, y), all counted from 0.
local function moved(list, n, k, where)
  local out = {}
  for y = 0, n - 1 do
    for x = 0, n - 1 do
      local fx, fy = where(x, y, n - 1)
      for c = 1, k do out[#out + 1] = list[(fy * n + fx) * k + c] end
    end
  end
  return out
end

local MOVES = {
  mirror = function(x, y, m) return m - x, y end,
  upside_down = function(x, y, m) return x, m - y end,
  quarter = function(x, y, m) return m - y, x end,
  half = function(x, y, m) return m - x, m - y end,
  three_quarters = function(x, y, m) return y, m - x end,
  transposed = function(x, y) return y, x end,
  other_transposed = function(x, y, m) return m - y, m - x end,
}

-- Every channel's mean over 3 x 3 pixels.
local function blurred(rgb, n)
  local out = {}
  local function near(v) return v < 0 and 0 or v > n - 1 and n - 1 or v end
  for y = 0, n - 1 do
    for x = 0, n - 1 do
      for c = 1, 3 do
        local sum = 0
        for dy = -1, 1 do
          for dx = -1, 1 do
            sum = sum + rgb[(near(y + dy) * n + near(x + dx)) * 3 + c]
          end
        end
        out[#out + 1] = sum / 9
      end
    end
  end
  return out
end

-- Calls check(distance, name, other name) for all pairs of pictures.
local function each_pair(all, describe, check)
  local seen = {}
  for i, picture in ipairs(all) do
    seen[i] = describe(picture)
    for j = 1, i - 1 do
      check(distance(seen[i], seen[j]), picture.name, all[j].name)
    end
  end
end

local function apart(all, describe, bound)
  each_pair(all, describe, function(d, a, b)
    assert.is_true(d > bound, ("%s and %s: %.3f"):format(a, b, d))
  end)
end

local function bit1(v) return v >= GRAY and 255 or 0 end

describe("built-in objects", function()
  local all = pictures(SIZE, 0)

  it("have 61 different names", function()
    local seen = {}
    for i = 1, OBJECTS do
      local name = builtin.object_name(i)
      assert.is_nil(seen[name])
      assert.matches("^[a-z_]+$", name)
      seen[name] = true
    end
    assert.equal(OBJECTS, builtin.objects)
  end)

  it("fill their square with soft edges", function()
    for i = 1, OBJECTS do
      local rgba = flat(builtin.object(i, 64, 0))
      local left, right, top, low, cover, soft, full = 64, 0, 64, 0, 0, 0, 0
      for p = 0, 64 * 64 - 1 do
        local a = rgba[4 * p + 4]
        cover = cover + a / 255
        if a > 0 and a < 255 then soft = soft + 1 end
        if a == 255 then full = full + 1 end
        if a > 100 then
          left, right = math.min(left, p % 64), math.max(right, p % 64)
          top, low = math.min(top, p // 64), math.max(low, p // 64)
        end
      end
      local name = builtin.object_name(i)
      local longer = math.max(right - left, low - top) + 1
      assert.is_true(longer >= 58 and longer <= 63, name .. longer)
      cover = cover / 64 ^ 2
      assert.is_true(cover > 0.2 and cover < 0.8, name .. cover)
      assert.is_true(soft > 60 and full > 600, name .. soft .. " " .. full)
    end
  end)

  it("change when they are mirrored or turned", function()
    for _, picture in ipairs(all) do
      for name, where in pairs(MOVES) do
        local d = distance(picture.rgb, moved(picture.rgb, SIZE, 3, where))
        assert.is_true(d > 11, ("%s %s: %.2f"):format(picture.name, name, d))
      end
    end
  end)

  it("change visibly in colour, sharpness and brightness", function()
    for _, picture in ipairs(all) do
      local rgb = picture.rgb
      local gray, turned, sharp = {}, {}, {}
      local soft, luminance = blurred(rgb, SIZE), brightness(rgb)
      for i, v in ipairs(rgb) do
        local pixel = (i - 1) // 3
        gray[i] = luminance[pixel + 1]
        turned[i] = rgb[3 * pixel + i % 3 + 1] -- hue + 120 degrees
        sharp[i] = math.max(0, math.min(255, 2 * v - soft[i]))
      end
      local changes = {
        grayscale = {gray, 5}, hue = {turned, 10}, blur = {soft, 7},
        sharpen = {sharp, 6}, posterize = {map(rgb, bit1), 60},
        invert = {map(rgb, function(v) return 255 - v end), 30},
      }
      for name, change in pairs(changes) do
        local d = distance(rgb, change[1])
        assert.is_true(d > change[2],
                       ("%s, %s: %.2f"):format(picture.name, name, d))
      end
    end
  end)

  it("differ from each other in colour, gray, and with one bit", function()
    apart(all, function(p) return p.rgb end, 20)
    apart(all, function(p) return brightness(p.rgb) end, 15)
    apart(all, function(p) return map(p.rgb, bit1) end, 52)
  end)

  it("differ in gray whatever their colours and background", function()
    -- silhouettes with two levels of gray inside
    apart(all, function(p)
      local out = map(brightness(p.rgb), bit1)
      for i, a in ipairs(p.alpha) do
        if a < 0.5 then out[i] = GRAY end
      end
      return out
    end, 30)
  end)

  it("differ in 9 x 9 pixels", function()
    apart(pictures(9, 0), function(p) return p.rgb end, 17)
  end)

  it("differ in whichever way they are turned or mirrored", function()
    local coarse, grid = pictures(8, 0), {}
    for i, picture in ipairs(coarse) do
      local luminance = brightness(picture.rgb)
      grid[i] = {}
      for p, a in ipairs(picture.alpha) do
        grid[i][2 * p - 1], grid[i][2 * p] = luminance[p], 255 * a
      end
    end
    for i = 1, OBJECTS do
      local forms = {grid[i]}
      for _, where in pairs(MOVES) do
        forms[#forms + 1] = moved(grid[i], 8, 2, where)
      end
      for j = 1, i - 1 do
        local least = math.huge
        for _, form in ipairs(forms) do
          least = math.min(least, distance(form, grid[j]))
        end
        assert.is_true(least > 21, ("%s and %s: %.2f"):format(
          coarse[i].name, coarse[j].name, least))
      end
    end
  end)

  it("vary a little with the seed, and stay themselves", function()
    local other = pictures(SIZE, 12345)
    for i, picture in ipairs(other) do
      local own = distance(picture.rgb, all[i].rgb)
      assert.is_true(own > 2, picture.name .. own)
      for j = 1, OBJECTS do
        local d = j == i and math.huge or distance(picture.rgb, all[j].rgb)
        assert.is_true(d > own, picture.name .. all[j].name)
      end
    end
  end)
end)

describe("built-in pictures", function()
  it("have the same bits each time, at any size", function()
    for _, size in ipairs {8, 32, 33, 64, 128} do
      for _, index in ipairs {1, 17, 61} do
        local first = builtin.object(index, size, 3)
        assert.same({size, size, 4}, first:shape())
        assert.same(first:totable(), builtin.object(index, size, 3):totable())
        local scene = builtin.background(index, size, 3)
        assert.same({size, size, 3}, scene:shape())
        assert.same(scene:totable(),
                    builtin.background(index, size, 3):totable())
      end
    end
  end)

  it("have the same bits on every machine", function()
    -- FNV-1a over the values, as gcc and clang builds gave them
    local hash = 0xcbf29ce484222325
    local function add(tensor)
      for _, v in ipairs(flat(tensor)) do hash = (hash ~ v) * 0x100000001b3 end
    end
    for i = 1, OBJECTS, 4 do add(builtin.object(i, 24, i % 3)) end
    for i = 1, BACKGROUNDS, 23 do add(builtin.background(i, 24, 7)) end
    assert.equal("8609a8c526e2d6a0", ("%016x"):format(hash))
  end)

  it("look the same at every size", function()
    for index = 1, OBJECTS do
      local large = over_gray(flat(builtin.object(index, 64, 0)))
      local small = over_gray(flat(builtin.object(index, 16, 0)))
      local means = {}
      for i = 1, #small do means[i] = 0 end
      for i, v in ipairs(large) do
        local p, c = (i - 1) // 3, (i - 1) % 3
        local at = ((p // 64 // 4) * 16 + p % 64 // 4) * 3 + c + 1
        means[at] = means[at] + v / 16
      end
      local d = distance(small, means)
      assert.is_true(d < 12, builtin.object_name(index) .. d)
    end
  end)

  it("refuse what does not exist", function()
    local function fails(message, ...)
      local ok, text = pcall(...)
      assert.is_false(ok)
      assert.equal(message, text)
    end
    fails("builtin.object: object 62 does not exist, there are 61",
          builtin.object, 62, 32)
    fails("builtin.background: background 868 does not exist, there are 867",
          builtin.background, 868, 32)
    fails("builtin.object: size must be 8 .. 1024, got 7", builtin.object, 1, 7)
    fails("builtin.background: size must be 8 .. 1024, got 1025",
          builtin.background, 1, 1025)
    for _, wrong in ipairs {0, -1, 1.5, "x", 0 / 0, {}, 1 << 40} do
      assert.has_error(function() builtin.object(wrong, 32) end)
      assert.has_error(function() builtin.background(wrong, 32) end)
      assert.has_error(function() builtin.object_name(wrong) end)
      assert.has_error(function() builtin.object(1, wrong) end)
    end
    assert.has_error(function() builtin.object(1, 32, "seed") end)
  end)

  it("become errors where memory is short, and lose nothing", function()
    local scarcity = require "support.scarcity"
    for _, draw in ipairs {builtin.object, builtin.background} do
      scarcity(function() draw(5, 16) end)
    end
  end)
end)

describe("built-in backgrounds", function()
  local SIDE = 32
  local scenes, coarse = {}, {}
  for i = 1, BACKGROUNDS do
    scenes[i] = brightness(flat(builtin.background(i, SIDE, 0)))
  end

  it("have structure, and low to middle contrast", function()
    for i, gray in ipairs(scenes) do
      local sum, squares = 0, 0
      for _, v in ipairs(gray) do sum, squares = sum + v, squares + v * v end
      local mean = sum / #gray
      local deviation = (squares / #gray - mean * mean) ^ 0.5
      assert.is_true(deviation > 10 and deviation < 43, i .. ": " .. deviation)
      assert.is_true(mean > 40 and mean < 230, i .. ": " .. mean)
    end
  end)

  it("are scenes, not noise: neighbours are alike", function()
    local total = 0
    for i, gray in ipairs(scenes) do
      local mean, squares, products = 0, 0, 0
      for _, v in ipairs(gray) do mean = mean + v / #gray end
      for p = 1, #gray - SIDE do
        local right = gray[p % SIDE == 0 and p + SIDE or p + 1]
        local a = gray[p] - mean
        squares = squares + a * a
        products = products + a * ((right + gray[p + SIDE]) / 2 - mean)
      end
      local correlation = products / squares
      assert.is_true(correlation > 0.25, i .. ": " .. correlation)
      total = total + correlation
    end
    assert.is_true(total / BACKGROUNDS > 0.75, tostring(total / BACKGROUNDS))
  end)

  it("are 867 different ones", function()
    for i = 1, BACKGROUNDS do
      local picture, means = flat(builtin.background(i, 8, 0)), {}
      for p = 1, #picture, 2 do means[#means + 1] = picture[p] end
      coarse[i] = means
    end
    local alike = {}
    for i = 1, BACKGROUNDS do
      local a = coarse[i]
      for j = 1, i - 1 do
        local b, sum = coarse[j], 0
        for k = 1, #a do
          sum = sum + math.abs(a[k] - b[k])
          if sum > 3 * #a then break end
        end
        if sum <= 3 * #a then alike[#alike + 1] = i .. " and " .. j end
      end
    end
    assert.same({}, alike)
  end)

  it("differ with the seed", function()
    for _, i in ipairs {1, 30, 500} do
      local a = flat(builtin.background(i, 16, 1))
      local b = flat(builtin.background(i, 16, 2))
      assert.is_true(distance(a, b) > 3)
    end
  end)
end)
