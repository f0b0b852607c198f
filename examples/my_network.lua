-- A network of your own, as one would type it at the prompt: parts by name and
-- a forward in Lua. It is trained, probed and saved like those of `models`.
--   invar examples/my_network.lua

local invar = require "invar"
local data, measure, nn, train = invar.data, invar.measure, invar.nn, invar.train

local classes = {"teapot", "car", "cat", "guitar", "parrot", "boot"}
local set = data.transforms2d {classes = classes, transforms = {"rotate"}, n = 3000, cache = true}
local test = set:split("test", 1000)

local net = nn.module {
  conv1 = nn.conv2d(3, 16, 3, {padding = 1, stride = 2}),
  conv2 = nn.conv2d(16, 32, 3, {padding = 1, stride = 2}),
  linear = nn.linear(32, #classes),
  forward = function(self, x)
    x = self.conv2(self.conv1(x):relu()):relu()
    return self.linear(x:mean {2, 3}) -- the mean over height and width
  end,
}
print(net:initialise(1):summary())
print(train.fit(net, set, {epochs = 8, optimizer = {"adam", lr = 3e-3}}))
print(("accuracy on new samples: %.3f"):format(train.evaluate(net, test).accuracy))
for layer, distance in pairs(measure.invariance(net, test, test:twin(2), {
  layer = {"conv1", "conv2"}})) do
  print(("distance of rotated twins after %s: %.3f"):format(layer, distance))
end
