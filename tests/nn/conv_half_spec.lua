-- Convolution in bfloat16, on the processor's matrix tiles (where it has any)
-- and through float32, against float32 convolution of the same numbers.
local invar = require "invar"
local rng, tensor = invar.rng, invar.tensor
local conv2d = invar.nn.functional.conv2d
local scarcity = require "support.scarcity"
local testing = require "invar.core.testing"

-- {batch, height, width, channels}, outputs, kernel (and its width, where that
-- is another), options; those of few channels, whose tiles are rows of pixels
-- (src/nn/conv_rows.c), come after the others
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
  {{1, 32, 32, 16}, 16, 3, {padding = 1}},
  {{3, 5, 35, 16}, 15, 3, {padding = 2}},
  {{2, 6, 18, 16}, 16, 2, {padding = 1}},
  {{2, 7, 41, 16}, 40, 5, {padding = 2}},
  {{3, 9, 34, 3}, 16, 3, {padding = 1}},
  {{3, 10, 8, 16}, 32, 3, {padding = 1, stride = 2}},
  {{2, 5, 37, 8}, 2, 3, {padding = 1, stride = 2}},
  {{2, 18, 33, 64}, 64, 3, {padding = 1, stride = 2}},
  {{3, 17, 18, 10}, 10, 3, {padding = 1, stride = 2}},
  {{1, 19, 21, 5}, 7, 3, {stride = 3}},
  {{3, 11, 9, 17}, 33, 2, {padding = 3, stride = 2}},
  {{2, 16, 16, 34}, 16, 3, {padding = 1, stride = 4}},
  {{2, 9, 9, 2}, 3, 1, {padding = 2, stride = 4}},
  {{1, 37, 300, 1}, 1, 7, {padding = 3}},
  {{3, 4, 50, 6}, 10, {1, 7}, {padding = 3, stride = 2}},
  {{2, 17, 3, 6}, 4, {5, 3}, {padding = 2}},
}

local function kernel_of(shape)
  if type(shape[3]) == "table" then return table.unpack(shape[3]) end
  return shape[3], shape[3]
end

local function name_of(shape)
  local x, o = shape[1], shape[4]
  local height, width = kernel_of(shape)
  return ("%dx%dx%dx%d to %d, kernel %dx%d, stride %d, dilation %d, groups %d"):format(
    x[1], x[2], x[3], x[4], shape[2], height, width, o.stride or 1, o.dilation or 1,
    o.groups or 1)
end

local function rounded(...)
  return tensor.randn(...):to("bfloat16"):to("float32")
end

-- Numbers that bfloat16 can hold, and what float32 makes of them.
local function make_case(shape)
  local r, size, o = rng.new(11), shape[1], shape[4]
  local case = {options = o, x = rounded(r, table.unpack(size)), bias = tensor.randn(r, shape[2]),
    w = rounded(r, shape[2], size[4] // (o.groups or 1), kernel_of(shape))}
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

  it("is that in float32 for shapes drawn at random", function()
    local channels, stream, count = {1, 2, 3, 6, 8, 10, 16, 16, 17, 24, 32, 33, 64}, rng.new(3), 0
    local function draw(low, high) return tensor.randint(stream, low, high, 1):item() end
    while count < 60 do
      local kernel, padding = {draw(1, 5), draw(1, 7)}, draw(0, 4)
      local height, width = draw(1, 12), draw(1, 40)
      if height + 2 * padding >= kernel[1] and width + 2 * padding >= kernel[2] then
        local case = make_case {{draw(1, 3), height, width, channels[draw(1, #channels)]},
          channels[draw(1, #channels)], kernel, {padding = padding, stride = draw(1, 4)}}
        local result, what = run(case), ("shape %d"):format(count)
        assert_near(result.y, case.wanted.y, 2 ^ -8, "output, " .. what)
        assert_near(result.gx, case.wanted.gx, 2 ^ -8, "gradient of the input, " .. what)
        count = count + 1
      end
    end
  end)

  it("has the same bits for every number of threads", function()
    local before = invar.threads()
    for _, shape in ipairs {shapes[1], shapes[2], {{70, 8, 8, 32}, 96, 3, {padding = 1}},
      {{1, 32, 32, 16}, 16, 3, {padding = 1}}, {{9, 17, 40, 16}, 32, 3, {stride = 2}},
      {{18, 24, 24, 3}, 16, 3, {padding = 1}}} do
      local case = make_case(shape)
      each_way(function()
        invar.threads(1)
        local one = run(case)
        for _, threads in ipairs {2, 3, 5} do
          invar.threads(threads)
          for name, value in pairs(run(case)) do assert.is_true(value:equal(one[name])) end
        end
      end)
    end
    invar.threads(before)
  end)

  it("has the same bits for an image in whatever batch it is", function()
    for _, shape in ipairs {{{35, 8, 8, 64}, 64, 3, {padding = 1}},
      {{35, 15, 17, 16}, 16, 3, {padding = 1}}, {{35, 9, 8, 3}, 32, 3, {stride = 2}}} do
      local case = make_case(shape)
      each_way(function()
        local all = run(case)
        local alone = run {options = case.options, bias = case.bias, w = case.w,
          x = case.x:narrow(1, 34, 1):clone(), gy = case.gy:narrow(1, 34, 1):clone()}
        for _, name in ipairs {"y", "gx"} do
          assert.is_true(alone[name]:equal(all[name]:narrow(1, 34, 1)))
        end
      end)
    end
  end)

  it("adds a residual and cuts off below 0 before it rounds", function()
    for _, shape in ipairs {{{3, 8, 8, 64}, 64, 3, {padding = 1}},
      {{3, 5, 7, 16}, 16, 3, {padding = 1}}, {{2, 9, 20, 3}, 16, 3, {}},
      {{2, 9, 20, 8}, 33, 3, {stride = 2}}} do
      local case = make_case(shape)
      local x, residual = case.x:to("bfloat16"), case.gy:to("bfloat16")
      local wanted = case.wanted.y + case.gy
      each_way(function(way)
        local y = half_like(case.gy)
        testing.conv_half("forward", x, case.w, y, case.options, case.bias, residual, false)
        assert_near(y, wanted, 2 ^ -8, "with a residual " .. way)
        testing.conv_half("forward", x, case.w, y, case.options, case.bias, residual, true)
        assert_near(y, wanted:relu(), 2 ^ -8, "with a residual and ReLU " .. way)
        testing.conv_half("forward", x, case.w, y, case.options, case.bias, nil, true)
        assert_near(y, case.wanted.y:relu(), 2 ^ -8, "with ReLU " .. way)
      end)
    end
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
    for _, size in ipairs {{3, 32}, {3, 64}, {4, 3}, {40, 16}} do
      local width, channels = table.unpack(size)
      local x = tensor.ones(2, 3, width, channels)
      x[{1, 1, 1, 3}] = 1 / 0
      x[{2, 3, width, 2}] = 0 / 0
      local y, w = half_like(x), tensor.ones(channels, channels, 3, 3)
      each_way(function()
        testing.conv_half("forward", x:to("bfloat16"), w, y, {padding = 1})
        local got = y:to("float32"):totable()
        assert.equal(math.huge, got[1][2][2][1])
        assert.equal(channels * 6, got[1][3][2][1])
        assert.equal(channels * (width == 3 and 4 or 6), got[1][1][3][1])
        assert.is_true(got[2][2][width - 1][3] ~= got[2][2][width - 1][3])
        assert.equal(channels * 6, got[2][2][1][3])
        assert.equal(channels * 4, got[2][1][1][3])
      end)
    end
  end)

  it("keeps NaN where it is on the way back", function()
    for _, channels in ipairs {3, 16, 64} do
      local gy = tensor.ones(2, 4, 10, channels)
      gy[{1, 2, 5, 3}] = 0 / 0
      local gx = tensor.zeros({2, 8, 20, channels}, {dtype = "bfloat16"})
      local w = tensor.ones(channels, channels, 3, 3)
      each_way(function()
        testing.conv_half("input", gx, w, gy:to("bfloat16"), {padding = 1, stride = 2})
        local wide = gx:to("float32")
        assert.equal(9 * channels, wide:ne(wide):to("float32"):sum():item())
        local part = wide:narrow(1, 1, 1):narrow(2, 2, 3):narrow(3, 8, 3)
        assert.equal(9 * channels, part:ne(part):to("float32"):sum():item())
      end)
    end
  end)

  it("runs out of memory cleanly", function()
    for _, shape in ipairs {shapes[1], {{2, 8, 20, 16}, 16, 3, {stride = 2}},
      {{2, 24, 24, 3}, 16, 3, {padding = 1}}} do
      local case = make_case(shape)
      each_way(function() scarcity(function() run(case) end) end)
    end
  end)
end)
