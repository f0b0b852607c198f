--- How much of the variance of a result each factor of an experiment explains: the
-- sums of squares of an analysis of variance with fixed effects, by least squares,
-- so that designs may be unbalanced and have empty cells.
--
-- Type 2 (Langsrud, Statistics and Computing 13, 2003): what a term explains beyond
-- all terms that do not contain it. Type 1: beyond those before it, so that the
-- shares add up to one. Shares are eta squared, SS / SS(total); omega squared
-- (Hays) takes from it what chance alone would give.

local aggregate = require "invar.report.aggregate"
local guarded = require "invar.guarded"
local options = require "invar.options"
local statistics = require "invar.report.statistics"

local NAME = "report.variance"

local defaults = {interactions = 2, type = 2, confidence = 0.95, samples = 1000, seed = 1}
local rules = {
  factors = {type = {"string", "table"}, required = true},
  value = {type = "string", required = true},
  interactions = {min = 1, max = 4},
  type = {choices = {1, 2}},
  unit = {type = "string"},
  confidence = {above = 0, below = 1},
  samples = {min = 0, max = 100000},
}

-- All sets of `order` of the numbers 1 .. count, in order.
local function combinations(count, order)
  local found, chosen = {}, {}
  local function extend(from)
    if #chosen == order then
      found[#found + 1] = table.move(chosen, 1, order, 1, {})
      return
    end
    for i = from, count do
      chosen[#chosen + 1] = i
      extend(i + 1)
      chosen[#chosen] = nil
    end
  end
  extend(1)
  return found
end

local function contains(term, other)
  local has = {}
  for _, f in ipairs(term.factors) do has[f] = true end
  for _, f in ipairs(other.factors) do
    if not has[f] then return false end
  end
  return true
end

-- The rows as cells of the design: {levels = {...}} with the values of each unit.
local function read_design(rows, settings, factors)
  local design = {cells = {}, units = {}, levels = {}, factors = factors, n = 0}
  local cell_of, unit_of = {}, {}
  for f = 1, #factors do design.levels[f] = {count = 0} end
  for r, row in ipairs(rows) do
    local value, key, levels = aggregate.number(row[settings.value]), "", {}
    for f, field in ipairs(factors) do
      local level = row[field]
      if level == nil then value = nil break end
      local text, known = type(level) .. tostring(level), design.levels[f]
      if value and not known[text] then
        known.count = known.count + 1
        known[text] = known.count
      end
      levels[f] = known[text]
      key = key .. "\0" .. text
    end
    if value then
      if not cell_of[key] then
        design.cells[#design.cells + 1] = {levels = levels}
        cell_of[key] = #design.cells
      end
      local unit = settings.unit and aggregate.key_of(row, {settings.unit}) or r
      if not unit_of[unit] then
        unit_of[unit] = {}
        design.units[#design.units + 1] = unit_of[unit]
      end
      table.insert(unit_of[unit], {cell_of[key], value})
      design.n = design.n + 1
    end
  end
  return design
end

-- A term's columns, one number for each cell of the design: products of
-- indicators of all levels of its factors but the first.
local function columns_of(term, design)
  local columns = {{}}
  for c = 1, #design.cells do columns[1][c] = 1 end
  for _, f in ipairs(term.factors) do
    local wider = {}
    for _, column in ipairs(columns) do
      for level = 2, design.levels[f].count do
        local product = {}
        for c, cell in ipairs(design.cells) do
          product[c] = cell.levels[f] == level and column[c] or 0
        end
        wider[#wider + 1] = product
      end
    end
    columns = wider
  end
  return columns
end

local function make_terms(settings, design)
  local terms, total = {}, 0
  for order = 1, math.min(settings.interactions, #design.factors) do
    for _, chosen in ipairs(combinations(#design.factors, order)) do
      local names, size = {}, 1
      for i, f in ipairs(chosen) do
        names[i] = design.factors[f]
        size = size * math.max(design.levels[f].count - 1, 0)
      end
      total = total + size
      if total > 300 then
        aggregate.fail(NAME, "more than 300 combinations of levels; leave out factors with many "
          .. "values or set interactions = 1")
      end
      terms[#terms + 1] = {name = table.concat(names, " x "), factors = chosen}
    end
  end
  for _, term in ipairs(terms) do term.columns = columns_of(term, design) end
  return terms
end

local function dot(a, b)
  local sum = 0
  for i = 1, #a do sum = sum + a[i] * b[i] end
  return sum
end

-- Makes the columns orthogonal to `basis` and each other, and joins them (Gram and
-- Schmidt, twice, for the sake of rounding). Those that lie in the space already
-- are left out: the rank is what counts. Gives the sum of squares of y that the
-- new directions explain, and their number.
local function extend(basis, columns, weights, y)
  local explained, rank = 0, 0
  for _, column in ipairs(columns) do
    local v = {}
    for c, weight in ipairs(weights) do v[c] = weight * column[c] end
    local before = dot(v, v)
    for _ = 1, 2 do
      for _, q in ipairs(basis) do
        local share = dot(q, v)
        for c = 1, #v do v[c] = v[c] - share * q[c] end
      end
    end
    local length = dot(v, v)
    if length > 1e-10 * before then
      local scale = 1 / math.sqrt(length)
      for c = 1, #v do v[c] = v[c] * scale end
      basis[#basis + 1] = v
      explained, rank = explained + dot(v, y) ^ 2, rank + 1
    end
  end
  return explained, rank
end

-- Weights (square roots of counts) and weighted means of the cells, and the total
-- sum of squares about the mean, for the values of `units`.
local function sums_of(design, units)
  local counts, sums, n, sum = {}, {}, 0, 0
  for c = 1, #design.cells do counts[c], sums[c] = 0, 0 end
  for _, unit in ipairs(units) do
    for _, entry in ipairs(unit) do
      counts[entry[1]] = counts[entry[1]] + 1
      sums[entry[1]] = sums[entry[1]] + entry[2]
      n, sum = n + 1, sum + entry[2]
    end
  end
  local mean, total, weights, y = sum / n, 0, {}, {}
  for _, unit in ipairs(units) do
    for _, entry in ipairs(unit) do total = total + (entry[2] - mean) ^ 2 end
  end
  for c = 1, #counts do
    weights[c] = math.sqrt(counts[c])
    y[c] = counts[c] > 0 and weights[c] * (sums[c] / counts[c] - mean) or 0
  end
  return weights, y, total, n, mean
end

-- The analysis: for each term {ss, df}, then the residual's; and the total.
local function analyse(design, terms, kind, units)
  local weights, y, total, n, mean = sums_of(design, units)
  local ones = {}
  for c = 1, #weights do ones[c] = 1 end
  local full, results, explained, rank = {}, {}, 0, 0
  extend(full, {ones}, weights, y)
  for t, term in ipairs(terms) do
    local ss, df = extend(full, term.columns, weights, y)
    explained, rank = explained + ss, rank + df
    results[t] = {ss = ss, df = df}
  end
  if kind == 2 then
    for t, term in ipairs(terms) do
      local basis = {}
      extend(basis, {ones}, weights, y)
      for _, other in ipairs(terms) do
        if not contains(other, term) then extend(basis, other.columns, weights, y) end
      end
      results[t].ss, results[t].df = extend(basis, term.columns, weights, y)
    end
  end
  -- Rounding of values that do not vary is no variance.
  if total <= 1e-24 * n * mean * mean then total = 0 end
  local rest = total - explained
  results[#terms + 1] = {ss = rest > 1e-14 * total and rest or 0, df = n - 1 - rank}
  return results, total
end

-- Percentile intervals of all shares, from the same draws.
local function intervals(design, terms, settings, rows)
  if settings.samples == 0 or #design.units < 2 then return end
  local draws = {}
  for i = 1, #rows do draws[i] = {} end
  local b = 0
  statistics.bootstrap(settings, function(r)
    b = b + 1
    local results, total = analyse(design, terms, settings.type,
      statistics.resample(design.units, r))
    for i, result in ipairs(results) do draws[i][b] = total > 0 and result.ss / total or false end
  end)
  for i, row in ipairs(rows) do
    local shares, tail = {}, (1 - settings.confidence) / 2
    for _, share in ipairs(draws[i]) do
      if share then shares[#shares + 1] = share end
    end
    if 2 * #shares >= settings.samples then
      table.sort(shares)
      row.low = statistics.quantile(shares, tail)
      row.high = statistics.quantile(shares, 1 - tail)
    end
  end
end

local function row_of(term, result, total, residual)
  local row = {term = term, df = result.df, ss = result.ss,
    share = total > 0 and result.ss / total or nil}
  local noise = residual.df > 0 and residual.ss / residual.df
  if result ~= residual and noise and total > 0 then
    row.omega2 = (result.ss - result.df * noise) / (total + noise)
    if result.df > 0 and noise > 0 then
      row.f = result.ss / result.df / noise
      row.p = statistics.f_tail(row.f, result.df, residual.df)
    end
  end
  return row
end

--- report.variance(rows, {factors=, value=, ...}): a row for each term and one
-- for the residual.
return guarded(NAME, function(rows, given)
  aggregate.check_rows(NAME, rows)
  local settings = options.check(NAME, given, defaults, rules)
  local factors = aggregate.fields(NAME, "factors", settings.factors)
  if #factors == 0 then aggregate.fail(NAME, "option factors is an empty list") end
  local known = table.move(factors, 1, #factors, 1, {})
  known[#known + 1] = settings.value
  known[#known + 1] = settings.unit
  aggregate.check_known(NAME, rows, known)
  local design = read_design(rows, settings, factors)
  if design.n < 2 then
    aggregate.fail(NAME, "%d rows have a number %q; at least 2 are needed", design.n,
      settings.value)
  end
  local terms = make_terms(settings, design)
  local results, total = analyse(design, terms, settings.type, design.units)
  local residual, shown = results[#results], {n = design.n, total = total}
  for t, term in ipairs(terms) do
    shown[t] = row_of(term.name, results[t], total, residual)
  end
  shown[#shown + 1] = row_of("residual", residual, total, residual)
  intervals(design, terms, settings, shown)
  return shown
end)
