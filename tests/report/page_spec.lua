-- A page in a real browser (headless Chromium), by tests/support/browser.py.
local program = require "support.program"
local report = require "invar".report

local script = package.searchpath("support.misuse", package.path):gsub("misuse.lua$", "browser.py")

-- A column of the rows that the page shows.
local function column(rows, c)
  local list = {}
  for r, row in ipairs(rows) do list[r] = row[c] end
  return table.concat(list, ", ")
end

local function page()
  local rows = {}
  for i, value in ipairs {0.9, 0.25, 10, -3, 0.85} do
    for seed = 1, 2 do
      rows[#rows + 1] = {model = "net-" .. (i == 2 and 10 or i), seed = seed,
        v = value + seed / 100}
    end
  end
  rows[#rows + 1] = {model = "vit", seed = 1}
  local doc = report.document {title = "Page <of> \"all\" & 'everything'"}
  doc:heading("Figures"):text "Some text."
  doc:figure {plot = "bar", data = rows, x = "model", y = "v", caption = "Bars."}
  doc:figure {plot = "image_grid", images = {{require "invar.tensor".zeros(8, 8, 3)}}}
  doc:table {rows = report.aggregate(rows, {by = "model", value = "v"}),
    columns = {{"model", "network"}, {"v", "value", "%.2f"}}, caption = "Values."}
  doc:provenance({preset = "quick", data = {n = 100}})
  return doc
end

-- What the browser found on the document's page.
local function look(doc, figures)
  local folder = os.tmpname()
  os.remove(folder)
  doc:write("html", folder, {figures = figures})
  local output, code = program.shell(("timeout 90 python3 %s %s/report.html"):format(
    program.quote(script), folder))
  os.execute("rm -r " .. folder)
  assert(code == 0, output)
  return assert(load(output, "=page", "t", {}))()
end

describe("a report in a browser", function()
  it("shows its figures, sorts its tables, folds its settings, complains of nothing", function()
    if not os.execute "command -v chromium >/dev/null" then
      pending "chromium is not installed: no page is looked at"
    end
    local found = look(page())
    assert.same({}, found.complaints)
    assert.equal("Page <of> \"all\" & 'everything'", found.title)
    assert.is_false(found.overflow)

    assert.equal(2, #found.figures)
    for _, figure in ipairs(found.figures) do
      assert.is_true(figure.complete)
      assert.is_truthy(figure.natural > 0 and figure.width > 50 and figure.height > 50)
    end
    assert.equal("Bars.", found.figures[1].alt)

    local shown = found.tables[1]
    assert.same({"network", "value"}, shown.heads)
    assert.equal("net-1, net-10, net-3, net-4, net-5, vit", column(shown.loaded, 1))
    local names, values = shown.clicks[1], shown.clicks[2]
    assert.equal("ascending", names[1].sort)
    assert.equal("net-1, net-3, net-4, net-5, net-10, vit", column(names[1].rows, 1))
    assert.equal("descending", names[2].sort)
    assert.equal("vit, net-10, net-5, net-4, net-3, net-1", column(names[2].rows, 1))
    assert.equal("-2.99 ± 0.01, 0.27 ± 0.01, 0.86 ± 0.01, 0.92 ± 0.01, 10.02 ± 0.01, missing",
      column(values[1].rows, 2):gsub("%s%(n = %d%)", ""))
    -- What is missing stays at the end.
    assert.equal("net-3, net-1, net-5, net-10, net-4, vit", column(values[2].rows, 1))
    for _, clicks in ipairs(shown.clicks) do
      assert.same({0, 0}, {clicks[1].others, clicks[2].others})
    end

    assert.same({{closed = true, open = true, text = found.details[1].text}}, found.details)
    assert.matches("data.n100", found.details[1].text, 1, true)
  end)

  it("is caught when it has faults", function()
    if not os.execute "command -v chromium >/dev/null" then
      pending "chromium is not installed: no page is looked at"
    end
    local doc = page()
    local write = require "invar.core.base".write
    local folder = os.tmpname()
    os.remove(folder)
    doc:write("html", folder)
    local file = assert(io.open(folder .. "/report.html"))
    local text = file:read "a"
    file:close()
    write(folder .. "/report.html", (text:gsub("</main>",
      "</main><script>undefined_name()</script><img src='http://127.0.0.1:9/x.png'>")))
    local output = program.shell(("timeout 90 python3 %s %s/report.html"):format(
      program.quote(script), folder))
    os.execute("rm -r " .. folder)
    assert.matches("complaints", (output:gsub("\\(%d%d%d)", function(d) return string.char(d) end)))
    local found = assert(load(output, "=page", "t", {}))()
    assert.is_truthy(#found.complaints >= 2)
  end)
end)
