-- A transformation of your own, in Lua: horizontal stripes over the object. It
-- is known by its name at once: in datasets, in twins, in measures.
--   invar examples/my_transform.lua

local invar = require "invar"
local data, image, measure, models = invar.data, invar.image, invar.measure, invar.models
local report, train, transforms = invar.report, invar.train, invar.transforms

transforms.define {
  name = "stripes",
  category = "occlusion",
  sample = function(r) return {first = r:integer(1, 6), gap = r:integer(4, 8)} end,
  apply = function(img, p)
    local out = img:clone()
    for row = p.first, #img, p.gap do
      out[{row, {}, {}}] = 0 -- transparent black
    end
    return out
  end,
}

local classes = {"teapot", "car", "cat", "guitar", "parrot", "boot"}
local function dataset(names, n)
  return data.transforms2d {classes = classes, transforms = names, n = n, seed = 1, cache = true}
end

report.folder("out")
image.save("out/stripes.png", data.preview(dataset({"rotate", "stripes"}, 60)))
print("out/stripes.png shows the dataset")

local set = dataset({"stripes"}, 500):split("test")
for _, names in ipairs {{"rotate"}, {"rotate", "stripes"}} do
  local net = models.create("resnet-8", {classes = #classes, seed = 1})
  train.fit(net, dataset(names, 2000), {epochs = 5, label = table.concat(names, " + ")})
  print(("trained with %-17s distance between twins that differ in stripes: %.3f"):format(
    table.concat(names, " + ") .. ":", measure.invariance(net, set, set:twin(2))))
end
