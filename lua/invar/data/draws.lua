--- The transformations of a dataset: lists of them, resolved from names, each
-- with the stream and the seed of its draws. Transforms-2D and sets that carry
-- transformations (ds:with_transforms) share them, and with them their draws.
local classes = require "invar.data.classes"
local fail = require("invar.data.failure").raise
local options = require "invar.options"
local transforms = require "invar.core.transforms"

local draws = {}

--- Settings that both kinds of dataset have, and their default values.
draws.defaults = {transforms = {}, class_transforms = {}, transform_seeds = {}}

-- What else a dataset draws: ds:twin(seed, "object") must mean one thing.
local reserved = {object = true, background = true, position = true}

--- A transformation given as such or by name.
local function resolve_transform(name, option, value)
  if type(value) == "string" then
    local ok, made = pcall(transforms.create, value)
    if not ok then fail(name, "option %s: %s", option, (made:gsub("^.-argument 1: ", ""))) end
    value = made
  end
  local meta = debug.getmetatable(value)
  if type(meta) ~= "table" or rawget(meta, "__name") ~= "transform" then
    fail(name, "option %s: names and transformations expected, got %s", option,
      options.describe(value))
  end
  if reserved[value:name()] then
    fail(name, 'option %s: "%s" is what a dataset draws beside its transformations; none '
      .. "of them may be called so", option, value:name())
  end
  return value
end

--- A list of transformations, each with its stream and seed. Streams are called
-- by the transformation, so that it draws the same in every list; the second of
-- the same name is "rotate#2". `taken` counts the names in use below.
local function resolve_list(name, option, given, settings, taken)
  if type(given) ~= "table" then
    fail(name, "option %s: list of transformations expected, got %s", option,
      options.describe(given))
  end
  local list, times = {}, {}
  for i, value in ipairs(given) do
    local transform = resolve_transform(name, option, value)
    local called = transform:name()
    times[called] = (times[called] or taken[called] or 0) + 1
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

--- Whether the seeds given for single transformations name some that are used.
local function check_seeds(name, settings, lists)
  local names = {}
  for _, list in ipairs(lists) do
    for _, use in ipairs(list) do names[#names + 1] = use.name end
  end
  for key, seed in pairs(settings.transform_seeds) do
    if not draws.has(lists, key) then
      fail(name, 'no transformation of the dataset is called "%s"%s', tostring(key),
        classes.near_text(tostring(key), names))
    end
    if math.type(seed) ~= "integer" then
      fail(name, "option transform_seeds: integers expected, got %s", options.describe(seed))
    end
  end
end

--- All lists of the settings, and which of them each class uses; `taken` (by
-- default nothing) counts the names that belong to transformations below.
function draws.resolve(name, settings, class_names, taken)
  taken = taken or {}
  local lists = {resolve_list(name, "transforms", settings.transforms, settings, taken)}
  local class_list = {}
  for i = 1, #class_names do class_list[i] = 1 end
  for class, given in pairs(settings.class_transforms) do
    local i = classes.find(name, "option class_transforms", class, class_names)
    lists[#lists + 1] = resolve_list(name, "class_transforms", given, settings, taken)
    class_list[i] = #lists
  end
  check_seeds(name, settings, lists)
  return lists, class_list
end

--- Whether a transformation in `lists` is called so: "rotate" is every one of
-- that name, "rotate#2" the second.
function draws.has(lists, called)
  for _, list in ipairs(lists) do
    for _, use in ipairs(list) do
      if use.name == called or use[1]:name() == called then return true end
    end
  end
  return false
end

--- The settings that change where all transformations, or the one called so,
-- are drawn from another seed.
function draws.reseeded(settings, seed, called)
  if called == nil then return {transform_seed = seed, transform_seeds = {}} end
  local seeds = {[called] = seed}
  for key, own in pairs(settings.transform_seeds) do
    -- "rotate" is also the second one, "rotate#2", if that had a seed of its own.
    if key ~= called and key:match "^(.*)#%d+$" ~= called then seeds[key] = own end
  end
  return {transform_seeds = seeds}
end

--- The names in a list, in order.
function draws.names(list)
  local names = {}
  for i, use in ipairs(list) do names[i] = use.name end
  return names
end

return draws
