-- The settings of train.fit beyond the plain training (train_spec.lua).
local invar = require "invar"
local nn, optim, store, train = invar.nn, invar.optim, invar.store, invar.train
local training = require "support.training"
local with_path = require "support.files".with_path

local set, validation = training.set, training.pictures(30, 2)

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

-- A network without batch norm and dropout.
local function plain()
  return nn.sequential {nn.flatten(), nn.linear(192, 8), nn.relu(), nn.linear(8, 3)}:initialise(2)
end

local function fit(net, settings)
  settings.progress = false
  settings.batch = settings.batch or 20
  settings.epochs = settings.epochs or 2
  return train.fit(net, set, settings)
end

local function difference(a, b)
  local worst, other = 0, b:state_dict()
  for name, value in pairs((a:state_dict())) do
    worst = math.max(worst, (value - other[name]):abs():max():item())
  end
  return worst
end

describe("train.fit", function()
  it("gives the same step from parts of a batch", function()
    local whole, parts, single = plain(), plain(), plain()
    local optimizer = {"sgd", lr = 0.05, momentum = 0.9}
    local a = fit(whole, {optimizer = optimizer})
    local b = fit(parts, {optimizer = optimizer, micro_batch = 7})
    fit(single, {optimizer = optimizer, micro_batch = 1, clip = 1e9})
    assert.is_true(difference(whole, parts) < 1e-6)
    assert.is_true(difference(whole, single) < 1e-6)
    assert.near(a.epochs[2].loss, b.epochs[2].loss, 1e-5)
    local same = plain()
    fit(same, {optimizer = optimizer, micro_batch = 20})
    assert.equal(0, difference(whole, same))
  end)

  it("takes losses with options, and functions", function()
    local a, b, c = plain(), plain(), plain()
    fit(a, {loss = {"cross_entropy", smoothing = 0.2}})
    fit(b, {loss = function(logits, y) -- smoothing as it is defined
      local p = y:one_hot(3):to("float32") * 0.8 + 0.2 / 3
      return -(p * nn.functional.log_softmax(logits)):sum(2):mean()
    end})
    fit(c, {loss = "cross_entropy"})
    assert.is_true(difference(a, b) < 1e-4)
    assert.is_true(difference(a, c) > 1e-3)
    assert.matches("option loss: .* got \"mse\"", message_of(fit, plain(), {loss = "mse"}))
    assert.matches("the loss function returned 3, a tensor of one number",
      message_of(fit, plain(), {loss = function() return 3 end}))
    assert.matches("returned tensor of 60 numbers",
      message_of(fit, plain(), {loss = function(x) return x end}))
  end)

  it("validates when told, and keeps the best weights", function()
    with_path(function(path)
      local net, states = plain(), {}
      local log = fit(net, {epochs = 4, validation = validation, validate_every = {steps = 2},
        best = path, keep_best = true, best_by = "loss", optimizer = {"sgd", lr = 0.8},
        on_step = function(info)
          states[info.step] = net:copy()
          assert.equal((info.step + 2) // 3, info.epoch)
        end})
      assert.equal(6, #log.validations)
      local best = {loss = math.huge}
      for i, result in ipairs(log.validations) do
        assert.equal(2 * i, result.step)
        assert.near(train.evaluate(states[2 * i], validation).loss, result.loss, 1e-6)
        if result.loss < best.loss then best = result end
      end
      assert.same({by = "loss", value = best.loss, step = best.step}, log.best)
      assert.equal(0, difference(states[best.step], net))
      assert.equal(0, difference(states[best.step], plain():initialise(7):load(path)))
      local _, metadata = store.describe(path)
      assert.equal(tostring(best.step), metadata.step)
      assert.matches("best loss", tostring(log))
      assert.equal(log.validations[1].step, log.epochs[1].validation.step)
      log = fit(plain(), {epochs = 5, validation = validation, validate_every = 2})
      assert.equal(2, #log.validations)
      assert.is_nil(log.epochs[1].validation)
      assert.equal(4, log.epochs[4].validation.epoch)
    end)
  end)

  it("averages weights: validated, saved and left in the network", function()
    with_path(function(path)
      local net, own = plain(), plain()
      local average = optim.ema(own, {decay = 0.8})
      local log = fit(net, {ema = 0.8, validation = validation, last = path})
      fit(own, {on_step = function() average:update() end})
      average:apply()
      assert.equal(0, difference(own, net))
      assert.equal(0, difference(own, plain():load(path)))
      assert.near(train.evaluate(net, validation).loss, log.epochs[2].validation.loss, 1e-7)
    end)
  end)

  it("calls functions at epochs and steps, and stops when they say so", function()
    local calls = {}
    local log = fit(plain(), {epochs = 3,
      before_epoch = function(epoch) calls[#calls + 1] = "epoch " .. epoch end,
      on_step = function(info)
        calls[#calls + 1] = info.step
        return info.step == 5
      end})
    assert.same({"epoch 1", 1, 2, 3, "epoch 2", 4, 5}, calls)
    assert.equal(2, #log.epochs)
    assert.is_false(log.interrupted)
  end)

  it("says which settings make no sense", function()
    local function fails(pattern, settings)
      assert.matches(pattern, message_of(fit, plain(), settings), 1, true)
    end
    fails("option micro_batch: integer >= 1 expected", {micro_batch = 0})
    fails("option ema: number in 0 .. 1 expected", {ema = 2})
    fails("best and keep_best need validation", {keep_best = true})
    fails('option precision: one of "float32", "bf16" expected', {precision = "f16"})
    fails("option validate_every: integer or table >= 1 expected", {validate_every = 0})
    fails("validate_every: option steps is missing", {validate_every = {}})
    fails('option best_by: one of "accuracy"', {best_by = "luck"})
    fails("/no/such/folder/x: No such file", {checkpoint = "/no/such/folder/x"})
    fails("/no/such/folder/x: No such file", {last = "/no/such/folder/x"})
    local net = plain()
    net.precision = "half"
    assert.matches("its precision is \"half\"", message_of(fit, net, {}), 1, true)
  end)
end)

describe("the option precision", function()
  -- A network whose inner layer notes in which dtype it runs.
  local function noting()
    local net, seen = plain(), {}
    net[2] = nn.module {linear = net[2], forward = function(self, x)
      seen[x:dtype()] = true
      return self.linear(x)
    end}
    return net, seen
  end

  it("stands in for the network's own while it is evaluated", function()
    local net, seen = noting()
    local float = train.evaluate(net, set).loss
    assert.same({float32 = true}, seen)
    local half = train.evaluate(net, set, {precision = "bf16"}).loss
    assert.is_true(seen.bfloat16)
    assert.is_nil(net.precision)
    assert.is_true(half ~= float and math.abs(half - float) < 0.05)
    net.precision, seen.float32 = "bf16", nil
    assert.equal(half, train.evaluate(net, set).loss)
    assert.is_nil(seen.float32)
    assert.equal(float, train.evaluate(net, set, {precision = "float32"}).loss)
    assert.equal("bf16", net.precision)
    local features = train.features(net, set)
    assert.equal("float32", features:dtype())
    assert.is_false(features:equal(train.features(net, set, {precision = "float32"})))
    assert.is_false(pcall(train.evaluate, net, set, {precision = "half"}))
    assert.equal("bf16", net.precision)
  end)

  it("trains, with weights in float32, and is compared on resuming", function()
    local net, seen = noting()
    local log = fit(net, {precision = "bf16", epochs = 8, optimizer = {"adam", lr = 0.01}})
    assert.same({bfloat16 = true}, seen)
    assert.is_nil(net.precision)
    assert.equal("float32", net[4].weight:dtype())
    local float = fit(plain(), {epochs = 8, optimizer = {"adam", lr = 0.01}})
    assert.is_true(log.epochs[8].loss < 0.9 * log.epochs[1].loss)
    assert.near(float.epochs[8].loss, log.epochs[8].loss, 0.03)
    local other = plain()
    other.precision = "bf16"
    with_path(function(path)
      os.remove(path)
      fit(other, {checkpoint = path})
      assert.matches("precision is float32, in the checkpoint bf16",
        message_of(fit, plain(), {checkpoint = path}))
      fit(plain(), {checkpoint = path, precision = "bf16"})
    end)
  end)
end)

describe("train.finetune", function()
  local settings = {batch = 20, epochs = 3, progress = false, probe = {epochs = 5}}

  local function with(more)
    local all = {}
    for key, value in pairs(settings) do all[key] = value end
    for key, value in pairs(more) do all[key] = value end
    return all
  end

  it("learns, from the probe, on a copy", function()
    local net = plain()
    local before = net:copy()
    local result = train.finetune(net, set, with {test = validation, epochs = 30, lr = 0.01})
    assert.equal(0, difference(before, net))
    assert.is_true(result.test.accuracy > 0.9)
    assert.equal(30, #result.log.epochs)
    local none = train.finetune(net, set, with {epochs = 0})
    assert.is_true(none.net[4].weight:equal(none.probe.head.weight))
    assert.is_true(none.net[2].weight:equal(net[2].weight))
    local probe = train.linear_probe(net, set, {epochs = 5, progress = false})
    assert.is_true(probe.head.weight:equal(none.probe.head.weight))
  end)

  it("has learning rates for head and body, and freezes", function()
    local net = plain()
    local function moved(more)
      local result = train.finetune(net, set, with(more))
      return (result.net[2].weight - net[2].weight):abs():max():item(),
        (result.net[4].weight - net[4].weight):abs():max():item(), result
    end
    local body, head = moved {head = "keep", body_lr = 0}
    assert.equal(0, body)
    assert.is_true(head > 0)
    body, head = moved {head = "keep", head_lr = 0}
    assert.is_true(body > 0)
    assert.equal(0, head)
    assert.equal(0, (moved {head = "keep", frozen_epochs = 3}))
    assert.is_true((moved {head = "keep", frozen_epochs = 2}) > 0)
    local result
    body, head, result = moved {head = "new", freeze = {"1"}}
    assert.equal(0, body)
    assert.is_true(head > 0)
    assert.is_true(result.net[2].weight:requires_grad())
    assert.is_nil(result.probe)
  end)

  it("goes on from a checkpoint with the same bits", function()
    local net = plain()
    local wanted = train.finetune(net, set, with {frozen_epochs = 1})
    with_path(function(path)
      os.remove(path)
      local how = {checkpoint = path, checkpoint_every = 0, on_step = function(info)
        if info.step == 5 then error("stopped", 0) end
      end}
      assert.matches("stopped",
        message_of(train.finetune, net, set, with {frozen_epochs = 1, fit = how}))
      how.on_step = nil
      local result = train.finetune(net, set, with {frozen_epochs = 1, fit = how})
      assert.equal(0, difference(wanted.net, result.net))
      assert.matches("about.frozen_epochs is 2, in the checkpoint 1",
        message_of(train.finetune, net, set, with {frozen_epochs = 2, fit = how}))
    end)
  end)

  it("names what is wrong", function()
    assert.matches("no linear layer", message_of(train.finetune, nn.relu(), set))
    assert.matches("train.finetune: there is no layer", message_of(train.finetune, plain(), set,
      with {freeze = {"layer9"}}))
    assert.matches('did you mean "head_lr"',
      message_of(train.finetune, plain(), set, with {head_l = 1}))
    assert.matches("train.finetune: there is no option \"epoch\"",
      message_of(train.finetune, plain(), set, with {probe = {epoch = 1}}))
  end)
end)
