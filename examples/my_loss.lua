-- A loss of your own: beside cross-entropy it asks for invariance outright, and
-- draws the representations of twins, which differ in their rotation only,
-- together. The loop is written out: this is all that training is.
--   invar examples/my_loss.lua

local invar = require "invar"
local data, measure, models = invar.data, invar.measure, invar.models
local nn, optim, train = invar.nn, invar.optim, invar.train

local classes = {"teapot", "car", "cat", "guitar", "parrot", "boot"}
local set = data.transforms2d {classes = classes, transforms = {"rotate"}, n = 2000, cache = true}
local twin = set:twin(2)
local test = set:split("test", 1000)

for _, weight in ipairs {0, 1} do
  local net = models.create("resnet-8", {classes = #classes, seed = 1})
  local optimizer = optim.adam(net, {lr = 3e-3})
  for _ = 1, 5 do
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
  print(("weight %d: accuracy %.3f, distance between twins %.3f"):format(weight,
    train.evaluate(net, test).accuracy, measure.invariance(net, test, test:twin(3))))
end
