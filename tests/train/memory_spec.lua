-- Training and measuring when memory runs out at any point.
local data = require "invar.data"
local measure = require "invar.measure"
local models = require "invar.models"
local nn = require "invar.nn"
local optim = require "invar.optim"
local rng = require "invar.rng"
local scarcity = require "support.scarcity"
local tensor = require "invar.tensor"
local train = require "invar.train"

describe("without memory", function()
  local set = data.transforms2d {n = 6, classes = {1, 2}, transforms = {"rotate"}, cache = true}
  local x, y = set:batch(1, 6)

  for _, name in ipairs {"sgd", "adam", "adamw"} do
    it("a step of resnet-8 with " .. name .. " is an error that loses nothing", function()
      local net = models.create("resnet-8", {classes = 2, seed = 1})
      local optimizer = optim[name](net, {lr = 1e-3})
      assert.is_true(scarcity(function()
        local loss = nn.cross_entropy(net(x), y)
        optimizer:zero_grad()
        loss:backward()
        optimizer:step()
      end, {before = function() optimizer:zero_grad() end}) > 100)
    end)
  end

  it("networks are made or not made", function()
    scarcity(function() return models.create("resnet-8", {classes = 2}) end)
    scarcity(function() return models.create("mlp", {classes = 2, size = 4}) end)
  end)

  it("other layers raise too", function()
    local net = nn.sequential {nn.conv2d(3, 4, 3, {padding = 1}), nn.max_pool(2), nn.dropout(0.5),
      nn.avg_pool(2), nn.flatten(), nn.linear(4 * 8 * 8, 2)}
    net:train()
    local target = tensor.rand(rng.new(1), 6, 2)
    scarcity(function()
      net:zero_grad()
      nn.mse(net(x), target):backward()
    end, {before = function() net:zero_grad() end})
  end)

  it("a probe and a measure raise", function()
    local net = models.create("mlp", {classes = 2, hidden = {4}, seed = 1})
    local quick = {epochs = 1, iterations = 2, progress = false}
    for _, solver in ipairs {"adam", "lbfgs"} do
      quick.solver = solver
      scarcity(function() train.linear_probe(net, set, quick) end)
    end
    local twin = set:twin(2)
    scarcity(function() measure.invariance(net, set, twin, {metric = "cka"}) end)
    scarcity(function() measure.invariance(net, set, twin) end)
  end)

  it("a training ends with an error", function()
    local net = models.create("mlp", {classes = 2, hidden = {4}, seed = 1})
    scarcity(function() train.fit(net, set, {epochs = 1, batch = 3, progress = false}) end,
      {before = function() net:zero_grad() end})
  end)
end)
