local image = require "invar.image"
local plot = require "invar.plot"

describe("plot", function()
  local folder

  setup(function()
    folder = os.tmpname()
    os.remove(folder)
    os.execute("mkdir " .. folder)
  end)

  teardown(function() os.execute("rm -r " .. folder) end)

  it("draws bars with errors and gaps, and keeps the data beside the figure", function()
    local file = folder .. "/it's bars.png"
    plot.bars {file = file, categories = {"a", "b 'quoted'"}, width = 300, height = 200,
      series = {{name = "one", values = {1, 2}, errors = {0.1, 0.2}},
        {name = "two", values = {3, 0 / 0}}}}
    assert.same({200, 300, 3}, image.load(file):shape())
    local script = assert(io.open(file .. ".gp")):read("a")
    assert.matches("0.1", script, 1, true)
  end)

  it("draws lines", function()
    local file = folder .. "/lines.png"
    plot.lines {file = file, logx = true,
      series = {{name = "one", x = {1, 10}, y = {0, 1}, errors = {0.1, 0.1}}}}
    assert.same({480, 900, 3}, image.load(file):shape())
  end)

  it("says what is wrong with the settings", function()
    local bars = {file = folder .. "/x.png", categories = {"a"},
      series = {{name = "s", values = {1}}}}
    local function with(key, value)
      local copy = {}
      for k, v in pairs(bars) do copy[k] = v end
      copy[key] = value
      return function() plot.bars(copy) end
    end
    assert.error_matches(with("file", "x.bmp"), "ends neither in")
    assert.error_matches(with("series", {}), "there is no series")
    assert.error_matches(with("series", {{name = "s", values = {1, 2}}}), "not a list of 1 numbers")
    assert.error_matches(with("titel", "x"), 'did you mean "title"')
    assert.error_matches(with("file", "/nowhere/x.png"), "No such file")
  end)
end)
