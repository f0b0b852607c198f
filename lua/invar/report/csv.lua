--- Documents as CSV: the numbers of the tables, one file for each.

local csv = {}

--- A field: numbers with nine digits, nothing for nil, quoted where need be.
function csv.field(value)
  if value == nil then return "" end
  if type(value) == "number" then
    return math.type(value) == "integer" and tostring(value) or ("%.9g"):format(value)
  end
  local text = tostring(value)
  return text:find('[",\r\n]') and '"' .. text:gsub('"', '""') .. '"' or text
end

-- What a column holds beside its value: std, low, high, n, published.
local parts = {"std", "low", "high", "n", "published"}

local function parts_of(made, c)
  local present = {}
  for _, part in ipairs(parts) do
    for _, row in ipairs(made.rows) do
      if row[c][part] ~= nil then present[#present + 1] = part break end
    end
  end
  return present
end

local function table_text(block)
  local made, head, present = block.made, {}, {}
  for c, column in ipairs(made.columns) do
    present[c] = parts_of(made, c)
    head[#head + 1] = csv.field(column.key)
    for _, part in ipairs(present[c]) do head[#head + 1] = csv.field(column.key .. "_" .. part) end
  end
  local lines = {table.concat(head, ",")}
  for _, row in ipairs(made.rows) do
    local fields = {}
    for c, cell in ipairs(row) do
      fields[#fields + 1] = csv.field(cell.value or cell.text)
      for _, part in ipairs(present[c]) do fields[#fields + 1] = csv.field(cell[part]) end
    end
    lines[#lines + 1] = table.concat(fields, ",")
  end
  return table.concat(lines, "\n") .. "\n"
end

--- The tables: a list of {name=, text=}.
function csv.files(document)
  local files = {}
  for _, block in ipairs(document.blocks) do
    if block.kind == "table" then
      files[#files + 1] = {name = block.name, text = table_text(block)}
    end
  end
  return files
end

--- All tables one after the other, an empty line between them.
function csv.render(document)
  local texts = {}
  for i, file in ipairs(csv.files(document)) do texts[i] = file.text end
  return table.concat(texts, "\n")
end

return csv
