-- Measures against NumPy and PyTorch on dumped representations
-- (scripts/make_measure_fixtures.py).
local invar = require "invar"
local data, measure, nn, tensor, train = invar.data, invar.measure, invar.nn, invar.tensor,
  invar.train
local fixtures = require("support.program").root:match "^(.*)/" .. "/tests/fixtures/measure/"

local function load(name) return tensor.load(fixtures .. name .. ".npy") end

local expected = dofile(fixtures .. "values.lua")
local r1, r2 = load "r1", load "r2"

-- A dataset of representations, and a network whose representation is its input.
local function set_of(x) return data.tensors {x = x, y = tensor.ones(#x):to "int32"} end
local identity = nn.linear(16, 2)

-- What the definition makes of NumPy's table of a metric with Invar's random pairs.
local function by_table(name, batch, seed)
  local rows, pairs_sum, random_sum = load(name):totable(), 0, 0
  for first = 1, #rows, batch do
    local n = math.min(batch, #rows - first + 1)
    local order = tensor.randperm(invar.rng.new(seed):at("pairs", first), n):totable()
    for i, partner in ipairs(order) do
      local row = rows[first + i - 1]
      pairs_sum, random_sum = pairs_sum + row[#row], random_sum + row[first + partner - 1]
    end
  end
  return pairs_sum / random_sum
end

describe("measure.invariance", function()
  it("agrees with NumPy in all metrics, from one pass", function()
    local found = measure.invariance(identity, set_of(r1), set_of(r2),
      {metric = {"l2", "cos", "dotprod", "cka"}, batch = 16, seed = 4})
    for _, name in ipairs {"l2", "cos", "dotprod"} do
      assert.near(by_table(name, 16, 4), found[name], 1e-5)
    end
    assert.near(expected.cka, found.cka, 1e-6)
    assert.near(expected.cka, measure.cka(r1, r2, {batch = 16}), 1e-6)
    assert.is_true(expected.cka > 0.5 and expected.cka < 0.99)
  end)

  it("is the same for lists and for single names", function()
    local net = invar.models.create("mlp", {classes = 2, size = 8, hidden = {6, 5}, seed = 2})
    local x = tensor.rand(invar.rng.new(1), 40, 8, 8, 3)
    local a, b = set_of(x), set_of(x + tensor.rand(invar.rng.new(2), 40, 8, 8, 3) * 0.3)
    local all = measure.invariance(net, a, b, {metric = {"l2", "cka"}, batch = 16,
      layer = {"penultimate", "1"}})
    for _, metric in ipairs {"l2", "cka"} do
      local layers = measure.invariance(net, a, b, {metric = metric, batch = 16,
        layer = {"1", "penultimate"}})
      for _, layer in ipairs {"1", "penultimate"} do
        local one = measure.invariance(net, a, b, {metric = metric, batch = 16, layer = layer})
        assert.equal(one, all[metric][layer])
        assert.equal(one, layers[layer])
      end
    end
  end)
end)

describe("train.evaluate", function()
  it("agrees with NumPy and PyTorch, with a class that is rare and one that is absent", function()
    local net = nn.module {forward = function(_, x) return x end}
    local result = train.evaluate(net, data.tensors {x = load "logits", y = load "labels",
      classes = 5}, {batch = 7})
    for _, name in ipairs {"loss", "accuracy", "macro_accuracy"} do
      assert.near(expected[name], result[name], 1e-6)
    end
    assert.same(expected.confusion, result.confusion:totable())
  end)
end)

describe("a linear probe", function()
  local net = invar.models.create("resnet-8", {classes = 4, seed = 3})
  local set = data.transforms2d {classes = {3, 7, 20}, transforms = {"rotate"}, n = 120}
  local test = set:split("test", 60)

  -- The representation of a set, as a set.
  local function stored(pictures)
    local x, y = train.features(net, pictures)
    return data.tensors {x = x, y = y, classes = 3}
  end

  it("over stored features is the one over the network", function()
    for _, solver in ipairs {"adam", "lbfgs"} do
      local how = {solver = solver, epochs = 20, batch = 32, seed = 5, progress = false}
      how.test = test
      local over_network = train.linear_probe(net, set, how)
      how.test = stored(test)
      local over_features = train.linear_probe(nn.linear(64, 3), stored(set), how)
      assert.same(over_network.head.weight:totable(), over_features.head.weight:totable())
      assert.same(over_network.head.bias:totable(), over_features.head.bias:totable())
      assert.equal(over_network.test.macro_accuracy, over_features.test.macro_accuracy)
      assert.equal(over_network.test.loss, over_features.test.loss)
    end
  end)

  it("as a head of the network gives the same test results", function()
    local probe = train.linear_probe(net, set, {epochs = 20, batch = 32, test = test,
      progress = false})
    local whole = invar.models.create("resnet-8", {classes = 3, seed = 9}):load_body(net)
    nn.no_grad(function()
      whole.linear.weight:copy_(probe.head.weight)
      whole.linear.bias:copy_(probe.head.bias)
    end)
    local result = train.evaluate(whole, test)
    assert.near(probe.test.loss, result.loss, 1e-5)
    assert.equal(probe.test.macro_accuracy, result.macro_accuracy)
  end)
end)
