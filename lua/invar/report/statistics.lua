--- Distributions and summaries of lists of numbers. No checks of arguments: the
-- public functions (lua/invar/report) have them.

local rng = require "invar.rng"

local statistics = {}

-- Lanczos' approximation (g = 7, n = 9; Godfrey's coefficients), x > 0.
local lanczos = {676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012,
  9.9843695780195716e-6, 1.5056327351493116e-7}

local function log_gamma(x)
  local sum, t = 0.99999999999980993, x + 6.5
  for i, coefficient in ipairs(lanczos) do sum = sum + coefficient / (x + i - 1) end
  return 0.5 * math.log(2 * math.pi) + (x - 0.5) * math.log(t) - t + math.log(sum)
end

-- Lentz' continued fraction of the incomplete beta function (Press et al.,
-- Numerical Recipes, section 6.4); converges for x < (a + 1) / (a + b + 2).
local function beta_fraction(x, a, b)
  local tiny = 1e-300
  local function apart(value) return math.abs(value) < tiny and tiny or value end
  local c, d = 1, 1 / apart(1 - (a + b) * x / (a + 1))
  local result = d
  for m = 1, 1000 do
    local even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d, c = 1 / apart(1 + even * d), apart(1 + even / c)
    result = result * d * c
    local odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d, c = 1 / apart(1 + odd * d), apart(1 + odd / c)
    result = result * d * c
    if math.abs(d * c - 1) < 1e-15 then break end
  end
  return result
end

--- The regularised incomplete beta function I_x(a, b), 0 <= x <= 1.
function statistics.incomplete_beta(x, a, b)
  if x <= 0 then return 0 elseif x >= 1 then return 1 end
  local front = math.exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b)
    + a * math.log(x) + b * math.log(1 - x))
  if x < (a + 1) / (a + b + 2) then return front * beta_fraction(x, a, b) / a end
  return 1 - front * beta_fraction(1 - x, b, a) / b
end

--- P(|T| > t) of Student's distribution with `df` degrees of freedom.
function statistics.t_tails(t, df)
  return statistics.incomplete_beta(df / (df + t * t), df / 2, 0.5)
end

--- P(F > f) of Fisher's distribution.
function statistics.f_tail(f, df1, df2)
  return statistics.incomplete_beta(df2 / (df2 + df1 * f), df2 / 2, df1 / 2)
end

-- The x >= 0 at which the falling function `tails` comes down to `level`.
local function invert(tails, level)
  local low, high = 0, 1
  while tails(high) > level do low, high = high, 2 * high end
  for _ = 1, 200 do
    local middle = (low + high) / 2
    if middle == low or middle == high then break end
    if tails(middle) > level then low = middle else high = middle end
  end
  return (low + high) / 2
end

--- The t for which P(|T| <= t) = confidence.
function statistics.t_two_sided(confidence, df)
  return invert(function(t) return statistics.t_tails(t, df) end, 1 - confidence)
end

-- P(|Z| > z) of the normal distribution, by the series of erf with positive
-- terms (Abramowitz and Stegun 7.1.6).
local function normal_tails(z)
  if z > 8 then return 0 end
  local term, sum, k = z, z, 1
  repeat
    k = k + 2
    term = term * z * z / k
    sum = sum + term
  until term < 1e-17 * sum or term == 0
  return 1 - math.sqrt(2 / math.pi) * math.exp(-z * z / 2) * sum
end

--- The z for which P(|Z| <= z) = confidence.
function statistics.z_two_sided(confidence) return invert(normal_tails, 1 - confidence) end

function statistics.mean(values)
  local sum = 0
  for _, value in ipairs(values) do sum = sum + value end
  return sum / #values
end

--- The standard deviation with n - 1; nil for fewer than two values.
function statistics.deviation(values)
  if #values < 2 then return nil end
  local mean, sum = statistics.mean(values), 0
  for _, value in ipairs(values) do sum = sum + (value - mean) ^ 2 end
  return math.sqrt(sum / (#values - 1))
end

--- The quantile of a sorted list, linear between neighbours (R's type 7).
function statistics.quantile(sorted, share)
  local at = 1 + share * (#sorted - 1)
  local i = math.floor(at)
  local next_one = sorted[math.min(i + 1, #sorted)]
  return sorted[i] + (at - i) * (next_one - sorted[i])
end

--- The percentile interval (Efron) of `draw(r)` over `settings.samples` draws;
-- r is the generator of one draw. Draws that give nil or NaN are left out; nil
-- where fewer than half remain.
function statistics.bootstrap(settings, draw)
  local source, values = rng.new(settings.seed), {}
  for b = 1, settings.samples do
    local value = draw(source:at("bootstrap", b))
    if value and value == value then values[#values + 1] = value end
  end
  if 2 * #values < settings.samples or #values == 0 then return nil, nil end
  table.sort(values)
  local tail = (1 - settings.confidence) / 2
  return statistics.quantile(values, tail), statistics.quantile(values, 1 - tail)
end

--- A list of the same length, drawn with replacement.
function statistics.resample(values, r)
  local drawn, n = {}, #values
  for i = 1, n do drawn[i] = values[r:integer(n)] end
  return drawn
end

local function interval(values, cell, settings)
  if settings.interval == "bootstrap" then
    return statistics.bootstrap(settings, function(r)
      return statistics.mean(statistics.resample(values, r))
    end)
  end
  local t = statistics.t_two_sided(settings.confidence, cell.n - 1)
  local half = t * cell.std / math.sqrt(cell.n)
  return cell.mean - half, cell.mean + half
end

--- Mean, standard deviation (n - 1), n and interval (low, high) of a list; {n = 0} for an
-- empty one. settings: confidence, interval ("t" or "bootstrap", the latter
-- with samples and seed).
function statistics.summary(values, settings)
  local cell = {n = #values}
  if cell.n == 0 then return cell end
  cell.mean = statistics.mean(values)
  cell.std = statistics.deviation(values)
  if cell.std then
    cell.low, cell.high = interval(values, cell, settings)
    cell.confidence = settings.confidence
  end
  return cell
end

--- Ranks from 1; equal values share the mean of theirs.
function statistics.ranks(values)
  local order, ranks = {}, {}
  for i = 1, #values do order[i] = i end
  table.sort(order, function(a, b) return values[a] < values[b] end)
  local first = 1
  while first <= #order do
    local last = first
    while last < #order and values[order[last + 1]] == values[order[first]] do last = last + 1 end
    for i = first, last do ranks[order[i]] = (first + last) / 2 end
    first = last + 1
  end
  return ranks
end

--- Pearson's correlation of two lists; nil where one does not vary.
function statistics.pearson(x, y)
  local mx, my = statistics.mean(x), statistics.mean(y)
  local xx, yy, xy = 0, 0, 0
  for i = 1, #x do
    local a, b = x[i] - mx, y[i] - my
    xx, yy, xy = xx + a * a, yy + b * b, xy + a * b
  end
  local function varies(sum, mean) return sum > 1e-28 * #x * mean * mean end
  if not (varies(xx, mx) and varies(yy, my)) then return nil end
  return math.max(-1, math.min(1, xy / math.sqrt(xx) / math.sqrt(yy)))
end

return statistics
