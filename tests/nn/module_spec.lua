local invar = require "invar"
local models, nn, optim, rng, tensor = invar.models, invar.nn, invar.optim, invar.rng, invar.tensor

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

local function names_of(list)
  local names = {}
  for i, item in ipairs(list) do names[i] = item.name end
  return table.concat(names, " ")
end

local function small()
  return nn.sequential {nn.conv2d(3, 4, 3), nn.batch_norm(4), nn.relu(), nn.global_avg_pool(),
    nn.linear(4, 2)}
end

describe("a module", function()
  it("is defined at the prompt by a table with a forward", function()
    local net = nn.module {
      one = nn.linear(3, 4),
      two = nn.linear(4, 2),
      scale = tensor.ones(1),
      offset = tensor.zeros(1),
      buffers = {"offset"},
      forward = function(self, x) return self.two(self.one(x):tanh()) * self.scale end,
    }
    assert.same({5, 2}, net(tensor.zeros(5, 3)):shape())
    assert.equal("scale one.weight one.bias two.weight two.bias", names_of(net:named_parameters()))
    assert.equal(3 * 4 + 4 + 4 * 2 + 2 + 1, net:count())
    net(tensor.ones(1, 3)):sum():backward()
    assert.is_not_nil(net.scale:grad())
    net:zero_grad()
    assert.is_nil(net.scale:grad())
  end)

  it("names members of a list from 0, as PyTorch", function()
    assert.equal("0.weight 0.bias 1.weight 1.bias 4.weight 4.bias",
      names_of(small():named_parameters()))
    local _, names = small():state_dict()
    assert.equal("1.running_mean", names[5])
  end)

  it("switches modes below it and puts them back", function()
    local net = small()
    net[2]:eval()
    local inside
    local result = net:evaluating(function(a)
      inside = {net.training, net[2].training, net[5].weight:mul(1):requires_grad()}
      return a + 1
    end, 4)
    assert.equal(5, result)
    assert.same({false, false, false}, inside)
    assert.same({true, false}, {net.training, net[2].training})
    assert.matches("oops", message_of(net.evaluating, net, function() error("oops") end))
    assert.is_true(net.training)
    net:eval()
    assert.is_false(net[1].training)
  end)

  it("gives features of several layers in one pass", function()
    local net = models.create("resnet-8", {classes = 5})
    local x = tensor.randn(rng.new(1), 2, 32, 32, 3)
    local calls, forward = 0, net.forward
    net.forward = function(...)
      calls = calls + 1
      return forward(...)
    end
    local all = net:eval():features(x, {"layer1", "layer3.0.conv2", "penultimate"})
    assert.equal(1, calls)
    assert.same({2, 32, 32, 16}, all.layer1:shape())
    assert.same({2, 8, 8, 64}, all["layer3.0.conv2"]:shape())
    assert.same({2, 64}, all.penultimate:shape())
    assert.is_true(net.linear(all.penultimate):equal(net(x)))
    assert.matches('did you mean "layer3"', message_of(net.features, net, x, "layr3"), 1, true)
    assert.same({2, 4}, small():features(x):shape()) -- the head's input by default
  end)

  it("loads a state dict or says what does not fit", function()
    local a, b = small():initialise(1), small():initialise(2)
    b:load_state_dict(a:state_dict())
    assert.is_true(b[1].weight:equal(a[1].weight))
    local state = {}
    for name, value in pairs((a:state_dict())) do state[name] = value end
    state["0.weight"], state["4.bias"], state.extra = nil, tensor.zeros(3), tensor.zeros(1)
    state["1.num_batches_tracked"] = tensor.zeros(1)
    local message = message_of(b.load_state_dict, b, state)
    assert.matches("1 missing (0.weight); 1 unexpected (extra); "
      .. "1 misshapen (4.bias has shape 3, 2 expected)", message, 1, true)
  end)

  it("draws equal layers differently in one network, equally from one seed", function()
    local function pair() return nn.sequential {nn.linear(3, 3), nn.linear(3, 3)} end
    local net = nn.sequential {pair(), pair()}
    assert.is_false(net[1][1].weight:equal(net[1][2].weight))
    assert.is_false(net[1][1].weight:equal(net[2][1].weight))
    local stored = net[1][1].weight:clone()
    assert.is_true(nn.linear(3, 3, {seed = 4}).weight:equal(nn.linear(3, 3, {seed = 4}).weight))
    nn.no_grad(function() net[1][1].weight:add_(1) end)
    nn.sequential {net, nn.relu()} -- touched weights stay
    assert.is_true((stored + 1):equal(net[1][1].weight))
  end)

  it("trains a small problem to its end", function()
    local r = rng.new(5)
    local x = tensor.randn(r, 64, 2)
    local y = x[{{}, 1}]:mul(x[{{}, 2}]):gt(0):to("int32") + 1
    local net = nn.sequential {nn.linear(2, 32), nn.relu(), nn.linear(32, 2)}
    local optimizer = optim.adam(net, {lr = 0.02})
    local loss
    for _ = 1, 200 do
      loss = nn.cross_entropy(net(x), y)
      optimizer:zero_grad()
      loss:backward()
      optimizer:step()
    end
    assert.is_true(loss:item() < 0.1)
  end)

  it("may call a child as a method of modules is called", function()
    local net = nn.module {body = nn.sequential {nn.linear(2, 2)}, names = {body = "features"},
      forward = function(self, x) return self.body(x) end}
    assert.equal("features.0.weight features.0.bias", names_of(net:named_parameters()))
    local x = tensor.ones(1, 2)
    assert.is_true(net:features(x, "features.0"):equal(net(x)))
    assert.matches("`names` is 3, table expected", message_of(nn.module, {names = 3}))
  end)

  it("starts anew by its seed, norms included", function()
    local net = small():initialise(4)
    local fresh = net:copy()
    net(tensor.randn(rng.new(1), 2, 8, 8, 3))
    nn.no_grad(function()
      for _, parameter in ipairs(net:parameters()) do parameter:add_(1) end
    end)
    net:initialise(4)
    for name, value in pairs((net:state_dict())) do
      assert.is_true(value:equal(fresh:state_dict()[name]), name)
    end
  end)

  it("names what is wrong", function()
    assert.matches("nn.conv2d: argument 1: integer in 1", message_of(nn.conv2d, 0, 1, 1))
    assert.matches('did you mean "stride"', message_of(nn.conv2d, 1, 1, 1, {strid = 1}))
    assert.matches("member 2: module expected", message_of(nn.sequential, {nn.relu(), 3}))
    assert.matches("plain list", message_of(nn.sequential, {nn.relu(), a = nn.relu()}))
    assert.matches('"train" is a method', message_of(nn.module, {train = true}))
    assert.matches("no function `forward`", message_of(nn.module {}, tensor.zeros(1)))
    assert.matches("call it with a colon", message_of(small().train))
    assert.matches("< 1 expected", message_of(nn.dropout, 1))
  end)
end)
