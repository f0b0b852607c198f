local data = require "invar.data"
local invar = require "invar"
local models = require "invar.models"
local nn = require "invar.nn"
local pictures = require "support.training".pictures
local rng = require "invar.rng"
local tensor = require "invar.tensor"
local train = require "invar.train"

local function network(seed)
  return models.create("mlp", {classes = 3, size = 8, hidden = {16}, seed = seed})
end

--- A network whose logits are the first `classes` values of the picture.
local function reader(classes)
  return nn.module {forward = function(_, x) return x:flatten(2)[{{}, {1, classes}}] end}
end

local function weights(net)
  local all = {}
  for _, parameter in ipairs(net:parameters()) do
    for _, value in ipairs(parameter:flatten(1):totable()) do all[#all + 1] = value end
  end
  return all
end

describe("train.evaluate", function()
  -- six samples of three classes: true 1 1 1 1 2 3, read as 1 1 2 3 2 1
  local x = tensor {{5, 0, 0}, {5, 0, 0}, {0, 5, 0}, {0, 0, 5}, {0, 5, 0}, {5, 0, 0}}
  local set = data.tensors {x = x:reshape(6, 1, 1, 3), y = tensor {1, 1, 1, 1, 2, 3}:to("int32"),
    normalize = false}

  it("counts as one does by hand", function()
    local result = train.evaluate(reader(3), set, {batch = 4})
    assert.equal(6, result.n)
    assert.near(3 / 6, result.accuracy, 1e-12)
    assert.near((2 / 4 + 1 + 0) / 3, result.macro_accuracy, 1e-12)
    assert.same({{2, 1, 1}, {0, 1, 0}, {1, 0, 0}}, result.confusion:totable())
    local right, wrong = math.log(1 + 2 * math.exp(-5)), math.log(1 + 2 * math.exp(-5)) + 5
    assert.near((3 * right + 3 * wrong) / 6, result.loss, 1e-5)
  end)

  it("leaves classes without samples out of the mean", function()
    local result = train.evaluate(reader(3), set:subset {1, 2, 3, 4})
    assert.near(0.5, result.macro_accuracy, 1e-12)
    assert.is_true(result.per_class[3] ~= result.per_class[3])
  end)

  it("puts the mode of the network back", function()
    local net = network(1)
    net:train()
    train.evaluate(net, pictures(5, 1))
    assert.is_true(net.training)
  end)
end)

describe("train.fit", function()
  local settings = {epochs = 6, batch = 20, optimizer = {"adam", lr = 0.01}, progress = false}
  local set, test = pictures(200, 1), pictures(100, 2)

  local function with(more)
    local all = {}
    for key, value in pairs(settings) do all[key] = value end
    for key, value in pairs(more) do all[key] = value end
    return all
  end

  it("learns, validates and keeps a log", function()
    local net = network(1)
    local log = train.fit(net, set, with {validation = test})
    assert.equal(6, #log.epochs)
    assert.is_true(log.epochs[6].loss < log.epochs[1].loss)
    assert.is_true(log.epochs[6].validation.accuracy > 0.95)
    assert.equal(log, train.last_log())
    assert.matches("6 epochs in", tostring(log))
    assert.matches("accuracy 1?0?%.%d+, macro", tostring(log.epochs[6].validation))
    assert.is_false(log.interrupted)
  end)

  it("gives the same bits for the same seed and any number of threads", function()
    local threads, results = invar.threads(), {}
    for i, n in ipairs {1, 2, 1} do
      invar.threads(n)
      local net = network(7)
      train.fit(net, set, with {seed = i == 3 and 2 or 1})
      results[i] = weights(net)
    end
    invar.threads(threads)
    assert.same(results[1], results[2])
    assert.not_same(results[1], results[3])
  end)

  it("follows the schedule and stops when told", function()
    local linear = with {schedule = {"linear"}, optimizer = {"sgd", lr = 1}}
    local log = train.fit(network(1), set, linear)
    assert.near(1 / 60, log.epochs[6].lr, 0.02)
    log = train.fit(network(1), set, with {on_epoch = function(entry) return entry.epoch == 2 end})
    assert.equal(2, #log.epochs)
  end)

  it("keeps what was done when it is interrupted", function()
    local net = network(1)
    local before = weights(net)
    local ok, message = pcall(train.fit, net, set, with {on_epoch = function(entry)
      if entry.epoch == 3 then error("interrupted!", 0) end
    end})
    assert.is_false(ok)
    assert.equal("interrupted!", message)
    assert.equal(3, #train.last_log().epochs)
    assert.is_true(train.last_log().interrupted)
    assert.not_same(before, weights(net))
  end)

  it("says when the loss is lost", function()
    assert.error_matches(function()
      train.fit(network(1), set, with {optimizer = {"sgd", lr = 1e30}})
    end, "train.fit: the loss is")
  end)

  it("names what is wrong", function()
    local net = network(1)
    local function fails(pattern, ...)
      local arguments = table.pack(...)
      local function call() train.fit(table.unpack(arguments, 1, arguments.n)) end
      assert.error_matches(call, pattern)
    end
    fails("train.fit: argument 1: module expected, got nil", nil, set)
    fails("train.fit: argument 2: dataset expected, got 3", net, 3)
    fails('train.fit: there is no option "epoch" %(did you mean "epochs"', net, set, {epoch = 1})
    fails('there is no optimizer "adm" %(did you mean "adam"', net, set, {optimizer = {"adm"}})
    fails("option batch: integer >= 1 expected, got 0", net, set, {batch = 0})
  end)
end)

describe("train.features", function()
  it("are those of the network, batch by batch, several at once", function()
    local net, set = network(3), pictures(30, 4)
    local whole = net:evaluating(function() return net:features((set:batch(1, 30))) end)
    local x, y = train.features(net, set, {batch = 7})
    assert.is_true(x:allclose(whole:flatten(2), {rtol = 1e-5, atol = 1e-5}))
    local _, labels = set:batch(1, 30)
    assert.same(labels:totable(), y:totable())
    local both = train.features(net, set, {layer = {"penultimate"}, batch = 7})
    assert.is_true(both.penultimate:equal(x))
  end)
end)

describe("train.linear_probe", function()
  local set, test = pictures(150, 5), pictures(80, 6)

  it("finds the minimum of the convex problem", function()
    local net = network(1)
    local result = train.linear_probe(net, set, {solver = "lbfgs", l2 = 1e-3, test = test})
    assert.is_true(result.train.converged)
    -- at the minimum, small changes of the weights change nothing
    local x, y = train.features(net, set)
    local weight, bias = result.head.weight, result.head.bias
    local function objective(w)
      local logits = x:matmul(w:t()) + bias:detach()
      return nn.cross_entropy(logits, y):item() + 0.5e-3 * (w * w):sum():item()
    end
    local w = weight:detach()
    local direction = tensor.randn(rng.new(1), table.unpack(w:shape()))
    local slope = (objective(w + direction * 1e-2) - objective(w - direction * 1e-2)) / 2e-2
    assert.near(0, slope, 1e-3)
    assert.is_true(result.test.accuracy > 0.85)
  end)

  it("agrees between Adam, given time, and L-BFGS", function()
    local net, many = network(2), pictures(900, 7)
    local exact = train.linear_probe(net, many, {solver = "lbfgs", l2 = 0})
    local published = train.linear_probe(net, many, {lr = 0.03, epochs = 1000, progress = false})
    assert.near(exact.train.loss, published.train.loss, 0.04)
    assert.is_true(exact.train.loss < published.train.loss)
  end)

  it("leaves the network as it was", function()
    local net = network(1)
    local before = weights(net)
    train.linear_probe(net, set, {epochs = 2, progress = false})
    assert.same(before, weights(net))
  end)
end)
