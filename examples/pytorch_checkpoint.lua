-- Opens a checkpoint of PyTorch and says how invariant its network is.
--   invar examples/pytorch_checkpoint.lua [resnet-18.safetensors [resnet-18]]
-- In Python, with the package safetensors, the file is written by
--   safetensors.torch.save_file(net.state_dict(), "resnet-18.safetensors")
-- and one that Invar saved is read by
--   net.load_state_dict(safetensors.torch.load_file("net.safetensors"))
-- Without a file the example trains a small network and writes one first.

local invar = require "invar"
local data, measure, models, store, train = invar.data, invar.measure, invar.models, invar.store,
  invar.train

local path, name = arg[1], arg[2] or (arg[1] and "resnet-18" or "resnet-8")
local classes = {"teapot", "car", "cat", "guitar", "parrot", "boot"}
local set = data.transforms2d {classes = classes, transforms = {"rotate", "hue"}, n = 2000,
  cache = true}

if not path then
  path = "out/resnet-8.safetensors"
  invar.report.folder "out"
  local net = models.create(name, {classes = #classes})
  train.fit(net, set, {epochs = 4, optimizer = {"adam", lr = 3e-3}})
  net:save(path, {made_by = "examples/pytorch_checkpoint.lua"})
end

local about, metadata = store.describe(path) -- names and shapes, without the data
local shape = about["linear.weight"].shape
print(("%s: a head of %s, made by %s"):format(path, table.concat(shape, " x "),
  metadata.made_by or "PyTorch"))

local net = models.create(name, {classes = shape[1]}):load(path):eval()
for _, transform in ipairs {"rotate", "hue"} do
  print(("distance of twins that differ in %s: %.3f"):format(transform,
    measure.invariance(net, set, set:twin(7, transform))))
end
