-- Matrix products of float32 on the processor's matrix tiles, as three
-- bfloat16 parts each, against float64 products of the same numbers and
-- against BLAS; where there are no tiles, BLAS alone.
local invar = require "invar"
local rng, tensor = invar.rng, invar.tensor
local scarcity = require "support.scarcity"
local testing = require "invar.core.testing"

local function product(a, turn_a, b, turn_b, c, alpha, beta)
  testing.gemm_split(turn_a and a:transpose(1, 2):contiguous() or a, turn_a,
    turn_b and b:transpose(1, 2):contiguous() or b, turn_b, c, alpha or 1, beta or 0)
  return c
end

-- The same by BLAS.
local function without_tiles(f)
  local had = testing.matrix_tiles()
  testing.matrix_tiles(false)
  local result = f()
  testing.matrix_tiles(had)
  return result
end

-- The largest error, relative to the sum of the products' magnitudes.
local function error_of(c, a, b)
  local wide_a, wide_b = a:to("float64"), b:to("float64")
  local off = (c:to("float64") - wide_a:matmul(wide_b)):abs()
  return (off / (wide_a:abs():matmul(wide_b:abs()) + 1e-300)):max():item()
end

local function draw(seed, rows, columns)
  return tensor.randn(rng.new(seed), rows, columns)
end

-- {rows, columns, depth}
local sizes = {{1, 1, 1}, {65, 48, 65}, {33, 70, 5}, {300, 70, 100}, {20, 530, 40},
  {128, 10, 512}, {40, 300, 1601}, {530, 33, 3}, {64, 64, 4500}, {31, 32, 33}}

describe("a matrix product of float32 in three parts", function()
  it("is as near to that in float64 as BLAS's", function()
    for _, size in ipairs(sizes) do
      local m, n, k = table.unpack(size)
      local a, b = draw(1, m, k), draw(2, k, n)
      for _, turn_a in ipairs {false, true} do
        for _, turn_b in ipairs {false, true} do
          local c = product(a, turn_a, b, turn_b, tensor.full({m, n}, 0 / 0))
          local off = error_of(c, a, b)
          assert(off < 2 ^ -22, ("%d x %d x %d %s %s: %g"):format(m, n, k, turn_a, turn_b, off))
        end
      end
    end
  end)

  it("is no worse than twice BLAS's on numbers of any size and where they cancel", function()
    local m, n, k = 100, 90, 700
    local scale = tensor.randint(rng.new(3), -20, 21, m, k):to("float32")
    local wide = draw(1, m, k) * (scale * math.log(2)):exp()
    local half = draw(4, m, k // 2)
    local b = draw(2, k, n)
    local cancelling = tensor.cat({half, -half}, 2)
    local near = b[{{1, k // 2}}] * (draw(5, k // 2, n) * 1e-4 + 1)
    for name, case in pairs {wide = {wide, b}, rows = {b:transpose(1, 2):contiguous(),
      wide:transpose(1, 2):contiguous()}, cancelling = {cancelling,
      tensor.cat({b[{{1, k // 2}}], near}, 1)}, normal = {draw(6, m, k), b},
      positive = {draw(6, m, k):abs(), b:abs()}} do
      local a, right = case[1], case[2]
      local function one()
        return product(a, false, right, false, tensor.zeros(a:size(1), right:size(2)))
      end
      local own, blas = error_of(one(), a, right), error_of(without_tiles(one), a, right)
      assert(own <= 2 * blas, ("%s: %g, BLAS %g"):format(name, own, blas))
    end
  end)

  it("is exact for integers", function()
    local a = tensor.randint(rng.new(1), -2000, 2001, 70, 3):to("float32")
    local b = tensor.randint(rng.new(2), -2000, 2001, 3, 50):to("float32")
    local c = product(a, false, b, false, tensor.zeros(70, 50))
    assert.is_true(c:to("float64"):equal(a:to("float64"):matmul(b:to("float64"))))
    local ones = tensor.ones(64, 40)
    local large = tensor.full({40, 33}, 2 ^ 18 - 1)
    assert.is_true(product(ones, false, large, false, tensor.zeros(64, 33)):equal(
      tensor.full({64, 33}, 40 * (2 ^ 18 - 1))))
  end)

  it("adds to what is there, and writes only its own columns", function()
    local a, b = draw(1, 40, 9), draw(2, 9, 37)
    local before = draw(3, 40, 50)
    for _, beta in ipairs {0, 1, -0.5} do
      local c = before:clone()
      product(a, false, b, true, c[{{}, {3, 39}}], 2, beta)
      local wanted = before:to("float64")
      wanted[{{}, {3, 39}}] = a:to("float64"):matmul(b:to("float64")) * 2
        + before[{{}, {3, 39}}]:to("float64") * beta
      assert.is_true((c:to("float64") - wanted):abs():max():item() < 1e-5)
      assert.is_true(c[{{}, {40, 50}}]:equal(before[{{}, {40, 50}}]))
    end
    local deep, right = draw(4, 40, 9000), draw(5, 9000, 37)
    local c = product(deep, true, right, false, tensor.ones(40, 37), 0.5, 3)
    local wanted = deep:to("float64"):matmul(right:to("float64")) * 0.5 + 3
    assert.is_true((c:to("float64") - wanted):abs():max():item() < 1e-3)
  end)

  -- As BLAS: infinities and NaN reach what they touch, and nothing else;
  -- products near the ends of the range are neither lost nor too large.
  it("knows infinities, NaN and the ends of the range", function()
    local inf = 1 / 0
    for _, size in ipairs {{70, 40, 50}, {300, 70, 800}, {70, 40, 9000}} do
      local m, n, k = table.unpack(size)
      for _, value in ipairs {inf, -inf, 0 / 0, 3.4e38, 2.0 ^ 127, 1e-44, -1e30} do
        for _, side in ipairs {"left", "right", "both"} do
          local a, b = draw(1, m, k), draw(2, k, n)
          if side ~= "right" then a[{m, 2}] = value end
          if side ~= "left" then b[{k, n}] = value end
          local c = product(a, false, b, false, tensor.full({m, n}, 7))
          local blas = without_tiles(function()
            return product(a, false, b, false, tensor.zeros(m, n))
          end)
          local nans = c:ne(c)
          assert.is_true(nans:equal(blas:ne(blas)))
          local same = c:eq(blas):to("float32") + nans:to("float32")
          local scale = a:abs():matmul(b:abs())
          local close = (c - blas):abs():le(scale * 1e-6):to("float32")
          assert.is_true((same + close):min():item() > 0)
        end
      end
    end
    for _, power in ipairs {-130, -75, -60, -40, 0, 40, 60} do
      local a = draw(1, 40, 33) * 2.0 ^ power
      local b = draw(2, 33, 40) * 2.0 ^ math.max(power, -20)
      local c = product(a, false, b, false, tensor.zeros(40, 40)):to("float64")
      local wanted = a:to("float64"):matmul(b:to("float64"))
      local off = (c - wanted):abs():max():item()
      assert(off <= 1e-6 * wanted:abs():max():item() + 2.0 ^ -143, power)
    end
  end)

  it("has the same bits for every number of threads", function()
    local before = invar.threads()
    for _, size in ipairs {{300, 90, 1700}, {70, 64, 9000}, {700, 600, 40}} do
      local m, n, k = table.unpack(size)
      local a, b = draw(1, m, k), draw(2, k, n)
      local results = {}
      for threads = 1, 3 do
        invar.threads(threads)
        results[threads] = a:matmul(b)
      end
      assert.is_true(results[1]:equal(results[2]))
      assert.is_true(results[1]:equal(results[3]))
    end
    invar.threads(before)
  end)

  it("runs out of memory cleanly", function()
    local a, deep = tensor.ones(300, 300), tensor.ones(9000, 64)
    scarcity(function() testing.gemm_split(a, false, a, true, tensor.zeros(300, 300), 1, 0) end)
    scarcity(function() testing.gemm_split(deep, true, deep, false, tensor.zeros(64, 64), 1, 0) end)
  end)
end)
