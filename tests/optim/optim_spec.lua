local invar = require "invar"
local nn, optim, tensor = invar.nn, invar.optim, invar.tensor

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

local function near(wanted, found, tolerance)
  assert.is_true(math.abs(wanted - found) <= (tolerance or 1e-6),
    ("%s expected, got %s"):format(wanted, found))
end

-- A parameter with a gradient.
local function parameter(values, gradient)
  local p = tensor.new(values):requires_grad_()
  p:backward(tensor.new(gradient))
  return p
end

describe("optim", function()
  it("sgd steps along the gradient", function()
    local p = parameter({1, 2}, {0.5, -1})
    optim.sgd({p}, {lr = 0.1}):step()
    near(0.95, p[1]:item())
    near(2.1, p[2]:item())
    local q = parameter({1}, {1})
    local optimizer = optim.sgd({q}, {lr = 0.1, momentum = 0.5, weight_decay = 1})
    optimizer:step() -- g = 1 + 1, v = 2
    near(0.8, q:item())
    optimizer:step() -- g = 1.8, v = 2.8
    near(0.52, q:item())
  end)

  it("adam's first step is lr along the sign", function()
    local p = parameter({1, 1}, {0.001, -30})
    optim.adam({p}, {lr = 0.01}):step()
    near(0.99, p[1]:item(), 1e-5)
    near(1.01, p[2]:item(), 1e-5)
    local q = parameter({2}, {1})
    optim.adamw({q}, {lr = 0.1, weight_decay = 0.5}):step()
    near(2 * 0.95 - 0.1, q:item(), 1e-5)
  end)

  it("leaves parameters without a gradient alone", function()
    local p = tensor {1}:requires_grad_()
    optim.adam({p}):step()
    assert.equal(1, p:item())
  end)

  it("goes on from a saved state with the same bits", function()
    local function run(steps, optimizer, p)
      for step = 1, steps do
        optimizer:zero_grad()
        p:backward(tensor {step, -2 * step})
        optimizer:step()
      end
    end
    for _, make in ipairs {optim.adam, optim.adamw, function(list)
      return optim.sgd(list, {momentum = 0.9})
    end} do
      local a = tensor {1, 2}:requires_grad_()
      local first = make {a}
      run(3, first, a)
      local b = a:detach():clone():requires_grad_()
      local second = make {b}
      second:load_state(first:state())
      run(2, first, a)
      run(2, second, b)
      assert.is_true(a:equal(b))
    end
  end)

  it("settings can be changed between steps and are checked", function()
    local p = parameter({1}, {1})
    local optimizer = optim.sgd({p}, {lr = 1})
    optimizer.lr = 0.25
    optimizer:step()
    near(0.75, p:item())
    optimizer.lr = 0 / 0
    assert.matches("optim.sgd:step: lr is", message_of(optimizer.step, optimizer))
    assert.matches('did you mean "lr"', message_of(optim.adam, {p}, {lrr = 1}))
    assert.matches("two numbers in", message_of(optim.adam, {p}, {betas = {1, 2}}))
    assert.matches("needs momentum", message_of(optim.sgd, {p}, {nesterov = true}))
    assert.matches("module or table expected", message_of(optim.sgd, 3))
    assert.matches("is of \"sgd\"", message_of(optim.adam({p}).load_state, optim.adam({p}),
      optimizer:state()))
  end)

  it("clips the norm of all gradients together", function()
    local a, b = parameter({0}, {3}), parameter({0, 0}, {0, 4})
    near(5, optim.clip_gradients({a, b}, 10))
    near(3, a:grad():item())
    near(5, optim.clip_gradients({a, b}, 1))
    near(0.6, a:grad():item(), 1e-6)
    near(0.8, b:grad()[2]:item(), 1e-6)
    local infinite = parameter({0}, {math.huge})
    assert.equal(math.huge, optim.clip_gradients({infinite}, 1))
  end)
end)

describe("schedules", function()
  it("have their closed forms", function()
    local constant = optim.schedule({"constant"})
    assert.equal(1, constant(1000))
    local cosine = optim.schedule({"cosine"}, 100)
    for step = 1, 100 do
      near((1 + math.cos(math.pi * (step - 1) / 100)) / 2, cosine(step), 1e-12)
    end
    local linear = optim.schedule({"linear", final = 0.5}, 10)
    for step = 1, 10 do near(1 - 0.05 * (step - 1), linear(step), 1e-12) end
    local steps = optim.schedule({"step", at = {0.5, 0.75}, factor = 0.1}, 8)
    local found = {}
    for step = 1, 8 do found[step] = ("%g"):format(steps(step)) end
    assert.equal("1 1 1 1 0.1 0.1 0.01 0.01", table.concat(found, " "))
  end)

  it("warm up", function()
    local cosine = optim.schedule({"cosine", warmup = 4, final = 0.1}, 14)
    for step = 1, 4 do near(step / 4, cosine(step), 1e-12) end
    near(1, cosine(5), 1e-12)
    near(0.1 + 0.9 * (1 + math.cos(math.pi * 0.5)) / 2, cosine(10), 1e-12)
    -- the shape goes on after the training
    local slow = optim.schedule({"cosine", warmup = 4, warmup_factor = 0.01, over = 40}, 14)
    for step = 1, 4 do near(0.01, slow(step), 1e-12) end
    near(1, slow(5), 1e-12)
    near((1 + math.cos(math.pi * 0.125)) / 2, slow(10), 1e-12)
  end)

  it("name what is wrong", function()
    assert.matches("one of", message_of(optim.schedule, {"cosin"}, 3))
    assert.matches("needs the number of steps", message_of(optim.schedule, {"cosine"}))
    assert.matches('did you mean "warmup"', message_of(optim.schedule, {"cosine", warmupp = 1}, 3))
    assert.matches("fractions", message_of(optim.schedule, {"step", at = {2}}, 3))
  end)

  it("does not lose parameters of a module", function()
    assert.equal("adam (betas = {0.9, 0.999}, eps = 1e-08, lr = 0.001, weight_decay = 0.0; "
      .. "2 parameters)", tostring(optim.adam(nn.linear(2, 2))))
  end)
end)
