local tensor = require "invar.tensor"
local rng = require "invar.rng"

local function values(t) return t:totable() end

describe("tensor reductions", function()
  local a
  before_each(function() a = tensor {{1, 2, 3}, {4, 5, 9}} end)

  it("over one, several and all dimensions", function()
    assert.equal(24, a:sum():item())
    assert.same({5, 7, 12}, values(a:sum(1)))
    assert.same({6, 18}, values(a:sum(2)))
    assert.same({6, 18}, values(a:sum(-1)))
    assert.same({{6}, {18}}, values(a:sum(2, {keepdim = true})))
    assert.same({{24}}, values(a:sum({1, 2}, {keepdim = true})))
    assert.same({2, 6}, values(a:mean(2)))
    assert.same({6, 180}, values(a:prod(2)))
    assert.same({1, 7}, values(a:var(2)))
    assert.near(math.sqrt(14 / 3), a:std(2, {correction = 0})[2]:item(), 1e-6)
    assert.near(math.sqrt(136), a:norm():item(), 1e-5)
    assert.same({6, 18}, values(a:norm(2, {p = 1})))
    assert.same({3, 9}, values(a:norm(2, {p = math.huge})))
    assert.same({1, 1}, values(a:gt(2):any(2)))
    assert.same({0, 1}, values(a:gt(3):all(2)))
  end)

  it("find extremes and their positions", function()
    assert.equal(9, a:max():item())
    local v, p = a:max(1)
    assert.same({4, 5, 9}, values(v))
    assert.same({2, 2, 2}, values(p))
    v, p = a:min(2, {keepdim = true})
    assert.same({{1}, {4}}, values(v))
    assert.same({{1}, {1}}, values(p))
    assert.same({3, 9}, values(a:max({2})))
    assert.equal(6, a:argmax():item())
    assert.same({1, 1, 1}, values(a:argmin(1)))
    assert.equal(1, tensor {5, 5, 1}:argmax():item()) -- the first of equals
    assert.equal(2, tensor {1, 0 / 0, 9}:argmax():item())
    local m = tensor {1, 0 / 0, 9}:max():item()
    assert.is_true(m ~= m)
  end)

  it("agree with NumPy on a tensor of three dimensions", function()
    local x = tensor.load("tests/fixtures/tensor/a.npy")
    local wanted = tensor.load("tests/fixtures/tensor/a_var_02.npy"):to "float32"
    assert.is_true(x:var({1, 3}):allclose(wanted, {rtol = 1e-6}))
    assert.is_true(x:permute(2, 3, 1):var({2, 3}):allclose(wanted, {rtol = 1e-6}))
    wanted = tensor.load("tests/fixtures/tensor/a_cumsum_1.npy"):to "float32"
    assert.is_true(x:cumsum(2):allclose(wanted, {rtol = 1e-5, atol = 1e-6}))
  end)

  it("are exact where float32 would drown", function()
    -- 2^24 + 1 + 1 + ... loses every 1 when added up in float32.
    local x = tensor.ones(1 << 20)
    x[1] = 1 << 24
    assert.equal((1 << 24) + (1 << 20), x:sum():item())
    x = tensor.full({100000}, 0.1)
    assert.near(0.1, x:mean():item(), 1e-8)
    assert.near(0, (tensor.randn(rng.new(1), 1000) + 1e4):var():item() - 1, 0.15)
  end)

  it("do not overflow in logsumexp", function()
    assert.near(1000 + math.log(2), tensor {1000, 1000}:logsumexp():item(), 1e-4)
    assert.equal(-math.huge, tensor {-1 / 0, -1 / 0}:logsumexp():item())
    assert.equal(math.huge, tensor {1, 1 / 0}:logsumexp():item())
    local x = tensor({0.5, -1, 2}, {dtype = "float64"})
    assert.near(math.log(math.exp(0.5) + math.exp(-1) + math.exp(2)),
      x:logsumexp():item(), 1e-15)
  end)

  it("give the dtypes that are promised", function()
    local bytes = tensor({250, 250}, {dtype = "uint8"})
    assert.equal("int32", bytes:sum():dtype())
    assert.equal(500, bytes:sum():item())
    assert.equal("float32", bytes:mean():dtype())
    assert.equal("uint8", bytes:max():dtype())
    assert.equal("int32", bytes:argmax():dtype())
    assert.equal("float64", a:to "float64":mean():dtype())
    local big = tensor({2 ^ 31 - 1, 1}, {dtype = "int32"})
    assert.has_error(function() big:sum() end)
    assert.equal(2 ^ 31, big:to "float64":sum():item())
  end)

  it("of nothing are what mathematics says, or errors", function()
    local none = tensor.zeros(0, 3)
    assert.same({0, 0, 0}, values(none:sum(1)))
    assert.same({1, 1, 1}, values(none:prod(1)))
    assert.same({1, 1, 1}, values(none:mean(1):isnan()))
    assert.same({1}, values(tensor {{5}}:var(2):isnan()))
    assert.equal(0, none:any():item())
    assert.equal(1, none:all():item())
    assert.same({0}, none:max(2):shape())
    assert.has_error(function() none:max() end)
    assert.has_error(function() none:max(1) end)
  end)

  it("refuse dimensions that are not there", function()
    for _, bad in ipairs {3, 0, -3, 1.5, "x", {1, 1}, {3}} do
      assert.has_error(function() a:sum(bad) end)
    end
    assert.has_error(function() a:sum(1, {keepdims = true}) end)
    assert.has_error(function() a:norm(1, {p = 3}) end)
  end)
end)
