--- Results as people read them: rows put together with statistics; tables, CSV
-- files and documents. The help records (lua/invar/help/report.lua) describe the
-- public functions.

local aggregate = require "invar.report.aggregate"
local base = require "invar.core.base"
local csv = require "invar.report.csv"
local options = require "invar.options"
local text_table = require "invar.report.text_table"

local report = {
  folder = base.folder,
  write = base.write,
  read_csv = require "invar.report.read_csv",
  aggregate = aggregate.aggregate,
  pivot = aggregate.pivot,
  spread = aggregate.spread,
  gap = aggregate.gap,
  correlation = require "invar.report.correlation",
  variance = require "invar.report.variance",
  document = require "invar.report.document",
}

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
  local heads, right, texts = {}, {}, {}
  for c, column in ipairs(columns) do
    if type(column) ~= "table" or type(column[2]) ~= "string" then
      error(("report.table: column %d is not {key, title[, format]}"):format(c), 2)
    end
    heads[c], right[c] = column[2], column[3] ~= nil -- numbers to the right
  end
  for r, row in ipairs(rows) do
    if type(row) ~= "table" then
      error(("report.table: row %d is not a table"):format(r), 2)
    end
    texts[r] = {}
    for c, column in ipairs(columns) do texts[r][c] = cell(row[column[1]], column[3]) end
  end
  return text_table(heads, right, texts)
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
    for k, key in ipairs(keys) do fields[k] = csv.field(row[key]) end
    lines[#lines + 1] = table.concat(fields, ",")
  end
  report.write(path, table.concat(lines, "\n") .. "\n")
end

return report
