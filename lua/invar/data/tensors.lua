--- data.tensors: labelled tensors in memory.
local classes = require "invar.data.classes"
local core = require "invar.core.data"
local options = require "invar.options"

--- data.tensors{x=, y=, classes=, class_names=, normalize=}: a labelled dataset.
return function(given)
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
