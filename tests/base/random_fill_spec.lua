-- Many draws at once, through the tensors they fill.
local tensor = require "invar.tensor"
local rng = require "invar.rng"

-- The largest distance between the empirical distribution and cdf.
local function kolmogorov(t, cdf)
  local list, worst = t:sort():totable(), 0
  for i, v in ipairs(list) do
    local p = cdf(v)
    worst = math.max(worst, math.abs(p - i / #list), math.abs(p - (i - 1) / #list))
  end
  return worst
end

-- The normal distribution function, by the series of Marsaglia (2004).
local function normal_cdf(x)
  local sum, term, n = x, x, 1
  while math.abs(term) > 1e-12 do
    n = n + 2
    term = term * x * x / n
    sum = sum + term
  end
  return 0.5 + sum * math.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
end

describe("random fill", function()
  it("is uniform", function()
    local t = tensor.rand(rng.new(2), 20000)
    assert.is_true(t:min():item() >= 0 and t:max():item() < 1)
    assert.is_true(kolmogorov(t, function(v) return v end) < 1.95 / math.sqrt(20000))
  end)

  it("is normal, without correlation between neighbours", function()
    local t = tensor.randn(rng.new(2), 20000)
    assert.is_true(kolmogorov(t, normal_cdf) < 1.95 / math.sqrt(20000))
    for lag = 1, 20 do
      local c = (t[{{1, -1 - lag}}] * t[{{1 + lag, -1}}]):mean():item()
      assert.near(0, c, 0.035)
    end
    local fourth = (t ^ 4):mean():item()
    assert.near(3, fourth, 0.2)
    t = tensor.randn(rng.new(3), 50000, {mean = -2, deviation = 0.5})
    assert.near(-2, t:mean():item(), 0.01)
    assert.near(0.5, t:std():item(), 0.01)
  end)

  it("of a longer tensor begins with the same numbers", function()
    local long = tensor.randn(rng.new(4), 1000)
    for _, n in ipairs {1, 63, 64, 65, 999} do
      assert.is_true(tensor.randn(rng.new(4), n):equal(long[{{1, n}}]))
    end
  end)

  it("moves its generator on", function()
    local r = rng.new(4)
    local a, b = tensor.rand(r, 10), tensor.rand(r, 10)
    assert.is_false(a:equal(b))
    assert.not_equal(r:uniform(), rng.new(4):uniform())
  end)
end)
