--- data.transforms2d: checks and resolves the options, then makes the dataset
-- in C. What it was made from is kept with it, so that splits and twins are
-- the same call with an option changed.
local classes = require "invar.data.classes"
local core = require "invar.core.data"
local fail = require("invar.data.failure").raise
local options = require "invar.options"
local transforms = require "invar.core.transforms"

local splits = {"train", "validation", "test"}

local defaults = {
  size = 32,
  n = 50000,
  seed = 1,
  split = "train",
  class_from = "object",
  fg_availability = 1.0,
  fg_bg_correlation = 0.0,
  fg_scale = 1.0,
  transforms = {},
  class_transforms = {},
  transform_seeds = {},
  prototypes = 1,
  normalize = true,
  cache = false,
}

local rules = {
  size = {min = 4, max = 1024},
  n = {min = 1, max = 1 << 40},
  split = {choices = splits},
  class_from = {choices = {"object", "background"}},
  fg_availability = {min = 0, max = 1},
  fg_bg_correlation = {min = 0, max = 1},
  fg_scale = {above = 0, max = 1},
  fg_position = {type = "table"},
  objects = {type = "objects"},
  backgrounds = {type = "backgrounds"},
  classes = {type = "table"},
  object_seed = {type = "integer"},
  background_seed = {type = "integer"},
  transform_seed = {type = "integer"},
  prototypes = {type = {"integer", "string"}, min = 1, max = 1 << 16},
}

--- The classes of the objects that are used, as numbers.
local function resolve_classes(name, given, names)
  if given ~= nil then return classes.find_all(name, "option classes", given, names) end
  local all = {}
  for i = 1, #names do all[i] = i end
  return all
end

--- A transformation given as such or by name.
local function resolve_transform(name, option, value)
  if type(value) == "string" then
    local ok, made = pcall(transforms.create, value)
    if not ok then fail(name, "option %s: %s", option, (made:gsub("^.-argument 1: ", ""))) end
    return made
  end
  local meta = debug.getmetatable(value)
  if type(meta) ~= "table" or rawget(meta, "__name") ~= "transform" then
    fail(name, "option %s: names and transformations expected, got %s", option,
      options.describe(value))
  end
  return value
end

--- A list of transformations, each with the stream and the seed of its draws.
-- Streams are called by the transformation, so that it draws the same in every
-- list; the second of the same name is "rotate#2".
local function resolve_list(name, option, given, settings)
  if type(given) ~= "table" then
    fail(name, "option %s: list of transformations expected, got %s", option,
      options.describe(given))
  end
  local list, times = {}, {}
  for i, value in ipairs(given) do
    local transform = resolve_transform(name, option, value)
    local called = transform:name()
    times[called] = (times[called] or 0) + 1
    local own = times[called] == 1 and called or ("%s#%d"):format(called, times[called])
    list[i] = {
      transform, name = own, stream = "transform/" .. own,
      seed = settings.transform_seeds[own] or settings.transform_seeds[called]
        or settings.transform_seed,
    }
  end
  for key in pairs(given) do
    if math.type(key) ~= "integer" or key < 1 or key > #list then
      fail(name, "option %s: list of transformations expected", option)
    end
  end
  return list
end

--- All lists, and which of them each class uses.
local function resolve_lists(name, settings, class_names)
  local lists = {resolve_list(name, "transforms", settings.transforms, settings)}
  local class_list = {}
  for i = 1, #class_names do class_list[i] = 1 end
  for class, given in pairs(settings.class_transforms) do
    local i = classes.find(name, "option class_transforms", class, class_names)
    lists[#lists + 1] = resolve_list(name, "class_transforms", given, settings)
    class_list[i] = #lists
  end
  return lists, class_list
end

--- Whether the seeds given for single transformations name some that are used.
local function check_transform_seeds(name, settings, lists)
  local used, names = {}, {}
  for _, list in ipairs(lists) do
    for _, use in ipairs(list) do
      used[use.name], used[use[1]:name()] = true, true
      names[#names + 1] = use.name
    end
  end
  for key, seed in pairs(settings.transform_seeds) do
    if not used[key] then
      fail(name, 'no transformation of the dataset is called "%s"%s', tostring(key),
        classes.near_text(tostring(key), names))
    end
    if math.type(seed) ~= "integer" then
      fail(name, "option transform_seeds: integers expected, got %s", options.describe(seed))
    end
  end
end

local function resolve_position(name, given)
  if given == nil then return false, 0, 0 end
  for i = 1, 2 do
    if math.type(given[i]) ~= "integer" or math.abs(given[i]) > 1 << 20 then
      fail(name, "option fg_position: {x, y} in pixels expected")
    end
  end
  return true, given[1], given[2]
end

local make

--- The same dataset with some settings changed.
local function with(name, settings, changes)
  local changed = {}
  for key, value in pairs(settings) do changed[key] = value end
  for key, value in pairs(changes) do changed[key] = value end
  return make(name, changed)
end

--- The same family, drawn for another split.
local function split(settings, wanted, n)
  return with("dataset:split", settings, {split = wanted, n = n or settings.n})
end

--- Equal but for the draws of all transformations, or of the one named.
local function twin(settings, seed, transform)
  if transform == nil then
    return with("dataset:twin", settings, {transform_seed = seed, transform_seeds = {}})
  end
  local seeds = {}
  for key, value in pairs(settings.transform_seeds) do seeds[key] = value end
  seeds[transform] = seed
  return with("dataset:twin", settings, {transform_seeds = seeds})
end

--- Makes the dataset of checked settings; `name` is for messages.
function make(name, settings)
  local objects, backgrounds = settings.objects, settings.backgrounds
  local object_names = objects:names()
  local used = resolve_classes(name, settings.classes, object_names)
  local class_names = {}
  for i, class in ipairs(used) do class_names[i] = object_names[class] end
  local lists, class_list = resolve_lists(name, settings, class_names)
  check_transform_seeds(name, settings, lists)
  if type(settings.prototypes) == "string" and settings.prototypes ~= "all" then
    fail(name, 'option prototypes: integer or "all" expected, got %s',
      options.describe(settings.prototypes))
  end
  local from_background = settings.class_from == "background"
  local move, x, y = resolve_position(name, settings.fg_position)
  local about = {
    kind = "transforms2d",
    settings = settings,
    lists = lists,
    class_list = class_list,
    class_names = from_background and backgrounds:names() or class_names,
    object_names = class_names,
    splits = splits,
    endless = true,
    split = function(...) return split(settings, ...) end,
    twin = function(...) return twin(settings, ...) end,
  }
  local set = core.transforms2d({
    objects = objects, backgrounds = backgrounds, classes = used,
    lists = lists, class_list = class_list,
    size = settings.size, n = settings.n, split = settings.split,
    object_seed = settings.object_seed, background_seed = settings.background_seed,
    prototypes = settings.prototypes == "all" and 0 or settings.prototypes,
    fg_scale = settings.fg_scale, move = move, x = x, y = y,
    class_from_background = from_background,
    fg_availability = settings.fg_availability,
    fg_bg_correlation = settings.fg_bg_correlation,
    normalize = settings.normalize,
  }, about)
  return settings.cache and set:cache() or set
end

--- Transforms-2D; the help record of data.transforms2d has the options.
local function transforms2d(given)
  local name = "data.transforms2d"
  local settings = options.check(name, given, defaults, rules)
  settings.objects = settings.objects or core.objects.builtin()
  settings.backgrounds = settings.backgrounds or core.backgrounds.builtin()
  for _, kind in ipairs {"object", "background", "transform"} do
    local key = kind .. "_seed"
    settings[key] = settings[key] or settings.seed
  end
  return make(name, settings)
end

return transforms2d
