--- ds:describe(): what a dataset is, as a plain table that prints as a text.
local core = require "invar.core.data"
local draws = require "invar.data.draws"
local hash = require("invar.core.base").hash
local options = require "invar.options"
local report = require "invar.report"

local describe = {}
local methods = core.dataset_methods

-- ---- what decides the samples -------------------------------------------------

-- Settings that say where a set came from, not what it is.
local places = {path = true, csv = true, x = true, y = true, images = true}

-- Transformations with their ranges, as texts.
local function ranges_of(list)
  local texts = {}
  for i, use in ipairs(list) do texts[i] = tostring(use[1]) end
  return texts
end

-- What lists of transformations and their seeds have to tell.
local function add_draws(from, names, description)
  local settings = from.settings
  description.transform_seed = settings.transform_seed
  description.transforms = draws.names(from.lists[1])
  description.transform_ranges = ranges_of(from.lists[1])
  for name, seed in pairs(settings.transform_seeds) do
    description.transform_seeds = description.transform_seeds or {}
    description.transform_seeds[name] = seed
  end
  for class, given in pairs(from.class_list) do
    if given > 1 then
      description.class_transforms = description.class_transforms or {}
      description.class_transforms[names[class]] = draws.names(from.lists[given])
      description.class_ranges = description.class_ranges or {}
      description.class_ranges[names[class]] = ranges_of(from.lists[given])
    end
  end
  return description
end

-- What Transforms-2D datasets have to tell beside what all have.
local function add_family(about, description)
  local settings = about.settings
  for _, key in ipairs {"split", "object_seed", "background_seed", "class_from",
    "fg_availability", "fg_bg_correlation", "fg_scale", "fg_position", "prototypes"} do
    description[key] = settings[key]
  end
  if settings.fg_position == "random" then
    description.position_seed = settings.position_seed
  end
  description.objects = tostring(settings.objects)
  description.backgrounds = tostring(settings.backgrounds)
  add_draws(about, about.object_names, description)
end

local carried_of

-- The transformations that samples carry: those applied last, and in its field
-- `carried` those before; nil where there are none.
function carried_of(set)
  local about = core.about(set)
  local base = about.base
  local before = base and carried_of(base)
  if not about.carried or base and core.about(base).carried == about.carried then
    return before
  end
  return add_draws(about.carried, set:class_names(), {carried = before})
end

--- A plain table of all that decides what the samples are: not where the files
-- lie, and nothing that would have to be computed. Trainings are known by it.
function describe.identity(set)
  local about = core.about(set)
  local description = {
    kind = about.kind, size = #set, classes = set:classes(),
    class_names = set:class_names(), shape = {set:shape()}, dtype = set:dtype(),
    steps = about.steps,
  }
  if about.settings then add_family(about, description) end
  for key, value in pairs(about.options or {}) do
    -- An option `size` (of pictures) is told by the shape.
    if not places[key] and description[key] == nil then description[key] = value end
  end
  description.carried = carried_of(set)
  return description
end

-- ---- what the samples are like ---------------------------------------------------

local SAMPLES = 1000          -- looked at for the statistics of the channels
local VALUES = 1 << 27        -- at most, in all
local AT_ONCE = 1 << 22       -- values
local CHANNELS = 16           -- more are taken together

local channel_names = {[1] = {"gray"}, [3] = {"red", "green", "blue"},
  [4] = {"red", "green", "blue", "alpha"}}

-- The last dimension of pictures and series, else one for all values.
local function channels_of(set)
  local shape, about = {set:shape()}, core.about(set)
  local count = #shape > 1 and shape[#shape] or 1
  if count > CHANNELS then return 1, {"all values"} end
  local names = about.channels or #shape == 3 and channel_names[count] or {}
  local list = {}
  for c = 1, count do list[c] = names[c] or (count == 1 and "all values" or tostring(c)) end
  return count, list
end

-- `count` positions, evenly spread, in the order of the set.
local function spread(size, count)
  local positions = {}
  for i = 1, count do positions[i] = (2 * i - 1) * size // (2 * count) + 1 end
  return positions
end

-- Adds the values of one channel (a list of doubles) to its sums.
local function add_values(sums, x)
  local known = x:eq(x):to "uint8"
  local missing = x:count() - known:to("int32"):sum():item()
  if missing > 0 then x = x:masked_select(known) end
  sums.missing = sums.missing + missing
  if x:count() == 0 then return end
  sums.n = sums.n + x:count()
  sums.sum = sums.sum + x:sum():item()
  sums.squares = sums.squares + (x * x):sum():item()
  sums.min = math.min(sums.min, x:min():item())
  sums.max = math.max(sums.max, x:max():item())
end

local function finish(sums, name)
  local mean = sums.sum / sums.n
  return {name = name, mean = mean, min = sums.min, max = sums.max,
    std = math.sqrt(math.max(sums.squares / sums.n - mean * mean, 0)),
    missing = sums.missing > 0 and sums.missing or nil}
end

-- Mean, standard deviation, smallest and largest value of each channel; of 8-bit
-- values in 0 .. 1. Returns them and how many samples they are of.
local function statistics(set)
  local count, names = channels_of(set)
  local values = 1
  for _, size in ipairs {set:shape()} do values = values * size end
  local looked = math.max(math.min(SAMPLES, #set, VALUES // math.max(values, 1)), 1)
  local positions, step = spread(#set, looked), math.max(AT_ONCE // math.max(values, 1), 1)
  local sums, scale = {}, set:dtype() == "uint8" and 1 / 255 or 1
  for c = 1, count do
    sums[c] = {n = 0, sum = 0, squares = 0, missing = 0, min = math.huge, max = -math.huge}
  end
  for first = 1, looked, step do
    local x = set:batch(table.move(positions, first, math.min(first + step - 1, looked), 1, {}),
      {dtype = set:dtype()})
    x = (x:to "float64" * scale):reshape(-1, count)
    for c = 1, count do add_values(sums[c], x:select(2, c):contiguous()) end
  end
  for c = 1, count do sums[c] = finish(sums[c], names[c]) end
  return sums, looked
end

-- ---- the text -------------------------------------------------------------------------

local WIDTH, INDENT = 80, 18 -- of the text, and of what stands before each line
local BOUND = "\u{A0}"       -- a space at which no line is broken

-- A name and its value, continued below itself where it is long.
local function line(lines, name, text)
  local words, current = {}, ""
  for word in text:gmatch "%S+" do words[#words + 1] = word end
  local first = true
  local function flush()
    lines[#lines + 1] = ("  %-" .. INDENT - 2 .. "s%s"):format(first and name or "",
      (current:gsub(BOUND, " ")))
    first, current = false, ""
  end
  for _, word in ipairs(words) do
    if current ~= "" and INDENT + utf8.len(current .. " " .. word, 1, -1, true) > WIDTH then
      flush()
    end
    current = current == "" and word or current .. " " .. word
  end
  flush()
end

local function plain(value)
  if type(value) ~= "table" then return tostring(value) end
  local parts, keys = {}, {}
  for i, item in ipairs(value) do parts[i] = plain(item) end
  for key in pairs(value) do
    if type(key) == "string" then keys[#keys + 1] = key end
  end
  table.sort(keys)
  for _, key in ipairs(keys) do parts[#parts + 1] = key .. "=" .. plain(value[key]) end
  return table.concat(parts, " ")
end

--- A hash of the identity, by which one set is known from others.
function describe.hash(set) return hash(plain(describe.identity(set))):sub(1, 16) end

local CLASSES = 100 -- named in the text

-- "5000 each: cat, dog", or "cat 12, dog 7".
local function counts_text(self)
  local counts, parts, low, high = self.class_counts, {}, math.huge, 0
  for _, count in ipairs(counts) do
    low, high = math.min(low, count), math.max(high, count)
  end
  for i = 1, math.min(#counts, CLASSES) do
    parts[i] = self.class_names[i] .. (low < high and BOUND .. counts[i] or "")
  end
  if #counts > CLASSES then
    parts[#parts + 1] = ("and %d more (%d to %d samples)"):format(#counts - CLASSES, low, high)
  end
  return (low == high and low .. " of each: " or "") .. table.concat(parts, ", ")
end

local function seeds_text(self)
  local parts = {}
  for _, kind in ipairs {"object", "background", "transform", "position"} do
    local seed = self[kind .. "_seed"]
    if seed then parts[#parts + 1] = ("%s %d"):format(kind, seed) end
  end
  if self.seed then parts[#parts + 1] = tostring(self.seed) end
  if self.transform_seeds then parts[#parts + 1] = plain(self.transform_seeds) end
  return #parts > 0 and table.concat(parts, ", ") or nil
end

local function transforms_text(self)
  local parts = {}
  for i, text in ipairs(self.transform_ranges or {}) do
    parts[i] = text:gsub("^transforms%.", "")
  end
  if #parts > 0 then return table.concat(parts, ", ") end
  return self.transforms and "none" or nil
end

-- What is told in lines of its own, or not at all.
local told = {kind = true, size = true, classes = true, class_names = true, shape = true,
  dtype = true, steps = true, class_counts = true, channels = true, samples = true,
  transforms = true, transform_ranges = true, transform_seeds = true, object_seed = true,
  background_seed = true, transform_seed = true, position_seed = true, seed = true,
  split = true, splits = true, objects = true, backgrounds = true, source = true,
  class_transforms = true, class_ranges = true, carried = true}

local function split_text(self)
  local others = {}
  for _, name in ipairs(self.splits or {}) do
    if name ~= self.split then others[#others + 1] = name end
  end
  if #others == 0 then return self.split end
  return ("%s (there are also: %s)"):format(self.split or "all", table.concat(others, ", "))
end

-- "of dog: noise", for each class that has transformations of its own.
local function of_classes(class_transforms)
  local parts = {}
  for class, names in pairs(class_transforms or {}) do
    parts[#parts + 1] = ("of %s: %s"):format(class, #names > 0 and table.concat(names, ", ")
      or "none")
  end
  table.sort(parts)
  return table.concat(parts, "; ")
end

local carried_text
function carried_text(carried)
  local words = table.concat(carried.transform_ranges, ", "):gsub("transforms%.", "")
  local before = carried.carried and carried_text(carried.carried) .. ", then " or ""
  local own = of_classes(carried.class_transforms)
  return ("%s%s (%sseed %d)"):format(before, words ~= "" and words or "none",
    own ~= "" and own .. "; " or "", carried.transform_seed)
end

local function steps_text(steps)
  local parts = {}
  for i, step in ipairs(steps) do parts[i] = plain(step) end
  return table.concat(parts, "; ")
end

local columns = {{"name", "channel"}, {"mean", "mean", "%.4f"}, {"std", "std", "%.4f"},
  {"min", "min", "%.4f"}, {"max", "max", "%.4f"}, {"missing", "missing", "%d"}}

local function channels_text(self)
  local missing = false
  for _, channel in ipairs(self.channels) do missing = missing or channel.missing ~= nil end
  local shown = table.move(columns, 1, missing and 6 or 5, 1, {})
  local of = self.samples == self.size and "all samples"
    or ("%d samples, evenly spread"):format(self.samples)
  return report.table(self.channels, shown) .. ("\n(over %s%s)"):format(of,
    self.dtype == "uint8" and "; values in 0 .. 1" or "")
end

local meta = {}

function meta:__tostring()
  local lines = {("%s: %d samples of %s (%s), %d class%s"):format(self.kind, self.size,
    table.concat(self.shape, " x "), self.dtype, self.classes, self.classes == 1 and "" or "es")}
  local function add(name, text)
    if text then line(lines, name, text) end
  end
  add("samples", counts_text(self))
  add("split", split_text(self))
  add("objects", self.objects)
  add("backgrounds", self.backgrounds)
  add("transformations", transforms_text(self))
  if self.class_transforms then add("", of_classes(self.class_transforms)) end
  if self.carried then add("carries", carried_text(self.carried)) end
  add("seeds", seeds_text(self))
  local rest = {}
  for key, value in pairs(self) do
    if not told[key] then rest[#rest + 1] = ("%s=%s"):format(key, plain(value)) end
  end
  table.sort(rest)
  add("settings", #rest > 0 and table.concat(rest, ", ") or nil)
  add("from", self.source and plain(self.source))
  add("steps", self.steps and steps_text(self.steps))
  lines[#lines + 1] = channels_text(self)
  return table.concat(lines, "\n")
end

-- ---- public -------------------------------------------------------------------------------

--- ds:describe(): the help record lists the fields.
function methods.describe(set)
  options.argument("dataset:describe", 0, set, "dataset")
  local about, self = core.about(set), describe.identity(set)
  self.splits = about.splits
  for key, value in pairs(about.options or {}) do
    if places[key] then
      self.source = self.source or {}
      self.source[key] = value
    end
  end
  self.class_counts = set:class_counts()
  self.channels, self.samples = statistics(set)
  return setmetatable(self, meta)
end

function core.dataset_metatable.__tostring(set)
  local about = core.about(set)
  local words = {("%s (%d samples %s, %d classes"):format(about.kind, #set,
    table.concat({set:shape()}, "x"), set:classes())}
  if about.settings then
    local names = draws.names(about.lists[1])
    words[#words + 1] = about.settings.split
    words[#words + 1] = #names > 0 and table.concat(names, " + ") or "no transformation"
  end
  if about.carried then
    local names = table.concat(draws.names(about.carried.lists[1]), " + ")
    words[#words + 1] = "with " .. (names ~= "" and names or "no transformation")
  end
  return table.concat(words, ", ") .. ")"
end

return describe
