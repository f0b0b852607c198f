--- data.preview and data.show: contact sheets of datasets, as images, in files
-- and in the terminal.
local core = require "invar.core.image"
local failure = require "invar.data.failure"
local options = require "invar.options"
local terminal = require "invar.image.show"

local looks = {}

local rules = {
  count = {type = "integer", min = 1, max = 10000},
  first = {min = 1},
  columns = {type = "integer", min = 1, max = 1000},
  scale = {type = "integer", min = 1, max = 100},
  by = {choices = {"sample", "class"}},
  range = {type = "table"},
}

local defaults = {first = 1, by = "sample", classes = true}

-- ---- which samples ------------------------------------------------------------

-- Sample i as an image of 8 bits. Samples of float32 are taken as 0 .. 1, or as
-- the range given.
local function picture(set, i, range)
  local x, label = set:sample(i)
  if x:dtype() ~= "uint8" then
    x = core.bytes(x, range and range[1] or 0, range and range[2] or 1, range ~= nil)
  end
  return x, label
end

-- `count` samples from `first` on: images and the names of their classes.
local function in_order(set, o, count)
  local names, images, labels = set:class_names(), {}, {}
  for i = o.first, math.min(#set, o.first + count - 1) do
    local image, label = picture(set, i, o.range)
    images[#images + 1], labels[#labels + 1] = image, names[label]
  end
  return images, {labels = o.classes and labels or nil}
end

-- The first `columns` samples of each class from `first` on: a list for each.
local function samples_of_classes(set, first, columns)
  local found = {}
  for class = 1, set:classes() do found[class] = {} end
  for i, label in ipairs(set:labels():totable()) do
    local list = found[label]
    if i >= first and #list < columns then list[#list + 1] = i end
  end
  return found
end

-- A row for each class that has samples, its name before it; `count` images at
-- most, none where a class has fewer than there are columns.
local function by_class(set, o, count, columns)
  local names, images, labels = set:class_names(), {}, {}
  local blank
  for class, list in ipairs(samples_of_classes(set, o.first, columns)) do
    if #list > 0 and #images < count then
      labels[#labels + 1] = names[class]
      for column = 1, columns do
        local image = list[column] and picture(set, list[column], o.range) or blank
        if not image then
          image = images[1]:clone():fill_(255)
          blank = image
        end
        images[#images + 1] = image
      end
    end
  end
  return images, {columns = columns, row_labels = o.classes and labels or nil}
end

-- ---- public -----------------------------------------------------------------------

local function is_range(given)
  local low, high = given[1], given[2]
  return type(low) == "number" and type(high) == "number" and low < high
end

local function check(name, set, given, more)
  failure.attempt(name, options.argument, name, 1, set, "dataset")
  local o = failure.attempt(name, options.check, name, given, defaults,
    options.merged(rules, more or {}))
  if o.range and not is_range(o.range) then
    failure.raise(name, "option range: {low, high} expected")
  end
  if o.first > #set then
    failure.raise(name, "option first: integer in 1 .. %d expected, got %d", #set, o.first)
  end
  local shape = {set:shape()}
  local channels = shape[3]
  if #shape ~= 3 or channels ~= 1 and channels ~= 3 and channels ~= 4 then
    failure.raise(name, "pictures of height x width x 1, 3 or 4 expected, got samples of %s",
      table.concat(shape, "x"))
  end
  return o, shape
end

local CLASSES, BESIDE = 100, 8 -- rows and columns of a sheet by class

-- The images of a sheet with so many columns, and its labels.
local function chosen(set, o, columns)
  if o.by == "class" then return by_class(set, o, o.count or CLASSES * columns, columns) end
  return in_order(set, o, o.count or 60)
end

local function make_sheet(set, o)
  local columns = o.columns or o.by == "class" and BESIDE or 10
  local images, sheet = chosen(set, o, columns)
  sheet.columns, sheet.scale = math.min(columns, #images), o.scale or 2
  return core.contact_sheet(images, sheet)
end

-- Laid out for the width of the terminal.
local function draw(set, o, shape)
  local room, beside = terminal.canvas(o.protocol), o.columns
  if room.protocol == "none" then
    return ("%d samples of %s: no terminal to draw in (file = \"sheet.png\" saves them)\n")
      :format(#set, table.concat(shape, " x "))
  end
  if not beside and o.by == "class" then
    local names = o.classes and set:class_names() or nil
    beside = math.min(terminal.beside(shape[1], shape[2], room, o.scale, names), BESIDE)
  end
  local images, sheet = chosen(set, o, beside)
  sheet.columns, sheet.scale = beside, o.scale
  return terminal.text(images, room, sheet)
end

--- data.preview(ds[, options]): a contact sheet, an image.
function looks.preview(set, given)
  local o = check("data.preview", set, given)
  return failure.attempt("data.preview", make_sheet, set, o)
end

--- data.show(ds[, options]): the same in the terminal, or in a file.
function looks.show(set, given)
  local o, shape = check("data.show", set, given,
    {file = {type = "string"}, protocol = {choices = terminal.protocols}})
  if o.file then
    local sheet = failure.attempt("data.show", make_sheet, set, o)
    failure.attempt("data.show", core.save, o.file, sheet)
  else
    io.write(failure.attempt("data.show", draw, set, o, shape))
  end
end

return looks
