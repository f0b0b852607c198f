-- Real data in a few minutes: a small residual network on Fashion-MNIST (Xiao,
-- Rasul, Vollgraf, 2017), which Debian has: apt install dataset-fashion-mnist.
--   invar examples/fashion_mnist.lua [epochs]

local invar = require "invar"
local data, image, models = invar.data, invar.image, invar.models
local report, train = invar.report, invar.train

local epochs = tonumber(arg[1]) or 6
local set = data.fashion_mnist() -- 55,000 samples; 5,000 more are for validation
local test = set:split "test"
print(("%d samples to train with, %d to test, %d of each class"):format(#set, #test,
  test:class_counts()[1]))

report.folder("out")
image.save("out/fashion_mnist.png", data.preview(set:per_class(6), {scale = 3}))
print("out/fashion_mnist.png shows some of them")

local net = models.create("resnet-8", {classes = set:classes(), channels = 1, seed = 1})
local log = train.fit(net, set, {
  epochs = epochs, batch = 128, optimizer = {"adam", lr = 4e-3},
  schedule = {"cosine", warmup = 400}, label = "resnet-8"})
local result = train.evaluate(net, test)
print(("test accuracy %.4f after %d epochs and %.0f seconds of training"):format(
  result.accuracy, #log.epochs, log.seconds))

for class, name in ipairs(set:class_names()) do
  print(("  %-12s %.3f"):format(name, result.per_class[class]))
end
