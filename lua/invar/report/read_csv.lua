--- report.read_csv: the rows of a CSV file as tables.
local options = require "invar.options"

local name = "report.read_csv"

local rules = {separator = {type = "string", choices = {",", ";", "\t", " "}}}

-- Names of columns that are not empty, each once.
local function check_names(path, names)
  local seen = {}
  for i, text in ipairs(names) do
    if text == "" or seen[text] then
      error(("%s: %s: column %d is called %q%s"):format(name, path, i, text,
        text ~= "" and ", as one before it" or ""), 0)
    end
    seen[text] = true
  end
end

local function read(path, o)
  local core = require "invar.core.data" -- here: loading `report` loads no `data`
  local separator = o.separator or (path:lower():find "%.tsv$" and "\t" or ",")
  local file = core.csv_open(path, separator)
  local keys = o.header and core.csv_first(file) or nil
  if keys then check_names(path, keys) end
  return core.csv_rows(file, o.header), keys
end

--- report.read_csv(path[, options]): rows, and the names of the columns in order.
return function(path, given)
  options.argument(name, 1, path, "string")
  local o = options.check(name, given, {header = true}, rules)
  local ok, rows, keys = pcall(read, path, o)
  if not ok then error(options.renamed(rows, name), 2) end
  return rows, keys
end
