-- A network and a training of your own, in Lua: two small convolutions, and a
-- loss that asks for invariance outright: the representations of twins, which
-- differ in their rotation only, are drawn together.
--   invar examples/my_network.lua

local invar = require "invar"
local data, measure, train = invar.data, invar.measure, invar.train
local nn, optim = invar.nn, invar.optim

local classes = {"teapot", "car", "cat", "guitar", "parrot", "boot"}

local function network(seed)
  local net = nn.module {
    conv1 = nn.conv2d(3, 16, 3, {padding = 1, stride = 2}),
    conv2 = nn.conv2d(16, 32, 3, {padding = 1, stride = 2}),
    linear = nn.linear(32, #classes),
    forward = function(self, x)
      x = self.conv2(self.conv1(x):relu()):relu()
      return self.linear(x:mean {2, 3}) -- global average pool
    end,
  }
  return net:initialise(seed)
end

local set = data.transforms2d {classes = classes, transforms = {"rotate"}, n = 3000, seed = 1,
  cache = true}
local twin = set:twin(2)
local test = set:split("test", 1000)

for _, weight in ipairs {0, 1, 10} do
  local net = network(1)
  local optimizer = optim.adam(net, {lr = 3e-3})
  for _ = 1, 8 do
    for first = 1, #set, 100 do
      local x, y = set:batch(first, first + 99)
      local a, b = net:features(x), net:features((twin:batch(first, first + 99)))
      local apart = ((a - b) * (a - b)):sum(2):mean()
      local loss = nn.cross_entropy(net.linear(a), y) + apart * weight
      optimizer:zero_grad()
      loss:backward()
      optimizer:step()
    end
  end
  print(("weight %2d: accuracy %.3f, distance between twins %.3f"):format(weight,
    train.evaluate(net, test).accuracy, measure.invariance(net, test, test:twin(3))))
end
