local tensor = require "invar.tensor"
local base = require "invar.core.base"
local rng = require "invar.rng"

local function values(t) return t:totable() end
local function fixture(name)
  return tensor.load("tests/fixtures/tensor/" .. name .. ".npy")
end

describe("tensor arithmetic", function()
  it("broadcasts as NumPy does", function()
    local a, b = fixture "a", fixture "b"
    assert.same({3, 4, 5}, (a + b):shape())
    assert.is_true((a % b):allclose(fixture "a_mod_b", {rtol = 1e-5, atol = 1e-6}))
    assert.is_true((a // b):equal(fixture "a_floordiv_b"))
    assert.is_true((a:abs() ^ b):allclose(fixture "a_pow", {rtol = 2e-6}))
    assert.is_true((a + b - b):allclose(a, {atol = 1e-6}))
    local table_a, table_b = values(a), values(b)
    local sum = values(a:to "float64" - b:to "float64")
    for i = 1, 3 do
      for j = 1, 4 do
        for k = 1, 5 do assert.equal(table_a[i][j][k] - table_b[j][1], sum[i][j][k]) end
      end
    end
  end)

  it("takes numbers on either side", function()
    assert.same({{{0.5}}}, (1 - tensor {{{0.5}}}):totable())
    assert.equal(4, (2 ^ tensor.new(2)):item())
    local a = tensor {1, 2, 4}
    assert.same({3, 4, 6}, values(2 + a))
    assert.same({1, 0, -2}, values(2 - a))
    assert.same({8, 4, 2}, values(8 / a))
    assert.same({2, 4, 16}, values(2 ^ a))
    assert.same({1, 1, 2}, values(7 % a:add(1)))
    assert.same({-1, -2, -4}, values(-a))
    assert.same({1, 4, 16}, values(a ^ 2))
  end)

  it("divides and takes remainders with Lua's signs", function()
    for _, dtype in ipairs {"int32", "float32", "float64"} do
      local a = tensor({7, -7, 7, -7, 6}, {dtype = dtype})
      local b = tensor({3, 3, -3, -3, 3}, {dtype = dtype})
      assert.same({7 // 3, -7 // 3, 7 // -3, -7 // -3, 2}, values(a // b))
      assert.same({7 % 3, -7 % 3, 7 % -3, -7 % -3, 0}, values(a % b))
    end
    local zero = tensor({0}, {dtype = "int32"})
    assert.has_error(function() return zero // zero end)
    assert.has_error(function() return zero % 0 end)
  end)

  it("promotes dtypes", function()
    local order = {"uint8", "int32", "bfloat16", "float32", "float64"}
    for i, low in ipairs(order) do
      for j = i, #order do
        local a, b = tensor.ones(2, {dtype = low}), tensor.ones(2, {dtype = order[j]})
        local wanted = j == 1 and "int32" or order[j]
        assert.equal(wanted, (a + b):dtype())
        assert.equal(wanted, (b * a):dtype())
        assert.equal(j <= 2 and "float32" or order[j], (a / b):dtype())
        assert.equal("uint8", a:lt(b):dtype())
      end
    end
    local byte = tensor({200}, {dtype = "uint8"})
    assert.equal(400, (byte + byte):item())
    assert.equal("int32", (byte + 1):dtype())
    assert.equal("float32", (byte * 0.5):dtype())
    assert.equal("bfloat16", (byte:to "bfloat16" * 0.5):dtype())
    assert.equal("float32", byte:exp():dtype())
    assert.equal("uint8", byte:maximum(byte):dtype())
  end)

  it("keeps the dtype of the target in place", function()
    local a = tensor({1, 2, 3}, {dtype = "int32"})
    a:mul_(1.5)
    assert.same({1, 3, 4}, values(a))
    assert.equal("int32", a:dtype())
    local b = tensor({250, 5}, {dtype = "uint8"})
    b:add_(10):sub_(tensor {0, 20})
    assert.same({255, 0}, values(b))
    local c = tensor {1, 2}
    assert.equal(c, c:add_(tensor {10, 20}, 0.5))
    assert.same({6, 12}, values(c))
    assert.has_error(function() c:add_(tensor.ones(2, 2)) end)
  end)

  it("compares, with NaN unordered", function()
    local a, b = tensor {1, 2, 3, 0 / 0}, tensor {2, 2, 2, 2}
    assert.same({1, 0, 0, 0}, values(a:lt(b)))
    assert.same({1, 1, 0, 0}, values(a:le(b)))
    assert.same({0, 0, 1, 0}, values(a:gt(b)))
    assert.same({0, 1, 1, 0}, values(a:ge(b)))
    assert.same({0, 1, 0, 0}, values(a:eq(2)))
    assert.same({1, 0, 1, 1}, values(a:ne(2)))
    assert.same({0, 1, 0}, values(tensor {0, 0.5, 0}:logical_and(tensor {1, 1, 0})))
    assert.same({1, 1, 0}, values(tensor {0, 0.5, 0}:logical_or(tensor {1, 1, 0})))
    assert.same({1, 0, 1}, values(tensor {0, 0.5, 0}:logical_not()))
    assert.is_true(tensor(1) < tensor(2) and tensor(2) <= 2)
    assert.is_false(tensor(3) < 2 or 2 <= tensor(1))
    assert.has_error(function() return a < b end)
  end)

  it("passes NaN through maximum, minimum, clamp and relu", function()
    local nan = 0 / 0
    for _, dtype in ipairs {"float32", "float64"} do
      local a = tensor({1, nan, 3}, {dtype = dtype})
      local b = tensor({2, 2, nan}, {dtype = dtype})
      assert.same({0, 1, 1}, values(a:maximum(b):isnan()))
      assert.same({0, 1, 1}, values(a:minimum(b):isnan()))
      assert.same({0, 1, 0}, values(a:clamp(0, 2):isnan()))
      assert.same({0, 1, 0}, values(a:relu():isnan()))
    end
    assert.same({1, 2, 2}, values(tensor {0, 2, 5}:clamp(1, 2)))
    assert.same({1, 2, 5}, values(tensor {0, 2, 5}:clamp(1)))
    assert.same({0, 2, 2}, values(tensor {0, 2, 5}:clamp(nil, 2)))
    assert.has_error(function() tensor {1}:clamp(2, 1) end)
  end)

  it("chooses by conditions", function()
    local a = tensor {1, -2, 3}
    assert.same({1, 0, 3}, values(tensor.where(a:gt(0), a, 0)))
    assert.same({{1, 5, 3}, {1, 6, 3}},
      values(tensor.where(a:gt(0), a, tensor {{5}, {6}})))
    assert.same({9, 9, 0}, values(tensor.where(tensor {0.5, -1, 0}, 9, 0)))
  end)

  it("gives the same bits for any number of threads and layout", function()
    local threads = base.threads()
    local a = tensor.randn(rng.new(1), 700, 300)
    local b = tensor.randn(rng.new(2), 300)
    local results = {}
    for _, n in ipairs {1, 2, 3} do
      base.threads(n)
      results[#results + 1] = {
        (a * b):exp(), a:sum(), a:sum(1), a:var(2), a:matmul(a:t()), a:t():matmul(a),
        (a:t() * b:unsqueeze(2)):t():exp(), a:logsumexp(),
      }
    end
    base.threads(threads)
    for i = 1, #results[1] do
      assert.is_true(results[1][i]:equal(results[2][i]))
      assert.is_true(results[1][i]:equal(results[3][i]))
    end
    assert.is_true(results[1][1]:equal(results[1][7]))
  end)
end)
