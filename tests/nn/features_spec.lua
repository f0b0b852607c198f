local invar = require "invar"
local models, nn, rng, tensor = invar.models, invar.nn, invar.rng, invar.tensor

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

local x = tensor.randn(rng.new(1), 2, 32, 32, 3)

describe("features", function()
  it("are the outputs of layers, also of those that are fused with the next", function()
    local net = nn.sequential {nn.conv2d(3, 4, 3), nn.batch_norm(4), nn.relu()}:eval()
    local norm = net[2](net[1](x))
    local found = net:features(x, {"0", "1", "2"})
    assert.is_true(found["0"]:equal(net[1](x)))
    assert.is_true(found["1"]:equal(norm))
    assert.is_true(found["2"]:equal(norm:relu()))
    assert.is_true(net:features(x, "1"):equal(norm))
    assert.is_true(net(x):equal(norm:relu()))
  end)

  it("of a residual block's last norm are those before the addition", function()
    local net = models.create "resnet-8":eval()
    local block = net.layer2[1]
    local found = net:features(x, {"layer1", "layer2", "layer2.0.bn1", "layer2.0.bn2",
      "layer2.0.shortcut"})
    assert.is_true(found["layer2.0.bn1"]:min():item() < 0)
    local sum = found["layer2.0.bn2"] + found["layer2.0.shortcut"]
    assert.is_true(sum:relu():equal(found.layer2))
    assert.is_true(block(found.layer1):equal(found.layer2))
  end)

  local widths = {["densenet-121"] = 4 * 4 * 384, ["resnet-50"] = 2048, ["vgg-11"] = 512,
    vit = 384}
  for name, width in pairs(widths) do
    it("before the head are one vector per sample: " .. name, function()
      local net = models.create(name):eval()
      nn.no_grad(function()
        local found = net:features(x, {"penultimate", net.head, net.penultimate})
        assert.same({2, width}, found.penultimate:shape())
        assert.is_true(found[net.head]:equal(net(x)))
        assert.is_true(found[net.penultimate]:flatten(2):equal(found.penultimate))
        if name == "densenet-121" then -- before ReLU and pool
          assert.is_true(found.penultimate:min():item() < 0)
        end
      end)
    end)
  end

  it("have names down to the smallest layer", function()
    local net = models.create "vit":eval()
    local names = {"model.emb", "model.enc.3", "model.enc.6.msa.q", "model.enc.0.mlp.1"}
    local found = nn.no_grad(net.features, net, x, names)
    assert.same({2, 64, 384}, found["model.emb"]:shape())
    assert.same({2, 65, 384}, found["model.enc.3"]:shape())
    assert.same({2, 65, 384}, found["model.enc.6.msa.q"]:shape())
    assert.same({2, 65, 1536}, found["model.enc.0.mlp.1"]:shape())
  end)

  it("carry gradients", function()
    local net = models.create "resnet-8"
    net:features(x, "layer1"):sum():backward()
    assert.is_not_nil(net.conv1.weight:grad())
    assert.is_nil(net.linear.weight:grad())
  end)

  it("leave nobody looking on after an error", function()
    local net = nn.sequential {nn.batch_norm(3), nn.relu()}
    assert.matches("module:features: ", message_of(net.features, net, tensor.zeros(1), "1"),
      1, true)
    assert.is_true(net(x):min():item() >= 0)
  end)
end)

describe("summary", function()
  local function cost(name) return models.create(name):summary().multiply_adds end

  it("counts the multiply-adds of convolutions and linear maps", function()
    -- the stem, 4 stages of 2 blocks with 3 x 3 convolutions, shortcuts, head
    local wanted = 32 ^ 2 * 27 * 64 + 4 * 32 ^ 2 * 9 * 64 ^ 2
    for stage = 1, 3 do
      local side, width = 32 >> stage, 64 << stage
      wanted = wanted + side ^ 2 * (3.5 * 9 * width ^ 2 + width ^ 2 / 2)
    end
    assert.equal(wanted + 512 * 10, cost "resnet-18") -- 0.56 G
  end)

  it("counts those of attention", function()
    local tokens, width, hidden = 65, 384, 1536
    local encoder = tokens * (4 * width ^ 2 + 2 * width * hidden) + 2 * tokens ^ 2 * width
    assert.equal(64 * 48 * width + 7 * encoder + width * 10, cost "vit")
  end)

  it("has a row for each layer and prints as a table", function()
    local net = models.create("resnet-8", {classes = 30})
    assert.equal("resnet-8 (79342 parameters)", tostring(net))
    local summary = net:summary {32, 32, 3}
    assert.equal(79342, summary.parameters)
    assert.same({name = "conv1", kind = "conv2d", output = "1x32x32x16", parameters = 432,
      multiply_adds = 432 * 1024, tensors = "weight 16x3x3x3"}, summary.layers[1])
    local text = tostring(summary)
    assert.matches("layer1.0.conv1 +| conv2d +| 1x32x32x16 +| +2304 | +2359296 |", text)
    assert.matches("79342 parameters, 12.50 M multiply%-adds for one sample of 32x32x3", text)
    local sum = 0
    for _, row in ipairs(summary.layers) do sum = sum + row.parameters end
    assert.equal(summary.parameters, sum)
  end)

  it("leaves the network as it was", function()
    local net = models.create "resnet-8"
    local before = net:copy()
    net:summary()
    assert.is_true(net.training and net.bn1.training)
    assert.is_true(net.bn1.running_mean:equal(before.bn1.running_mean))
  end)

  it("says what does not fit", function()
    local net = nn.sequential {nn.linear(4, 2)}
    assert.matches("no outputs: a sample of 32x32x3 does not fit: .*3", tostring(net:summary()))
    assert.equal(8, net:summary({4}).multiply_adds)
    assert.matches("module:summary: with a sample of 5: ", message_of(net.summary, net, {5}),
      1, true)
    assert.matches("got 0 among them", message_of(net.summary, net, {0}))
    assert.matches("argument 1: table expected", message_of(net.summary, net, 3))
  end)
end)
