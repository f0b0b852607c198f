-- Attention, layer and group normalisation, embedding: what the comparison
-- with PyTorch (layers_table_spec.lua) does not show.
local invar = require "invar"
local scarcity = require "support.scarcity"
local nn, rng, tensor = invar.nn, invar.rng, invar.tensor
local fn = nn.functional

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

local function normal(seed, ...) return tensor.randn(rng.new(seed), ...) end

local operations = {
  attention = function(x, w) return nn.attention(x, x * 2, x * w, {heads = 4}) end,
  ["attention in blocks"] = function(x, w)
    local keys = (x * w):reshape(1, -1, 40)
    return nn.attention(x:reshape(1, -1, 40), keys, keys, {heads = 2})
  end,
  layer_norm = function(x, w) return fn.layer_norm(x, w, w) end,
  group_norm = function(x, w) return fn.group_norm(x, 8, w, w) end,
  gelu = function(x, w) return (x * w):gelu() end,
  cross_entropy = function(x, w)
    local logits = (x * w):reshape(-1, 40)
    return nn.cross_entropy(logits, (logits:argmax(2)):to("int32"), {smoothing = 0.1})
  end,
}

describe("the same bits for every number of threads:", function()
  local before = invar.threads()
  after_each(function() invar.threads(before) end)

  for name, f in pairs(operations) do
    it(name, function()
      local results = {}
      for threads = 1, 3 do
        invar.threads(threads)
        local x, w = normal(1, 13, 57, 40):requires_grad_(), normal(2, 40):requires_grad_()
        local y = f(x, w)
        y:backward(normal(3, y:shape()))
        results[threads] = {y:detach(), x:grad(), w:grad()}
      end
      for threads = 2, 3 do
        for i = 1, 3 do assert.is_true(results[1][i]:equal(results[threads][i])) end
      end
    end)
  end
end)

describe("attention", function()
  it("takes the mean where all scores are equal", function()
    local v = normal(1, 2, 5, 6)
    local y = nn.attention(tensor.zeros(2, 3, 6), normal(2, 2, 5, 6), v)
    assert.is_true(y:allclose(v:mean(2, {keepdim = true}):expand(2, 3, 6), {atol = 1e-6}))
  end)

  it("picks one value where a score is far above the others", function()
    local q = tensor {{{1e4, 0}, {0, 1e4}}}
    local v = tensor {{{1, 2}, {3, 4}}}
    assert.same(v:totable(), nn.attention(q, q, v):totable())
  end)

  it("is the same in blocks of queries as in one", function()
    local q, k, v = normal(1, 1, 50, 4), normal(2, 1, 3000, 4), normal(3, 1, 3000, 4)
    local scores = q[1]:matmul(k[1]:t()) * 0.5
    local wanted = fn.softmax(scores):matmul(v[1])
    assert.is_true(nn.attention(q, k, v)[1]:allclose(wanted, {atol = 1e-6, rtol = 1e-4}))
  end)

  it("passes NaN on to its own query only", function()
    local q = normal(1, 1, 2, 4)
    q[{1, 1, 1}] = 0 / 0
    local y = nn.attention(q, normal(2, 1, 3, 4), normal(3, 1, 3, 4))
    assert.same({4, 0}, y[1]:isnan():to("int32"):sum(2):totable())
  end)

  it("takes no queries and no samples", function()
    local k = normal(1, 2, 3, 4):requires_grad_()
    local y = nn.attention(tensor.zeros(2, 0, 4), k, k)
    assert.same({2, 0, 4}, y:shape())
    y:sum():backward()
    assert.equal(0, k:grad():abs():max():item())
    local none = tensor.zeros(0, 3, 4)
    assert.same({0, 3, 4}, nn.attention(none, none, none):shape())
  end)

  it("names what is wrong", function()
    local x = tensor.zeros(2, 3, 6)
    assert.matches("nn.attention: queries have shape 2x3x6, keys 2x0x6, values 2x0x6",
      message_of(nn.attention, x, tensor.zeros(2, 0, 6), tensor.zeros(2, 0, 6)), 1, true)
    assert.matches("values 2x3x5", message_of(nn.attention, x, x, tensor.zeros(2, 3, 5)))
    assert.matches("6 features do not divide into 4 heads",
      message_of(nn.attention, x, x, x, {heads = 4}))
    assert.matches("queries is uint8", message_of(nn.attention, x:to("uint8"), x, x))
    assert.matches("nn.multi_head_attention: 6 features do not divide into 4 heads",
      message_of(nn.multi_head_attention, 6, 4))
    assert.matches("option scale", message_of(nn.attention, x, x, x, {scale = 0 / 0}))
  end)

  it("has layers of its own, drawn by name", function()
    local net = nn.multi_head_attention(8, 2, {seed = 3})
    local _, names = net:state_dict()
    assert.same({"q.weight", "q.bias", "k.weight", "k.bias", "v.weight", "v.bias", "o.weight",
      "o.bias"}, names)
    assert.is_false(net.q.weight:equal(net.k.weight))
    assert.is_true(net.q.weight:equal(nn.multi_head_attention(8, 2, {seed = 3}).q.weight))
  end)
end)

describe("normalisation", function()
  it("of layers gives each row mean 0 and variance 1, far from zero too", function()
    for _, size in ipairs {1, 7, 64, 1000} do
      local y = fn.layer_norm(normal(size, 5, size) * 3 + 1000)
      assert.is_true(y:mean(2):abs():max():item() < 1e-3)
      if size > 7 then
        assert.is_true(y:var(2, {correction = 0}):allclose(tensor.ones(5), {atol = 1e-3}))
      end
    end
  end)

  it("of groups is that of layers over each group", function()
    local x = normal(1, 3, 4, 5, 6) + 100
    local groups = x:reshape(3, 20, 2, 3):permute(1, 3, 2, 4):reshape(6, 60)
    local wanted = fn.layer_norm(groups):reshape(3, 2, 20, 3):permute(1, 3, 2, 4)
      :reshape(3, 4, 5, 6)
    assert.is_true(fn.group_norm(x, 2):allclose(wanted, {atol = 1e-4}))
  end)

  it("takes an empty batch", function()
    local weight = tensor.ones(4):requires_grad_()
    for _, y in ipairs {fn.layer_norm(tensor.zeros(0, 4), weight),
      fn.group_norm(tensor.zeros(0, 3, 4), 2, weight)} do
      y:sum():backward()
      assert.same({0, 0, 0, 0}, weight:grad():totable())
    end
  end)

  it("names what is wrong", function()
    assert.matches("nn.functional.layer_norm: weight is float32 3, float32 4 expected",
      message_of(fn.layer_norm, tensor.zeros(2, 4), tensor.zeros(3)), 1, true)
    assert.matches("input has shape scalar", message_of(fn.layer_norm, tensor.new(1)))
    assert.matches("input is float64", message_of(fn.layer_norm, tensor.zeros(2):to("float64")))
    assert.matches("option epsilon", message_of(fn.layer_norm, tensor.zeros(2), nil, nil,
      {epsilon = -1}))
    assert.matches("6 channels do not divide into 4 groups",
      message_of(fn.group_norm, tensor.zeros(2, 6), 4))
    assert.matches("nn.group_norm: 6 channels", message_of(nn.group_norm, 4, 6))
    assert.matches("samples, ..., channels", message_of(fn.group_norm, tensor.zeros(6), 2))
  end)
end)

describe("embedding", function()
  it("adds up the gradients of rows used several times", function()
    local layer = nn.embedding(4, 2, {seed = 1})
    local positions = tensor {{1, 3}, {3, 3}}:to("int32")
    local y = layer(positions)
    assert.same({2, 2, 2}, y:shape())
    assert.is_true(y[{2, 1}]:equal(layer.weight[3]))
    y:sum():backward()
    assert.same({{1, 1}, {0, 0}, {3, 3}, {0, 0}}, layer.weight:grad():totable())
  end)

  it("refuses positions that are none", function()
    local layer = nn.embedding(4, 2)
    assert.matches("5", message_of(layer, tensor {5}:to("int32")))
    assert.matches("0", message_of(layer, tensor {0}:to("int32")))
    assert.matches("int32", message_of(layer, tensor {1}))
  end)
end)

describe("without memory", function()
  for name, f in pairs(operations) do
    it(name .. " raises and loses nothing", function()
      local x, w = normal(1, 2, 4, 40):requires_grad_(), normal(2, 40):requires_grad_()
      local function forget()
        x:zero_grad()
        w:zero_grad()
      end
      scarcity(function() f(x, w):sum():backward() end, {before = forget})
    end)
  end
end)
