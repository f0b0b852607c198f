-- The kernels behind conv2d (Winograd's, unfolding, matrix tiles, one matrix
-- product) against the definition of convolution in float64: one matrix product
-- per tap, differentiated by the tape. Each case runs with the processor's matrix
-- tiles (where it has any) and without.

local functional = require "invar.core.nn".functional
local invar = require "invar"
local rng = require "invar.rng"
local tensor = require "invar.tensor"
local testing = require "invar.core.testing"

-- x (N, H, W, C) padded by `p` pixels of zeros.
local function padded(x, p)
  local n, h, w, c = x:size(1), x:size(2), x:size(3), x:size(4)
  local wide = {dtype = "float64"}
  local side = tensor.zeros(n, h, p, c, wide)
  local middle = p == 0 and x or tensor.cat({side, x, side}, 3)
  local edge = tensor.zeros(n, p, w + 2 * p, c, wide)
  return p == 0 and middle or tensor.cat({edge, middle, edge}, 2)
end

local function definition(x, w, o)
  local full, k = padded(x, o.padding), w:size(3)
  local oh = (full:size(2) - k) // o.stride + 1
  local ow = (full:size(3) - k) // o.stride + 1
  local function taken(first, count) return {first, first + (count - 1) * o.stride, o.stride} end
  local sum
  for ky = 1, k do
    for kx = 1, k do
      local seen = full[{{}, taken(ky, oh), taken(kx, ow)}]:reshape(-1, x:size(4))
      local part = seen:matmul(w[{{}, {}, ky, kx}]:transpose(1, 2))
      sum = sum and sum + part or part
    end
  end
  return sum:reshape(x:size(1), oh, ow, w:size(1))
end

-- Result and gradients for one fixed gradient of the result.
local function run(convolve, x, w, g)
  x, w = x:detach():clone():requires_grad_(), w:detach():clone():requires_grad_()
  local y = convolve(x, w)
  y:backward(g)
  return {y = y:detach(), x = x:grad(), w = w:grad()}
end

local function compare(case)
  local n, h, w, ci, co, k, stride, padding = table.unpack(case)
  local o = {stride = stride, padding = padding}
  local x = tensor.randn(rng.new(1), n, h, w, ci)
  local weight = tensor.randn(rng.new(2), co, ci, k, k)
  local function own(a, b) return functional.conv2d(a, b, nil, o) end
  local g = tensor.randn(rng.new(3), table.unpack(own(x, weight):shape()))
  local got = run(own, x, weight, g)
  local truth = run(function(a, b) return definition(a, b, o) end,
    x:to("float64"), weight:to("float64"), g:to("float64"))
  for name, expected in pairs(truth) do
    local error = (got[name]:to("float64") - expected):abs():max():item()
    local largest = expected:abs():max():item()
    assert.is_true(error < 2e-5 * largest, ("%s of %s: off by %g of %g"):format(name,
      table.concat(case, " "), error, largest))
  end
  return function() return run(own, x, weight, g) end, got
end

-- batch, height, width, inputs, outputs, kernel, stride, padding
local cases = {
  winograd = {
    {2, 8, 8, 32, 32, 3, 1, 1}, {3, 5, 9, 36, 33, 3, 1, 1}, {1, 7, 6, 48, 50, 3, 1, 0},
    {2, 4, 4, 70, 64, 3, 1, 1}, {1, 3, 3, 32, 40, 3, 1, 2}, {1, 33, 30, 32, 40, 3, 1, 1},
    {40, 4, 4, 96, 80, 3, 1, 1}, -- long segments
    {9, 32, 32, 32, 32, 3, 1, 1}, -- parts
  },
  unfolding = {
    {3, 8, 8, 256, 130, 3, 2, 1}, {130, 2, 2, 512, 512, 1, 1, 0}, {5, 7, 5, 128, 256, 3, 2, 1},
    {32, 4, 4, 512, 520, 1, 2, 0}, -- in float32 parts
  },
  tiles = {
    {32, 8, 8, 32, 64, 3, 2, 1}, {60, 5, 7, 70, 34, 3, 2, 1}, {24, 9, 6, 64, 96, 1, 2, 0},
    {32, 2, 2, 140, 130, 3, 1, 1}, {25, 6, 6, 128, 130, 3, 1, 1}, {64, 5, 5, 33, 40, 5, 1, 2},
  },
  ["one product"] = {
    {2, 20, 19, 64, 48, 1, 1, 0}, {3, 40, 40, 72, 65, 1, 1, 0}, {1, 30, 30, 33, 40, 1, 1, 0},
  },
}

local function each_way(f)
  local had = testing.matrix_tiles()
  for _, tiles in ipairs(had and {true, false} or {false}) do
    testing.matrix_tiles(tiles)
    f(tiles and "on tiles" or "without tiles")
  end
  testing.matrix_tiles(had)
end

describe("kernels of convolution", function()
  for kind, list in pairs(cases) do
    for _, case in ipairs(list) do
      it(("%s: %s is as defined, with the same bits for every number of threads"):format(kind,
        table.concat(case, " ")), function()
        each_way(function(way)
          local again, got = compare(case)
          local threads = invar.threads()
          invar.threads(threads == 1 and 2 or 1)
          local other = again()
          invar.threads(threads)
          for name, value in pairs(got) do
            assert(value:equal(other[name]), name .. " " .. way)
          end
        end)
      end)
    end
  end

  -- Numbers that tiles cannot hold go the way they would go without tiles.
  it("pass on infinities and NaN, and add the bias", function()
    local function same(a, b)
      return (a:eq(b):to("float32") + a:ne(a):to("float32") * b:ne(b):to("float32")):min():item() > 0
    end
    local had = testing.matrix_tiles()
    for _, case in ipairs(cases.tiles) do
      local n, h, w, ci, co, k, stride, padding = table.unpack(case)
      local o = {stride = stride, padding = padding}
      local weight, bias = tensor.randn(rng.new(2), co, ci, k, k), tensor.randn(rng.new(3), co)
      local function own(a, b) return functional.conv2d(a, b, bias, o) end
      for _, value in ipairs {1 / 0, 0 / 0, 3e38, 1} do
        local x = tensor.randn(rng.new(1), n, h, w, ci)
        x[{n, 1, 1, 1}] = value
        local g = tensor.ones(table.unpack(own(x, weight):shape()))
        g[{n, 1, 1, 1}] = value
        local got = run(own, x, weight, g)
        testing.matrix_tiles(false)
        local wanted = run(own, x, weight, g)
        testing.matrix_tiles(had)
        for name, plain in pairs(wanted) do
          local what = ("%s of %s with %g"):format(name, table.concat(case, " "), value)
          if value == 1 then
            local most = plain:abs():max():item()
            assert((got[name] - plain):abs():max():item() < 2e-5 * most, what)
          else
            assert(same(got[name], plain), what)
          end
        end
      end
    end
  end)
end)
