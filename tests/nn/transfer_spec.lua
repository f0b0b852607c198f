local invar = require "invar"
local models, nn, optim, rng, tensor = invar.models, invar.nn, invar.optim, invar.rng, invar.tensor

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

local x = tensor.randn(rng.new(1), 4, 32, 32, 3)
local y = tensor {1, 2, 3, 1}:to "int32"

local function step(net)
  local optimizer = optim.sgd(net, {lr = 1})
  nn.cross_entropy(net(x), y):backward()
  optimizer:step()
end

local function small() return models.create("resnet-8", {classes = 3, seed = 2}) end

-- The names of the tensors that differ between two networks.
local function changed(net, before)
  local names, state = {}, before:state_dict()
  for name, value in pairs((net:state_dict())) do
    if not value:equal(state[name]) then names[name] = true end
  end
  return names
end

describe("a network's body", function()
  it("is copied with weights, buffers and generators of its own", function()
    local net = nn.sequential {nn.linear(4, 64), nn.batch_norm(64), nn.dropout(0.5)}
    local copy = net:copy()
    local sample = tensor.randn(rng.new(2), 6, 4)
    assert.is_true(net(sample):equal(copy(sample)))
    assert.is_true(net(sample):equal(copy(sample))) -- the second draws too
    nn.no_grad(function() copy[1].weight:zero_() end)
    assert.is_true(net[1].weight:abs():sum():item() > 0)
    assert.is_true(copy[1].weight:requires_grad())
    local member = nn.linear(3, 3, {seed = 9}):copy()
    local kept = member.weight:clone()
    nn.sequential {member, nn.linear(3, 3)} -- a copy is not drawn anew
    assert.is_true(kept:equal(member.weight))
  end)

  it("moves into a network with another head", function()
    local net, other = small(), models.create("resnet-8", {classes = 5, seed = 9})
    other(x) -- its statistics move
    local head = net.linear.weight:clone()
    assert.equal(net, net:load_body(other))
    for name, value in pairs((net:state_dict())) do
      if not name:match "^linear" then
        assert.is_true(value:equal(other:state_dict()[name]), name)
      end
    end
    assert.is_true(head:equal(net.linear.weight))
    assert.matches("module:load_body: .*conv1.weight", message_of(net.load_body, net,
      nn.sequential {nn.linear(2, 2)}))
  end)

  it("stays as it is when frozen, statistics included", function()
    local net = small():freeze {"conv1", "bn1", "layer1"}
    local before = net:copy()
    net:train()
    assert.is_false(net.layer1[1].bn1.training)
    assert.is_true(net.layer2[1].bn1.training)
    step(net)
    local names = changed(net, before)
    for name in pairs(names) do
      assert.is_nil(name:match "^conv1" or name:match "^bn1" or name:match "^layer1", name)
    end
    assert.is_true(names["layer2.0.bn1.running_mean"] and names["layer2.0.conv1.weight"])
    net:unfreeze "layer1"
    assert.is_true(net.layer1[1].bn1.training)
    assert.is_false(net.bn1.training)
    net:zero_grad()
    before = net:copy()
    step(net)
    names = changed(net, before)
    assert.is_true(names["layer1.0.bn1.running_mean"] and names["layer1.0.conv1.weight"])
    assert.is_nil(names["conv1.weight"])
  end)

  it("may let its statistics move on, as PyTorch's do", function()
    local net = small():freeze("layer1", {statistics = false})
    local before = net:copy()
    step(net)
    local names = changed(net, before)
    assert.is_true(names["layer1.0.bn1.running_mean"])
    assert.is_nil(names["layer1.0.bn1.weight"])
  end)

  it("is frozen and thawed as a whole", function()
    local net = small():freeze()
    assert.is_false(net(x):requires_grad())
    assert.is_true(net:unfreeze()(x):requires_grad())
    assert.is_true(net.bn1.training)
    assert.is_false(net:eval():freeze():unfreeze().bn1.training)
    net.layer1:freeze() -- a part by itself
    assert.is_false(net.layer1[1].conv1.weight:requires_grad())
    assert.is_true(net.conv1.weight:requires_grad())
  end)

  it("names what cannot be frozen", function()
    local net = small()
    assert.matches('module:freeze: there is no layer "layr1" (did you mean "layer1"?)',
      message_of(net.freeze, net, "layr1"), 1, true)
    assert.matches("module:freeze: argument 1", message_of(net.freeze, net, 3), 1, true)
    assert.matches('did you mean "statistics"', message_of(net.freeze, net, nil, {statistic = 1}),
      1, true)
  end)
end)

describe("a network's head", function()
  it("is replaced by what another network would have drawn", function()
    for _, name in ipairs {"resnet-8", "mlp"} do
      local net = models.create(name, {classes = 30})
      local body = net:copy()
      local other = models.create(name, {classes = 7, seed = 5}):state_dict()
      assert.equal(net, net:replace_head(7, {seed = 5}))
      local differing = 0
      for key, value in pairs((net:state_dict())) do
        if value:equal(other[key]) and value:dim() > 0 and #value == 7 then
          differing = differing + 1
        elseif #value ~= 7 then
          assert.is_true(value:equal(body:state_dict()[key]), key)
        end
      end
      assert.equal(2, differing)
      assert.same({4, 7}, net(x):shape())
    end
  end)

  it("is trained alone on a frozen body", function()
    local net = small():freeze():replace_head(5)
    local before = net:copy()
    net:train()
    step(net)
    local names = changed(net, before)
    assert.same({["linear.weight"] = true, ["linear.bias"] = true}, names)
  end)

  it("is any module that is assigned", function()
    local net = small()
    net.linear = nn.sequential {nn.linear(64, 8), nn.relu(), nn.linear(8, 2)}
    assert.same({4, 2}, net(x):shape())
    assert.same({4, 64}, net:features(x):shape())
    local _, order = net:state_dict()
    assert.equal("linear.2.bias", order[#order])
    assert.matches("the head linear is sequential, linear expected",
      message_of(net.replace_head, net, 3), 1, true)
  end)

  it("is refused where there is none", function()
    local net = nn.sequential {nn.relu()}
    assert.matches("no linear layer below it", message_of(net.replace_head, net, 3))
    assert.matches("no linear layer below it",
      message_of(net.replace_head, nn.linear(2, 2), 3))
    assert.matches("argument 1: integer", message_of(net.replace_head, net, 0))
  end)
end)
