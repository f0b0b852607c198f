-- Figures as text, without colours: the same everywhere.
local terminal = require "invar.plot.terminal"

local function text(kind, settings, columns, colours)
  local model = require("invar.plot." .. kind).read(settings)
  return terminal.text(kind, model, columns or 40, colours or false)
end

local function lines(...) return table.concat({...}, "\n") end

describe("figures in the terminal", function()
  it("draw bars that lie, with their numbers", function()
    assert.equal(lines("Title", "█ one   ▒ two",
      "a  │██████████ 0.5 (0.4 to 0.6)",
      "   │▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ 1",
      "   │",
      "bc │█████ 0.25 (0.25 to 0.25)",
      "   │ missing"),
      text("bar", {title = "Title", categories = {"a", "bc"}, ymax = 1, series = {
        {name = "one", values = {0.5, 0.25}, errors = {0.1, 0}},
        {name = "two", values = {1, 0 / 0}}}}, 45))
  end)

  it("draw matrices", function()
    assert.equal(lines("        target", "from     x     y", "a     1.00  0.50",
      "bc   ░░░░░░ 0.00"),
      text("heat", {values = {{1, 0.5}, {0 / 0, 0}}, rows = {"a", "bc"}, columns = {"x", "y"},
        xlabel = "target", ylabel = "from"}))
  end)

  it("draw matrices in colours that can be read", function()
    local shown = text("heat", {values = {{1, 0}}, rows = {"a"}}, 40, true)
    assert.matches("\27[48;2;8;29;88m\27[38;2;255;255;255m 1.00 \27[0m", shown, 1, true)
    assert.matches("\27[48;2;255;255;217m\27[38;2;17;17;17m 0.00 \27[0m", shown, 1, true)
  end)

  it("draw lines from corner to corner, with marks and gaps", function()
    local shown = text("line", {ylabel = "y", xlabel = "x", ymin = 0, ymax = 1, xmin = 0, xmax = 4,
      series = {{name = "up", x = {0, 4}, y = {0, 1}},
        {name = "gap", x = {0, 1, 2, 3, 4}, y = {0.5, 0.5, 0 / 0, 0.5, 0.5}}}})
    local rows = {}
    for line in (shown .. "\n"):gmatch "(.-)\n" do rows[#rows + 1] = line end
    assert.equal("● up   ■ gap", rows[1])
    assert.equal("y", rows[2])
    assert.matches("^1.0 ┤.*●$", rows[3])
    assert.matches("^0.0 ┤●", rows[18])
    assert.matches("└", rows[19], 1, true)
    -- The second line: marks at both ends of each half, nothing at the gap.
    local gap
    for _, row in ipairs(rows) do
      if select(2, row:gsub("■", "")) == 4 then gap = row end
    end
    assert.is_truthy(gap)
    assert.is_truthy(gap:find("■[^ ]+■.* .*■[^ ]+■"))
  end)

  it("say what pictures there are", function()
    local picture = require "invar.tensor".zeros(4, 5, 3)
    assert.equal("1 x 2 pictures of 4 x 5 pixels\ncolumns: a, b",
      text("image_grid", {images = {{picture, picture}}, columns = {"a", "b"}}))
  end)
end)
