--- module:features: what the layers of a network make of an input.

local module = require "invar.nn.module"
local options = require "invar.options"

-- The last linear layer: what comes in is the penultimate representation.
local function last_linear(self)
  local last
  module.walk(self, function(_, member)
    if member.kind == "linear" then last = member end
  end, "")
  if not last then
    error("module:features: the module has no linear layer, so no penultimate "
      .. "representation: name a layer", 4)
  end
  return last
end

-- One vector per sample.
local function flat(t) return t:dim() > 2 and t:flatten(2) or t end

-- The module to look at for `name`, and what to take of its input and output.
local function source(self, name)
  options.argument("module:features", 2, name, "string")
  if name ~= "penultimate" then
    return module.find(self, name, "module:features", 4), function(_, y) return y end
  end
  local own = rawget(self, "penultimate")
  if not own then return last_linear(self), flat end
  return module.find(self, own, "module:features", 4), function(_, y) return flat(y) end
end

-- The functions that put what is looked for into `found` as it passes by.
local function watchers(self, names, found)
  local list, wanted = {}, {}
  for _, name in ipairs(names) do
    local at, take = source(self, name)
    wanted[at] = wanted[at] or {}
    wanted[at][name] = take
    list[at] = function(_, x, y)
      for own, take_it in pairs(wanted[at]) do found[own] = take_it(x, y) end
    end
  end
  return list
end

--- The output of a named layer (as in named_modules: "layer1", "layer1.0.conv1")
-- for the input x, from one pass in the module's present mode. The default is
-- "penultimate": the output of the layer that the field `penultimate` names,
-- else what the last linear layer gets, flattened to one vector per sample.
-- With a list of names the result is a table by name. A norm that is followed
-- by ReLU or an addition in the same pass gives its own output, as in PyTorch.
function module.methods:features(x, layer)
  module.check_self(self, "features")
  options.argument("module:features", 1, x, "tensor")
  layer = options.argument("module:features", 2, layer or "penultimate", {"string", "table"})
  local names = type(layer) == "table" and layer or {layer}
  local found = {}
  local ok, problem = module.watching(watchers(self, names, found), self, x)
  if not ok then
    local stopped = type(problem) ~= "string" or problem:find("interrupted!", 1, true)
    error(stopped and problem or "module:features: " .. problem, 0)
  end
  for _, name in ipairs(names) do
    if not found[name] then
      error(('module:features: layer "%s" did not run'):format(name), 2)
    end
    if rawget(self, "precision") == "bf16" then
      found[name] = module.converted(found[name], "bfloat16", "float32")
    end
  end
  return type(layer) == "table" and found or found[layer]
end
