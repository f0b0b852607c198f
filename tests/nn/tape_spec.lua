local invar = require "invar"
local nn, tensor = invar.nn, invar.tensor
local testing = require "invar.core.testing"

local function leaf(...) return tensor.new(...):requires_grad_() end

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

describe("the tape", function()
  it("adds up gradients of a leaf used several times", function()
    local a = leaf {2, 3}
    local loss = (a * a + a):sum()
    loss:backward()
    assert.same({5, 7}, a:grad():totable())
    a:sum():backward()
    assert.same({6, 8}, a:grad():totable())
    a:zero_grad()
    assert.is_nil(a:grad())
  end)

  it("goes through a long chain without recursion, also to free it", function()
    local a = leaf {1}
    local y = a
    for _ = 1, 100000 do y = y + 1 end
    y:sum():backward()
    assert.same({1}, a:grad():totable())
    y = a
    for _ = 1, 100000 do y = y * 1 end
    y = nil -- luacheck: ignore
    collectgarbage()
  end)

  it("visits a node once though many paths lead to it", function()
    local a = leaf {1}
    local y = a
    for _ = 1, 60 do y = y + y end
    y:sum():backward()
    assert.equal(2.0 ^ 60, a:grad():item())
  end)

  it("starts from a tensor with a gradient given", function()
    local a = leaf {1, 2, 3}
    local y = a * 2
    y:backward(tensor {1, 10, 100})
    assert.same({2, 20, 200}, a:grad():totable())
    assert.matches("gradient is float32 2, the tensor float32 3",
      message_of(function() (a * 2):backward(tensor {1, 2}) end))
  end)

  it("refuses a second way back unless the graph is kept", function()
    local a = leaf {3}
    local loss = (a * a):sum()
    loss:backward {keep = true}
    loss:backward()
    assert.same({12}, a:grad():totable())
    assert.matches("went through this graph already", message_of(loss.backward, loss))
  end)

  it("says why there is nothing to differentiate", function()
    assert.matches("nothing to differentiate", message_of(function()
      tensor {1}:sum():backward()
    end))
    assert.matches("shape 2", message_of(function() (leaf {1, 2} * 2):backward() end))
    assert.matches("float32 or float64", message_of(function()
      tensor {1}:to("int32"):requires_grad_()
    end))
    assert.matches("only leaves", message_of(function() return (leaf {1} * 2):grad() end))
    assert.matches("no gradient", message_of(function() leaf {{1, 2}, {3, 4}}:svd() end))
  end)

  it("notices that a tensor it needs was changed", function()
    local a, b = leaf {1, 2}, tensor {3, 4}
    local loss = (a * b):sum()
    b:add_(1)
    assert.matches("gradient of mul needs was modified", message_of(loss.backward, loss))
    local sum = (a + b):sum()
    b:add_(1)
    sum:backward() -- a sum needs neither
    assert.same({1, 1}, a:grad():totable())
  end)

  it("refuses to change what is on it in place", function()
    local a = leaf {1, 2}
    assert.matches("cannot be modified in place", message_of(a.add_, a, 1))
    assert.matches("cannot be modified in place", message_of(function() a[1] = 5 end))
    assert.matches("would lose", message_of(function() tensor {1, 2}:add_(a) end))
    nn.no_grad(function() a:add_(1) end)
    assert.same({2, 3}, a:totable())
  end)

  it("does not record in no_grad, and does again after an error", function()
    local a = leaf {1}
    assert.is_false(nn.no_grad(function() return (a * 2):requires_grad() end))
    assert.matches("oops", message_of(nn.no_grad, function() error("oops") end))
    assert.is_true((a * 2):requires_grad())
    assert.is_true(nn.no_grad(function() return a:requires_grad() end))
  end)

  it("lets detached tensors and integers through as constants", function()
    local a = leaf {1.5, 2.5}
    assert.is_false(a:detach():requires_grad())
    assert.is_false((a:gt(2)):requires_grad())
    assert.is_false(a:to("int32"):requires_grad())
    local loss = (a:detach() * a):sum()
    loss:backward()
    assert.same({1.5, 2.5}, a:grad():totable())
  end)

  it("gives gradients the dtype of their tensors", function()
    local a, b = leaf {1, 2}, tensor.new({3, 4}, {dtype = "float64"}):requires_grad_()
    local loss = (a * b):sum()
    loss:backward()
    assert.equal("float32", a:grad():dtype())
    assert.equal("float64", b:grad():dtype())
  end)

  it("frees what it saved on the way back", function()
    collectgarbage()
    local a = tensor.zeros(1000, 1000):requires_grad_()
    local before = invar.memory()
    local loss = a:exp():exp():sum()
    collectgarbage()
    assert.is_true(invar.memory() - before > 7e6)
    loss:backward()
    collectgarbage()
    assert.is_true(invar.memory() - before < 5e6) -- the gradient alone
    assert.is_true(loss:item() > 0)
  end)

  it("turns every failed allocation into an error and leaks nothing", function()
    local a, b = leaf {{1, 2}, {3, 4}}, leaf {{1, 1}, {2, 2}}
    local function work()
      local loss = ((a:matmul(b) + a):relu():sum(1) / 3):logsumexp()
      loss:backward()
      a:zero_grad()
      b:zero_grad()
    end
    work()
    collectgarbage()
    local live = invar.memory()
    local first = testing.allocations()
    work()
    local count = testing.allocations() - first
    assert.is_true(count > 20)
    for n = 1, count do
      testing.fail_at(n)
      local ok = pcall(work)
      testing.fail_at(0)
      assert.is_false(ok)
      a:zero_grad()
      b:zero_grad()
    end
    collectgarbage()
    collectgarbage()
    assert.equal(live, (invar.memory()))
    work()
  end)
end)
