-- Contact sheets of datasets: data.preview and data.show.
local data = require "invar.data"
local image = require "invar.image"
local picture = require "support.picture"
local program = require "support.program"
local read = require "support.pictures_in_text"
local tensor = require "invar.tensor"

-- 24 pictures, 8 x 8; the label of i is i % 3 + 1, and its pixels are 10 i.
local function gray(classes, dtype)
  local x, y = tensor.zeros(24, 8, 8, 1), {}
  for i = 1, 24 do
    x[i] = dtype == "float32" and i / 24 or 10 * i
    y[i] = i % 3 + 1
  end
  return data.tensors {x = x:to(dtype or "uint8"), y = tensor(y):to "int32",
    class_names = classes}
end

-- The values at the centre of the cells of a sheet, row by row.
local function cells(sheet, left, columns, rows, caption)
  local found = {}
  for row = 0, rows - 1 do
    found[row + 1] = {}
    for column = 0, columns - 1 do
      local y, x = 2 + row * (16 + 2 + caption) + 8, left + 2 + column * 18 + 8
      found[row + 1][column + 1] = sheet[{y, x, 1}]:item()
    end
  end
  return found
end

describe("data.preview", function()
  it("shows samples in order", function()
    local sheet = data.preview(gray(), {first = 3, count = 6, columns = 3, classes = false})
    assert.same({{30, 40, 50}, {60, 70, 80}}, cells(sheet, 0, 3, 2, 0))
    assert.same({2 + 2 * 18, 2 + 3 * 18, 3}, sheet:shape())
  end)

  it("has a row for each class", function()
    local sheet = data.preview(gray(), {by = "class", columns = 4, classes = false})
    assert.same({{30, 60, 90, 120}, {10, 40, 70, 100}, {20, 50, 80, 110}}, cells(sheet, 0, 4, 3, 0))
    sheet = data.preview(gray(), {by = "class", columns = 4, first = 17, classes = false})
    assert.same({{180, 210, 240, 255}, {190, 220, 255, 255}, {170, 200, 230, 255}},
      cells(sheet, 0, 4, 3, 0))
  end)

  it("cuts long names", function()
    local long = {("long "):rep(40), "b", "c"}
    local sheet = data.preview(gray(long), {by = "class", columns = 2})
    assert.is_true(sheet:size(2) <= 24 * 6 + 2 + 2 + 2 * 18)
    local short = data.preview(gray {"a", "b", "c"}, {columns = 2})
    assert.same(short:shape(), data.preview(gray(long), {columns = 2}):shape())
  end)

  it("maps floats", function()
    assert.is_table(data.preview(gray(nil, "float32")):shape())
    local low = data.tensors {x = tensor.full({2, 4, 4, 1}, -1), y = tensor({1, 1}):to "int32"}
    assert.error_matches(function() data.preview(low) end,
      "data.preview: .*float32 values in 0 .. 1 expected, got %-1")
    assert.equal(0, data.preview(low, {range = {-1, 1}, classes = false})[{3, 3, 1}]:item())
  end)
end)

describe("data.show", function()
  local code = [[
    local i = require "invar"
    local x, y = i.tensor.zeros(24, 8, 8, 1), {}
    for k = 1, 24 do x[k], y[k] = 10 * k, k %% 3 + 1 end
    local ds = i.data.tensors {x = x:to "uint8", y = i.tensor(y):to "int32",
      class_names = {"one", "two", "a long name of a class"}}
    i.data.show(ds, %s)]]

  local function output(given)
    local script = program.file(code:format(given))
    local text = program.shell("INVAR_IMAGES= invar " .. script)
    os.remove(script)
    return text
  end

  it("draws a sheet that fits", function()
    local img = read.kitty(output '{protocol = "kitty", count = 12, classes = false}')
    assert.is_true(img:size(2) <= 800)
    assert.equal(10, img[{10, 10, 1}]:item())
  end)

  it("writes names as text where it draws half blocks", function()
    local text = output '{protocol = "blocks"}':gsub("\27%[[%d;]*m", "")
    assert.is_truthy(text:find("two      a long … one", 1, true), text)
    text = output '{protocol = "blocks", by = "class"}':gsub("\27%[[%d;]*m", "")
    assert.is_truthy(text:find("^one\n▀"), text)
    assert.is_truthy(text:find("\na long name of a class\n▀"), text)
  end)

  it("says where nothing can be drawn", function()
    assert.is_truthy(output "nil":find("24 samples of 8 x 8 x 1: no terminal to draw in", 1, true))
  end)

  it("saves a file", function()
    local path = os.tmpname()
    data.show(gray(), {file = path, by = "class", columns = 4})
    local saved = image.load(path)
    os.remove(path)
    assert.equal(0, (picture.compare(saved, data.preview(gray(), {by = "class", columns = 4}))))
  end)

  it("refuses what it cannot show", function()
    local function refused(wanted, ...)
      local ok, message = pcall(data.show, ...)
      assert.is_false(ok)
      assert.is_truthy(message:find("data.show: " .. wanted, 1, true), message)
    end
    refused("argument 1: dataset expected", 3)
    refused("option first: integer in 1 .. 24 expected, got 25", gray(), {first = 25})
    refused('there is no option "collumns"', gray(), {collumns = 3})
    refused('option by: one of "sample", "class"', gray(), {by = "classes"})
    refused("no/such/folder/x.png", gray(), {file = "no/such/folder/x.png"})
    refused("pictures of height x width x 1, 3 or 4 expected, got samples of 2",
      data.tensors {x = tensor.zeros(1, 2), y = tensor({1}):to "int32"})
  end)
end)
