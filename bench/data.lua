-- Samples per second and core of Transforms-2D, 32 x 32, float32 batches of 512
-- into reused tensors: invar bench/data.lua [seconds per list]
-- One line per list of transformations: the list, then samples per second.
local invar = require "invar"
local data = invar.data

local lists = {
  {}, {"rotate"}, {"hue"}, {"blur"}, {"elastic"}, {"rotate", "hue", "blur"},
  {"scale", "contrast", "noise"}, {"shear", "posterize", "pixelate"},
}

local seconds, batch = tonumber(arg[1]) or 1, 512

invar.threads(1)
local objects, backgrounds = data.objects.builtin(), data.backgrounds.builtin()

local function rate(list)
  local set = data.transforms2d {objects = objects, backgrounds = backgrounds,
    transforms = list, n = 100 * batch}
  local out = {out = {set:batch(1, batch)}}
  local first, count, start = 1, 0, invar.clock()
  repeat
    set:batch(first, first + batch - 1, out)
    first, count = (first + batch - 1) % #set + 1, count + batch
  until invar.clock() - start >= seconds
  return count / (invar.clock() - start)
end

for _, list in ipairs(lists) do
  local name = #list > 0 and table.concat(list, "+") or "none"
  print(("%s %.0f"):format(name, rate(list)))
end
