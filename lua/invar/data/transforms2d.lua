--- data.transforms2d: checks and resolves the options, then makes the dataset
-- in C. What it was made from is kept with it, so that splits and twins are
-- the same call with an option changed.
local classes = require "invar.data.classes"
local core = require "invar.core.data"
local draws = require "invar.data.draws"
local fail = require("invar.data.failure").raise
local options = require "invar.options"
local sources = require "invar.data.sources"

local splits = {"train", "validation", "test"}

local defaults = options.merged(draws.defaults, {
  size = 32,
  n = 50000,
  seed = 1,
  split = "train",
  class_from = "object",
  fg_availability = 1.0,
  fg_bg_correlation = 0.0,
  fg_scale = 1.0,
  prototypes = 1,
  normalize = true,
  cache = false,
})

local rules = {
  size = {min = 4, max = 1024},
  n = {min = 1, max = 1 << 40},
  split = {choices = splits},
  class_from = {choices = {"object", "background"}},
  fg_availability = {min = 0, max = 1},
  fg_bg_correlation = {min = 0, max = 1},
  fg_scale = {above = 0, max = 1},
  fg_position = {type = {"table", "string"}},
  objects = {type = "objects"},
  backgrounds = {type = "backgrounds"},
  classes = {type = "table"},
  object_seed = {type = "integer"},
  background_seed = {type = "integer"},
  position_seed = {type = "integer"},
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

--- Whether the object is moved, where to, and whether that is drawn.
local function resolve_position(name, given)
  if given == nil then return false, 0, 0, false end
  if given == "random" then return false, 0, 0, true end
  for i = 1, 2 do
    if type(given) ~= "table" or math.type(given[i]) ~= "integer"
      or math.abs(given[i]) > 1 << 20 then
      fail(name, 'option fg_position: {x, y} in pixels or "random" expected')
    end
  end
  return true, given[1], given[2], false
end

local make

--- The same family, drawn for another split.
local function split(settings, wanted, n)
  return make("dataset:split", options.merged(settings, {split = wanted, n = n}))
end

--- Equal but for the draws of all transformations, or of the one named; or but for
-- the objects, the backgrounds or the positions drawn.
local function twin(settings, seed, what)
  local name, changes = "dataset:twin", nil
  if what == "position" and settings.fg_position ~= "random" then
    fail(name, 'positions are drawn only with fg_position = "random"')
  elseif what == "object" or what == "background" or what == "position" then
    changes = {[what .. "_seed"] = seed}
  else
    changes = draws.reseeded(settings, seed, what)
  end
  return make(name, options.merged(settings, changes))
end

--- Makes the dataset of checked settings; `name` is for messages.
function make(name, settings)
  local objects = sources.of_split(name, settings.objects, settings.split)
  local backgrounds = sources.of_split(name, settings.backgrounds, settings.split)
  local object_names = objects:names()
  local used = resolve_classes(name, settings.classes, object_names)
  local class_names = {}
  for i, class in ipairs(used) do class_names[i] = object_names[class] end
  local lists, class_list = draws.resolve(name, settings, class_names)
  if type(settings.prototypes) == "string" and settings.prototypes ~= "all" then
    fail(name, 'option prototypes: integer or "all" expected, got %s',
      options.describe(settings.prototypes))
  end
  local from_background = settings.class_from == "background"
  local move, x, y, wander = resolve_position(name, settings.fg_position)
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
    wander = wander, position_seed = settings.position_seed,
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
  for _, kind in ipairs {"object", "background", "position", "transform"} do
    local key = kind .. "_seed"
    settings[key] = settings[key] or settings.seed
  end
  return make(name, settings)
end

return transforms2d
