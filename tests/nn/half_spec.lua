-- Mixed precision: activations in bfloat16, all else in float32.
local invar = require "invar"
local cases = require "support.half_cases"
local program = require "support.program"
local scarcity = require "support.scarcity"
local models, nn, optim, rng, tensor = invar.models, invar.nn, invar.optim, invar.rng, invar.tensor
local fn = nn.functional

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

-- The distance of two tensors, relative to the second.
local function distance(a, b)
  local norm = b:norm():item()
  return (a - b):norm():item() / (norm > 0 and norm or 1)
end

-- The case's output, then the gradients of its inputs, all with activations in
-- `dtype`.
local function run(case, dtype)
  local inputs, results = {}, {}
  for i, input in ipairs(case.inputs) do
    input:zero_grad()
    inputs[i] = i <= case.n and input:to(dtype) or input
  end
  local y = case.f(table.unpack(inputs))
  y:backward(tensor.randn(rng.new(99), y:shape()):to("bfloat16"):to(dtype))
  results[1] = y:detach()
  for _, input in ipairs(case.inputs) do results[#results + 1] = input:grad() end
  return results
end

describe("in bfloat16", function()
  for _, case in ipairs(cases) do
    it(case.name .. " gives what it gives in float32", function()
      local half, whole = run(case, "bfloat16"), run(case, "float32")
      assert.equal("bfloat16", half[1]:dtype())
      for i, wanted in ipairs(whole) do
        -- Rounding alone is 2^-9 at most, 0.0017 on average.
        assert.is_true(distance(half[i]:to("float32"), wanted) < 0.008)
        if i > 1 then assert.equal("float32", half[i]:dtype()) end
      end
    end)
  end

  it("bits do not depend on the number of threads", function()
    local before = invar.threads()
    for _, case in ipairs(cases) do
      invar.threads(1)
      local one = run(case, "bfloat16")
      invar.threads(2)
      local two = run(case, "bfloat16")
      for i = 1, #one do assert(one[i]:equal(two[i]), case.name) end
    end
    invar.threads(before)
  end)

  it("losses are float32 and logits get their gradient in bfloat16", function()
    local x = tensor.randn(rng.new(1), 6, 4):to("bfloat16"):to("float32"):requires_grad_()
    local labels = tensor({1, 2, 3, 4, 1, 2}, {dtype = "int32"})
    local target = tensor.rand(rng.new(2), 6, 4)
    for _, loss in ipairs {
      function(logits) return nn.cross_entropy(logits, labels) end,
      function(logits) return nn.mse(logits, target) end,
      function(logits) return nn.mse(target, logits) end,
    } do
      x:zero_grad()
      local wanted = loss(x)
      wanted:backward()
      local gradient = x:grad()
      x:zero_grad()
      local found = loss(x:to("bfloat16"))
      found:backward()
      assert.equal("float32", found:dtype())
      assert.equal(wanted:item(), found:item())
      assert.is_true(x:grad():equal(gradient:to("bfloat16"):to("float32")))
    end
  end)

  it("a NaN stays one", function()
    local x = tensor({{0 / 0, 1}, {2, 3}}, {dtype = "bfloat16"})
    local y = fn.batch_norm(x, nil, nil, tensor.zeros(2), tensor.ones(2), {relu = true})
    assert.same({1, 0, 0, 0}, y:isnan():reshape(-1):totable())
    assert.same({1, 0, 0, 0}, x:relu():isnan():reshape(-1):totable())
  end)

  it("products may be empty", function()
    local w, b = tensor.ones(3, 4), tensor.ones(3)
    assert.same({0, 3}, fn.linear(tensor.zeros({0, 4}, {dtype = "bfloat16"}), w, b):shape())
    local a = tensor.zeros({2, 0}, {dtype = "bfloat16"})
    assert.same({{0, 0}, {0, 0}}, a:matmul(a:t()):totable())
  end)

  it("precisions do not mix unnoticed", function()
    local x = tensor.zeros({4, 3}, {dtype = "bfloat16"})
    local zeros = tensor.zeros(4, 3)
    assert.matches("the residual float32 4x3", message_of(fn.batch_norm, x, nil, nil, nil, nil,
      {training = true, residual = zeros}), 1, true)
    assert.matches("weight is bfloat16, float32 expected", message_of(fn.linear, x, x), 1, true)
    assert.matches("input is uint8, float32 or bfloat16 expected",
      message_of(fn.linear, x:to("uint8"), zeros), 1, true)
    local q = tensor.zeros(1, 2, 3)
    assert.matches("queries are float32, keys bfloat16", message_of(nn.attention, q,
      q:to("bfloat16"), q), 1, true)
    assert.equal("float32", (x + zeros):dtype())
  end)

  it("memory that runs out is an error", function()
    for _, case in ipairs(cases) do
      if case.n > 1 or #case.inputs > 1 then
        scarcity(function() run(case, "bfloat16") end, {before = function()
          for _, input in ipairs(case.inputs) do input:zero_grad() end
        end})
      end
    end
  end)
end)

describe("the tape", function()
  it("goes through conversions and adds up in float32, rounded at each branch", function()
    local x = tensor({1, 2}):requires_grad_()
    local y = x:to("bfloat16")
    local z = y * 256 + y * 1 + y * 1
    assert.equal("bfloat16", z:dtype())
    z:backward(tensor({1, 1}, {dtype = "bfloat16"}))
    assert.equal("float32", x:grad():dtype())
    -- Newest first: 1 + 1, then 2 + 256, which bfloat16 holds.
    assert.same({258, 258}, x:grad():totable())
  end)

  it("keeps leaves in float32", function()
    local x = tensor({1}, {dtype = "bfloat16"})
    assert.matches("leaves are float32 or float64, the tensor is bfloat16",
      message_of(x.requires_grad_, x), 1, true)
  end)
end)

-- A classifier of images with all that networks usually have.
local function network()
  return nn.sequential {nn.conv2d(3, 8, 3, {padding = 1, bias = false}), nn.batch_norm(8),
    nn.relu(), nn.max_pool(2), nn.residual(nn.sequential {nn.conv2d(8, 8, 3, {padding = 1}),
    nn.batch_norm(8), nn.relu()}), nn.global_avg_pool(), nn.linear(8, 16), nn.layer_norm(16),
    nn.gelu(), nn.linear(16, 4)}:initialise(5)
end

describe("a module of precision bf16", function()
  local x = tensor.randn(rng.new(1), 32, 8, 8, 3)
  local labels = (x:mean({2, 3, 4}) * 20 + 2.5):round():maximum(1):minimum(4):to("int32")

  it("takes and gives float32, and computes in bfloat16 between", function()
    local net = network():eval()
    local wanted, inner = net(x:to("bfloat16")):to("float32"), nil
    local forward = net.forward
    net.precision = "bf16"
    net.forward = function(self, input)
      inner = input:dtype()
      return forward(self, input)
    end
    local y = net(x)
    assert.equal("bfloat16", inner)
    assert.is_true(y:equal(wanted))
    assert.equal("bfloat16", net(x:to("bfloat16")):dtype())
    local features = net:features(x, {"0", "6"})
    assert.equal("float32", features["0"]:dtype())
    assert.is_true(distance(features["6"], network():eval():features(x, "6")) < 0.02)
    assert.equal("bf16", net:copy().precision)
  end)

  it("differs from float32 by rounding only, forward and backward", function()
    local whole, half = network(), network()
    half.precision = "bf16"
    local a, b = nn.cross_entropy(whole(x), labels), nn.cross_entropy(half(x), labels)
    a:backward()
    b:backward()
    assert.is_true(math.abs(a:item() - b:item()) < 0.01)
    local others = half:named_parameters()
    for i, p in ipairs(whole:named_parameters()) do
      if p.tensor:grad():norm():item() > 1e-3 then
        assert.is_true(distance(others[i].tensor:grad(), p.tensor:grad()) < 0.15)
      end
    end
  end)

  it("learns as well as one of float32", function()
    local function learn(precision)
      local net = network()
      net.precision = precision
      local optimizer, last = optim.adam(net, {lr = 5e-3}), 0
      for step = 1, 50 do
        local loss = nn.cross_entropy(net(x), labels)
        optimizer:zero_grad()
        loss:backward()
        optimizer:step()
        if step > 45 then last = last + loss:item() / 5 end
      end
      return last
    end
    local whole, half = learn "float32", learn "bf16"
    assert.is_true(whole < 1)
    assert.is_true(math.abs(half - whole) < 0.1 * whole)
  end)

  it("is made by models.create, and other precisions are refused", function()
    local net = models.create("resnet-8", {classes = 4, precision = "bf16"}):eval()
    assert.equal("bf16", net.precision)
    local picture = tensor.randn(rng.new(1), 2, 32, 32, 3)
    assert.equal("float32", net(picture):dtype())
    local float = models.create("resnet-8", {classes = 4}):eval()
    assert.equal("float32", float.precision)
    assert.is_true(distance(net(picture), float(picture)) < 0.01)
    net.precision = "fp16"
    assert.matches('precision is "fp16", "float32" or "bf16" expected', message_of(net, picture),
      1, true)
  end)
end)

-- How much more memory than before a call needs, in bytes of a bfloat16 tensor
-- of the size of its activations; in a program of its own, whose largest memory
-- is known.
local memory_script = [[
local invar = require "invar"
local nn, rng, tensor = invar.nn, invar.rng, invar.tensor
local fn = nn.functional
local x = tensor.randn(rng.new(1), 32, 16, 16, 64):to("bfloat16")
local rows = x:reshape(32, 256, 64)
local w, b, leaf = tensor.ones(64), tensor.zeros(64), tensor.zeros(1):requires_grad_()
local seed = x * 1
local function extra(f)
  collectgarbage() collectgarbage()
  local live, peak = invar.memory()
  local ballast = tensor.zeros({peak - live}, {dtype = "uint8"})
  f()
  local _, now = invar.memory()
  return (now - peak) / (2 * x:count()), ballast
end
local function try(name, f, input)
  input = input or x
  local forward = extra(function() nn.no_grad(f, input) end)
  local y = f(input + leaf:to("bfloat16"))
  local g = y:dim() == 4 and y:count() == seed:count() and seed or y:detach()
  local backward = extra(function() y:backward(g) end)
  print(("%s %.2f %.2f"):format(name, forward, backward))
end
try("relu", function(v) return v:relu() end)
try("add", function(v) return v + x end)
try("batch_norm", function(v)
  return fn.batch_norm(v, w, b, nil, nil, {training = true, relu = true, residual = x}) end)
try("max_pool", function(v) return fn.max_pool(v, {size = 2}) end)
try("avg_pool", function(v) return fn.avg_pool(v, {size = 2}) end)
try("global_avg_pool", fn.global_avg_pool)
try("dropout", function(v) return fn.dropout(v, 0.5, rng.new(1)) end)
try("layer_norm", function(v) return fn.layer_norm(v, w, b) end)
try("group_norm", function(v) return fn.group_norm(v, 8, w, b) end)
try("softmax", fn.softmax, rows)
try("attention", function(v) return nn.attention(v, v, v, {heads = 4}) end, rows)
]]

describe("memory", function()
  it("is that of bfloat16: no activations are converted as a whole", function()
    -- Results and what is saved; with backward the seed's copy and gradients.
    local wanted = {
      relu = {1, 2}, add = {1, 1}, batch_norm = {1, 2}, max_pool = {0.75, 1.25},
      avg_pool = {0.25, 1.25}, global_avg_pool = {0, 1}, dropout = {1.5, 2},
      layer_norm = {1.06, 2}, group_norm = {1, 2}, softmax = {1, 2}, attention = {1.25, 6},
    }
    local file = program.file(memory_script)
    local output, code = program.shell("invar " .. file)
    os.remove(file)
    assert.equal(0, code, output)
    local seen = 0
    for name, forward, backward in output:gmatch "(%S+) (%S+) (%S+)\n" do
      seen = seen + 1
      assert(tonumber(forward) < wanted[name][1] + 0.6, name .. " forward " .. forward)
      assert(tonumber(backward) < wanted[name][2] + 0.6, name .. " backward " .. backward)
    end
    assert.equal(11, seen, output)
  end)
end)
