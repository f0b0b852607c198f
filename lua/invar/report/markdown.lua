--- Documents as Markdown (with tables, as GitHub and pandoc read them).

local style = require "invar.plot.style"
local text = require "invar.report.text"
local text_table = require "invar.report.text_table"

local markdown = {}

local function escape(value)
  return (style.clean(value):gsub("[\\`*_%[%]<>|#&~$]", "\\%0"))
end

-- "1." and "-" at the start of a line would make lists.
local function escape_line(value)
  return (escape(value):gsub("^(%d+)([.)])", "%1\\%2"):gsub("^[-+=]", "\\%0"))
end

local function caption_of(word, block)
  return ("**%s %d.**%s"):format(word, block.number,
    block.caption ~= "" and " " .. escape(block.caption) or "")
end

local blocks = {}

function blocks.heading(block) return ("#"):rep(block.level + 1) .. " " .. escape(block.text) end

function blocks.text(block) return escape_line(block.text) end

function blocks.table(block)
  local parts = {caption_of("Table", block), text_table(text.table_parts(block, escape))}
  if block.note ~= "" then parts[3] = escape_line(block.note) end
  return table.concat(parts, "\n\n")
end

function blocks.figure(block)
  return ("![Figure %d](%s)\n\n%s"):format(block.number, block.file, caption_of("Figure", block))
end

function blocks.provenance(block)
  local rows = {}
  for r, entry in ipairs(block.values) do rows[r] = {escape(entry[1]), escape(entry[2])} end
  return ("<details><summary>%s</summary>\n\n%s\n\n</details>"):format(escape(block.title),
    text_table({"setting", "value"}, {}, rows))
end

--- The document as one text.
function markdown.render(document)
  local parts = {"# " .. escape(document.title)}
  if document.subtitle ~= "" then parts[2] = escape_line(document.subtitle) end
  for _, block in ipairs(document.blocks) do parts[#parts + 1] = blocks[block.kind](block) end
  return table.concat(parts, "\n\n") .. "\n"
end

return markdown
