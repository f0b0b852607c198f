--- What lines and bars are drawn from: panels of series of points, made from
-- lists of numbers, or from rows of results (mean and interval of each group).

local options = require "invar.options"
local statistics = require "invar.report.statistics"
local style = require "invar.plot.style"

local series = {}

local function fail(name, ...) error(name .. ": " .. (...):format(select(2, ...)), 0) end

local function is_number(value) return math.type(value) ~= nil and value == value end

--- A number, or nil for a missing one (NaN or false); else an error.
local function number_at(list, i, name, what)
  local value = list[i]
  if math.type(value) then return value == value and value or nil end
  if value == false then return nil end
  fail(name, "%s[%d]: a number expected (NaN or false where it is missing), got %s", what, i,
    options.describe(value))
end

local function check_list(list, count, name, what)
  if type(list) ~= "table" or #list ~= count then
    fail(name, "%s is not a list of %d numbers", what, count)
  end
end

-- The ends of the interval of a point: errors (below and above), or low and high.
local function interval_at(one, i, y, name, what)
  if one.errors then
    local error_at = number_at(one.errors, i, name, what .. ".errors")
    if not error_at then return nil, nil end
    if error_at < 0 then fail(name, "%s.errors[%d] is negative", what, i) end
    return y and y - error_at, y and y + error_at
  elseif one.low then
    return number_at(one.low, i, name, what .. ".low"),
      number_at(one.high, i, name, what .. ".high")
  end
end

local function read_points(one, xs, ys, name, what)
  for _, key in ipairs {"errors", "low", "high"} do
    if one[key] ~= nil then check_list(one[key], #xs, name, what .. "." .. key) end
  end
  if (one.low == nil) ~= (one.high == nil) then fail(name, "%s: low and high go together", what) end
  local points = {}
  for i, x in ipairs(xs) do
    local y = number_at(ys, i, name, what)
    local low, high = interval_at(one, i, y, name, what)
    points[i] = {x = x, y = y, low = y and low, high = y and high}
  end
  return points
end

local known = {name = true, x = true, y = true, values = true, errors = true, low = true,
  high = true}

-- Series as they are given; categories: the x of all of them, for bars.
local function read_series(list, categories, name, what)
  if type(list) ~= "table" or #list == 0 then fail(name, "%sthere is no series to draw", what) end
  local result = {}
  for s, one in ipairs(list) do
    if type(one) ~= "table" or type(one.name) ~= "string" then
      fail(name, "%sseries %d has no name", what, s)
    end
    local here = ("%sseries %q"):format(what, style.clean(one.name))
    for key in pairs(one) do
      if not known[key] then fail(name, "%s: unknown key %s", here, options.describe(key)) end
    end
    local xs = categories or one.x
    if type(xs) ~= "table" then fail(name, "%s: x is not a list", here) end
    local ys = categories and one.values or one.y
    check_list(ys, #xs, name, here .. ": " .. (categories and "values" or "y"))
    result[s] = {name = one.name, points = read_points(one, xs, ys, name, here)}
  end
  return result
end

-- The values of `keys` in a row, as one text.
local function label_of(row, keys)
  local parts = {}
  for i, key in ipairs(keys) do parts[i] = tostring(row[key]) end
  return table.concat(parts, ", ")
end

local function keys_of(value, name, option)
  if value == nil then return {} end
  local list = type(value) == "table" and value or {value}
  for _, key in ipairs(list) do
    if type(key) ~= "string" then fail(name, "option %s: names of fields expected", option) end
  end
  return list
end

-- A list that finds its members by a key, in the order of their first coming.
local function ordered()
  local list, by_key = {}, {}
  return list, function(key, make)
    if by_key[key] == nil then
      by_key[key] = make()
      list[#list + 1] = by_key[key]
    end
    return by_key[key]
  end
end

local function summarise(points, settings)
  for _, point in ipairs(points) do
    local cell = statistics.summary(point.values, settings)
    point.y, point.low, point.high, point.values = cell.mean, cell.low, cell.high, nil
    if settings.interval == "std" and cell.std then
      point.low, point.high = cell.mean - cell.std, cell.mean + cell.std
    elseif settings.interval == "none" then
      point.low, point.high = nil, nil
    end
  end
end

-- Rows of results: a panel for each value of `panel`, a series for each of
-- `by`, at each x the mean of `y` with its interval.
local function from_rows(settings, name)
  for _, option in ipairs {"x", "y"} do
    if not settings[option] then
      fail(name, "option %s is missing: the field of the rows", option)
    end
  end
  local by, panel_keys = keys_of(settings.by, name, "by"), keys_of(settings.panel, name, "panel")
  local panels, panel_of = ordered()
  local found_y = false
  for r, row in ipairs(settings.data) do
    if type(row) ~= "table" then fail(name, "data: row %d is not a table", r) end
    local x, y = row[settings.x], row[settings.y]
    if x ~= nil then
      local panel = panel_of(label_of(row, panel_keys), function()
        local list, find = ordered()
        return {title = label_of(row, panel_keys), series = list, find = find}
      end)
      local one = panel.find(label_of(row, by), function()
        local list, find = ordered()
        return {name = label_of(row, by), points = list, find = find}
      end)
      local point = one.find(x, function() return {x = x, values = {}} end)
      if is_number(y) then
        found_y = true
        point.values[#point.values + 1] = y
      end
    end
  end
  if not found_y then fail(name, "data: no row has %q and a number %q", settings.x, settings.y) end
  for _, panel in ipairs(panels) do
    panel.find = nil
    for _, one in ipairs(panel.series) do
      one.find = nil
      summarise(one.points, settings)
    end
  end
  return panels
end

local function from_panels(settings, name)
  local panels = {}
  for p, panel in ipairs(settings.panels) do
    local what = ("panel %d: "):format(p)
    if type(panel) ~= "table" then fail(name, what .. "{title =, series =} expected") end
    panels[p] = {title = panel.title and style.clean(panel.title) or "",
      series = read_series(panel.series, settings.categories, name, what)}
  end
  if #panels == 0 then fail(name, "panels is an empty list") end
  return panels
end

-- Calls f with every series of every panel.
local function each(panels, f)
  for _, panel in ipairs(panels) do
    for _, one in ipairs(panel.series) do f(one) end
  end
end

local function by_x(a, b) return a.x < b.x end

local function check_x(panels, name)
  local kind
  each(panels, function(one)
    for _, point in ipairs(one.points) do
      local here = type(point.x)
      if here == "number" and point.x - point.x ~= 0 or here ~= "number" and here ~= "string" then
        fail(name, "series %q: x has %s; numbers or names expected", style.clean(one.name),
          options.describe(point.x))
      end
      if kind and kind ~= here then fail(name, "x mixes numbers and names") end
      kind = here
    end
  end)
  return kind
end

-- Names along x, in the order of their first coming (numbers by size):
-- positions 1 to n.
local function place_names(panels, names, kind)
  local list, find = ordered()
  for _, name in ipairs(names or {}) do find(name, function() return name end) end
  each(panels, function(one)
    for _, point in ipairs(one.points) do find(point.x, function() return point.x end) end
  end)
  if kind == "number" and not names then table.sort(list) end
  local position = {}
  for i, name in ipairs(list) do position[name] = i end
  each(panels, function(one)
    for _, point in ipairs(one.points) do
      point.label, point.x = tostring(point.x), position[point.x]
    end
    table.sort(one.points, by_x)
  end)
  for i, name in ipairs(list) do list[i] = style.clean(name) end
  return list
end

--- The panels that `settings` ask for, with `categories` (the names along x;
-- nil where x is a number) and `names` of all series, whose places in it give
-- the colours. `named`: x is names in any case (bars).
function series.read(name, settings, named)
  local panels
  if settings.data then
    panels = from_rows(settings, name)
  elseif settings.panels then
    panels = from_panels(settings, name)
  else
    panels = {{title = "", series = read_series(settings.series, settings.categories, name, "")}}
  end
  local kind = check_x(panels, name)
  local result = {panels = panels, names = {}}
  if named or kind == "string" then
    result.categories = place_names(panels, settings.categories, kind)
  elseif settings.data then
    each(panels, function(one) table.sort(one.points, by_x) end)
  end
  local list, find = ordered()
  each(panels, function(one)
    one.index = find(one.name, function() return {name = one.name, at = #list + 1} end).at
  end)
  for i, one in ipairs(list) do result.names[i] = style.clean(one.name) end
  return result
end

--- All numbers along an axis: "x", or "y" with the ends of the intervals.
function series.values(panels, which)
  local values = {}
  each(panels, function(one)
    for _, point in ipairs(one.points) do
      for _, key in ipairs(which == "x" and {"x"} or {"y", "low", "high"}) do
        values[#values + 1] = point[key]
      end
    end
  end)
  return values
end

return series
