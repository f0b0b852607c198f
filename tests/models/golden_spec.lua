-- Each network against PyTorch's (scripts/make_model_fixtures.py): names, logits,
-- one step of SGD, ten of Adam.
local invar = require "invar"
local filling = require "support.filling"
local sanitized = require "support.sanitized"
local models, nn, optim, tensor = invar.models, invar.nn, invar.optim, invar.tensor

local names = {"densenet-121", "resnet-18", "resnet-34", "resnet-50", "resnet-8", "vgg-11", "vit"}
if sanitized() then names = {"resnet-8"} end -- the others take an hour

local function fixture(name) return tensor.load("tests/fixtures/models/" .. name .. ".npy") end

local function create(name) return filling.fill(models.create(name)) end

-- The state dict as the golden files list it.
local function listing(net)
  local state, order = net:state_dict()
  local lines = {}
  for i, name in ipairs(order) do
    lines[i] = name .. " " .. table.concat(state[name]:shape(), "x") .. "\n"
  end
  return table.concat(lines)
end

-- Two training passes move the running statistics, then evaluation.
local function logits(net, x)
  for _, item in ipairs(net:named_modules()) do
    if item.module.kind == "batch_norm" then item.module.momentum = 0.8 end
  end
  return nn.no_grad(function()
    net:train()
    net(x)
    net(x)
    return net:eval()(x)
  end)
end

-- Of each parameter: the norm of its change by a step of SGD, and its
-- products with two fixed vectors.
local function update(net, x, y)
  local before = net:copy()
  local optimizer = optim.sgd(net, {lr = 1024})
  nn.cross_entropy(net:train()(x), y):backward()
  optimizer:step()
  local rows = {}
  for i, old in ipairs(before:parameters()) do
    local change = (net:parameters()[i]:detach() - old:detach()):to("float64"):flatten() / 1024
    rows[i] = {(change * change):sum():sqrt():item()}
    for _, start in ipairs {17, 4711} do
      table.insert(rows[i], (change * filling.values(#change, start)):sum():item())
    end
  end
  return rows
end

-- The relative errors of the whole update and of the worst parameter. A bias
-- before a norm has no gradient but rounding, so errors in the smallest ones
-- count relative to the whole.
local function differences(made, wanted)
  assert.equal(#wanted, #made)
  local norms, errors, worst = 0, 0, 0
  for _, row in ipairs(wanted) do norms = norms + row[1] ^ 2 end
  local least = 1e-5 * math.sqrt(norms)
  for i, row in ipairs(wanted) do
    local error = 0
    for j = 1, 3 do error = math.max(error, math.abs(made[i][j] - row[j])) end
    errors = errors + error ^ 2
    worst = math.max(worst, error / math.max(row[1], least))
  end
  return math.sqrt(errors / norms), worst
end

-- Of single parameters, where rounding decides which of two nearly equal pixels
-- is a maximum and gets the whole gradient.
local tolerance = {["vgg-11"] = 1e-2}

describe("PyTorch's networks", function()
  local x, y = filling.sample(1)
  for _, name in ipairs(names) do
    it("are those of Invar in names and logits: " .. name, function()
      local net = create(name)
      local file <close> = assert(io.open("tests/fixtures/models/" .. name .. ".txt"))
      assert.equal(file:read "a", listing(net))
      local wanted = fixture(name .. "_logits")
      local error = ((logits(net, x) - wanted):abs():max() / wanted:abs():max()):item()
      assert.is_true(error < 1e-5, ("%s: %g"):format(name, error))
    end)

    if name ~= "resnet-34" then
      it("change as Invar's by one step of SGD: " .. name, function()
        local net = filling.calm(create(name))
        local whole, worst = differences(update(net, x, y), fixture(name .. "_update"):totable())
        assert.is_true(whole < 1e-3, ("whole update: %g"):format(whole))
        assert.is_true(worst < (tolerance[name] or 1e-3), ("worst parameter: %g"):format(worst))
      end)
    end
  end

  if sanitized() then return end
  it("follow the same losses for ten steps of Adam: resnet-18", function()
    local net = filling.calm(create "resnet-18")
    local optimizer, wanted = optim.adam(net:train(), {lr = 1e-3}), fixture("losses_adam"):totable()
    for step = 1, 10 do
      local images, labels = filling.sample(step)
      local loss = nn.cross_entropy(net(images), labels)
      optimizer:zero_grad()
      loss:backward()
      optimizer:step()
      assert.is_true(math.abs(loss:item() - wanted[step]) <= 1e-3 * wanted[step],
        ("step %d: %g, PyTorch %g"):format(step, loss:item(), wanted[step]))
    end
  end)
end)
