--- train.features: the representation of a whole dataset, in one pass.

local options = require "invar.options"
local precision = require "invar.train.precision"
local tensor = require "invar.tensor"

--- Features of every sample of `set` from `net` in evaluation mode: a float32
-- tensor N x D (flattened) and the labels, int32 N. Options: layer
-- ("penultimate", or a named layer, or a list of names: then the first result
-- is a table by name, made in one pass), batch (512), precision (the network's
-- own, or else "float32"; "bf16").
local function features(net, set, given)
  options.argument("train.features", 1, net, "module")
  options.argument("train.features", 2, set, "dataset")
  local settings = options.check("train.features", given, {layer = "penultimate", batch = 512},
    {layer = {type = {"string", "table"}}, batch = {min = 1}, precision = precision.rule})
  local _ <close> = precision.set(net, settings.precision)
  local layers = settings.layer
  local list = type(layers) == "table" and layers or {layers}
  local parts, labels = {}, {}
  for _, layer in ipairs(list) do parts[layer] = {} end
  net:evaluating(function()
    for x, y in set:batches {size = settings.batch, shuffle = false} do
      local made = net:features(x, list)
      for _, layer in ipairs(list) do table.insert(parts[layer], made[layer]:flatten(2)) end
      labels[#labels + 1] = y:clone()
    end
  end)
  local joined = {}
  for _, layer in ipairs(list) do joined[layer] = tensor.cat(parts[layer], 1) end
  return type(layers) == "table" and joined or joined[layers], tensor.cat(labels, 1)
end

return features
