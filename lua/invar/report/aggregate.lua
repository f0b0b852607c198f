--- Rows of results put together: groups, pivot tables, spread and gap of means,
-- correlations. A cell is what remains of the values of a group: {mean=, std=, n=,
-- low=, high=, missing=}; it prints as "0.950 ± 0.012".

local guarded = require "invar.guarded"
local options = require "invar.options"
local statistics = require "invar.report.statistics"

local aggregate = {}

local function fail(name, ...) error(name .. ": " .. (...):format(select(2, ...)), 0) end

aggregate.fail = fail

local cell_meta = {__name = "cell"}

function cell_meta.__tostring(cell)
  if cell.n == 0 then return "missing" end
  if not cell.std then return ("%.3f"):format(cell.mean) end
  return ("%.3f ± %.3f"):format(cell.mean, cell.std)
end

--- Whether a value is a cell.
function aggregate.is_cell(value) return getmetatable(value) == cell_meta end

-- How values are put together; all functions here take these settings.
local summary_defaults = {confidence = 0.95, interval = "t", samples = 2000, seed = 1}
local summary_rules = {
  confidence = {above = 0, below = 1},
  interval = {choices = {"t", "bootstrap"}},
  samples = {min = 1, max = 100000},
}

--- Settings and rules for a function with settings of its own as well.
function aggregate.settings(defaults, rules)
  local all_defaults, all_rules = {}, {}
  for _, part in ipairs {summary_defaults, defaults} do
    for key, value in pairs(part) do all_defaults[key] = value end
  end
  for _, part in ipairs {summary_rules, rules} do
    for key, value in pairs(part) do all_rules[key] = value end
  end
  return all_defaults, all_rules
end

--- A finite number, or nil.
function aggregate.number(value)
  return math.type(value) and value - value == 0 and value or nil
end

function aggregate.check_rows(name, rows)
  options.argument(name, 1, rows, "table")
  for r = 1, #rows do
    if type(rows[r]) ~= "table" then fail(name, "row %d is not a table", r) end
  end
  return rows
end

--- A field or a list of fields, as a list.
function aggregate.fields(name, option, value)
  local list = type(value) == "table" and value or {value}
  for i = 1, #list do
    if type(list[i]) ~= "string" then
      fail(name, "option %s: names of fields expected, got %s", option, options.describe(list[i]))
    end
  end
  return list
end

-- A misspelt field would silently make everything missing.
local function check_known(name, rows, fields)
  for _, field in ipairs(fields) do
    local found = #rows == 0
    for _, row in ipairs(rows) do
      if row[field] ~= nil then found = true break end
    end
    if not found then fail(name, "no row has a field %q", field) end
  end
end
aggregate.check_known = check_known

--- A cell of the numbers of a list; what is no finite number counts as missing.
function aggregate.cell(values, count, settings)
  local numbers = {}
  for i = 1, count do numbers[#numbers + 1] = aggregate.number(values[i]) end
  local cell = statistics.summary(numbers, settings)
  cell.missing = count - #numbers
  return setmetatable(cell, cell_meta)
end

-- Text that is the same for equal values of different rows only.
local function key_of(row, by)
  local parts = {}
  for i, field in ipairs(by) do
    local value = row[field]
    parts[i] = type(value):sub(1, 1) .. tostring(value)
  end
  return table.concat(parts, "\0")
end
aggregate.key_of = key_of

--- The rows in groups that agree in the fields `by`, in the order of their coming.
function aggregate.groups(rows, by)
  local groups, of = {}, {}
  for _, row in ipairs(rows) do
    local key = key_of(row, by)
    if not of[key] then
      of[key] = {first = row, rows = {}}
      groups[#groups + 1] = of[key]
    end
    table.insert(of[key].rows, row)
  end
  return groups
end

--- The cell of one field over rows.
function aggregate.cell_of(rows, field, settings)
  local values = {}
  for i, row in ipairs(rows) do values[i] = row[field] end
  return aggregate.cell(values, #rows, settings)
end

local aggregate_defaults, aggregate_rules = aggregate.settings({}, {
  by = {type = {"string", "table"}},
  value = {type = {"string", "table"}, required = true}})

--- report.aggregate(rows, {by=, value=, ...}): a row for each group.
aggregate.aggregate = guarded("report.aggregate", function(rows, given)
  local name = "report.aggregate"
  aggregate.check_rows(name, rows)
  local settings = options.check(name, given, aggregate_defaults, aggregate_rules)
  local by = aggregate.fields(name, "by", settings.by)
  local values = aggregate.fields(name, "value", settings.value)
  check_known(name, rows, by)
  check_known(name, rows, values)
  local result = {}
  for g, group in ipairs(aggregate.groups(rows, by)) do
    local row = {}
    for _, field in ipairs(by) do row[field] = group.first[field] end
    for _, field in ipairs(values) do
      row[field] = aggregate.cell_of(group.rows, field, settings)
    end
    result[g] = row
  end
  return result
end)

local pivot_defaults, pivot_rules = aggregate.settings({}, {
  rows = {type = "string", required = true},
  columns = {type = "string", required = true},
  value = {type = "string", required = true},
  row_names = {type = "table"},
  column_names = {type = "table"}})

-- The values of a field: those asked for, or all in the order of their coming.
local function names_of(rows, field, given)
  local names, place = {}, {}
  local function add(name)
    if name ~= nil and name == name and not place[name] then
      names[#names + 1] = name
      place[name] = #names
    end
  end
  for _, name in ipairs(given or {}) do add(name) end
  if not given then
    for _, row in ipairs(rows) do add(row[field]) end
  end
  return names, place
end

--- report.pivot(rows, {rows=, columns=, value=}): cells in rows and columns.
aggregate.pivot = guarded("report.pivot", function(rows, given)
  local name = "report.pivot"
  aggregate.check_rows(name, rows)
  local settings = options.check(name, given, pivot_defaults, pivot_rules)
  check_known(name, rows, {settings.rows, settings.columns, settings.value})
  local row_names, row_at = names_of(rows, settings.rows, settings.row_names)
  local column_names, column_at = names_of(rows, settings.columns, settings.column_names)
  if #row_names * #column_names > 1000000 then fail(name, "more than a million cells") end
  local values, cells = {}, {}
  for r = 1, #row_names do values[r] = {} end
  for _, row in ipairs(rows) do
    local rname, cname = row[settings.rows], row[settings.columns]
    local r = rname ~= nil and row_at[rname]
    local c = cname ~= nil and column_at[cname]
    if r and c then
      local list = values[r][c] or {n = 0}
      values[r][c] = list
      list.n = list.n + 1
      list[list.n] = row[settings.value]
    end
  end
  for r = 1, #row_names do
    cells[r] = {}
    for c = 1, #column_names do
      local list = values[r][c] or {n = 0}
      cells[r][c] = aggregate.cell(list, list.n, settings)
    end
  end
  return {rows = row_names, columns = column_names, cells = cells, row_field = settings.rows,
    column_field = settings.columns, value = settings.value}
end)

local spread_defaults, spread_rules = aggregate.settings({}, {
  by = {type = "string", required = true},
  value = {type = "string", required = true}})

--- report.spread(rows, {by=, value=}): the largest mean over the values of a
-- factor minus the smallest.
aggregate.spread = guarded("report.spread", function(rows, given)
  local name = "report.spread"
  aggregate.check_rows(name, rows)
  local settings = options.check(name, given, spread_defaults, spread_rules)
  check_known(name, rows, {settings.by, settings.value})
  local result = {n = 0}
  local lowest, highest
  for _, group in ipairs(aggregate.groups(rows, {settings.by})) do
    local cell = aggregate.cell_of(group.rows, settings.value, settings)
    if cell.n > 0 then
      result.n = result.n + 1
      local at = group.first[settings.by]
      if not lowest or cell.mean < lowest then lowest, result.lowest = cell.mean, at end
      if not highest or cell.mean > highest then highest, result.highest = cell.mean, at end
    end
  end
  result.spread = highest and highest - lowest
  return result
end)

local gap_defaults, gap_rules = aggregate.settings({}, {
  by = {type = "string", required = true},
  value = {type = "string", required = true},
  between = {type = "table", required = true},
  pair = {type = {"string", "table"}}})

-- The mean of `value` for each combination of the fields `pair`.
local function means_by(rows, pair, value)
  local means, keys = {}, {}
  for _, group in ipairs(aggregate.groups(rows, pair)) do
    local values = {}
    for _, row in ipairs(group.rows) do values[#values + 1] = aggregate.number(row[value]) end
    if #values > 0 then
      local key = key_of(group.first, pair)
      means[key], keys[#keys + 1] = statistics.mean(values), key
    end
  end
  return means, keys
end

-- Welch's interval for the difference of two means.
local function welch(a, b, confidence)
  if not (a.std and b.std) then return nil, nil end
  local va, vb = a.std ^ 2 / a.n, b.std ^ 2 / b.n
  if va + vb == 0 then return a.mean - b.mean, a.mean - b.mean end
  local df = (va + vb) ^ 2 / (va ^ 2 / (a.n - 1) + vb ^ 2 / (b.n - 1))
  local half = math.sqrt(va + vb) * statistics.t_two_sided(confidence, df)
  return a.mean - b.mean - half, a.mean - b.mean + half
end

--- report.gap(rows, {by=, value=, between={a, b}, pair=}): the mean where `by`
-- is a minus the mean where it is b, as a cell.
aggregate.gap = guarded("report.gap", function(rows, given)
  local name = "report.gap"
  aggregate.check_rows(name, rows)
  local settings = options.check(name, given, gap_defaults, gap_rules)
  local a_name, b_name = settings.between[1], settings.between[2]
  if #settings.between ~= 2 then
    fail(name, "option between: two values of %q expected", settings.by)
  end
  check_known(name, rows, {settings.by, settings.value})
  local sides = {{}, {}}
  for _, row in ipairs(rows) do
    local at = row[settings.by]
    local side = rawequal(at, a_name) and 1 or rawequal(at, b_name) and 2
    if side then table.insert(sides[side], row) end
  end
  if settings.pair then
    local pair = aggregate.fields(name, "pair", settings.pair)
    check_known(name, rows, pair)
    local first, keys = means_by(sides[1], pair, settings.value)
    local second, differences = means_by(sides[2], pair, settings.value), {}
    for _, key in ipairs(keys) do
      if second[key] then differences[#differences + 1] = first[key] - second[key] end
    end
    return aggregate.cell(differences, #differences, settings)
  end
  local a = aggregate.cell_of(sides[1], settings.value, settings)
  local b = aggregate.cell_of(sides[2], settings.value, settings)
  if a.n == 0 or b.n == 0 then return aggregate.cell({}, 0, settings) end
  local gap = setmetatable({mean = a.mean - b.mean, n = math.min(a.n, b.n),
    missing = a.missing + b.missing}, cell_meta)
  gap.low, gap.high = welch(a, b, settings.confidence)
  gap.confidence = settings.confidence
  return gap
end)

return aggregate
