--- Results as people read them: text tables and CSV files.

local base = require "invar.core.base"
local options = require "invar.options"

local report = {folder = base.folder, write = base.write,
  read_csv = require "invar.report.read_csv"}

local function cell(value, format)
  if value == nil then return "" end
  if type(value) == "number" and format then return format:format(value) end
  return tostring(value)
end

--- A text table (it is also Markdown). `rows` is a list of tables, `columns` a
-- list of {key, title[, format]}: which fields to show, under which titles,
-- numbers by a string.format pattern. Missing fields are left empty.
function report.table(rows, columns)
  options.argument("report.table", 1, rows, "table")
  options.argument("report.table", 2, columns, "table")
  for c, column in ipairs(columns) do
    if type(column) ~= "table" or type(column[2]) ~= "string" then
      error(("report.table: column %d is not {key, title[, format]}"):format(c), 2)
    end
  end
  for r, row in ipairs(rows) do
    if type(row) ~= "table" then
      error(("report.table: row %d is not a table"):format(r), 2)
    end
  end
  local cells, widths = {{}}, {}
  for c, column in ipairs(columns) do
    cells[1][c] = column[2]
    widths[c] = utf8.len(column[2])
  end
  for r, row in ipairs(rows) do
    cells[r + 1] = {}
    for c, column in ipairs(columns) do
      local text = cell(row[column[1]], column[3])
      cells[r + 1][c] = text
      widths[c] = math.max(widths[c], utf8.len(text) or #text)
    end
  end
  local lines = {}
  for r, texts in ipairs(cells) do
    for c, text in ipairs(texts) do
      local padding = (" "):rep(widths[c] - (utf8.len(text) or #text))
      -- names to the left, numbers to the right
      texts[c] = columns[c][3] and padding .. text or text .. padding
    end
    lines[#lines + 1] = "| " .. table.concat(texts, " | ") .. " |"
    if r == 1 then
      for c, width in ipairs(widths) do
        texts[c] = ("-"):rep(width + (columns[c][3] and 1 or 2)) .. (columns[c][3] and ":" or "")
      end
      lines[#lines + 1] = "|" .. table.concat(texts, "|") .. "|"
    end
  end
  return table.concat(lines, "\n")
end

local function quote(value)
  if value == nil then return "" end
  if type(value) == "number" then
    return math.type(value) == "integer" and tostring(value) or ("%.9g"):format(value)
  end
  local text = tostring(value)
  return text:find('[",\r\n]') and '"' .. text:gsub('"', '""') .. '"' or text
end

--- Writes `rows` (a list of tables) to a CSV file with the fields `keys` as
-- columns, numbers with nine digits. The file is written whole or not at all.
function report.csv(path, rows, keys)
  options.argument("report.csv", 1, path, "string")
  options.argument("report.csv", 2, rows, "table")
  options.argument("report.csv", 3, keys, "table")
  local lines = {table.concat(keys, ",")}
  for _, row in ipairs(rows) do
    local fields = {}
    for k, key in ipairs(keys) do fields[k] = quote(row[key]) end
    lines[#lines + 1] = table.concat(fields, ",")
  end
  report.write(path, table.concat(lines, "\n") .. "\n")
end

return report
