--- Pictures in rows and columns, with titles.

local core = require "invar.core.image"
local image = require "invar.image"
local layout = require "invar.plot.layout"
local options = require "invar.options"
local style = require "invar.plot.style"
local tensor = require "invar.tensor"

local image_grid = {}

local defaults = {title = "", xlabel = "", ylabel = "", margin = 2, scale = 2.0}

local rules = {
  file = {type = "string"},
  images = {type = "table", required = true},
  rows = {type = "table"},
  columns = {type = "table"},
  size = {type = "number", min = 8, max = 2000},
  margin = {min = 0, max = 100},
  scale = {min = 0.5, max = 8},
}

local function fail(...) error("plot.image_grid: " .. (...):format(select(2, ...)), 0) end

local function titles(list, count, what)
  if list ~= nil and #list ~= count then fail("%s has %d titles for %d", what, #list, count) end
  local texts = {}
  for i = 1, count do
    local title = list and list[i] or ""
    if type(title) ~= "string" and not math.type(title) then
      fail("%s[%d] is %s; a title expected", what, i, options.describe(title))
    end
    texts[i] = style.clean(title)
  end
  return texts
end

-- Height and width of the pictures, which all have the same, and the first one.
local function picture_size(rows)
  local height, width, first
  for r, row in ipairs(rows) do
    for c, picture in ipairs(row) do
      if picture then
        if options.describe(picture) ~= "tensor" then
          fail("images[%d][%d] is %s; a picture (or false) expected", r, c,
            options.describe(picture))
        end
        local shape = picture:shape()
        if #shape < 2 or #shape > 3 or shape[1] * shape[2] == 0 then
          fail("images[%d][%d]: height x width x channels expected, got %s", r, c,
            table.concat(shape, " x "))
        end
        if height and (shape[1] ~= height or shape[2] ~= width) then
          fail("images[%d][%d] is %s x %s; the first one is %d x %d", r, c, shape[1], shape[2],
            height, width)
        end
        height, width, first = shape[1], shape[2], first or picture
      end
    end
  end
  if not height then fail "there is no picture" end
  return height, width, first
end

-- A white picture, for a place without one.
local function blank_like(picture)
  local white = picture:dtype() == "uint8" and 255 or 1
  return (tensor.zeros(table.unpack(picture:shape())) + white):to(picture:dtype())
end

--- The model of a figure, from what the user gave.
function image_grid.read(given)
  local settings = options.check("plot.image_grid", given, defaults, rules)
  local rows, columns = settings.images, 0
  if #rows == 0 then fail "there is no picture" end
  for r, row in ipairs(rows) do
    if type(row) ~= "table" then fail("images[%d] is no list of pictures: a row expected", r) end
    columns = math.max(columns, #row)
  end
  local height, width, first = picture_size(rows)
  if #rows * columns > 10000 then fail "more than 10000 pictures" end
  return {settings = settings, images = rows, height = height, width = width,
    blank = blank_like(first),
    rows = titles(settings.rows, #rows, "rows"),
    columns = titles(settings.columns, columns, "columns")}
end

--- The pictures of `rows` (a list of lists) on one sheet, enlarged.
function image_grid.sheet(model, rows, enlarge)
  local list, columns = {}, #model.columns
  for _, row in ipairs(rows) do
    for c = 1, columns do list[#list + 1] = row[c] or model.blank end
  end
  local ok, sheet = pcall(core.contact_sheet, list, {columns = columns,
    margin = model.settings.margin, scale = enlarge, background = 255})
  if not ok then error(options.renamed(sheet, "plot.image_grid"), 0) end
  return sheet
end

-- How many times pictures are enlarged: to about 80 units, in whole pixels.
local function enlargement(model)
  local settings = model.settings
  local wanted = (settings.size or math.max(32, math.min(80, 760 / #model.columns)))
    * settings.scale
  return math.max(1, math.floor(wanted / model.width + 0.5))
end

-- Ticks at the middles of the pictures.
local function ticks_of(names, length, margin)
  local ticks = {}
  for i, name in ipairs(names) do
    ticks[i] = {margin + (i - 1) * (length + margin) + length / 2, name}
  end
  return ticks
end

--- What gnuplot.draw takes. The data file is the sheet itself.
function image_grid.figure(model)
  local settings = model.settings
  local enlarge = enlargement(model)
  local sheet = image_grid.sheet(model, model.images, enlarge)
  local shape = sheet:shape()
  local x = ticks_of(model.columns, model.width * enlarge, settings.margin)
  local y = ticks_of(model.rows, model.height * enlarge, settings.margin)
  local left = 12 + layout.ticks_width(y) + (settings.ylabel ~= "" and 26 or 0)
  local names = layout.ticks_width(x)
  local turned = names > model.width * enlarge / settings.scale
  local top = (settings.title ~= "" and 36 or 0) + (names == 0 and 8 or turned and 0.6 * names + 22
    or 28) + (settings.xlabel ~= "" and 24 or 0)
  local wide, high = shape[2] / settings.scale, shape[1] / settings.scale
  local width = left + wide + 12 + (turned and 0.4 * names or 0)
  local height = top + high + 8
  local lines = layout.head({width = width, height = height}, settings.title)
  lines[#lines + 1] = "unset grid; unset border; unset xtics; set tics scale 0"
  lines[#lines + 1] = layout.margins {left = left / width, right = (left + wide) / width,
    top = 1 - top / height, bottom = 1 - (top + high) / height}
  lines[#lines + 1] = (layout.axis("x2", {low = 0, high = shape[2], ticks = x}, true)
    :gsub("norotate", turned and "rotate by 35 left" or "norotate"))
  lines[#lines + 1] = ("set xrange [0:%d]; unset xtics; set x2label %s; set ylabel %s"):format(
    shape[2], style.quote(settings.xlabel), style.quote(settings.ylabel))
  lines[#lines + 1] = layout.axis("y", {low = shape[1], high = 0, ticks = y}, true)
  lines[#lines + 1] = "plot DATA binary filetype=png flipy center=("
    .. ("%.9g,%.9g) with rgbimage"):format(shape[2] / 2, shape[1] / 2)
  lines[#lines + 1] = "unset multiplot"
  return {width = width, height = height, script = lines, data_ending = "sheet.png",
    save = function(path) image.save(path, sheet) end}
end

return image_grid
