--- The tables of a document, from rows or pivot tables, in one form for all
-- formats: {columns = {{title, right}}, rows = {{cell}}, note}. A cell is {text=}, or
-- {value=, std=, low=, high=, n=, published=, format=}; without text and value it is
-- missing.

local aggregate = require "invar.report.aggregate"
local options = require "invar.options"

local cells = {}

local NAME = "document:table"

local function fail(...) aggregate.fail(NAME, ...) end

local function plain_number(value, format)
  if math.type(value) == "integer" and not format then return tostring(value) end
  return (format or "%.4g"):format(value)
end

-- A pattern for one number, so that no format can fail later.
local function check_format(format)
  if format ~= nil and (type(format) ~= "string" or not pcall(string.format, format, 1)
    or select(2, format:gsub("%%%%", ""):gsub("%%", "")) ~= 1) then
    fail('a format for one number expected ("%%.3f"), got %s', options.describe(format))
  end
  return format
end

local function number_cell(value, format)
  if not aggregate.number(value) then return {} end
  local ok, text = pcall(plain_number, value, format)
  return {value = value, text = ok and text or plain_number(value)}
end

--- The cell of anything that a row may hold.
function cells.of(value, format)
  if aggregate.is_cell(value) then
    if value.n == 0 then return {} end
    return {value = value.mean, std = value.std, n = value.n, low = value.low, high = value.high,
      confidence = value.confidence, format = format or "%.3f"}
  elseif math.type(value) then
    return number_cell(value, format)
  elseif value == nil then
    return {}
  end
  return {text = tostring(value)}
end

local column_keys = {key = true, title = true, format = true, published = true, optional = true}

local function read_column(column, c)
  if type(column) == "string" then column = {column, column} end
  if type(column) ~= "table" then fail("column %d is not {key, title[, format]}", c) end
  for key in pairs(column) do
    if not column_keys[key] and not (math.type(key) == "integer" and key >= 1 and key <= 3) then
      fail("column %d: there is no %s", c, options.describe(key))
    end
  end
  local key, title = column.key or column[1], column.title or column[2]
  if title == nil then title = key end
  if type(key) ~= "string" or type(title) ~= "string" then
    fail("column %d is not {key, title[, format]}", c)
  end
  if column.published ~= nil and type(column.published) ~= "string" then
    fail("column %d: published is the name of a field", c)
  end
  return {key = key, title = title, format = check_format(column.format or column[3]),
    published = column.published, optional = column.optional}
end

-- A column of numbers stands to the right, its missing cells too.
local function align(made)
  for c, column in ipairs(made.columns) do
    local numbers, texts = 0, 0
    for _, row in ipairs(made.rows) do
      if row[c].value then
        numbers = numbers + 1
      elseif row[c].text and row[c].text ~= "" then
        texts = texts + 1
      end
    end
    column.right = texts == 0 and (numbers > 0 or c > 1)
  end
end

-- What the cells show, once for all of them: the commonest n is said in the note
-- and not in its cells.
local function describe(made)
  local counts, common, parts, deviations, published = {}, nil, {}, false, false
  for _, row in ipairs(made.rows) do
    for _, cell in ipairs(row) do
      if cell.n then
        counts[cell.n] = (counts[cell.n] or 0) + 1
        if not common or counts[cell.n] > counts[common]
          or counts[cell.n] == counts[common] and cell.n > common then common = cell.n end
      end
      deviations = deviations or cell.std ~= nil
      published = published or cell.published ~= nil
    end
  end
  if common then
    parts[1] = (deviations and "Mean ± standard deviation, n = %d" or "n = %d"):format(common)
    for n in pairs(counts) do
      if n ~= common then parts[1] = parts[1] .. " where nothing else is said" break end
    end
    parts[1] = parts[1] .. "."
  end
  if published then parts[#parts + 1] = "In brackets: published." end
  made.common = common
  made.note = table.concat(parts, " ")
end

local function from_rows(settings)
  if type(settings.columns) ~= "table" or #settings.columns == 0 then
    fail("option columns is missing: a list of {key, title[, format]}")
  end
  local made, columns = {columns = {}, rows = {}}, {}
  for c, column in ipairs(settings.columns) do
    columns[c] = read_column(column, c)
    table.insert(made.columns, {key = columns[c].key, title = columns[c].title})
    if columns[c].published then
      table.insert(made.columns, {key = columns[c].published, title = columns[c].title
        .. " (published)"})
    end
  end
  for r, row in ipairs(settings.rows) do
    if type(row) ~= "table" then fail("row %d is not a table", r) end
    local list = {}
    for _, column in ipairs(columns) do
      local value = row[column.key]
      list[#list + 1] = value == nil and column.optional and {text = ""}
        or cells.of(value, column.format)
      if column.published then
        list[#list + 1] = cells.of(row[column.published], column.format)
      end
    end
    made.rows[r] = list
  end
  return made
end

local function published_at(settings, row, column)
  local line = settings.published and settings.published[row]
  if line == nil then return nil end
  if type(line) ~= "table" then fail("published is {row = {column = number}}") end
  local value = line[column]
  if value ~= nil and not math.type(value) and type(value) ~= "string" then
    fail("published has %s; a number or a text expected", options.describe(value))
  end
  return value
end

local function from_pivot(settings)
  local pivot, format = settings.pivot, check_format(settings.format)
  if type(pivot.cells) ~= "table" or type(pivot.rows) ~= "table"
    or type(pivot.columns) ~= "table" then
    fail("option pivot: what report.pivot gives expected")
  end
  local made = {columns = {{key = tostring(pivot.row_field or "row"),
    title = settings.corner or tostring(pivot.row_field or "")}}, rows = {}}
  for c, name in ipairs(pivot.columns) do
    made.columns[c + 1] = {key = tostring(name), title = tostring(name)}
  end
  for r, name in ipairs(pivot.rows) do
    local list = {{text = tostring(name), value = aggregate.number(name)}}
    for c, column in ipairs(pivot.columns) do
      local cell = cells.of((pivot.cells[r] or {})[c], format)
      local published = published_at(settings, name, column)
      if math.type(published) then published = (format or "%.3g"):format(published) end
      cell.published = published
      list[c + 1] = cell
    end
    made.rows[r] = list
  end
  return made
end

--- The table that checked settings ask for.
function cells.table(settings)
  if (settings.rows == nil) == (settings.pivot == nil) then
    fail("one of the options rows and pivot is needed")
  end
  local made = settings.rows and from_rows(settings) or from_pivot(settings)
  align(made)
  describe(made)
  return made
end

--- The text of a cell. `common`: the n that is not said. `signs`: how a format
-- writes ± and "missing".
function cells.text(cell, common, signs)
  local parts
  if cell.text then
    parts = cell.text
  elseif not cell.value then
    parts = signs.missing
  else
    parts = cell.format:format(cell.value)
    if cell.std then
      parts = parts .. signs.plus_minus .. cell.format:format(cell.std)
    elseif cell.low then
      parts = ("%s (%s to %s)"):format(parts, cell.format:format(cell.low),
        cell.format:format(cell.high))
    end
    if cell.n and cell.n ~= common then parts = ("%s (n = %d)"):format(parts, cell.n) end
  end
  if cell.published then parts = ("%s [%s]"):format(parts, cell.published) end
  return parts
end

return cells
