-- Figures as files: sizes, data, scripts that run again, errors.
local files = require "support.files"
local image = require "invar.image"
local plot = require "invar.plot"
local tensor = require "invar.tensor"

local function shape(path) return image.load(path):shape() end

-- A picture's pixel as {r, g, b}.
local function pixel(img, row, column)
  local rgb = {}
  for c = 1, 3 do rgb[c] = img[{row, column, c}]:item() end
  return rgb
end

-- How many pixels have that colour, give or take 3.
local function count(img, hex)
  local mask
  for c = 1, 3 do
    local wanted = tonumber(hex:sub(2 * c, 2 * c + 1), 16)
    local channel = img[{{}, {}, c}]:to "float32"
    local near = (channel - wanted):abs():le(3):to "float32"
    mask = mask and mask * near or near
  end
  return mask:sum():item()
end

describe("plot", function()
  local folder

  setup(function()
    folder = os.tmpname()
    os.remove(folder)
    os.execute("mkdir " .. folder)
  end)

  teardown(function() os.execute("rm -r " .. folder) end)

  it("writes lines with their data and their script", function()
    local paths = plot.line {file = folder .. "/it's lines.png", logx = true, width = 400,
      height = 300, ylabel = "accuracy",
      panels = {{title = "one", series = {
        {name = 'a "b", c', x = {1, 10, 100}, y = {0.5, 0 / 0, 0.25}, errors = {0.1, 0.1, 0.125}}}},
        {title = "two", series = {{name = "d", x = {1}, y = {false}, low = {0}, high = {1}}}}}}
    assert.same({600, 800, 3}, shape(paths.file))
    assert.equal(folder .. "/it's lines.csv", paths.data)
    assert.equal(table.concat({"x,y,low,high,series,panel", "", "",
      '1,0.5,0.4,0.6,"a ""b"", c",one', '10,NaN,NaN,NaN,"a ""b"", c",one',
      '100,0.25,0.125,0.375,"a ""b"", c",one', "", "", "1,NaN,NaN,NaN,d,two", ""}, "\n"),
      files.read(paths.data))
  end)

  it("writes scripts that draw the same picture again, elsewhere too", function()
    local paths = plot.bar {file = folder .. "/bars.png", categories = {"a", "b"}, width = 300,
      height = 200, scale = 1, series = {{name = "one", values = {1, 2}, errors = {0.1, 0.2}},
        {name = "two", values = {3, 0 / 0}}}}
    assert.same({200, 300, 3}, shape(paths.file))
    local before = files.read(paths.file)
    assert.is_truthy(os.execute(("mkdir %s/moved && mv %s/bars.* %s/moved && cd %s/moved && "
      .. "rm bars.png && gnuplot bars.gp"):format(folder, folder, folder, folder)))
    assert.is_truthy(before == files.read(folder .. "/moved/bars.png"))
  end)

  it("draws bars as high as their values", function()
    local img = image.load(plot.bar {file = folder .. "/high.png", categories = {"a", "b"},
      scale = 1, ymin = 0, ymax = 4, series = {{name = "x", values = {1, 3}},
        {name = "y", values = {2, 0 / 0}}}}.file)
    local one, two = count(img, "#0072B2"), count(img, "#D55E00")
    -- The legend has a small field of each colour.
    assert.is_truthy(math.abs(one / two - 2) < 0.1, one / two)
  end)

  it("draws a mean and an interval from rows", function()
    local rows = {}
    for seed = 1, 3 do
      for _, kind in ipairs {"p", "q"} do
        rows[#rows + 1] = {seed = seed, n = 10 * seed // 2, kind = kind, acc = seed}
        rows[#rows + 1] = {seed = seed, n = 10 * seed // 2, kind = kind, acc = seed + 1}
      end
    end
    local paths = plot.line {file = folder .. "/rows.svg", data = rows, x = "n", y = "acc",
      by = "kind"}
    local data = files.read(paths.data)
    -- Mean 1.5, deviation sqrt(0.5): 12.7062 * 0.5 on each side.
    assert.is_truthy(data:find("5,1.5,-4.85310237,7.85310237,p,", 1, true), data)
    local svg = files.read(paths.file)
    assert.is_truthy(svg:find("</svg>%s*$"))
    assert.is_truthy(svg:find(">p<", 1, true))
  end)

  it("draws matrices, the missing cells hatched", function()
    local paths = plot.heat {file = folder .. "/heat.png", values = {{1, 0.5}, {0 / 0, 0}},
      rows = {"a", "b"}, columns = {"c", "d"}, scale = 1}
    assert.equal(table.concat({"x,y,value,writing,label,row,column,panel", "", "",
      "1,1,1,1,1.00,a,c,", "2,1,0.5,0,0.50,a,d,", "1,2,NaN,2,,b,c,", "2,2,0,0,0.00,b,d,", ""},
      "\n"), files.read(paths.data))
    local img = image.load(paths.file)
    local dark, middle, light = count(img, "#081D58"), count(img, "#41B6C4"), count(img, "#FFFFD9")
    assert.is_truthy(dark > 300 and middle > 300 and light > 300)
  end)

  it("draws pictures pixel by pixel", function()
    local red = (tensor.zeros(4, 4, 3) + tensor {1, 0, 0})
    local blue = (tensor.zeros(4, 4, 3) + tensor {0, 0, 1})
    local paths = plot.image_grid {file = folder .. "/grid.png", images = {{red, blue}, {blue}},
      rows = {"r", "s"}, columns = {"c", "d"}, size = 40, scale = 1, margin = 2}
    local sheet = image.load(paths.data)
    assert.same({86, 86, 3}, sheet:shape())
    local img = image.load(paths.file)
    assert.is_truthy(math.abs(count(img, "#FF0000") - 1600) < 100)
    assert.is_truthy(math.abs(count(img, "#0000FF") - 3200) < 200)
    assert.same({255, 0, 0}, pixel(sheet, 10, 10))
  end)

  it("takes text as text", function()
    local wild = "{a}_b^2 \\alpha 'q' \"r\" `date` %d \n$HOME é → \255 DATA"
    local paths = plot.line {file = folder .. "/wild.svg", title = wild, xlabel = wild,
      ylabel = wild, legend = wild, series = {{name = wild, x = {wild, "y"}, y = {1, 2}}}}
    local svg = files.read(paths.file)
    assert.is_truthy(svg:find("{a}_b^2 \\alpha", 1, true))
    assert.is_truthy(svg:find("`date` %d  $HOME é → ? DATA", 1, true))
  end)

  it("writes PDF", function()
    local paths = plot.line {file = folder .. "/a.pdf", series = {{name = "", x = {1}, y = {1}}}}
    assert.equal("%PDF-", files.read(paths.file):sub(1, 5))
  end)

  it("draws what has no range: one value, nothing but gaps, tiny and huge numbers", function()
    for i, y in ipairs {{5, 5}, {0 / 0, 0 / 0}, {1e-300, 2e-300}, {1e300, -1e300}, {-3, -3}} do
      local file = ("%s/range%d.png"):format(folder, i)
      plot.line {file = file, width = 200, height = 150, scale = 1,
        series = {{name = "s", x = {1, 2}, y = y}}}
      plot.bar {file = file, width = 200, height = 150, scale = 1, categories = {"a", "b"},
        series = {{name = "s", values = y}}}
      plot.heat {file = file, values = {y}}
      assert.is_truthy(files.read(file):sub(2, 4) == "PNG")
    end
  end)

  it("says what is wrong with the settings", function()
    local function bars(change)
      local settings = {file = folder .. "/x.png", categories = {"a"},
        series = {{name = "s", values = {1}}}}
      for key, value in pairs(change) do settings[key] = value end
      return function() plot.bar(settings) end
    end
    local function line(settings) return function() plot.line(settings) end end
    assert.error_matches(bars {file = "x.bmp"}, "plot.bar: .* ends neither in")
    assert.error_matches(bars {series = {}}, "there is no series")
    assert.error_matches(bars {series = {{name = "s", values = {1, 2}}}},
      'series "s": values is not a list of 1 numbers')
    assert.error_matches(bars {series = {{name = "s", values = {"1"}}}}, "a number expected")
    assert.error_matches(bars {titel = "x"}, 'did you mean "title"')
    assert.error_matches(bars {file = "/nowhere/x.png"},
      "plot.bar: /nowhere/x.csv: No such file or directory")
    assert.error_matches(bars {data = {}}, "one of the options series, panels and data")
    assert.error_matches(bars {ymin = 2, ymax = 1}, "ymin = 2 is not below ymax = 1")
    assert.error_matches(line {series = {{name = "s", x = {1, "a"}, y = {1, 2}}}},
      "x mixes numbers and names")
    assert.error_matches(line {data = {{n = 1}}, x = "n", y = "acc"},
      'no row has "n" and a number "acc"')
    assert.error_matches(function() plot.heat {values = {{1}}, format = "%s"} end, "format is")
    assert.error_matches(function() plot.image_grid {images = {{1}}} end,
      "images%[1%]%[1%] is 1; a picture")
  end)

  it("says that gnuplot is missing, and keeps data and script", function()
    local script = folder .. "/alone.lua"
    local file = assert(io.open(script, "w"))
    file:write(([[print(pcall(require "invar".plot.line, {file = %q,
      series = {{name = "s", x = {1}, y = {1}}}}))]]):format(folder .. "/alone.png"))
    file:close()
    local program = require "support.program"
    local output = program.shell(("cd %s && mkdir bin && ln -s $(command -v grep) bin && "
      .. "PATH=%s/bin %s %s"):format(folder, folder, program.quote(program.path), script))
    assert.matches("plot.line: gnuplot is not installed", output, 1, true)
    assert.is_truthy(files.read(folder .. "/alone.csv"):find("1,1,NaN,NaN,s", 1, true))
    assert.is_nil(io.open(folder .. "/alone.png"))
  end)
end)
