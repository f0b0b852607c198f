--- Documents as LaTeX: one file that compiles, with tables in the manner of
-- booktabs, to be taken apart for papers.

local cells = require "invar.report.cells"
local style = require "invar.plot.style"

local latex = {}

local escapes = {["\\"] = "\\textbackslash{}", ["{"] = "\\{", ["}"] = "\\}", ["$"] = "\\$",
  ["&"] = "\\&", ["#"] = "\\#", ["%"] = "\\%", ["_"] = "\\_", ["^"] = "\\textasciicircum{}",
  ["~"] = "\\textasciitilde{}", ["<"] = "\\textless{}", [">"] = "\\textgreater{}",
  ["|"] = "\\textbar{}", ['"'] = "\\textquotedbl{}"}

-- What pdflatex does not know by itself.
local symbols = {["±"] = "$\\pm$", ["×"] = "$\\times$", ["→"] = "$\\to$", ["←"] = "$\\leftarrow$",
  ["≤"] = "$\\le$", ["≥"] = "$\\ge$", ["≠"] = "$\\ne$", ["≈"] = "$\\approx$", ["−"] = "$-$",
  ["⊂"] = "$\\subset$", ["α"] = "$\\alpha$", ["β"] = "$\\beta$", ["ρ"] = "$\\rho$",
  ["η"] = "$\\eta$", ["ω"] = "$\\omega$", ["σ"] = "$\\sigma$", ["μ"] = "$\\mu$", ["²"] = "$^2$",
  ["…"] = "\\dots{}", ["–"] = "--", ["—"] = "---"}

local function escape(value)
  local clean = style.clean(value):gsub('[\\{}$&#%%_^~<>|"]', escapes)
  return (clean:gsub("[\194-\244][\128-\191]*", symbols))
end

local signs = {plus_minus = " ± ", missing = "missing"}

-- Numbers in mathematics, so that minus signs are such.
local function cell_text(cell, common)
  if not cell.value and not cell.text then
    local published = cell.published and " [" .. escape(cell.published) .. "]" or ""
    return "\\textit{missing}" .. published
  end
  local text = escape(cells.text(cell, common, signs))
  if not cell.value then return text end
  return (text:gsub("^%-", "$-$"):gsub("([%[%( ])%-", "%1$-$"):gsub(" %$\\pm%$ ", "\\,$\\pm$\\,"))
end

local blocks = {}

local sections = {"section", "subsection", "subsubsection"}

function blocks.heading(block)
  return ("\\%s{%s}"):format(sections[block.level], escape(block.text))
end

function blocks.text(block) return escape(block.text) end

function blocks.table(block)
  local made, sides, heads = block.made, {}, {}
  for c, column in ipairs(made.columns) do
    sides[c], heads[c] = column.right and "r" or "l", escape(column.title)
  end
  local lines = {"\\begin{table}[htbp]", "\\centering",
    ("\\caption{%s}"):format(escape(block.caption)), ("\\label{tab:%s}"):format(block.name),
    ("\\begin{tabular}{%s}"):format(table.concat(sides)), "\\toprule",
    table.concat(heads, " & ") .. " \\\\", "\\midrule"}
  for _, row in ipairs(made.rows) do
    local texts = {}
    for c, cell in ipairs(row) do texts[c] = cell_text(cell, made.common) end
    -- After a line's end, [ would begin an option.
    lines[#lines + 1] = (table.concat(texts, " & "):gsub("^%[", "{[}")) .. " \\\\"
  end
  lines[#lines + 1] = "\\bottomrule\n\\end{tabular}"
  if block.note ~= "" then
    lines[#lines + 1] = ("\n\\smallskip{\\footnotesize %s}"):format(escape(block.note))
  end
  lines[#lines + 1] = "\\end{table}"
  return table.concat(lines, "\n")
end

function blocks.figure(block)
  return table.concat({"\\begin{figure}[htbp]", "\\centering",
    ("\\includegraphics[width=\\linewidth]{%s}"):format(block.file),
    ("\\caption{%s}"):format(escape(block.caption)), ("\\label{fig:%s}"):format(block.name),
    "\\end{figure}"}, "\n")
end

function blocks.provenance(block)
  local lines = {("\\subsection*{%s}"):format(escape(block.title)), "\\begin{footnotesize}",
    "\\begin{description}"}
  for _, entry in ipairs(block.values) do
    lines[#lines + 1] = ("\\item[{%s}] %s"):format(escape(entry[1]), escape(entry[2]))
  end
  lines[#lines + 1] = "\\item[]\n\\end{description}\n\\end{footnotesize}"
  return table.concat(lines, "\n")
end

--- The document as one text.
function latex.render(document)
  local parts = {[[
\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[margin=2.5cm]{geometry}
\usepackage{booktabs}
\usepackage{graphicx}]],
    ("\\title{%s}\n\\author{%s}\n\\date{}\n\\begin{document}\n\\maketitle"):format(
      escape(document.title), escape(document.subtitle))}
  for _, block in ipairs(document.blocks) do parts[#parts + 1] = blocks[block.kind](block) end
  parts[#parts + 1] = "\\end{document}"
  return table.concat(parts, "\n\n") .. "\n"
end

return latex
