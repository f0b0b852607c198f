--- Datasets: Transforms-2D and labelled tensors; sources of pictures; batches.
-- The help records (lua/invar/help/data.lua) describe the public functions.
local classes = require "invar.data.classes"
local core = require "invar.core.data"
local failure = require "invar.data.failure"
local files = require "invar.data.files"
local looks = require "invar.data.show"
local options = require "invar.options"
local pack = require "invar.data.pack"
require "invar.tensor" -- batches are tensors
require "invar.data.choose" -- methods of all datasets
require "invar.data.derive"
require "invar.data.describe"
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
  series = require "invar.data.series",
  preview = looks.preview,
  show = looks.show,
}

--- data.tensors{x=, y=, classes=, class_names=, normalize=}: a labelled dataset.
function data.tensors(given)
  local about = {kind = "tensors"}
  if type(given) == "table" and given.class_names ~= nil then
    local count = math.type(given.classes) == "integer" and given.classes or nil
    about.class_names = classes.check_names("data.tensors", given.class_names, count)
    if given.classes == nil then
      given = options.merged(given, {classes = #about.class_names})
    end
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
  return failure.attempt(name, function()
    local set = data.tensors {x = settings.images, y = settings.labels}
    return core.backgrounds.dataset(set, {names = settings.names})
  end)
end

--- ds:class_names(): a list; numbers as strings where the classes have none.
function methods.class_names(set)
  options.argument("dataset:class_names", 0, set, "dataset")
  local names, known = {}, core.about(set).class_names or {}
  for i = 1, set:classes() do names[i] = known[i] or tostring(i) end
  return names
end

return data
