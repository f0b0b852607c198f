--- Datasets: Transforms-2D and labelled tensors; sources of pictures; batches.
-- The help records (lua/invar/help/data.lua) describe the public functions.
local core = require "invar.core.data"
local family = require "invar.data.transforms2d"
local looks = require "invar.data.show"
local options = require "invar.options"
require "invar.tensor" -- batches are tensors

local methods = core.dataset_methods

local data = {
  objects = core.objects,
  backgrounds = core.backgrounds,
  transforms2d = family.transforms2d,
  series = require "invar.data.series",
  preview = looks.preview,
  show = looks.show,
}

function methods.split(set, wanted, n)
  local own = debug.getmetatable(set) == core.dataset_metatable and core.about(set).split
  return (own or family.split)(own and wanted or set, own and n or wanted, n)
end
methods.twin = family.twin

--- data.tensors{x=, y=, classes=, class_names=, normalize=}: a labelled dataset.
function data.tensors(given)
  local about = {kind = "tensors"}
  if type(given) == "table" and given.class_names ~= nil then
    about.class_names = options.argument("data.tensors: option class_names", 1,
      given.class_names, "table")
  end
  return core.tensors(given, about)
end

--- data.backgrounds.dataset(ds[, {names=}]): its pictures, with its labels as
-- classes.
local backgrounds_of = core.backgrounds.dataset
function core.backgrounds.dataset(set, given)
  if given == nil and debug.getmetatable(set) == core.dataset_metatable then
    given = {names = core.about(set).class_names}
  end
  return backgrounds_of(set, given)
end

--- data.backgrounds.labelled{images=, labels=, names=}: pictures with classes.
function core.backgrounds.labelled(given)
  local name = "data.backgrounds.labelled"
  local settings = options.check(name, given, {}, {
    images = {type = "tensor", required = true},
    labels = {type = "tensor", required = true},
    names = {type = "table"}})
  local set = data.tensors {x = settings.images, y = settings.labels}
  return core.backgrounds.dataset(set, {names = settings.names})
end

--- ds:class_names(): a list; numbers as strings where the classes have none.
function methods.class_names(set)
  options.argument("dataset:class_names", 0, set, "dataset")
  local names, known = {}, core.about(set).class_names or {}
  for i = 1, set:classes() do names[i] = known[i] or tostring(i) end
  return names
end

local function names_of(list)
  local names = {}
  for i, use in ipairs(list) do names[i] = use.name end
  return names
end

--- What Transforms-2D datasets have to tell beside what all have.
local function describe_family(about, description)
  local settings = about.settings
  for _, key in ipairs {"split", "object_seed", "background_seed", "transform_seed",
    "class_from", "fg_availability", "fg_bg_correlation", "fg_scale", "fg_position",
    "prototypes"} do description[key] = settings[key] end
  description.objects = tostring(settings.objects)
  description.backgrounds = tostring(settings.backgrounds)
  description.transforms = names_of(about.lists[1])
  for name, seed in pairs(settings.transform_seeds) do
    description.transform_seeds = description.transform_seeds or {}
    description.transform_seeds[name] = seed
  end
  for class, given in pairs(about.class_list) do
    if given > 1 then
      description.class_transforms = description.class_transforms or {}
      description.class_transforms[about.object_names[class]] = names_of(about.lists[given])
    end
  end
end

--- ds:describe(): a plain table of what the dataset is.
function methods.describe(set)
  options.argument("dataset:describe", 0, set, "dataset")
  local about = core.about(set)
  local description = {
    kind = about.kind, size = #set, classes = set:classes(),
    class_names = set:class_names(), shape = {set:shape()}, dtype = set:dtype(),
  }
  if about.settings then describe_family(about, description) end
  return description
end

function core.dataset_metatable.__tostring(set)
  local about = core.about(set)
  local words = {("%s (%d samples %s, %d classes"):format(about.kind, #set,
    table.concat({set:shape()}, "x"), set:classes())}
  if about.settings then
    local names = names_of(about.lists[1])
    words[#words + 1] = about.settings.split
    words[#words + 1] = #names > 0 and table.concat(names, " + ") or "no transformation"
  end
  return table.concat(words, ", ") .. ")"
end

return data
