--- How two fields of the rows go together.

local aggregate = require "invar.report.aggregate"
local guarded = require "invar.guarded"
local options = require "invar.options"
local statistics = require "invar.report.statistics"

local NAME = "report.correlation"

local defaults = {method = "pearson", interval = "fisher", confidence = 0.95, samples = 2000,
  seed = 1}
local rules = {
  x = {type = "string", required = true},
  y = {type = "string", required = true},
  method = {choices = {"pearson", "spearman"}},
  interval = {choices = {"fisher", "bootstrap"}},
  unit = {type = "string"},
  confidence = {above = 0, below = 1},
  samples = {min = 1, max = 100000},
}

local function coefficient(method, x, y)
  if #x < 2 then return nil end
  if method == "spearman" then x, y = statistics.ranks(x), statistics.ranks(y) end
  return statistics.pearson(x, y)
end

-- Fisher's interval in arctanh; for ranks with the variance 1.06 / (n - 3) of
-- Fieller, Hartley and Pearson (Biometrika 44, 1957).
local function fisher(r, n, settings)
  if n < 4 then return nil, nil end
  if math.abs(r) >= 1 then return r, r end
  local z = 0.5 * math.log((1 + r) / (1 - r))
  local variance = (settings.method == "spearman" and 1.06 or 1) / (n - 3)
  local half = statistics.z_two_sided(settings.confidence) * math.sqrt(variance)
  local function tanh(value)
    local e = math.exp(2 * value)
    return (e - 1) / (e + 1)
  end
  return tanh(z - half), tanh(z + half)
end

-- Whole units (seeds, say) are drawn, as their rows are not independent.
local function resampled(units, settings)
  return statistics.bootstrap(settings, function(r)
    local x, y = {}, {}
    for _, unit in ipairs(statistics.resample(units, r)) do
      for _, pair in ipairs(unit) do x[#x + 1], y[#y + 1] = pair[1], pair[2] end
    end
    return coefficient(settings.method, x, y)
  end)
end

--- report.correlation(rows, {x=, y=, ...}): {r=, n=, low=, high=}.
return guarded(NAME, function(rows, given)
  aggregate.check_rows(NAME, rows)
  local settings = options.check(NAME, given, defaults, rules)
  aggregate.check_known(NAME, rows, {settings.x, settings.y, settings.unit})
  local x, y, units, unit_of = {}, {}, {}, {}
  for i, row in ipairs(rows) do
    local a, b = aggregate.number(row[settings.x]), aggregate.number(row[settings.y])
    if a and b then
      x[#x + 1], y[#y + 1] = a, b
      local key = settings.unit and aggregate.key_of(row, {settings.unit}) or i
      if not unit_of[key] then
        unit_of[key] = {}
        units[#units + 1] = unit_of[key]
      end
      table.insert(unit_of[key], {a, b})
    end
  end
  local result = {r = coefficient(settings.method, x, y), n = #x}
  if result.r and settings.interval == "fisher" then
    result.low, result.high = fisher(result.r, #x, settings)
  elseif result.r then
    result.low, result.high = resampled(units, settings)
  end
  return result
end)
