local invar = require "invar"
local models, nn, optim, tensor = invar.models, invar.nn, invar.optim, invar.tensor

local function fixture(name) return tensor.load("tests/fixtures/nn/" .. name .. ".npy") end

local x, y = fixture "input", fixture "labels"

local function create() return models.create("resnet-8", {classes = 7, seed = 3}) end

-- The largest difference, relative to the largest value.
local function difference(a, b)
  return ((a - b):abs():max() / b:abs():max()):item()
end

describe("resnet-8", function()
  it("has the published size and PyTorch's names", function()
    local net = models.create("resnet-8", {classes = 30})
    assert.equal(79342, net:count())
    local state, names = net:state_dict()
    assert.same({64, 32, 3, 3}, state["layer3.0.conv1.weight"]:shape())
    assert.same({32, 16, 1, 1}, state["layer2.0.shortcut.0.weight"]:shape())
    assert.same({32}, state["layer2.0.shortcut.1.running_var"]:shape())
    assert.equal("conv1.weight", names[1])
    assert.equal("linear.bias", names[#names])
  end)

  it("gives PyTorch's logits for the same weights", function()
    local net = create():eval()
    assert.is_true(difference(net(x), fixture "logits") < 1e-5)
  end)

  it("has PyTorch's gradients and running statistics", function()
    local net = create()
    nn.cross_entropy(net(x), y):backward()
    local state = net:state_dict()
    local function close(name, file)
      assert.is_true(difference(state[name]:grad(), fixture(file)) < 1e-4)
    end
    close("conv1.weight", "gradient_conv1")
    close("layer2.0.shortcut.0.weight", "gradient_shortcut")
    close("layer3.0.bn2.weight", "gradient_bn")
    assert.is_true(difference(state["layer1.0.bn1.running_var"], fixture "running_var") < 1e-5)
  end)

  local optimizers = {
    sgd = function(net)
      return optim.sgd(net, {lr = 0.05, momentum = 0.9, weight_decay = 5e-4, nesterov = true})
    end,
    momentum = function(net) return optim.sgd(net, {lr = 0.02, momentum = 0.8}) end,
    adam = function(net) return optim.adam(net, {weight_decay = 1e-3}) end,
    adamw = function(net) return optim.adamw(net, {weight_decay = 0.1}) end,
  }
  for name, make in pairs(optimizers) do
    it("follows PyTorch's losses for ten steps of " .. name, function()
      local net = create()
      local optimizer, wanted = make(net), fixture("losses_" .. name):totable()
      for step = 1, 10 do
        local loss = nn.cross_entropy(net(x), y)
        optimizer:zero_grad()
        loss:backward()
        optimizer:step()
        assert.is_true(math.abs(loss:item() - wanted[step]) <= 1e-3 * wanted[1],
          ("step %d: %g, PyTorch %g"):format(step, loss:item(), wanted[step]))
      end
    end)
  end

  it("trains to the same bits with any number of threads", function()
    local before = invar.threads()
    local function train(threads)
      invar.threads(threads)
      local net = create()
      local optimizer = optim.adam(net, {lr = 1e-3})
      for _ = 1, 3 do
        optimizer:zero_grad()
        nn.cross_entropy(net(x), y):backward()
        optimizer:step()
      end
      return net:state_dict()
    end
    local one, two = train(1), train(2)
    invar.threads(before)
    for name, value in pairs(one) do assert.is_true(value:equal(two[name]), name) end
  end)

  it("draws each parameter from its seed and name", function()
    local a = create():state_dict()
    local b = models.create("resnet-8", {classes = 5, seed = 3}):state_dict()
    assert.is_true(a["layer1.0.conv1.weight"]:equal(b["layer1.0.conv1.weight"]))
    assert.is_false(a["layer1.0.conv1.weight"]:equal(a["layer1.0.conv2.weight"]))
    local bound = 1 / math.sqrt(16 * 9)
    local w = a["layer1.0.conv1.weight"]
    assert.is_true(w:abs():max():item() <= bound)
    assert.is_true(math.abs(w:var():item() / (bound ^ 2 / 3) - 1) < 0.1)
  end)
end)
