-- Values that backward makes again instead of saving them: the same bits, in
-- less memory.
local invar = require "invar"
local program = require "support.program"
local scarcity = require "support.scarcity"
local testing = require "invar.core.testing"
local nn, rng, tensor = invar.nn, invar.rng, invar.tensor
local fn = nn.functional

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

local function chain()
  return nn.sequential {nn.conv2d(3, 8, 3, {padding = 1}), nn.batch_norm(8), nn.relu(),
    nn.conv2d(8, 8, 3, {padding = 1}), nn.batch_norm(8), nn.conv2d(8, 4, 1)}
end

local function block()
  return nn.module {
    conv = nn.conv2d(4, 4, 3, {padding = 1}),
    norm = nn.batch_norm(4),
    forward = function(self, x) return self.norm(self.conv(x), {relu = true, residual = x}) end,
  }
end

-- Outputs of blocks are made from those of blocks before, more in a row than
-- are made again; the first block's residual is the output of a norm.
local function residual()
  local list = {nn.conv2d(3, 4, 1), nn.batch_norm(4)}
  for _ = 1, 6 do list[#list + 1] = block() end
  return nn.sequential(list)
end

local function attention()
  return nn.sequential {nn.linear(3, 8), nn.layer_norm(8), nn.multi_head_attention(8, 2)}
end

local networks = {
  {"a chain of convolutions", chain, {2, 5, 5, 3}},
  {"residual blocks", residual, {2, 4, 4, 3}},
  {"a norm that three layers read", attention, {2, 5, 3}},
}

local function once(y) y:backward(tensor.randn(rng.new(9), y:shape()):to(y:dtype())) end

-- Gradients of input and parameters, in a list.
local function gradients(net, x, backward)
  x:zero_grad()
  net:zero_grad()
  backward(net(x))
  local list = {x:grad()}
  for _, parameter in ipairs(net:parameters()) do list[#list + 1] = parameter:grad() end
  return list
end

local function without(f, ...)
  testing.recompute(false)
  local ok, result = pcall(f, ...)
  testing.recompute(true)
  return assert(ok and result, result)
end

local function assert_same(a, b)
  assert.equal(#a, #b)
  for i = 1, #a do assert(a[i]:equal(b[i]), ("gradient %d differs"):format(i)) end
end

describe("what backward makes again", function()
  for _, case in ipairs(networks) do
    local name, make, shape = table.unpack(case)
    local net = make():initialise(5)
    local x = tensor.randn(rng.new(1), shape):requires_grad_()

    it("gives the same bits: " .. name, function()
      local wanted = without(gradients, net, x, once)
      for threads = 1, 2 do
        local before = invar.threads()
        invar.threads(threads)
        assert_same(wanted, gradients(net, x, once))
        invar.threads(before)
      end
    end)

    it("gives the same bits in bfloat16: " .. name, function()
      local half = function(_, input) return net(input:to("bfloat16")) end
      local wrapped = setmetatable({}, {__call = half, __index = function(_, key)
        return function(_, ...) return net[key](net, ...) end
      end})
      assert_same(without(gradients, wrapped, x, once), gradients(wrapped, x, once))
    end)

    it("is made as often as backward comes: " .. name, function()
      local function twice(y)
        local seed = tensor.randn(rng.new(9), y:shape())
        y:backward(seed, {keep = true})
        y:backward(seed)
      end
      assert_same(without(gradients, net, x, twice), gradients(net, x, twice))
    end)

    it("turns memory that runs out into an error, after which all is as before: " .. name,
    function()
      local wanted = gradients(net, x, once)
      local y = net(x)
      local seed = tensor.randn(rng.new(9), y:shape())
      local function reset()
        x:zero_grad()
        net:zero_grad()
      end
      scarcity(function() y:backward(seed, {keep = true}) end, {before = reset})
      local found = {x:grad()}
      for _, parameter in ipairs(net:parameters()) do found[#found + 1] = parameter:grad() end
      assert_same(wanted, found)
    end)
  end

  it("is not what was changed in place", function()
    local x = tensor.randn(rng.new(1), 6, 4):requires_grad_()
    local weight = tensor.randn(rng.new(2), 3, 4):requires_grad_()
    local function weight_gradient(change)
      weight:zero_grad()
      change(fn.layer_norm(x * 1)):sum():backward()
      return weight:grad()
    end
    local plain = weight_gradient(function(y) return fn.linear(y, weight) end)
    -- Changed after it was read: what was read counts.
    assert.is_true(plain:equal(weight_gradient(function(y)
      local z = fn.linear(y, weight)
      nn.no_grad(function() y:zero_() end)
      return z
    end)))
    -- Changed before.
    assert.is_true((plain * 2):equal(weight_gradient(function(y)
      nn.no_grad(function() y:mul_(2) end)
      return fn.linear(y, weight)
    end)))
    -- A view of it is another tensor.
    assert.is_true(plain:equal(weight_gradient(function(y)
      return fn.linear(y:t():contiguous():t(), weight)
    end)))
  end)

  it("is not made of what was changed in place", function()
    local x = tensor.randn(rng.new(1), 6, 4):requires_grad_()
    local weight = tensor.randn(rng.new(2), 3, 4):requires_grad_()
    local input = x * 1
    local loss = fn.linear(fn.layer_norm(input), weight):sum()
    nn.no_grad(function() input:add_(1) end)
    assert.matches("gradient of layer_norm needs was modified", message_of(loss.backward, loss))
    assert.is_nil(weight:grad())
  end)

  it("is not made after its graph was used", function()
    local x = tensor.randn(rng.new(1), 6, 4):requires_grad_()
    local weight = tensor.randn(rng.new(2), 3, 4):requires_grad_()
    local y = fn.layer_norm(x)
    local a, b = fn.linear(y, weight):sum(), fn.linear(y, weight):sum()
    a:backward()
    assert.matches("went through this graph already", message_of(b.backward, b))
  end)

  it("starts anew after a failure", function()
    local x, b = tensor({1, 2}):requires_grad_(), tensor {3, 4}
    local loss = (x * b):sum()
    b:add_(1)
    for _ = 1, 2 do assert.is_false(pcall(loss.backward, loss, {keep = true})) end
    local again = (x * b):sum()
    again:backward()
    assert.same({4, 5}, x:grad():totable())
  end)
end)

-- The largest memory of a step of a chain of convolutions, norms and ReLUs, in
-- activations, beside what there was before.
local memory_script = [[
local invar = require "invar"
local nn, rng, tensor = invar.nn, invar.rng, invar.tensor
local list = {}
for i = 1, 20 do
  table.move({nn.conv2d(16, 16, 1, {bias = false}), nn.batch_norm(16), nn.relu()}, 1, 3,
    #list + 1, list)
end
local net = nn.sequential(list):initialise(1)
local x = tensor.randn(rng.new(1), 64, 32, 32, 16)
collectgarbage()
local before = invar.memory()
net(x):sum():backward()
local _, peak = invar.memory()
print((peak - before) / (4 * x:count()))
]]

describe("a chain of convolutions, norms and ReLUs", function()
  it("takes one activation per layer, and a few", function()
    local file = program.file(memory_script)
    local output, code = program.shell("invar " .. file)
    os.remove(file)
    assert.equal(0, code, output)
    assert(tonumber(output) < 30, output) -- of 20 layers; 40 if ReLUs' outputs were saved
  end)
end)
