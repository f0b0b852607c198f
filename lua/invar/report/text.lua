--- Documents as plain text, for the terminal.

local cells = require "invar.report.cells"
local style = require "invar.plot.style"
local text_table = require "invar.report.text_table"

local text = {}

local signs = {plus_minus = " ± ", missing = "missing"}

--- A paragraph in lines of at most so many columns.
function text.wrap(paragraph, columns, indent)
  local lines, line = {}, ""
  for word in paragraph:gmatch "%S+" do
    local longer = line == "" and word or line .. " " .. word
    if line ~= "" and style.width(longer) > columns then
      lines[#lines + 1], line = line, word
    else
      line = longer
    end
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n" .. (indent or ""))
end

--- Heads, sides and texts of a table, for text_table.
function text.table_parts(block, escape)
  local heads, right, rows = {}, {}, {}
  for c, column in ipairs(block.made.columns) do
    heads[c], right[c] = escape(column.title), column.right
  end
  for r, row in ipairs(block.made.rows) do
    rows[r] = {}
    for c, cell in ipairs(row) do
      rows[r][c] = escape(cells.text(cell, block.made.common, signs))
    end
  end
  return heads, right, rows
end

local function underlined(title, sign)
  title = style.clean(title)
  return title .. "\n" .. sign:rep(style.width(title))
end

local function numbered(word, block, columns)
  local caption = block.caption ~= "" and ". " .. block.caption or ""
  return text.wrap(("%s %d%s"):format(word, block.number, caption), columns)
end

local blocks = {}

function blocks.heading(block)
  return underlined(block.text, block.level == 1 and "-" or block.level == 2 and "~" or ".")
end

function blocks.text(block, settings) return text.wrap(block.text, settings.columns) end

function blocks.table(block, settings)
  local parts = {numbered("Table", block, settings.columns), "",
    text_table(text.table_parts(block, style.clean))}
  if block.note ~= "" then parts[#parts + 1] = text.wrap(block.note, settings.columns) end
  return table.concat(parts, "\n")
end

function blocks.figure(block, settings)
  return require("invar.plot.terminal").text(block.plot, block.model, settings.columns,
    settings.colours) .. "\n" .. numbered("Figure", block, settings.columns)
end

function blocks.provenance(block, settings)
  local width, lines = 0, {block.title .. ":"}
  for _, entry in ipairs(block.values) do
    width = math.max(width, style.width(entry[1]))
  end
  width = math.min(width, settings.columns // 2)
  for _, entry in ipairs(block.values) do
    local padding = math.max(0, width - style.width(entry[1]))
    lines[#lines + 1] = "  " .. entry[1] .. (" "):rep(padding + 2)
      .. text.wrap(entry[2], math.max(20, settings.columns - width - 4), (" "):rep(width + 4))
  end
  return table.concat(lines, "\n")
end

--- The document as one text.
function text.render(document, settings)
  local parts = {underlined(document.title, "=")}
  if document.subtitle ~= "" then parts[2] = text.wrap(document.subtitle, settings.columns) end
  for _, block in ipairs(document.blocks) do
    parts[#parts + 1] = blocks[block.kind](block, settings)
  end
  return table.concat(parts, "\n\n") .. "\n"
end

return text
