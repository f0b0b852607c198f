local invar = require "invar"
local models, tensor = invar.models, invar.tensor

describe("models", function()
  it("knows its names and suggests the nearest", function()
    local names = table.concat(models.names(), " ")
    assert.matches("mlp", names)
    assert.matches("resnet%-18", names)
    local ok, message = pcall(models.create, "resnet8")
    assert.is_false(ok)
    assert.matches('did you mean "resnet-8"', message, 1, true)
    assert.is_false(pcall(models.create, "mlp", {hiden = {1}}))
    assert.is_false(pcall(models.create, "mlp", {hidden = {0}}))
  end)

  -- Exact, for 10 and for 30 classes.
  local counts = {
    ["resnet-18"] = {11173962, 11184222}, ["resnet-34"] = {21282122, 21292382},
    ["resnet-50"] = {23520842, 23561822}, ["densenet-121"] = {1000618, 1008318},
    ["vgg-11"] = {9231114, 9241374}, vit = {12470026, 12477726},
  }

  it("has the published sizes", function()
    for name, wanted in pairs(counts) do
      assert.equal(wanted[1], models.create(name):count(), name)
      assert.equal(wanted[2], models.create(name, {classes = 30}):count(), name)
    end
  end)

  -- Mean 0 and the variance wanted, as far as the size of the sample tells:
  -- within five standard errors; the fourth moment is at most 3 variances^2.
  local function has_moments(values, variance, name)
    local n = values:count()
    local mean = values:mean():item()
    assert.is_true(math.abs(mean) < 5 * math.sqrt(variance / n), name .. ": mean")
    local second = (values * values):mean():item()
    assert.is_true(math.abs(second / variance - 1) < 5 * math.sqrt(2 / n), name .. ": variance")
  end

  local function starts_well(name, member)
    local weight, bias = member.weight, member.bias
    if member.kind == "conv2d" or member.kind == "linear" then
      local bound = 1 / math.sqrt(weight:count() / weight:size(1))
      for key, t in pairs {weight = weight, bias = bias} do
        assert.is_true(t:abs():max():item() <= bound * (1 + 1e-6), name)
        if t:count() > 100 then
          has_moments(t:detach():flatten(), bound ^ 2 / 3, name .. "." .. key)
        end
      end
    elseif weight then -- a norm
      assert.is_true(weight:eq(1):all():item() == 1 and bias:eq(0):all():item() == 1, name)
    end
  end

  it("has PyTorch's initial distributions", function()
    for name in pairs(counts) do
      local net = models.create(name, {seed = 11})
      for _, item in ipairs(net:named_modules()) do starts_well(item.name, item.module) end
      if name == "vit" then
        has_moments(net.model.pos_emb:detach():flatten(), 1, "pos_emb")
        has_moments(net.model.cls_token:detach():flatten(), 1, "cls_token")
      end
    end
  end)

  it("takes pictures of other channels", function()
    for _, name in ipairs(models.names()) do
      local net = models.create(name, {channels = 1, classes = 4})
      assert.same({1, 4}, net:evaluating(function()
        return net(tensor.zeros(1, 32, 32, 1)):shape() end),
        name)
      assert.is_false(pcall(net, tensor.zeros(1, 32, 32, 3)), name)
    end
    assert.is_false(pcall(models.create, "resnet-8", {channels = 0}))
  end)

  it("makes a perceptron", function()
    local net = models.create("mlp", {classes = 4, hidden = {8, 6}, size = 5})
    assert.equal(75 * 8 + 8 + 8 * 6 + 6 + 6 * 4 + 4, net:count())
    assert.same({3, 4}, net(tensor.zeros(3, 5, 5, 3)):shape())
    assert.same({3, 6}, net:features(tensor.zeros(3, 5, 5, 3)):shape())
  end)
end)
