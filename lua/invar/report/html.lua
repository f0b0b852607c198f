--- Documents as one HTML page that needs nothing else: figures inside, tables that
-- sort, settings that fold.

local base = require "invar.core.base"
local cells = require "invar.report.cells"
local page = require "invar.report.page"
local style = require "invar.plot.style"

local html = {}

local entities = {["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;",
  ["'"] = "&#39;"}

-- Text that is text in elements and attributes; what is no UTF-8 as "?".
local function escape(value)
  local clean = value:gsub("[\0-\8\11-\31\127]", " ")
  return (style.valid(clean):gsub("[&<>\"']", entities))
end

local letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

--- Bytes in base 64 (RFC 4648).
function html.base64(bytes)
  local digits, parts = {}, {}
  for i = 1, 64 do digits[i - 1] = letters:sub(i, i) end
  for i = 1, #bytes, 3 do
    local a, b, c = bytes:byte(i, i + 2)
    local word = a << 16 | (b or 0) << 8 | (c or 0)
    parts[#parts + 1] = digits[word >> 18] .. digits[word >> 12 & 63]
      .. (b and digits[word >> 6 & 63] or "=") .. (c and digits[word & 63] or "=")
  end
  return table.concat(parts)
end

local kinds = {svg = "image/svg+xml", png = "image/png"}

local function picture_of(path)
  local file = assert(io.open(path, "rb"))
  local bytes = file:read "a"
  file:close()
  return ("data:%s;base64,%s"):format(kinds[path:match "%a+$"], html.base64(bytes))
end

local signs = {plus_minus = " ± ", missing = "missing"}

local function cell_text(cell, common)
  if cell.text and not cell.value then
    return ("<td>%s</td>"):format(escape(cell.text))
  elseif not cell.value then
    return ('<td class="number missing">missing%s</td>'):format(cell.published
      and ' <span class="published">[' .. escape(cell.published) .. "]</span>" or "")
  end
  local shown = escape(cells.text({value = cell.value, text = cell.text, std = cell.std,
    low = cell.low, high = cell.high, format = cell.format}, nil, signs))
  if cell.n and cell.n ~= common then
    shown = ('%s <span class="n">(n = %d)</span>'):format(shown, cell.n)
  end
  if cell.published then
    shown = ('%s <span class="published">[%s]</span>'):format(shown, escape(cell.published))
  end
  local tip = cell.low and (' title="%g %% interval: %.4g to %.4g"'):format(
    100 * cell.confidence, cell.low, cell.high) or ""
  return ('<td class="number" data-value="%.17g"%s>%s</td>'):format(cell.value, tip, shown)
end

local function caption_of(word, block)
  return ("<b>%s %d.</b> %s"):format(word, block.number, escape(block.caption))
end

local blocks = {}

function blocks.heading(block)
  return ("<h%d>%s</h%d>"):format(block.level + 1, escape(block.text), block.level + 1)
end

function blocks.text(block) return "<p>" .. escape(block.text) .. "</p>" end

function blocks.table(block)
  local made = block.made
  local lines = {('<figure id="%s">'):format(block.name),
    "<figcaption>" .. caption_of("Table", block) .. "</figcaption>",
    '<div class="scroll"><table>', "<thead><tr>"}
  for _, column in ipairs(made.columns) do
    lines[#lines + 1] = ('<th scope="col" aria-sort="none"%s>'):format(
      column.right and ' class="number"' or "")
      .. '<button type="button">' .. escape(column.title) .. "</button></th>"
  end
  lines[#lines + 1] = "</tr></thead>\n<tbody>"
  for _, row in ipairs(made.rows) do
    local parts = {}
    for c, cell in ipairs(row) do parts[c] = cell_text(cell, made.common) end
    lines[#lines + 1] = "<tr>" .. table.concat(parts) .. "</tr>"
  end
  lines[#lines + 1] = "</tbody></table></div>"
  if block.note ~= "" then
    lines[#lines + 1] = '<p class="note">' .. escape(block.note) .. "</p>"
  end
  lines[#lines + 1] = "</figure>"
  return table.concat(lines, "\n")
end

function blocks.figure(block, settings)
  local alt = block.caption ~= "" and block.caption or "Figure " .. block.number
  local width = block.file:find "png$" and block.width and (' width="%d"'):format(block.width) or ""
  return ('<figure id="%s">\n<img alt="%s"%s src="%s">\n<figcaption>%s</figcaption>\n</figure>')
    :format(block.name, escape(alt), width, picture_of(settings.folder .. "/" .. block.file),
      caption_of("Figure", block))
end

function blocks.provenance(block)
  local lines = {"<details>", "<summary>" .. escape(block.title) .. "</summary>", "<dl>"}
  for _, entry in ipairs(block.values) do
    lines[#lines + 1] = ("<dt>%s</dt><dd>%s</dd>"):format(escape(entry[1]), escape(entry[2]))
  end
  lines[#lines + 1] = "</dl>\n</details>"
  return table.concat(lines, "\n")
end

-- Nothing from elsewhere may be loaded, whatever the page says.
local policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
  .. "script-src 'unsafe-inline'"

--- The document as one page.
function html.render(document, settings)
  local parts = {"<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">',
    ('<meta http-equiv="Content-Security-Policy" content="%s">'):format(policy),
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    "<title>" .. escape(document.title) .. "</title>",
    "<style>\n" .. page.style .. "</style>", "</head>", "<body>", "<main>",
    "<h1>" .. escape(document.title) .. "</h1>"}
  if document.subtitle ~= "" then
    parts[#parts + 1] = '<p class="subtitle">' .. escape(document.subtitle) .. "</p>"
  end
  for _, block in ipairs(document.blocks) do
    parts[#parts + 1] = blocks[block.kind](block, settings)
  end
  parts[#parts + 1] = ("<footer>Made by Invar %s.</footer>"):format(escape(base.version))
  parts[#parts + 1] = "</main>\n<script>\n" .. page.script .. "</script>\n</body>\n</html>"
  return table.concat(parts, "\n") .. "\n"
end

return html
