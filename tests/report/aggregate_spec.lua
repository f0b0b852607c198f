local report = require "invar".report
local rng = require "invar.rng"

-- Intervals and tests: SciPy 1.10.
local function near(expected, actual, tolerance)
  assert.is_truthy(actual and math.abs(actual - expected) <= (tolerance or 1e-9),
    ("%s expected, got %s"):format(expected, actual))
end

local function rows_of(values, fields)
  local rows = {}
  for i, value in ipairs(values) do
    rows[i] = {value = value, seed = i}
    for key, field in pairs(fields or {}) do rows[i][key] = field end
  end
  return rows
end

local five = {0.91, 0.94, 0.89, 0.95, 0.93}

describe("report.aggregate", function()
  it("gives mean, deviation and Student's interval", function()
    local cell = report.aggregate(rows_of(five), {value = "value"})[1].value
    near(0.924, cell.mean)
    near(0.02408318915758456, cell.std)
    near(0.894096771061096, cell.low)
    near(0.9539032289389041, cell.high)
    assert.equal(5, cell.n)
    assert.equal("0.924 ± 0.024", tostring(cell))
  end)

  it("groups in the order of coming, with several values", function()
    local rows = {{m = "b", t = 1, x = 1, y = 5}, {m = "a", t = 1, x = 2, y = 6},
      {m = "b", t = 1, x = 3, y = 7}, {m = "b", t = "1", x = 4}}
    local groups = report.aggregate(rows, {by = {"m", "t"}, value = {"x", "y"}})
    assert.equal(3, #groups)
    assert.equal("b", groups[1].m)
    assert.equal(2, groups[1].x.mean)
    assert.equal(6, groups[1].y.mean)
    assert.equal("a", groups[2].m)
    assert.equal("1", groups[3].t)
    assert.equal(0, groups[3].y.n)
    assert.equal("missing", tostring(groups[3].y))
  end)

  it("counts what is no finite number as missing", function()
    local cell = report.aggregate(rows_of {1, 0 / 0, 3, "x", math.huge}, {value = "value"})[1].value
    assert.equal(2, cell.n)
    assert.equal(3, cell.missing)
    assert.equal(2, cell.mean)
    local one = report.aggregate({{v = 2}}, {value = "v"})[1].v
    assert.is_nil(one.std)
    assert.is_nil(one.low)
    assert.equal("2.000", tostring(one))
  end)

  it("draws bootstrap intervals that repeat and cover about what they say", function()
    local settings = {value = "value", interval = "bootstrap", samples = 500}
    local a = report.aggregate(rows_of(five), settings)[1].value
    local b = report.aggregate(rows_of(five), settings)[1].value
    assert.equal(a.low, b.low)
    assert.is_truthy(a.low > 0.9 and a.low < 0.924 and a.high > 0.924 and a.high < 0.95)
    local r, covered = rng.new(3), 0
    for trial = 1, 100 do
      local values = {}
      for i = 1, 40 do values[i] = r:normal() end
      settings.seed, settings.samples = trial, 200
      local cell = report.aggregate(rows_of(values), settings)[1].value
      if cell.low < 0 and cell.high > 0 then covered = covered + 1 end
    end
    assert.is_truthy(covered >= 88 and covered <= 99, covered)
  end)

  it("says what is wrong", function()
    assert.error_matches(function() report.aggregate({{x = 1}}, {value = "y"}) end,
      'report.aggregate: no row has a field "y"')
    assert.error_matches(function() report.aggregate({1}, {value = "y"}) end,
      "report.aggregate: row 1 is not a table")
    assert.error_matches(function() report.aggregate({}, {valeu = "y"}) end,
      'there is no option "valeu" %(did you mean "value"%?%)')
    assert.error_matches(function() report.aggregate({}, {value = "y", confidence = 1}) end,
      "option confidence")
  end)
end)

describe("report.pivot", function()
  local rows = {{r = 1, c = "x", v = 1}, {r = 1, c = "x", v = 3}, {r = 2, c = "y", v = 5}}

  it("makes cells, with those that are missing", function()
    local pivot = report.pivot(rows, {rows = "r", columns = "c", value = "v"})
    assert.same({1, 2}, pivot.rows)
    assert.same({"x", "y"}, pivot.columns)
    assert.equal(2, pivot.cells[1][1].mean)
    assert.equal(0, pivot.cells[1][2].n)
    assert.equal(5, pivot.cells[2][2].mean)
  end)

  it("takes the names it is to have", function()
    local pivot = report.pivot(rows, {rows = "r", columns = "c", value = "v",
      row_names = {2, 3}, column_names = {"y", "x"}})
    assert.same({2, 3}, pivot.rows)
    assert.equal(5, pivot.cells[1][1].mean)
    assert.equal(0, pivot.cells[2][2].n)
  end)
end)

describe("report.spread and report.gap", function()
  local rows = {}
  for i, value in ipairs(five) do rows[i] = {t = "same", seed = i, value = value} end
  for i, value in ipairs {0.75, 0.81, 0.78} do
    rows[#rows + 1] = {t = "disjoint", seed = i, value = value}
  end

  it("takes the largest mean minus the smallest", function()
    local spread = report.spread(rows, {by = "t", value = "value"})
    near(0.144, spread.spread)
    assert.equal("disjoint", spread.lowest)
    assert.equal("same", spread.highest)
  end)

  it("has Welch's interval", function()
    local gap = report.gap(rows, {by = "t", value = "value", between = {"same", "disjoint"}})
    near(0.144, gap.mean)
    near(0.08463905458142529, gap.low)
    near(0.20336094541857497, gap.high)
  end)

  it("pairs by seeds", function()
    local gap = report.gap(rows, {by = "t", value = "value", between = {"same", "disjoint"},
      pair = "seed"})
    assert.equal(3, gap.n)
    near((0.16 + 0.13 + 0.11) / 3, gap.mean)
    near(0.02516611478423583, gap.std)
    assert.equal(0, report.gap(rows, {by = "t", value = "value", between = {"same", "x"}}).n)
  end)
end)

describe("report.correlation", function()
  local rows, x, y = {}, {1, 2, 3, 4, 5, 6, 7, 8}, {2, 1, 4, 3, 7, 5, 8, 8}
  for i = 1, 8 do rows[i] = {x = x[i], y = y[i], seed = i % 4} end
  rows[9] = {x = 4, y = 0 / 0}

  it("is Pearson's with Fisher's interval", function()
    local c = report.correlation(rows, {x = "x", y = "y"})
    near(0.9030692003288142, c.r)
    near(0.545596921996146, c.low)
    near(0.9825062077116703, c.high)
    assert.equal(8, c.n)
  end)

  it("is Spearman's", function()
    near(0.9221722216732094, report.correlation(rows, {x = "x", y = "y", method = "spearman"}).r)
  end)

  it("draws rows or whole units", function()
    local settings = {x = "x", y = "y", interval = "bootstrap", samples = 300}
    local rowwise = report.correlation(rows, settings)
    settings.unit = "seed"
    local unitwise = report.correlation(rows, settings)
    assert.is_truthy(rowwise.low < rowwise.r and rowwise.high > rowwise.r)
    assert.is_truthy(unitwise.low ~= rowwise.low and unitwise.low <= unitwise.r)
  end)

  it("is nothing where nothing varies", function()
    assert.is_nil(report.correlation({{x = 1, y = 2}, {x = 1, y = 3}}, {x = "x", y = "y"}).r)
  end)
end)

describe("report.variance", function()
  local data = {{1, 1, 4}, {1, 1, 5}, {1, 1, 6}, {1, 2, 8}, {1, 2, 9}, {2, 1, 3}, {2, 1, 2},
    {2, 2, 9}, {2, 2, 10}, {2, 2, 12}}
  local rows = {}
  for i, d in ipairs(data) do rows[i] = {a = d[1], b = d[2], y = d[3], seed = i % 5} end

  -- Sums of squares: differences of residuals of numpy.linalg.lstsq.
  it("has the sums of squares of type 2 of an unbalanced design", function()
    local shown = report.variance(rows, {factors = {"a", "b"}, value = "y"})
    local known = {{"a", 1, 0.26666666666666}, {"b", 1, 77.0666666666666},
      {"a x b", 1, 11.2666666666666}, {"residual", 6, 7.6666666666666}}
    for i, line in ipairs(known) do
      assert.equal(line[1], shown[i].term)
      assert.equal(line[2], shown[i].df)
      near(line[3], shown[i].ss)
      near(line[3] / 97.6, shown[i].share)
    end
    near(0.20869565217391, shown[1].f)
    near(0.66386373150157, shown[1].p)
    near((77.0666666666667 - 7.66666666666667 / 6) / (97.6 + 7.66666666666667 / 6),
      shown[2].omega2)
    assert.is_truthy(shown[2].low < shown[2].share and shown[2].high > shown[2].share)
  end)

  it("adds up to one in type 1", function()
    local shown, sum = report.variance(rows, {factors = {"a", "b"}, value = "y", type = 1,
      samples = 0}), 0
    near(1.6, shown[1].ss)
    for _, row in ipairs(shown) do sum = sum + row.share end
    near(1, sum)
    assert.is_nil(shown[1].low)
  end)

  it("knows empty cells and factors that do not vary", function()
    local some = {}
    for _, row in ipairs(rows) do
      if row.a == 1 or row.b == 1 then some[#some + 1] = row end
    end
    local shown = report.variance(some, {factors = {"a", "b"}, value = "y", samples = 0})
    assert.equal(0, shown[3].df)
    near(0, shown[3].ss)
    local flat = report.variance({{a = 1, y = 0.1}, {a = 2, y = 0.1}, {a = 2, y = 0.1}},
      {factors = "a", value = "y"})
    assert.is_nil(flat[1].share)
  end)

  it("finds the shares that made the data", function()
    local r, many = rng.new(5), {}
    for seed = 1, 12 do
      for a = 1, 4 do
        for b = 1, 3 do
          many[#many + 1] = {a = a, b = b, seed = seed, y = 2 * a + b + r:normal()}
        end
      end
    end
    local shown = report.variance(many, {factors = {"a", "b"}, value = "y", unit = "seed",
      samples = 200})
    -- Variances 4 * 5/4, 2/3 and 1.
    near(5 / (5 + 2 / 3 + 1), shown[1].share, 0.06)
    near(2 / 3 / (5 + 2 / 3 + 1), shown[2].share, 0.04)
    assert.is_truthy(shown[3].share < 0.03)
    assert.is_truthy(shown[1].low > 0.6 and shown[1].high < 0.9)
  end)
end)
