-- Convolution in bfloat16, on the processor's matrix tiles (where it has any)
-- and through float32, against float32 convolution of the same numbers.
local invar = require "invar"
local rng, tensor = invar.rng, invar.tensor
local conv2d = invar.nn.functional.conv2d
local scarcity = require "support.scarcity"
local testing = require "invar.core.testing"

-- {batch, height, width, channels}, outputs, kernel, options
local shapes = {
  {{5, 8, 8, 64}, 64, 3, {padding = 1}},
  {{33, 9, 7, 65}, 48, 3, {padding = 1, stride = 2}},
  {{2, 4, 4, 512}, 512, 3, {padding = 1}},
  {{64, 4, 4, 40}, 33, 3, {padding = 1}},
  {{5, 12, 11, 3}, 64, 3, {padding = 1}},
  {{1, 17, 13, 3}, 16, 7, {padding = 3, stride = 2}},
  {{5, 12, 11, 24}, 16, 5, {padding = 2, dilation = 2}},
  {{40, 9, 10, 64}, 65, 1, {stride = 2}},
  {{5, 3, 5, 96}, 512, 1, {}},
  {{5, 7, 6, 1}, 1, 3, {}},
  {{1, 2, 2, 16}, 24, 1, {padding = 2, stride = 3}},
  {{3, 9, 9, 16}, 24, 2, {stride = 3}},
  {{3, 40, 2, 8}, 40, 3, {padding = 1}},
  {{17, 23, 24, 3}, 16, 3, {padding = 1}},
  {{3, 40, 35, 16}, 50, 3, {}},
  {{2, 21, 26, 5}, 17, 5, {padding = 3, dilation = 2}},
  {{1, 16, 64, 9}, 64, 1, {}},
  {{2, 22, 23, 2}, 7, 2, {padding = 2}},
  {{1, 30, 29, 4}, 33, 7, {padding = 1}},
  {{2, 6, 5, 64}, 80, 3, {padding = 1, groups = 2}},
  {{5, 6, 5, 48}, 48, 3, {padding = 1, groups = 3, stride = 2}},
  {{2, 6, 5, 48}, 48, 3, {padding = 1, groups = 48}},
}

local function name_of(shape)
  local x, o = shape[1], shape[4]
  return ("%dx%dx%dx%d to %d, kernel %d, stride %d, dilation %d, groups %d"):format(
    x[1], x[2], x[3], x[4], shape[2], shape[3], o.stride or 1, o.dilation or 1,
    o.groups or 1)
end

local function rounded(...)
  return tensor.randn(...):to("bfloat16"):to("float32")
end

-- Numbers that bfloat16 can hold, and what float32 makes of them.
local function make_case(shape)
  local r, size, o = rng.new(11), shape[1], shape[4]
  local case = {options = o, x = rounded(r, table.unpack(size)), bias = tensor.randn(r, shape[2]),
    w = rounded(r, shape[2], size[4] // (o.groups or 1), shape[3], shape[3])}
  local x, w = case.x:clone():requires_grad_(), case.w:clone():requires_grad_()
  local y = conv2d(x, w, case.bias, o)
  case.gy = rounded(r, table.unpack(y:shape()))
  y:backward(case.gy)
  case.wanted = {y = y:detach(), gx = x:grad(), gw = w:grad()}
  return case
end

local function half_like(t)
  return tensor.full(t:shape(), 7, {dtype = "bfloat16"})
end

-- All three directions in bfloat16.
local function run(case)
  local x, gy = case.x:to("bfloat16"), case.gy:to("bfloat16")
  local y, gx, gw = half_like(case.gy), half_like(case.x), tensor.full(case.w:shape(), 7)
  testing.conv_half("forward", x, case.w, y, case.options, case.bias)
  testing.conv_half("input", gx, case.w, gy, case.options)
  testing.conv_half("weights", x, gw, gy, case.options)
  return {y = y, gx = gx, gw = gw}
end

-- Each element is within `relative` of itself, and 1e-4 of the largest.
local function assert_near(result, wanted, relative, what)
  local off = (result:to("float32") - wanted):abs() - wanted:abs() * relative
  local most, largest = off:max():item(), wanted:abs():max():item()
  assert(most <= 1e-4 * largest, ("%s: off by %g of %g"):format(what, most, largest))
end

local function each_way(f)
  local had = testing.matrix_tiles()
  for _, tiles in ipairs(had and {true, false} or {false}) do
    testing.matrix_tiles(tiles)
    f(tiles and "on tiles" or "through float32")
  end
  testing.matrix_tiles(had)
end

describe("convolution in bfloat16", function()
  for _, shape in ipairs(shapes) do
    it("is that in float32: " .. name_of(shape), function()
      local case = make_case(shape)
      each_way(function(way)
        local result = run(case)
        assert_near(result.y, case.wanted.y, 2 ^ -8, "output " .. way)
        assert_near(result.gx, case.wanted.gx, 2 ^ -8, "gradient of the input " .. way)
        assert_near(result.gw, case.wanted.gw, 0, "gradient of the weights " .. way)
      end)
    end)
  end

  it("has the same bits for every number of threads", function()
    local before = invar.threads()
    for _, shape in ipairs {shapes[1], shapes[2], {{70, 8, 8, 32}, 96, 3, {padding = 1}},
      {{18, 24, 24, 3}, 16, 3, {padding = 1}}} do
      local case = make_case(shape)
      each_way(function()
        invar.threads(1)
        local one = run(case)
        for threads = 2, 3 do
          invar.threads(threads)
          for name, value in pairs(run(case)) do assert.is_true(value:equal(one[name])) end
        end
      end)
    end
    invar.threads(before)
  end)

  it("of nothing is nothing", function()
    local x = tensor.zeros({0, 4, 4, 32}, {dtype = "bfloat16"})
    local w = tensor.ones(8, 32, 3, 3)
    local y = tensor.zeros({0, 2, 2, 8}, {dtype = "bfloat16"})
    each_way(function()
      local gw = tensor.ones(8, 32, 3, 3)
      testing.conv_half("forward", x, w, y, {})
      testing.conv_half("input", x, w, y, {})
      testing.conv_half("weights", x, gw, y, {})
      assert.equal(0, gw:abs():max():item())
    end)
  end)

  it("keeps infinities and NaN where they are", function()
    local x = tensor.ones(2, 3, 3, 32)
    x[{1, 1, 1, 5}] = 1 / 0
    x[{2, 3, 3, 7}] = 0 / 0
    local y = tensor.zeros({2, 3, 3, 32}, {dtype = "bfloat16"})
    each_way(function()
      testing.conv_half("forward", x:to("bfloat16"), tensor.ones(32, 32, 3, 3), y, {padding = 1})
      local got = y:to("float32"):totable()
      assert.equal(math.huge, got[1][2][2][1])
      assert.equal(32 * 6, got[1][3][2][1])
      assert.is_true(got[2][2][2][9] ~= got[2][2][2][9])
      assert.equal(32 * 4, got[2][1][1][9])
    end)
  end)

  it("runs out of memory cleanly", function()
    for _, shape in ipairs {shapes[1], {{2, 24, 24, 3}, 16, 3, {padding = 1}}} do
      local case = make_case(shape)
      each_way(function() scarcity(function() run(case) end) end)
    end
  end)
end)
