--- Datasets: Transforms-2D and labelled tensors; sources of pictures; batches.
-- The help records (lua/invar/help/data.lua) describe the public functions.
local core = require "invar.core.data"
local draws = require "invar.data.draws"
local files = require "invar.data.files"
local image = require "invar.image"
local options = require "invar.options"
local pack = require "invar.data.pack"
require "invar.tensor" -- batches are tensors
require "invar.data.choose" -- methods of all datasets
require "invar.data.derive"
require "invar.data.transformed"

local methods = core.dataset_methods

local data = {
  objects = core.objects,
  backgrounds = core.backgrounds,
  transforms2d = require "invar.data.transforms2d",
  cifar10 = files.cifar10,
  cifar100 = files.cifar100,
  mnist = files.mnist,
  fashion_mnist = files.fashion_mnist,
  idx = files.idx,
  npy = files.npy,
  folder = require "invar.data.folder",
  cache = core.cache,
  clear_cache = core.clear_cache,
  build_pack = pack.build,
  check_pack = pack.check,
}

--- data.tensors{x=, y=, classes=, class_names=, normalize=}: a labelled dataset.
function data.tensors(given)
  local about = {kind = "tensors"}
  if type(given) == "table" and given.class_names ~= nil then
    about.class_names = options.argument("data.tensors: option class_names", 1,
      given.class_names, "table")
  end
  return core.tensors(given, about)
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

--- What lists of transformations and their seeds have to tell.
local function describe_draws(from, names, description)
  local settings = from.settings
  description.transform_seed = settings.transform_seed
  description.transforms = draws.names(from.lists[1])
  for name, seed in pairs(settings.transform_seeds) do
    description.transform_seeds = description.transform_seeds or {}
    description.transform_seeds[name] = seed
  end
  for class, given in pairs(from.class_list) do
    if given > 1 then
      description.class_transforms = description.class_transforms or {}
      description.class_transforms[names[class]] = draws.names(from.lists[given])
    end
  end
  return description
end

--- What Transforms-2D datasets have to tell beside what all have.
local function describe_family(about, description)
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
  describe_draws(about, about.object_names, description)
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
  if about.carried then
    description.carried = describe_draws(about.carried, description.class_names, {})
  end
  return description
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

--- data.preview(ds[, {count=, columns=, first=, scale=}]): a contact sheet.
function data.preview(set, given)
  options.argument("data.preview", 1, set, "dataset")
  local settings = options.check("data.preview", given,
    {count = 60, first = 1, columns = 10, scale = 2},
    {count = {min = 1, max = 10000}, first = {min = 1, max = #set},
      columns = {min = 1, max = 1000}, scale = {min = 1, max = 100}})
  local names, images, labels = set:class_names(), {}, {}
  for i = settings.first, math.min(#set, settings.first + settings.count - 1) do
    local picture, label = set:sample(i)
    images[#images + 1], labels[#labels + 1] = picture, names[label]
  end
  return image.contact_sheet(images,
    {columns = math.min(settings.columns, #images), scale = settings.scale, labels = labels})
end

return data
