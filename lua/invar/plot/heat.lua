--- A matrix of numbers as coloured cells with the numbers in them.

local layout = require "invar.plot.layout"
local options = require "invar.options"
local statistics = require "invar.report.statistics"
local style = require "invar.plot.style"

local heat = {}

local defaults = {title = "", xlabel = "", ylabel = "", format = "%.2f", scale = 2.0}

local rules = {
  file = {type = "string"},
  values = {type = "table"},
  rows = {type = "table"},
  columns = {type = "table"},
  pivot = {type = "table"},
  panels = {type = "table"},
  data = {type = "table"},
  x = {type = "string"},
  y = {type = "string"},
  value = {type = "string"},
  panel = {type = "string"},
  low = {type = "number"},
  high = {type = "number"},
  across = {type = "integer", min = 1},
  width = {type = "number", min = 100, max = 10000},
  height = {type = "number", min = 100, max = 10000},
  scale = {min = 0.5, max = 8},
}

local function fail(...) error("plot.heat: " .. (...):format(select(2, ...)), 0) end

local function names_of(list, count, what)
  if list == nil then
    list = {}
    for i = 1, count do list[i] = i end
  end
  if type(list) ~= "table" or #list ~= count then
    fail("%s is not a list of %d names", what, count)
  end
  local names = {}
  for i, name in ipairs(list) do
    if type(name) ~= "string" and not math.type(name) then
      fail("%s[%d] is %s; a name expected", what, i, options.describe(name))
    end
    names[i] = style.clean(name)
  end
  return names
end

-- A number of the matrix: also a cell of report.aggregate; nil where missing.
local function number_of(value, r, c)
  if type(value) == "table" then value = rawget(value, "mean") end
  if value == nil or value == false or value ~= value then return nil end
  if not math.type(value) or value - value ~= 0 then
    fail("values[%d][%d] is %s; a number expected", r, c, options.describe(value))
  end
  return value
end

local function count_columns(values, given)
  if type(given) == "table" then return #given end
  local count = 0
  for _, row in ipairs(values) do
    if type(row) == "table" then count = math.max(count, #row) end
  end
  return count
end

-- One panel: {title, rows, columns, values}, from what the user gave.
local function read_matrix(given, what)
  local values = given.values
  if type(values) ~= "table" or #values == 0 then fail("%svalues is no list of rows", what) end
  local count = count_columns(values, given.columns)
  if count == 0 then fail("%sthere is no column", what) end
  if #values * count > 40000 then fail("%smore than 40000 cells", what) end
  local panel = {title = given.title and style.clean(given.title) or "", values = {},
    rows = names_of(given.rows, #values, what .. "rows"),
    columns = names_of(given.columns, count, what .. "columns")}
  for r, row in ipairs(values) do
    if type(row) ~= "table" then fail("%svalues[%d] is not a list", what, r) end
    panel.values[r] = {}
    for c = 1, count do panel.values[r][c] = number_of(row[c], r, c) or false end
  end
  return panel
end

-- Rows of results: the mean of `value` for each (y, x), in the order of coming.
local function from_rows(settings)
  local fields = {settings.y, settings.x, settings.value}
  if #fields < 3 then fail("data needs the options x, y and value: fields of the rows") end
  local panels, by_title = {}, {}
  for r, row in ipairs(settings.data) do
    if type(row) ~= "table" then fail("data: row %d is not a table", r) end
    local title = settings.panel and tostring(row[settings.panel]) or ""
    local panel = by_title[title]
    if not panel then
      panel = {title = title, rows = {}, columns = {}, values = {}, index = {{}, {}}}
      by_title[title], panels[#panels + 1] = panel, panel
    end
    local at = {}
    for i, list in ipairs {panel.rows, panel.columns} do
      local name = row[fields[i]]
      if name == nil then fail("data: row %d has no %q", r, fields[i]) end
      if not panel.index[i][name] then
        list[#list + 1] = name
        panel.index[i][name] = #list
      end
      at[i] = panel.index[i][name]
    end
    panel.values[at[1]] = panel.values[at[1]] or {}
    local cell = panel.values[at[1]][at[2]] or {}
    panel.values[at[1]][at[2]] = cell
    local value = row[fields[3]]
    if math.type(value) and value - value == 0 then cell[#cell + 1] = value end
  end
  for _, panel in ipairs(panels) do
    for _, row in ipairs(panel.values) do
      for c in ipairs(panel.columns) do
        row[c] = row[c] and #row[c] > 0 and statistics.mean(row[c]) or false
      end
    end
  end
  return panels
end

local function read_panels(settings)
  local sources = 0
  for _, option in ipairs {"values", "pivot", "panels", "data"} do
    sources = sources + (settings[option] and 1 or 0)
  end
  if sources ~= 1 then fail("one of the options values, pivot, panels and data is needed") end
  local list = settings.panels or settings.data and from_rows(settings)
  if settings.pivot then
    list = {{values = settings.pivot.cells, rows = settings.pivot.rows,
      columns = settings.pivot.columns}}
  elseif settings.values then
    list = {{values = settings.values, rows = settings.rows, columns = settings.columns}}
  end
  local panels = {}
  for p, panel in ipairs(list) do
    if type(panel) ~= "table" then fail("panel %d: {title =, values =} expected", p) end
    panels[p] = read_matrix(panel, #list > 1 and ("panel %d: "):format(p) or "")
  end
  if #panels == 0 then fail("there is nothing to draw") end
  return panels
end

local function check_format(text)
  local ok = text:find "^[^%%]*%%[%d.]*[efg][^%%]*$" or text:find "^[^%%]*%%[%d.]*[efg]%%%%$"
  if text ~= "" and not (ok and pcall(string.format, text, 0.5)) then
    fail('format is %s; one number as for string.format ("%%.2f") expected, or "" for none',
      options.describe(text))
  end
end

--- The model of a figure, from what the user gave.
function heat.read(given)
  local settings = options.check("plot.heat", given, defaults, rules)
  check_format(settings.format)
  local model = {settings = settings, panels = read_panels(settings)}
  local low, high = math.huge, -math.huge
  for _, panel in ipairs(model.panels) do
    for _, row in ipairs(panel.values) do
      for _, value in ipairs(row) do
        if value then low, high = math.min(low, value), math.max(high, value) end
      end
    end
  end
  model.low, model.high = settings.low or low, settings.high or high
  if model.high <= model.low then
    model.low = settings.low or (model.low == math.huge and 0 or model.low - 0.5)
    model.high = math.max(settings.high or model.low + 1, model.low + 1e-9)
  end
  return model
end

--- The colour of a value: three bytes.
function heat.colour(model, value)
  return style.shade((value - model.low) / (model.high - model.low))
end

function heat.label(model, value)
  return model.settings.format == "" and "" or model.settings.format:format(value)
end

-- The data file: one line for each cell; writing is 0 for black, 1 for white, 2
-- where the value is missing.
local function data_of(model)
  local lines = {"x,y,value,writing,label,row,column,panel"}
  for _, panel in ipairs(model.panels) do
    lines[#lines + 1] = "\n"
    for r, row in ipairs(panel.values) do
      for c, value in ipairs(row) do
        local writing = not value and 2 or style.is_dark(heat.colour(model, value)) and 1 or 0
        lines[#lines + 1] = style.csv(c, r, value or 0 / 0, writing,
          value and heat.label(model, value) or "", panel.rows[r], panel.columns[c], panel.title)
      end
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

local function ticks_of(names)
  local ticks = {}
  for i, name in ipairs(names) do ticks[i] = {i, name} end
  return ticks
end

-- Sizes: a cell has room for its number; the figure is no wider than a page.
local function sizes(model, across)
  local settings, names, cells = model.settings, 0, {rows = 1, columns = 1, label = 2}
  local heads = 0
  for _, panel in ipairs(model.panels) do
    names = math.max(names, layout.ticks_width(ticks_of(panel.rows)))
    heads = math.max(heads, layout.ticks_width(ticks_of(panel.columns)))
    cells.rows, cells.columns = math.max(cells.rows, #panel.rows),
      math.max(cells.columns, #panel.columns)
    for _, row in ipairs(panel.values) do
      for _, value in ipairs(row) do
        if value then cells.label = math.max(cells.label, #heat.label(model, value)) end
      end
    end
  end
  local cell = settings.format == "" and 24 or layout.width(("0"):rep(cells.label)) + 18
  if heads + 10 <= 90 then cell = math.max(cell, heads + 10) end
  local left = 16 + math.min(names, 240) + (settings.ylabel ~= "" and 26 or 0)
  local width = settings.width or left + 18 + across * (cells.columns * cell) + (across - 1) * 20
  return {left = left, cell = cell, width = math.max(width, 160), cells = cells}
end

--- What gnuplot.draw takes.
function heat.figure(model)
  local settings, count = model.settings, #model.panels
  local across = math.min(settings.across or math.min(count, 2), count)
  local size, titled = sizes(model, across), false
  local widest = 0
  for _, panel in ipairs(model.panels) do
    titled = titled or panel.title ~= ""
    widest = math.max(widest, layout.ticks_width(ticks_of(panel.columns)))
  end
  local same_rows = true
  for _, panel in ipairs(model.panels) do
    same_rows = same_rows and table.concat(panel.rows, "\0")
      == table.concat(model.panels[1].rows, "\0")
  end
  local inner = across == 1 and 0 or same_rows and 20 or size.left
  local width = settings.width or size.width + (across - 1) * (inner - 20)
  local turned = widest > (width - size.left - 18) / across / size.cells.columns - 6
  local labels = turned and math.min(0.6 * widest, 160) + 22 or 24
  local bottom = 8 + labels + (settings.xlabel ~= "" and 26 or 0)
  local head = (settings.title ~= "" and 28 or 0) + 18
  local height = settings.height or head + math.ceil(count / across)
    * (size.cells.rows * (settings.format == "" and 24 or 32) + bottom + (titled and 26 or 4))
  local frame = layout.new {width = width, height = height, title = settings.title, count = count,
    across = across, titled = titled, left = size.left, inner_left = inner, bottom = bottom}
  local lines = layout.head(frame, settings.title)
  lines[#lines + 1] = "unset grid; unset border; set tics scale 0; unset colorbox"
  lines[#lines + 1] = style.palette()
  lines[#lines + 1] = ("set cbrange [%.9g:%.9g]"):format(model.low, model.high)
  for p, panel in ipairs(model.panels) do
    local box = frame.boxes[p]
    lines[#lines + 1] = layout.margins(box)
    lines[#lines + 1] = layout.axis("x", {low = 0.5, high = #panel.columns + 0.5,
      ticks = ticks_of(panel.columns)}, true, turned)
    lines[#lines + 1] = layout.axis("y", {low = #panel.rows + 0.5, high = 0.5,
      ticks = ticks_of(panel.rows)}, box.first or not same_rows)
    lines[#lines + 1] = layout.labels(frame, box, {title = panel.title,
      xlabel = settings.xlabel, ylabel = box.first and settings.ylabel or "", labels = labels,
      left = size.left})
    local cell = "($1-0.5):($1+0.5):($2-0.5):($2+0.5)"
    lines[#lines + 1] = table.concat({
      -- Hatched where the number is missing.
      ("plot DATA index %d using 1:($4 == 2 ? $2 : NaN):%s with boxxyerror lc rgb '#999999' "
        .. "fs pattern 4 border lc rgb '#CCCCCC'"):format(p, cell),
      ("DATA index %d using 1:($4 == 2 ? NaN : $2):%s:3 with boxxyerror lc palette fs solid 1 "
        .. "border lc rgb '#FFFFFF'"):format(p, cell),
      ("DATA index %d using 1:2:5:($4 == 1 ? 0xFFFFFF : 0x111111) with labels tc rgb variable")
        :format(p)}, ", \\\n     ")
    lines[#lines + 1] = "unset label 1"
  end
  lines[#lines + 1] = "unset multiplot"
  return {width = width, height = height, data = data_of(model), script = lines}
end

return heat
