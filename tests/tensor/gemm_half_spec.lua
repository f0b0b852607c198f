-- Matrix products in bfloat16, on the processor's matrix tiles (where it has
-- any) and through float32, against float64 products of the same numbers.
local invar = require "invar"
local rng, tensor = invar.rng, invar.tensor
local scarcity = require "support.scarcity"
local testing = require "invar.core.testing"

-- {rows, columns, depth}
local sizes = {{1, 1, 1}, {65, 48, 65}, {33, 70, 5}, {300, 70, 100}, {20, 530, 40},
  {128, 10, 512}, {40, 300, 1601}, {530, 33, 3}}

local function each_way(f)
  local had = testing.matrix_tiles()
  for _, tiles in ipairs(had and {true, false} or {false}) do
    testing.matrix_tiles(tiles)
    f(tiles and "on tiles" or "through float32")
  end
  testing.matrix_tiles(had)
end

-- A random matrix and how it is stored: as its transpose where `turned`.
local function draw(r, rows, columns, turned)
  local a = tensor.randn(r, rows, columns):to("bfloat16")
  return a, turned and a:transpose(1, 2):contiguous() or a
end

local function assert_near(c, wanted, relative, what)
  local off = (c:to("float64") - wanted):abs() - wanted:abs() * relative
  local most, largest = off:max():item(), wanted:abs():max():item()
  assert(most <= 2e-5 * largest, ("%s: off by %g of %g"):format(what, most, largest))
end

local function check(size, turn_a, turn_b, dtype, with_bias, way)
  local r, m, n, k = rng.new(5), table.unpack(size)
  local a, stored_a = draw(r, m, k, turn_a)
  local b, stored_b = draw(r, k, n, turn_b)
  local bias = with_bias and tensor.randn(r, n) or nil
  local wanted = a:to("float64"):matmul(b:to("float64"))
  if bias then wanted = wanted + bias:to("float64") end
  local c = tensor.full({m, n}, 7, {dtype = dtype})
  testing.gemm_half(stored_a, turn_a, stored_b, turn_b, c, bias)
  assert_near(c, wanted, dtype == "bfloat16" and 2 ^ -8 or 0,
    ("%d x %d x %d %s %s %s %s"):format(m, n, k, turn_a, turn_b, dtype, way))
end

describe("a matrix product in bfloat16", function()
  it("is that in float64, rounded once", function()
    each_way(function(way)
      for _, size in ipairs(sizes) do
        for _, turn_a in ipairs {false, true} do
          for _, turn_b in ipairs {false, true} do
            check(size, turn_a, turn_b, "bfloat16", turn_a, way)
            check(size, turn_a, turn_b, "float32", turn_b, way)
          end
        end
      end
    end)
  end)

  it("writes only its own columns", function()
    each_way(function()
      local c = tensor.full({40, 50}, 7, {dtype = "bfloat16"})
      local a = tensor.ones({40, 9}, {dtype = "bfloat16"})
      local b = tensor.ones({9, 37}, {dtype = "bfloat16"})
      testing.gemm_half(a, false, b, false, c[{{}, {3, 39}}])
      local sums = c:to("float32")
      assert.equal(40 * (9 * 37 + 7 * 13), sums:sum():item())
      assert.equal(7, sums[{40, 40}]:item())
    end)
  end)

  it("of depth 0 is the bias", function()
    each_way(function()
      local c = tensor.full({3, 2}, 7)
      testing.gemm_half(tensor.zeros({3, 0}, {dtype = "bfloat16"}), false,
        tensor.zeros({0, 2}, {dtype = "bfloat16"}), false, c, tensor.new {1, 2})
      assert.is_true(c:equal(tensor.new {{1, 2}, {1, 2}, {1, 2}}))
    end)
  end)

  it("has the same bits for every number of threads", function()
    local before = invar.threads()
    local r = rng.new(2)
    local a = tensor.randn(r, 300, 1700):to("bfloat16")
    local b = tensor.randn(r, 1700, 90):to("bfloat16")
    each_way(function()
      local results = {}
      for threads = 1, 3 do
        invar.threads(threads)
        results[threads] = tensor.zeros(300, 90)
        testing.gemm_half(a, false, b, false, results[threads])
      end
      assert.is_true(results[1]:equal(results[2]))
      assert.is_true(results[1]:equal(results[3]))
    end)
    invar.threads(before)
  end)

  it("runs out of memory cleanly", function()
    local a = tensor.ones({300, 300}, {dtype = "bfloat16"})
    local c = tensor.zeros(300, 300)
    each_way(function()
      scarcity(function() testing.gemm_half(a, false, a, true, c) end)
    end)
  end)
end)
