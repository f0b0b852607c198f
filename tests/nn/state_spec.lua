local invar = require "invar"
local models, nn, rng, store, tensor = invar.models, invar.nn, invar.rng, invar.store, invar.tensor
local scarcity = require "support.scarcity"
local with_path = require "support.files".with_path

local HERE = "tests/fixtures/store/"

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

-- The network of scripts/make_store_fixtures.py.
local function small()
  return nn.sequential {nn.conv2d(3, 4, 3, {padding = 1}), nn.batch_norm(4), nn.relu(),
    nn.global_avg_pool(), nn.flatten(), nn.linear(4, 3)}
end

describe("a module's files", function()
  it("of PyTorch give PyTorch's logits", function()
    local net = small():load(HERE .. "net.safetensors"):eval()
    local wanted = store.load(HERE .. "logits.safetensors")
    assert.is_true(net(wanted.x):allclose(wanted.logits, {rtol = 1e-5, atol = 1e-6}))
    assert.equal(3, net[2].num_batches_tracked)
  end)

  it("have the bytes of PyTorch's", function()
    with_path(function(path)
      small():load(HERE .. "net.safetensors"):save(path)
      local ours, theirs = io.open(path, "rb"), io.open(HERE .. "net.safetensors", "rb")
      assert.equal(theirs:read "a", ours:read "a")
      ours:close()
      theirs:close()
    end)
  end)

  it("come back with the same bits, counters and metadata", function()
    local net = models.create("resnet-8", {classes = 5, seed = 2})
    net(tensor.randn(rng.new(1), 2, 32, 32, 3))
    with_path(function(path)
      assert.equal(net, net:save(path, {step = "1"}))
      local other = models.create("resnet-8", {classes = 5, seed = 3})
      assert.equal(other, (other:load(path)))
      local state = other:state_dict()
      for name, value in pairs((net:state_dict())) do
        assert.is_true(value:equal(state[name]), name)
      end
      assert.equal(1, other.bn1.num_batches_tracked)
      local _, metadata = store.describe(path)
      assert.same({step = "1"}, metadata)
    end)
  end)

  it("that do not fit say all that is wrong and change nothing", function()
    with_path(function(path)
      local state = store.load(HERE .. "net.safetensors")
      state["0.weight"], state["5.bias"], state.extra = nil, tensor.zeros(4), 1
      store.save(path, state)
      local net = small():initialise(9)
      local before = net[6].weight:clone()
      local message = message_of(net.load, net, path)
      assert.matches("module:load: " .. path .. ": 1 missing (0.weight); 1 unexpected (extra); "
        .. "1 misshapen (5.bias has shape 4, 3 expected)", message, 1, true)
      assert.is_true(before:equal(net[6].weight))
      local _, misfits = net:load(path, {strict = false})
      assert.same({missing = {"0.weight"}, unexpected = {"extra"},
        misshapen = {"5.bias has shape 4, 3 expected"}}, misfits)
      assert.is_true(state["5.weight"]:equal(net[6].weight))
      local deep = models.create("resnet-18", {classes = 2})
      assert.matches("%d+ missing %(bn1.bias, [^)]* and %d+ more%)",
        message_of(deep.load, deep, path))
    end)
  end)

  it("are converted where they hold other floats", function()
    with_path(function(path)
      local net, state = small(), {}
      for name, value in pairs((net:state_dict())) do
        state[name] = value:detach():to("bfloat16")
      end
      store.save(path, state)
      local other = small():initialise(5):load(path)
      assert.equal("float32", other[1].weight:dtype())
      assert.is_true(other[1].weight:equal(net[1].weight:detach():to("bfloat16"):to("float32")))
    end)
  end)

  it("name function and file when something is wrong", function()
    local net = small()
    assert.matches("module:load: /no/such: cannot open", message_of(net.load, net, "/no/such"))
    assert.matches("module:save: /no/such/x: No such", message_of(net.save, net, "/no/such/x"))
    assert.matches("argument 1: string expected", message_of(net.save, net))
    assert.matches('did you mean "strict"', message_of(net.load, net, "x", {stric = true}))
    assert.matches("call it with a colon", message_of(net.load, "x"))
  end)

  it("leave the network whole when memory runs out", function()
    local net = small()
    with_path(function(path)
      scarcity(function() net:save(path) end)
      local before = net[1].weight:clone()
      scarcity(function() net:load(path) end)
      assert.is_true(before:equal(net[1].weight))
    end)
  end)
end)

describe("a generator's state", function()
  it("continues its draws", function()
    local r = rng.new(7):at("x", 3)
    for _ = 1, 5 do r:uniform() end
    local text = r:state()
    local wanted = {r:uniform(), r:normal(), r:integer(100)}
    local s = rng.new(0):restore(text)
    assert.same(wanted, {s:uniform(), s:normal(), s:integer(100)})
    assert.equal(r:state(), s:state())
    for _, wrong in ipairs {"", "x", text .. " 1", text:sub(1, -3), (text:gsub("%d$", "9"))} do
      assert.matches("rng:restore: argument 1: not the state", message_of(s.restore, s, wrong))
    end
  end)
end)
