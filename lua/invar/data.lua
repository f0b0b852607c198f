--- Datasets: Transforms-2D and labelled tensors; sources of pictures; batches.
local core = require "invar.core.data"
local family = require "invar.data.transforms2d"
local options = require "invar.options"
require "invar.tensor" -- batches are tensors

local methods = core.dataset_methods

local data = {
  objects = core.objects,
  backgrounds = core.backgrounds,
  transforms2d = family.transforms2d,
}

methods.split = family.split
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

--- data.backgrounds.labelled{images=, labels=}: pictures with classes.
function data.backgrounds.labelled(given)
  local name = "data.backgrounds.labelled"
  local settings = options.check(name, given, {}, {
    images = {type = "tensor", required = true},
    labels = {type = "tensor", required = true},
    names = {type = "table"}})
  return data.backgrounds.dataset(data.tensors {x = settings.images, y = settings.labels},
    settings.names)
end

--- ds:class_names(): a list; numbers as strings where the classes have none.
function methods.class_names(set)
  local names, known = {}, core.about(set).class_names or {}
  for i = 1, set:classes() do names[i] = known[i] or tostring(i) end
  return names
end

return data
