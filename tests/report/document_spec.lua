-- A small document in all formats, to the letter.
local files = require "support.files"
local report = require "invar".report

local function lines(...) return table.concat({...}, "\n") .. "\n" end

local function rows()
  return {{m = "a_1", t = "s", v = 1}, {m = "a_1", t = "s", v = 2}, {m = "b", t = "s", v = 0.5},
    {m = "b", t = "d", v = 0.25}, {m = "b", t = "d", v = 0.75}}
end

local function small()
  local doc = report.document {title = "T & <co>", subtitle = "50 %"}
  doc:heading("One"):text("x < y_1 & {z} ± $5.\n\n- two")
  doc:table {pivot = report.pivot(rows(), {rows = "m", columns = "t", value = "v"}),
    caption = "Cells.", published = {a_1 = {s = 1.5}, b = {d = "[0,1]"}}, format = "%.2f"}
  doc:table {rows = {{k = "x|y", n = 3, p = 0.125}, {k = '"q"', n = -4}}, name = "plain",
    columns = {"k", {"n", "number"}, {key = "p", format = "%.2f", optional = true}}}
  doc:provenance({a = {b = 1, list = {1, "x"}}, c = true, d = {}}, "Settings")
  return doc
end

describe("report.document", function()
  it("renders as text", function()
    assert.equal(lines("T & <co>", "========", "", "50 %", "", "One", "---", "",
      "x < y_1 & {z} ± $5.", "", "- two", "", "Table 1. Cells.", "",
      "| m   |                  s |                   d |",
      "|-----|-------------------:|--------------------:|",
      "| a_1 | 1.50 ± 0.71 [1.50] |             missing |",
      "| b   |       0.50 (n = 1) | 0.50 ± 0.35 [[0,1]] |",
      "Mean ± standard deviation, n = 2 where nothing else is said. In brackets: published.", "",
      "Table 2", "", "| k   | number |    p |", "|-----|-------:|-----:|",
      "| x|y |      3 | 0.12 |",
      '| "q" |     -4 |      |', "", "Settings:", "  a.b     1", "  a.list  1, x", "  c       true",
      "  d       {}"), small():render("text", {columns = 90}))
    assert.equal(tostring(small()), small():render "text")
  end)

  it("renders as Markdown", function()
    assert.equal(lines("# T \\& \\<co\\>", "", "50 %", "", "## One", "",
      "x \\< y\\_1 \\& {z} ± \\$5.", "", "\\- two", "", "**Table 1.** Cells.", "",
      "| m    |                    s |                       d |",
      "|------|---------------------:|------------------------:|",
      "| a\\_1 | 1.50 ± 0.71 \\[1.50\\] |                 missing |",
      "| b    |         0.50 (n = 1) | 0.50 ± 0.35 \\[\\[0,1\\]\\] |", "",
      "Mean ± standard deviation, n = 2 where nothing else is said. In brackets: published.", "",
      "**Table 2.**", "", "| k    | number |    p |", "|------|-------:|-----:|",
      "| x\\|y |      3 | 0.12 |", '| "q"  |     -4 |      |', "",
      "<details><summary>Settings</summary>", "", "| setting | value |", "|---------|-------|",
      "| a.b     | 1     |", "| a.list  | 1, x  |", "| c       | true  |",
      "| d       | {}    |", "",
      "</details>"), small():render "markdown")
  end)

  it("renders as LaTeX", function()
    local text = small():render "latex"
    for _, part in ipairs {
      "\\title{T \\& \\textless{}co\\textgreater{}}\n\\author{50 \\%}",
      "\\section{One}\n\nx \\textless{} y\\_1 \\& \\{z\\} $\\pm$ \\$5.\n\n- two\n",
      lines("\\caption{Cells.}", "\\label{tab:table-1}", "\\begin{tabular}{lrr}", "\\toprule",
        "m & s & d \\\\", "\\midrule",
        "a\\_1 & 1.50\\,$\\pm$\\,0.71 [1.50] & \\textit{missing} \\\\",
        "b & 0.50 (n = 1) & 0.50\\,$\\pm$\\,0.35 [[0,1]] \\\\", "\\bottomrule", "\\end{tabular}"),
      "\\textquotedbl{}q\\textquotedbl{} & $-$4 &  \\\\", "\\item[{a.list}] 1, x\n",
      "\\end{document}\n"} do
      assert.matches(part, text, 1, true)
    end
  end)

  it("makes LaTeX that compiles", function()
    if not os.execute "command -v pdflatex >/dev/null" then pending "pdflatex is not installed" end
    files.with_path(function(path)
      os.remove(path)
      small():figure({plot = "bar", data = rows(), x = "m", y = "v"}):write("latex", path)
      local ok = os.execute(("cd %s && pdflatex -halt-on-error report.tex >/dev/null"):format(path))
      os.execute("rm -r " .. path)
      assert.is_truthy(ok)
    end)
  end)

  it("renders as CSV", function()
    assert.equal(lines(
      "m,s,s_std,s_low,s_high,s_n,s_published,d,d_std,d_low,d_high,d_n,d_published",
      "a_1,1.5,0.707106781,-4.85310237,7.85310237,2,1.50,,,,,,",
      'b,0.5,,,,1,,0.5,0.353553391,-2.67655118,3.67655118,2,"[0,1]"', "",
      "k,n,p", "x|y,3,0.125", '"""q""",-4,'), small():render "csv")
  end)

  it("renders as a page that needs nothing else", function()
    local page = small():render "html"
    for _, part in ipairs {"<title>T &amp; &lt;co&gt;</title>", "<p>x &lt; y_1 &amp; {z} ± $5.</p>",
      '<td class="number" data-value="1.5" title="95 % interval: -4.853 to 7.853">1.50 ± 0.71 '
        .. '<span class="published">[1.50]</span></td><td class="number missing">missing</td>',
      '<td class="number" data-value="0.5">0.50 <span class="n">(n = 1)</span></td>',
      "<td>&quot;q&quot;</td>", "<dt>a.list</dt><dd>1, x</dd>"} do
      assert.matches(part, page, 1, true)
    end
    assert.is_nil(page:find("https?://"))
    assert.is_nil(page:find("<co>", 1, true))
  end)

  it("writes files, figures with data and scripts, tables one by one", function()
    files.with_path(function(path)
      os.remove(path)
      local doc = small():figure {plot = "heat", values = {{1}}, name = "heat", caption = "H."}
      assert.same({path .. "/report.md", path .. "/figures/heat.png", path .. "/figures/heat.csv",
        path .. "/figures/heat.gp"}, doc:write("markdown", path))
      assert.matches("![Figure 1](figures/heat.png)", files.read(path .. "/report.md"), 1, true)
      local written = doc:write("csv", path, {figures = "svg"})
      assert.equal(path .. "/tables/plain.csv", written[5])
      assert.equal('k,n,p\nx|y,3,0.125\n"""q""",-4,\n', files.read(written[5]))
      assert.matches("data:image/svg+xml;base64,", doc:render "html", 1, true)
      os.execute("rm -r " .. path)
    end)
  end)

  it("encodes in base 64", function()
    local base64 = require("invar.report.html").base64
    for text, code in pairs {[""] = "", f = "Zg==", fo = "Zm8=", foo = "Zm9v", foobar = "Zm9vYmFy",
      ["\0\255\128"] = "AP+A"} do
      assert.equal(code, base64(text))
    end
  end)

  it("says what is wrong", function()
    local doc = report.document {title = "t"}
    local function wrong(message, f, ...)
      local arguments = table.pack(...)
      assert.error_matches(function() f(table.unpack(arguments, 1, arguments.n)) end, message)
    end
    wrong("report.document: option title is missing", report.document, {})
    wrong("document:heading: argument 2: integer in 1 .. 3", doc.heading, doc, "x", 4)
    wrong("document:heading: argument 0: document expected", doc.heading, {}, "x")
    wrong("document:table: one of the options rows and pivot", doc.table, doc, {})
    wrong("document:table: a format for one number", doc.table, doc,
      {rows = {}, columns = {{"a", "a", "%d %d"}}})
    wrong('document:figure: option plot: one of "line"', doc.figure, doc, {plot = "pie"})
    wrong("document:figure: one of the options series", doc.figure, doc, {plot = "line"})
    wrong("document:figure: option name: letters", doc.figure, doc,
      {plot = "heat", values = {{1}}, name = "../x"})
    wrong('document:render: argument 1: one of "text"', doc.render, doc, "word")
    wrong("document:write: pages show png and svg", doc.write, doc, "html", "/tmp/x",
      {figures = "pdf"})
    wrong("document:write: .*/dev/null", doc.write, doc, "text", "/dev/null/x")
    local cyclic = {}
    cyclic.x = cyclic
    wrong("document:provenance: tables within tables", doc.provenance, doc, cyclic)
  end)
end)
