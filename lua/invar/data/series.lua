--- data.series: time series as datasets of windows, T x C float32 samples. A
-- recording is one tensor of rows; datasets of windows share it.
local base = require "invar.core.base"
local core = require "invar.core.data"
local failure = require "invar.data.failure"
local options = require "invar.options"
local rng = require "invar.rng"
local tensor = require "invar.tensor"

local name = "data.series"
local parts = {"train", "validation", "test"}

local defaults = {
  layout = "rows",
  missing = "error",
  standardize = false,
  seed = 1,
}

local rules = {
  csv = {type = "string"},
  x = {type = {"string", "tensor"}},
  y = {type = {"string", "tensor"}},
  layout = {choices = {"rows", "row"}},
  header = {type = "boolean"},
  separator = {choices = {",", ";", "\t", " "}},
  window = {type = "integer", min = 1, max = 1 << 24},
  stride = {type = "integer", min = 1, max = 1 << 24},
  channels = {type = "table"},
  label = {type = {"string", "integer"}},
  group = {type = {"string", "integer", "tensor"}},
  classes = {type = "table"},
  class_names = {type = "table"},
  missing = {choices = {"error", "nan", "skip"}},
  split = {type = "string", choices = parts},
  parts = {type = "table"},
  like = {type = "dataset"},
}

local function int32(list) return tensor(list):to "int32" end

-- ---- CSV files ----------------------------------------------------------------

-- The column that `value` (a name, or a number from 1) means.
local function column_of(option, value, names, width)
  if math.type(value) == "integer" and value >= 1 and value <= width then return value end
  if type(value) == "string" and names then
    for i, known in ipairs(names) do
      if known == value then return i end
    end
    local near = base.nearest(value, names)
    failure.raise(name, "option %s: there is no column %q%s", option, value,
      near and (" (did you mean %q?)"):format(near) or "")
  end
  failure.raise(name, "option %s: %sa number in 1 .. %d expected, got %s", option,
    names and "the name of a column or " or "without a header ", width,
    options.describe(value))
end

-- Which columns are the channels: those given, or all that are nothing else.
local function channels_of(given, names, width, taken)
  local list = {}
  if given then
    for i, value in ipairs(given) do list[i] = column_of("channels", value, names, width) end
  else
    for i = 1, width do
      if not taken[i] then list[#list + 1] = i end
    end
  end
  if #list == 0 then failure.raise(name, "option channels: there is no channel") end
  return list
end

-- What a CSV file holds: x (R x columns), then the numbers and names of labels
-- and groups where they are wanted, and the names of the channels.
local function read_csv(o)
  local by_row = o.layout == "row"
  local separator = o.separator or (o.csv:lower():find "%.tsv$" and "\t" or ",")
  local file = failure.attempt(name, core.csv_open, o.csv, separator)
  local first = failure.attempt(name, core.csv_first, file)
  if #first == 0 then failure.raise(name, "%s: there are no rows", o.csv) end
  local header = o.header
  if header == nil then header = not by_row end
  local names, taken, wanted, kinds = header and first or nil, {}, {}, {}
  local label = o.label or by_row and 1 or nil
  for option, value in pairs {label = label or false, group = o.group or false} do
    if value then
      local column = column_of(option, value, names, #first)
      taken[column] = true
      wanted[#wanted + 1], kinds[#kinds + 1] = column, option
    end
  end
  local channels = channels_of(o.channels, names, #first, taken)
  local results = table.pack(failure.attempt(name, core.csv_columns, file, channels, wanted, header,
    o.missing ~= "error"))
  local read = {x = results[1], channels = {}}
  for i, kind in ipairs(kinds) do
    read[kind] = {codes = results[2 * i], names = results[2 * i + 1]}
  end
  for i, column in ipairs(channels) do
    read.channels[i] = names and names[column] or tostring(column)
  end
  return read
end

-- ---- tensors and .npy files ------------------------------------------------------

local function load(option, value, dtype)
  if type(value) == "string" then value = failure.attempt(name, tensor.load, value) end
  if value:dtype() ~= dtype then
    if dtype == "int32" or value:dtype() == "int32" then
      failure.raise(name, "option %s: %s expected, got %s", option, dtype, value:dtype())
    end
    value = value:to(dtype)
  end
  return value:detach()
end

-- x: N x T or N x T x C; y and group: N.
local function read_tensors(o)
  local x = load("x", o.x, "float32")
  local shape = x:shape()
  if #shape ~= 2 and #shape ~= 3 or x:count() == 0 then
    failure.raise(name, "option x: N x T or N x T x C values expected, got %s",
      table.concat(shape, "x"))
  end
  local read = {x = x:reshape(shape[1] * shape[2], shape[3] or 1):contiguous(),
    n = shape[1], steps = shape[2], channels = {}}
  for c = 1, shape[3] or 1 do read.channels[c] = tostring(c) end
  for _, option in ipairs {"y", "group"} do
    if o[option] ~= nil then
      if math.type(o[option]) then
        failure.raise(name, "option group: a tensor or .npy file expected, got %s",
          options.describe(o[option]))
      end
      local values = load(option, o[option], "int32")
      if #values:shape() ~= 1 or values:size(1) ~= shape[1] then
        failure.raise(name, "option %s: %d values expected, got %s", option, shape[1],
          table.concat(values:shape(), "x"))
      end
      read[option] = values
    end
  end
  return read
end

-- Numbers as numbered names: as the columns of a CSV file.
local function name_values(values)
  local codes, names, seen = {}, {}, {}
  for i, value in ipairs(values:totable()) do
    if not seen[value] then
      names[#names + 1] = tostring(value)
      seen[value] = #names
    end
    codes[i] = seen[value]
  end
  return {codes = int32(codes), names = names}
end

-- ---- one recording -------------------------------------------------------------------

-- Each value of a list `times` times in a row.
local function repeated(list, times)
  return list:reshape(list:count(), 1):expand(list:count(), times):contiguous()
    :reshape(list:count() * times)
end

-- Samples that lie one after the other, each a group of its own.
local function rows_of_samples(read, n, steps)
  read.sample_group = read.group
  if read.label then
    read.label.codes = repeated(read.label.codes, steps)
  end
  read.group = {codes = repeated(tensor.arange(1, n, {dtype = "int32"}), steps)}
  read.window, read.stride = steps, steps
  return read
end

local function check_given(o)
  if (o.csv ~= nil) == (o.x ~= nil) then
    failure.raise(name, "either csv or x is to be given")
  end
  local by_window = o.csv and o.layout == "rows"
  if by_window and not o.window then
    failure.raise(name, "option window is missing: the number of steps of a sample")
  end
  for _, option in ipairs {"window", "stride"} do
    if o[option] and not by_window then
      failure.raise(name, "option %s: samples have their length already", option)
    end
  end
  for _, option in ipairs(o.csv and {"y", "class_names"} or {"label", "channels", "classes",
    "header", "separator"}) do
    if o[option] ~= nil then
      failure.raise(name, "option %s is for %s", option, o.csv and "x" or "csv")
    end
  end
  if type(o.group) == "userdata" and o.csv then
    failure.raise(name, "option group: the name of a column expected, got tensor")
  end
end

-- What is read: x (R x C), label and group (of each row), channels, window, stride.
local function read(o)
  check_given(o)
  if not o.csv then
    local found = read_tensors(o)
    if found.y then
      if found.y:min():item() < 1 then
        failure.raise(name, "option y: labels from 1 expected, got %d", found.y:min():item())
      end
      found.label = {codes = found.y}
    end
    found.group = found.group and name_values(found.group)
    return rows_of_samples(found, found.n, found.steps)
  end
  local found = read_csv(o)
  if o.layout == "rows" then
    found.window, found.stride = o.window, o.stride or o.window
    return found
  end
  local n, steps = table.unpack(found.x:shape())
  found.x, found.channels = found.x:reshape(n * steps, 1), {"1"}
  return rows_of_samples(found, n, steps)
end

-- ---- classes ---------------------------------------------------------------------------

-- "1.0" and "1" are one class.
local function plain_name(text)
  local number = tonumber(text)
  return number and ("%.14g"):format(number) or text
end

-- Numbers by their size, before all others by their letters.
local function by_value(a, b)
  local x, y = tonumber(a), tonumber(b)
  if x and y then return x < y end
  if x or y then return x ~= nil end
  return a < b
end

-- The classes of the names that occur: those of option classes, of the set that
-- this one is to be like, or all of them. Returns their names, and for each name
-- its class, 0 where it has none.
local function classes_of(o, names)
  local class_of, classes = {}, {}
  local given = o.classes or o.like and o.like:class_names()
  for _, value in ipairs(given or names) do
    local text = plain_name(tostring(value))
    if not class_of[text] then
      classes[#classes + 1] = text
      class_of[text] = #classes
    elseif given then
      failure.raise(name, "option classes: %q is there twice", text)
    end
  end
  if not given then
    table.sort(classes, by_value)
    for i, text in ipairs(classes) do class_of[text] = i end
  end
  local map = {}
  for i, text in ipairs(names) do
    map[i] = class_of[plain_name(text)] or 0
    if map[i] == 0 and not o.classes then
      failure.raise(name, "the label %q is no class of the set given as like", text)
    end
  end
  return classes, map
end

-- Gives the rows their classes; labels that are not wanted become 0.
local function set_classes(found, o)
  local label = found.label
  if not label then
    found.classes = o.like and o.like:class_names() or {"1"}
  elseif label.names then
    local classes, map = classes_of(o, label.names)
    found.classes = classes
    label.codes = int32(map):index_select(1, label.codes)
  else
    local count = label.codes:max():item()
    found.classes = {}
    for i = 1, math.max(count, #(o.class_names or {})) do
      found.classes[i] = o.class_names and tostring(o.class_names[i]) or tostring(i)
    end
    if o.class_names and count > #o.class_names then
      failure.raise(name, "option class_names: %d names, the highest label is %d",
        #o.class_names, count)
    end
  end
end

-- ---- splits -------------------------------------------------------------------------------

local BLOCK = 10 -- windows; what is not torn where there are no groups

local function check_parts(given)
  local sum = 0
  for part, value in pairs(given) do
    options.check("data.series: option parts", {[part] = value}, {},
      {train = {type = {"number", "table"}, min = 0, max = 1},
        validation = {type = {"number", "table"}, min = 0, max = 1},
        test = {type = {"number", "table"}, min = 0, max = 1}})
    if type(value) == "number" then sum = sum + value end
  end
  if sum > 1 + 1e-9 then failure.raise(name, "option parts: the shares add up to %g", sum) end
  return given
end

-- Assigns the units of a stratum to the parts, by their shares, in a random order.
local function deal(units, shares, seed, part_of)
  local keys, stream = {}, rng.new(seed)
  for _, unit in ipairs(units) do keys[unit] = stream:at("series/split", unit):uniform() end
  table.sort(units, function(a, b)
    return keys[a] < keys[b] or keys[a] == keys[b] and a < b
  end)
  local from, share = 0, 0
  for _, part in ipairs(parts) do
    share = share + (shares[part] or 0)
    local to = math.min(math.floor(share * #units + 0.5), #units)
    for i = from + 1, to do part_of[units[i]] = part end
    from = math.max(from, to)
  end
end

-- Groups named for the parts: {train = {"a", "b"}, test = {"c"}}.
local function named_parts(lists, names)
  local number, part_of = {}, {}
  for i, text in ipairs(names) do number[plain_name(text)] = i end
  for _, part in ipairs(parts) do
    for _, value in ipairs(lists[part] or {}) do
      local text = plain_name(tostring(value))
      local unit = number[text]
      if not unit then
        local near = base.nearest(text, names)
        failure.raise(name, "option parts: there is no group %q%s", text,
          near and (" (did you mean %q?)"):format(near) or "")
      elseif part_of[unit] then
        failure.raise(name, "option parts: the group %q is there twice", text)
      end
      part_of[unit] = part
    end
  end
  return part_of
end

-- Which part each unit is in. Units of one class only (blocks, samples) are
-- dealt class by class.
local function parts_of(family, o, names)
  local shares = o.parts or {train = 0.7, validation = 0.1, test = 0.2}
  local lists = {}
  for part, value in pairs(check_parts(shares)) do
    if type(value) == "table" then lists[part] = value end
  end
  if next(lists) then
    if not names then failure.raise(name, "option parts: lists of groups need option group") end
    for part, value in pairs(shares) do
      if type(value) == "number" then
        failure.raise(name, "option parts: lists of groups for all expected, %s is a number", part)
      end
    end
    return named_parts(lists, names)
  end
  local strata, seen, part_of = {}, {}, {}
  local labels = family.labels:totable()
  for i, unit in ipairs(family.units:totable()) do
    if not seen[unit] then
      seen[unit] = true
      local stratum = names and 1 or labels[i]
      strata[stratum] = strata[stratum] or {}
      table.insert(strata[stratum], unit)
    end
  end
  for _, units in pairs(strata) do deal(units, shares, o.seed, part_of) end
  return part_of
end

-- ---- families ------------------------------------------------------------------------------

-- All windows of what was read, and the part of each where there are parts:
-- {rows, starts, labels, units, part_of}.
local function make_family(found, o, divided)
  set_classes(found, o)
  local block = divided and not found.group and BLOCK * found.window or 0
  local starts, labels, units = failure.attempt(name, core.series_windows, found.x,
    found.label and found.label.codes, found.group and found.group.codes, found.window,
    found.stride, block, o.missing == "skip")
  local family = {rows = found.x, window = found.window, classes = found.classes,
    channels = found.channels, starts = starts, labels = labels, units = units}
  local names = found.group and found.group.names
  if found.sample_group then -- samples are units of their groups
    units = found.sample_group.codes:index_select(1, units)
    family.units, names = units, found.sample_group.names
  end
  if divided then family.part_of = parts_of(family, o, names) end
  return family
end

-- The windows of one part (or of all), without labels that no class has.
local function windows_of(family, split)
  local starts, labels, units = family.starts:totable(), family.labels:totable(),
    family.units:totable()
  local own, classes = {}, {}
  for i = 1, #starts do
    if labels[i] > 0 and (not split or family.part_of[units[i]] == split) then
      own[#own + 1], classes[#classes + 1] = starts[i], labels[i]
    end
  end
  if #own == 0 then
    failure.raise(name, split and "there are no windows in the split %q; there are %d in all"
      or "there are no windows of these classes%s", split or "", #starts)
  end
  return int32(own), int32(classes)
end

-- Mean and standard deviation of the channels over the windows for training, or
-- those of the set that this one is to be like.
local function standardise(family, o)
  if o.like then
    local scale = core.about(o.like).scale
    if not scale then failure.raise(name, "option like: that set is not standardised") end
    family.scale = scale
  else
    local starts = windows_of(family, family.part_of and "train" or nil)
    local mean, deviation = core.series_statistics(family.rows, starts, family.window)
    family.scale = {mean = mean, deviation = deviation}
  end
  if #family.scale.mean ~= #family.channels then
    failure.raise(name, "option like: that set has %d channels, this one %d", #family.scale.mean,
      #family.channels)
  end
  family.rows = failure.attempt(name, core.series_standardise, family.rows, family.scale.mean,
    family.scale.deviation)
end

-- What the set tells of itself: the options that are plain values.
local function told(o, split)
  local settings = {}
  for key, value in pairs(o) do
    if type(value) ~= "userdata" and type(value) ~= "table" then settings[key] = value end
  end
  settings.split = split
  return settings
end

local function make_set(family, o, split)
  local starts, labels = windows_of(family, split)
  local about = {kind = "series", class_names = family.classes, channels = family.channels,
    scale = family.scale, options = told(o, split), seed = o.seed}
  if family.part_of then
    about.splits = parts
    function about.split(wanted) return make_set(family, o, wanted) end
  end
  return failure.attempt(name, core.series_dataset, family.rows, starts, labels, family.window,
    #family.classes, about)
end

--- data.series{...}: the help record has the options.
local function series(given)
  local o = options.check(name, given, defaults, rules)
  if o.like and core.about(o.like).kind ~= "series" then
    failure.raise(name, "option like: a dataset of series expected, got %s",
      core.about(o.like).kind)
  end
  local divided = o.split ~= nil or o.parts ~= nil
  local family = make_family(read(o), o, divided)
  if o.standardize then standardise(family, o) end
  return make_set(family, o, divided and (o.split or "train") or nil)
end

return series
