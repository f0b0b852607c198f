-- Groups of parameters, frozen ones, and averages of weights.
local invar = require "invar"
local nn, optim, rng, tensor = invar.nn, invar.optim, invar.rng, invar.tensor
local scarcity = require "support.scarcity"

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

local function near(wanted, found) assert.near(wanted, found, 1e-6) end

-- A network of three weights and a bias, all 1, all with gradient 1.
local function network()
  local net = nn.module {
    body = nn.module {weight = tensor.ones(1), bias = tensor.ones(1)},
    head = nn.module {weight = tensor.ones(1)},
    scale = tensor.ones(1),
  }
  for _, parameter in ipairs(net:parameters()) do parameter:backward(tensor.ones(1)) end
  return net
end

local function values(net)
  return {net.body.weight:item(), net.body.bias:item(), net.head.weight:item(), net.scale:item()}
end

local function all_near(wanted, found)
  for i, value in ipairs(wanted) do near(value, found[i]) end
end

describe("parameter groups", function()
  it("have settings of their own, the first that matches", function()
    local net = network()
    local optimizer = optim.sgd(net, {lr = 0.1, weight_decay = 1, groups = {
      {match = "bias$", weight_decay = 0},
      {match = {"^head", "^body"}, lr = 0.2},
    }})
    optimizer:step()
    all_near({1 - 0.4, 1 - 0.1, 1 - 0.4, 1 - 0.2}, values(net))
    optimizer.groups[2].lr = 0
    optimizer.factor = 0.5
    optimizer:step()
    all_near({0.6, 0.85, 0.6, 0.8 - 0.05 * 1.8}, values(net))
    assert.matches("4 parameters; 2 groups", tostring(optimizer))
  end)

  it("go through state and load_state", function()
    local net, other = network(), network()
    local groups = {{match = "^head", lr = 0.01, betas = {0.5, 0.9}}}
    local first = optim.adam(net, {groups = groups})
    first:step()
    local second = optim.adam(other, {lr = 7, groups = {{match = "^head", lr = 5}}})
    other:load_state_dict(net:state_dict())
    second:load_state(first:state())
    first:step()
    second:step()
    assert.same(values(net), values(other))
    assert.same({0.5, 0.9}, second.groups[1].betas)
    assert.matches("the state has 1 groups, the optimiser 0",
      message_of(first.load_state, optim.adam(net), first:state()))
  end)

  it("that are wrong are named", function()
    local net = network()
    local function fails(pattern, ...)
      assert.matches(pattern, message_of(optim.adam, net, {groups = {...}}), 1, true)
    end
    fails("optim.adam: group 1: option match is missing", {lr = 1})
    fails("optim.adam: group 1: there is no option \"lrr\" (did you mean \"lr\"?)",
      {match = "x", lrr = 1})
    fails("group 2: no parameter that is in no group before matches", {match = "^head"},
      {match = "^head"})
    fails("group 1: match is no Lua pattern", {match = "["})
    fails("group 1: match is no Lua pattern", {match = {{}}})
    fails("option lr: finite number >= 0 expected, got -1", {match = "h", lr = -1})
    fails("two numbers in", {match = "h", betas = {1, 1}})
    fails("table of options expected", 3)
    assert.matches("needs momentum", message_of(optim.sgd, net, {momentum = 0.9, nesterov = true,
      groups = {{match = "head", momentum = 0}}}))
  end)

  it("leave frozen parameters and those without a gradient alone", function()
    local net = network()
    net.head.weight:requires_grad_(false)
    net.body.bias:zero_grad()
    local optimizer = optim.adam(net, {lr = 0.5})
    optimizer:step()
    local wanted = {0.5, 1, 1, 0.5}
    all_near(wanted, values(net))
    assert.is_nil(optimizer:state().parameters["head.weight"])
    net.head.weight:requires_grad_(true):backward(tensor.ones(1))
    optimizer:step()
    near(0.5, net.head.weight:item()) -- its own first step
  end)

  it("lose nothing when memory runs out", function()
    local net, optimizer = network(), nil
    local start = net:copy():state_dict()
    assert.is_true(scarcity(function() optimizer:step() end, {before = function()
      net:load_state_dict(start)
      optimizer = optim.adam(net, {groups = {{match = "head"}}})
    end}) >= 10)
  end)
end)

describe("the moving average", function()
  it("has its closed form", function()
    local net = nn.linear(3, 2)
    local ema = optim.ema(net, {decay = 0.9})
    nn.no_grad(function() net.weight:fill_(0) net.bias:fill_(5) end)
    local start = ema:state().weight:clone()
    for _ = 1, 4 do ema:update() end
    assert.is_true(ema:state().weight:allclose(start * 0.9 ^ 4, {rtol = 1e-5, atol = 1e-7}))
    assert.matches("ema %(decay = 0.9; 2 tensors%)", tostring(ema))
  end)

  it("is in the network while a function runs, also one that fails", function()
    local net = nn.sequential {nn.linear(3, 3), nn.batch_norm(3)}
    local ema = optim.ema(net)
    local x = tensor.randn(rng.new(1), 5, 3)
    local wanted = net:eval()(x):detach():clone()
    nn.no_grad(function() net[1].weight:fill_(2) net[2].running_mean:fill_(1) end)
    local own = net(x):detach():clone()
    assert.is_true(ema:applied(function() return net(x) end):equal(wanted))
    assert.is_true(net(x):equal(own))
    assert.matches("oops", message_of(ema.applied, ema, function() error "oops" end))
    assert.is_true(net(x):equal(own))
    local other = optim.ema(net, {decay = 0})
    other:load_state(ema:state())
    assert.equal(net, other:apply())
    assert.is_true(net(x):equal(wanted))
    scarcity(function() ema:applied(function() end) end)
  end)

  it("says what is wrong", function()
    local ema = optim.ema(nn.linear(2, 2))
    assert.matches("argument 1: module expected", message_of(optim.ema, 3))
    assert.matches("in 0 .. 1 expected", message_of(optim.ema, nn.relu(), {decay = 2}))
    ema.decay = 0 / 0
    assert.matches("ema:update: decay is", message_of(ema.update, ema))
    assert.matches("weight: tensor of shape 2x2 expected, got nil",
      message_of(ema.load_state, ema, {}))
    assert.matches("call it with a colon", message_of(ema.state))
  end)
end)
