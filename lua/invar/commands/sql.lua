--- invar sql: questions to the database of results.

local commands = require "invar.commands"
local report = require "invar.report"

local sql = {}

function sql.add(parser)
  parser:description("Asks the database of results (invar.db, SQLite). The view \"results\" has "
    .. "all rows: select seed, avg(result->>'accuracy') from results where run = '…' "
    .. "group by seed. Other tables: runs, steps, inputs, rows, artifacts; views: "
    .. "result_values, progress.")
  parser:argument("query", "A statement of SQL that reads.")
  parser:option("--format", "text, markdown or csv."):choices {"text", "markdown", "csv"}
    :default "text"
  commands.add_results(parser)
end

local function csv_line(row, columns)
  local cells = {}
  for i, name in ipairs(columns) do
    local text = row[name] == nil and "" or tostring(row[name])
    cells[i] = text:find '[",\r\n]' and '"' .. text:gsub('"', '""') .. '"' or text
  end
  return table.concat(cells, ",")
end

-- Values as they fit in a line of a table.
local function shortened(rows, columns, most)
  local list = {}
  for i, row in ipairs(rows) do
    list[i] = {}
    for _, name in ipairs(columns) do
      local value = row[name]
      if type(value) == "string" then
        value = value:gsub("[\r\n]+", " "):gsub("|", "\\|")
        if utf8.len(value) and utf8.len(value) > most then
          value = value:sub(1, utf8.offset(value, most) - 1) .. "…"
        end
      elseif math.type(value) == "float" then
        value = ("%.6g"):format(value)
      end
      list[i][name] = value
    end
  end
  return list
end

function sql.run(arguments)
  local folder = commands.open(arguments)
  local rows, columns = folder:select(arguments.query)
  if arguments.format == "csv" then
    local titles = {}
    for _, name in ipairs(columns) do titles[name] = name end
    print(csv_line(titles, columns))
    for _, row in ipairs(rows) do print(csv_line(row, columns)) end
    return
  end
  local shown = {}
  for i, name in ipairs(columns) do shown[i] = {name, name} end
  print(report.table(shortened(rows, columns, arguments.format == "text" and 60 or 1000), shown))
  if arguments.format == "text" then
    print(("%d row%s"):format(#rows, #rows == 1 and "" or "s"))
  end
end

return sql
