-- Losses where floating point is at its ends, what they refuse, and gradients
-- with respect to inputs.
local invar = require "invar"
local nn, rng, tensor = invar.nn, invar.rng, invar.tensor

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

local function near(wanted, value)
  assert(math.abs(value - wanted) <= 1e-6 * math.max(1, math.abs(wanted)),
    ("%.9g, %.9g wanted"):format(value, wanted))
end

describe("cross_entropy", function()
  local labels = tensor {2, 1}:to("int32")

  it("of labels is that of their one-hot probabilities", function()
    local x = tensor.randn(rng.new(1), 2, 3)
    local hot = labels:one_hot(3):to("float32")
    for _, o in ipairs {{}, {smoothing = 0.3}, {reduction = "none"}, {reduction = "sum"}} do
      assert.is_true(nn.cross_entropy(x, labels, o):allclose(nn.cross_entropy(x, hot, o)))
    end
  end)

  it("lets impossible classes be where nothing is expected of them", function()
    local x = tensor {{-math.huge, 0}, {0, -math.huge}}:requires_grad_()
    local loss = nn.cross_entropy(x, labels)
    assert.equal(0, loss:item())
    loss:backward()
    assert.equal(0, x:grad():abs():max():item())
  end)

  it("names what is wrong", function()
    local x = tensor.zeros(2, 3)
    assert.matches('nn.cross_entropy: argument 3: option reduction: one of "mean", "sum", "none"',
      message_of(nn.cross_entropy, x, labels, {reduction = "max"}), 1, true)
    assert.matches("smoothing", message_of(nn.cross_entropy, x, labels, {smoothing = 1.5}))
    assert.matches("labels 2x2", message_of(nn.cross_entropy, x, tensor.zeros(2, 2)))
  end)
end)

describe("bce", function()
  it("neither overflows nor loses what is small", function()
    local function loss(x, t) return nn.bce(tensor {x}, tensor {t}):item() end
    near(math.log(2), loss(0, 1))
    assert.equal(1e4, loss(1e4, 0))
    assert.equal(1e4, loss(-1e4, 1))
    near(1, loss(30, 1) / math.exp(-30))
    near(1, loss(-30, 0) / math.exp(-30))
  end)

  it("has the slope sigmoid(x) - t, at 0 too", function()
    local x, t = tensor {-3, 0, 0, 50}:requires_grad_(), tensor {1, 0, 1, 0}
    nn.bce(x, t, {reduction = "sum"}):backward()
    assert.is_true(x:grad():allclose(x:detach():sigmoid() - t))
  end)
end)

describe("kl", function()
  it("is zero for what is equal, and for 0 log 0", function()
    local p = tensor {{0.25, 0.75, 0}, {1, 0, 0}}
    near(0, nn.kl(p:maximum(1e-30):log(), p):item())
    local q = tensor.full({2, 3}, 1 / 3):log()
    near((0.25 * math.log(0.75) + 0.75 * math.log(2.25) + math.log(3)) / 2, nn.kl(q, p):item())
  end)
end)

describe("cosine", function()
  it("is defined for vectors of zeros, and so is its gradient", function()
    local x = tensor {{0, 0}, {3, 4}}:requires_grad_()
    local similarity = nn.cosine_similarity(x, tensor {{1, 0}, {6, 8}})
    assert.is_true(similarity:allclose(tensor {0, 1}))
    nn.cosine(x, tensor {{1, 0}, {8, -6}}):backward()
    assert.equal(0, x:grad():isnan():sum():item())
  end)

  it("names a dimension that is none", function()
    local x = tensor.zeros(2, 3)
    assert.matches("nn.cosine: option dim: 3 is no dimension of a tensor with 2",
      message_of(nn.cosine, x, x, {dim = 3}), 1, true)
  end)
end)

describe("losses of pairs", function()
  it("refuse shapes that would be broadcast, and what is no real number", function()
    for _, name in ipairs {"mse", "l1", "huber", "bce", "kl", "cosine", "cosine_similarity"} do
      local a, b = tensor.zeros(3, 2), tensor.zeros(2)
      assert.matches("shapes 3x2 and 2: the same one", message_of(nn[name], a, b), 1, true)
      assert.matches("nn." .. name .. ": ", message_of(nn[name], a, 3), 1, true)
      local whole = a:to("int32")
      assert.matches("int32", message_of(nn[name], whole, whole))
      assert.matches("not empty", message_of(nn[name], tensor.zeros(0, 2), tensor.zeros(0, 2)))
      assert.matches("there is no option", message_of(nn[name], a, a, {reducton = "sum"}))
    end
  end)
end)

describe("gradients with respect to inputs", function()
  -- Goodfellow et al., 2015.
  it("make the fast gradient sign step raise the loss most", function()
    local net = nn.sequential {nn.conv2d(3, 4, 3, {seed = 1}), nn.gelu(), nn.flatten(),
      nn.linear(4 * 36, 5, {seed = 2})}
    net:freeze()
    local x = tensor.rand(rng.new(3), 4, 8, 8, 3):requires_grad_()
    local y = tensor {1, 2, 3, 4}:to("int32")
    local loss = nn.cross_entropy(net(x), y)
    loss:backward()
    assert.is_false(net[1].weight:requires_grad())
    local step, epsilon = x:grad():sign(), 1e-2
    local function after(direction)
      return nn.cross_entropy(net(x:detach() + direction * epsilon), y):item() - loss:item()
    end
    local gain = after(step)
    local slope = x:grad():abs():sum():item()
    assert.is_true(math.abs(gain / (epsilon * slope) - 1) < 0.01)
    assert.is_true(after(-step) < 0)
    for seed = 1, 5 do
      local other = tensor.randn(rng.new(seed), x:shape()):sign()
      assert.is_true(after(other) < gain)
    end
  end)
end)
