-- Numbers of SciPy 1.10 (scipy.stats), to the digits shown.
local statistics = require "invar.report.statistics"

local function near(expected, actual, tolerance)
  local scale = math.max(1, math.abs(expected))
  assert.is_truthy(math.abs(actual - expected) <= (tolerance or 1e-9) * scale,
    ("%.17g expected, got %.17g"):format(expected, actual))
end

describe("statistics", function()
  it("has Student's quantiles", function()
    local known = {[1] = 12.7062047364, [2] = 4.3026527299, [4] = 2.7764451052,
      [9] = 2.2621571627, [29] = 2.0452296421, [3.5] = 2.940088638}
    for df, t in pairs(known) do near(t, statistics.t_two_sided(0.95, df)) end
    near(4.032142983557536, statistics.t_two_sided(0.99, 5))
  end)

  it("has the normal distribution's quantiles", function()
    near(1.959963984540054, statistics.z_two_sided(0.95), 1e-12)
    near(2.5758293035489004, statistics.z_two_sided(0.99), 1e-12)
  end)

  it("has the tails of F and the incomplete beta function", function()
    near(0.10303300010931185, statistics.f_tail(3.2, 2, 7), 1e-12)
    near(0.0002399288904364253, statistics.f_tail(60.3, 1, 6), 1e-12)
    near(0.3521975859067672, statistics.incomplete_beta(0.3, 2.5, 4), 1e-12)
    assert.equal(0, statistics.incomplete_beta(0, 2, 3))
    assert.equal(1, statistics.incomplete_beta(1, 2, 3))
  end)

  it("gives equal values the mean of their ranks", function()
    assert.same({4, 1, 4, 2, 4}, statistics.ranks {3, 1, 3, 2, 3})
  end)

  it("interpolates quantiles as R does", function()
    assert.equal(2.5, statistics.quantile({1, 2, 3, 4}, 0.5))
    assert.equal(1.75, statistics.quantile({1, 2, 3, 4}, 0.25))
    assert.equal(4, statistics.quantile({1, 2, 3, 4}, 1))
  end)

  it("finds no correlation with what does not vary", function()
    assert.is_nil(statistics.pearson({0.1, 0.1, 0.1}, {1, 2, 3}))
    near(-1, statistics.pearson({1, 2, 3}, {3, 2, 1}), 1e-15)
  end)
end)
