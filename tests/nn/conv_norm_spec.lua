-- Convolution and batch norm in evaluation, done as one convolution, against
-- the two apart: every way a convolution goes, in both precisions.
local invar = require "invar"
local nn, rng, tensor = invar.nn, invar.rng, invar.tensor
local backends = require "support.backends"
local scarcity = require "support.scarcity"
local testing = require "invar.core.testing"

-- {batch, height, width, channels}, outputs, kernel, options
local shapes = {
  {{3, 9, 7, 36}, 33, 3, {padding = 1}}, -- Winograd's way
  {{2, 4, 4, 64}, 64, 3, {padding = 1}},
  {{32, 5, 4, 128}, 130, 3, {padding = 1}}, -- float32 on matrix tiles
  {{64, 6, 6, 48}, 64, 3, {padding = 1, stride = 2}},
  {{5, 12, 11, 3}, 20, 3, {padding = 1}}, -- direct
  {{2, 9, 8, 24}, 40, 5, {padding = 2, stride = 2, dilation = 2, bias = true}},
  {{33, 7, 5, 64}, 96, 1, {bias = true}}, -- a product of matrices
  {{3, 7, 5, 16}, 7, 1, {}},
  {{4, 8, 8, 64}, 128, 1, {stride = 2}},
  {{2, 6, 5, 64}, 80, 3, {padding = 1, groups = 2, bias = true}},
  {{5, 6, 5, 48}, 48, 3, {padding = 1, groups = 48}},
  {{0, 4, 4, 16}, 16, 3, {padding = 1}},
}

local function name_of(shape)
  local x, o = shape[1], shape[4]
  return ("%dx%dx%dx%d to %d, kernel %d, stride %d, groups %d"):format(x[1], x[2], x[3], x[4],
    shape[2], shape[3], o.stride or 1, o.groups or 1)
end

local function make_layers(inputs, outputs, kernel, o)
  local r = rng.new(5)
  local conv = nn.conv2d(inputs, outputs, kernel, {padding = o.padding, stride = o.stride,
    dilation = o.dilation, groups = o.groups, bias = o.bias or false})
  local norm = nn.batch_norm(outputs):eval()
  nn.no_grad(function()
    norm.weight:copy_(tensor.randn(r, outputs))
    norm.bias:copy_(tensor.randn(r, outputs))
    norm.running_mean:copy_(tensor.randn(r, outputs) * 0.3)
    norm.running_var:copy_(tensor.rand(r, outputs) + 0.5)
  end)
  return conv, norm
end

local function make_case(shape)
  local case = {}
  case.conv, case.norm = make_layers(shape[1][4], shape[2], shape[3], shape[4])
  case.x = tensor.randn(rng.new(1), table.unpack(shape[1]))
  case.residual = nn.no_grad(function()
    return tensor.randn(rng.new(2), table.unpack(case.conv(case.x):shape()))
  end)
  return case
end

-- All that can follow a norm.
local function endings(residual)
  return {{}, {relu = true}, {residual = residual}, {relu = true, residual = residual}}
end

local function assert_near(got, wanted, tolerance, what)
  assert.equal(wanted:dtype(), got:dtype())
  assert.same(wanted:shape(), got:shape())
  if wanted:count() == 0 then return end
  got, wanted = got:to("float32"), wanted:to("float32")
  local off = (got - wanted):abs():max():item() / wanted:abs():max():item()
  assert(off <= tolerance, ("%s: off by %g"):format(what, off))
end

local function compare(case, dtype, tolerance)
  local x, residual = case.x:to(dtype), case.residual:to(dtype)
  for i, ending in ipairs(endings(residual)) do
    local wanted = case.norm(case.conv(x), ending)
    assert_near(nn.conv_norm(case.conv, case.norm, x, ending), wanted, tolerance, "ending " .. i)
  end
end

local function each_way(f)
  local had = testing.matrix_tiles()
  for _, tiles in ipairs(had and {true, false} or {false}) do
    testing.matrix_tiles(tiles)
    f()
  end
  testing.matrix_tiles(had)
end

describe("conv_norm", function()
  for _, shape in ipairs(shapes) do
    it("is the two apart: " .. name_of(shape), function()
      local case = make_case(shape)
      backends.each(function()
        each_way(function()
          nn.no_grad(compare, case, "float32", 1e-5)
          nn.no_grad(compare, case, "bfloat16", 2e-2)
        end)
      end)
    end)
  end

  it("has the same bits for every number of threads", function()
    local before = invar.threads()
    for i = 1, 10 do
      local case = make_case(shapes[i])
      for _, dtype in ipairs {"float32", "bfloat16"} do
        local x = case.x:to(dtype)
        local ending = {relu = true, residual = case.residual:to(dtype)}
        local function run() return nn.no_grad(nn.conv_norm, case.conv, case.norm, x, ending) end
        invar.threads(1)
        local one = run()
        invar.threads(3)
        assert.is_true(run():equal(one))
      end
    end
    invar.threads(before)
  end)

  it("runs out of memory cleanly", function()
    for _, i in ipairs {1, 3, 4, 7, 8} do
      local case = make_case(shapes[i])
      for _, dtype in ipairs {"float32", "bfloat16"} do
        local x, residual = case.x:to(dtype), case.residual:to(dtype)
        scarcity(function()
          nn.no_grad(nn.conv_norm, case.conv, case.norm, x, {residual = residual})
        end)
      end
    end
  end)

  it("takes norms without scales, and views", function()
    local conv, norm = make_layers(6, 8, 3, {})
    local x = tensor.randn(rng.new(3), 6, 2, 5, 5):permute(2, 3, 4, 1)
    local residual = tensor.randn(rng.new(4), 8, 2, 3, 3):permute(2, 3, 4, 1)
    local f, mean, var = nn.functional, norm.running_mean, norm.running_var
    local wanted = f.batch_norm(f.conv2d(x, conv.weight), nil, nil, mean, var,
      {residual = residual, epsilon = 0.1})
    local got = nn.no_grad(f.conv_norm, x, conv.weight, nil, nil, nil, mean, var,
      {residual = residual, epsilon = 0.1})
    assert_near(got, wanted, 1e-5, "result")
  end)

  it("records gradients as the two do", function()
    local case = make_case(shapes[1])
    local function gradients(run)
      case.conv:zero_grad()
      case.norm:zero_grad()
      run():sum():backward()
      return case.conv.weight:grad(), case.norm.weight:grad(), case.norm.bias:grad()
    end
    local ending = {relu = true, residual = case.residual}
    local wanted = {gradients(function() return case.norm(case.conv(case.x), ending) end)}
    local got = {gradients(function()
      return nn.conv_norm(case.conv, case.norm, case.x, ending)
    end)}
    for i = 1, 3 do assert.is_true(got[i]:equal(wanted[i])) end
  end)

  it("trains as the two do", function()
    local case = make_case(shapes[2])
    local other = case.norm:copy()
    case.norm:train()
    other:train()
    local wanted = other(case.conv(case.x), {relu = true})
    assert.is_true(nn.conv_norm(case.conv, case.norm, case.x, {relu = true}):equal(wanted))
    assert.is_true(case.norm.running_var:equal(other.running_var))
    assert.equal(1, case.norm.num_batches_tracked)
  end)

  it("keeps what is no number", function()
    local case = make_case(shapes[9]) -- oneDNN's ReLU makes 0 of it
    nn.no_grad(function()
      case.norm.running_mean[2] = 0 / 0
      case.conv.weight[{5, 1, 1, 1}] = 0 / 0
      local y = nn.conv_norm(case.conv, case.norm, case.x, {relu = true})
      assert.is_true(y[{{}, {}, {}, 2}]:ne(y[{{}, {}, {}, 2}]):all():item() ~= 0)
      assert.is_true(y[{{}, {}, {}, 5}]:ne(y[{{}, {}, {}, 5}]):all():item() ~= 0)
      assert.is_true(y[{{}, {}, {}, 3}]:isfinite():all():item() ~= 0)
    end)
  end)

  it("runs other modules as they are", function()
    local x = tensor.randn(rng.new(1), 2, 5, 5, 3)
    local conv, norm = make_layers(3, 4, 3, {})
    local twice = nn.module {inner = conv, forward = function(self, a) return self.inner(a) * 2 end}
    local group = nn.group_norm(2, 4):eval()
    nn.no_grad(function()
      assert.is_true(nn.conv_norm(twice, norm, x):equal(norm(conv(x) * 2)))
      local y = nn.conv_norm(conv, group, x, {relu = true, residual = norm(conv(x))})
      assert.is_true(y:equal((group(conv(x)) + norm(conv(x))):relu()))
      norm.forward = function(_, a) return a end
      assert.is_true(nn.conv_norm(conv, norm, x):equal(conv(x)))
    end)
  end)

  it("happens in nn.sequential, and not where someone looks", function()
    local conv, norm = make_layers(3, 40, 3, {bias = true})
    local net = nn.sequential {conv, norm, nn.relu(), nn.max_pool(2)}:eval()
    local x = tensor.randn(rng.new(1), 2, 10, 10, 3)
    nn.no_grad(function()
      local inner = norm(conv(x))
      local wanted = nn.max_pool(2)(inner:relu())
      assert_near(net(x), wanted, 1e-5, "result")
      local found = net:features(x, {"0", "1", "2", "3"})
      assert.is_true(found["0"]:equal(conv(x)))
      assert.is_true(found["1"]:equal(inner))
      assert.is_true(found["2"]:equal(inner:relu()))
      assert.is_true(found["3"]:equal(wanted))
      for name in pairs(found) do
        assert_near(net:features(x, name), found[name], 1e-5, name)
      end
      assert.is_true(net:features(x, "1"):equal(inner))
    end)
  end)

  it("says what does not fit", function()
    local conv, norm = make_layers(3, 4, 3, {})
    local x = tensor.zeros(1, 5, 5, 3)
    local function message(...)
      local ok, text = pcall(nn.no_grad, nn.conv_norm, ...)
      assert.is_false(ok)
      return tostring(text)
    end
    assert.matches("nn.conv_norm: argument 1", message(x, norm, x), 1, true)
    assert.matches("nn.conv_norm: argument 2", message(conv, 3, x), 1, true)
    assert.matches("nn.conv_norm: argument 3", message(conv, norm), 1, true)
    assert.matches("nn.conv_norm: argument 4", message(conv, norm, x, true), 1, true)
    assert.matches("output is float32 1x3x3x4, the residual float32 1x5x5x3",
      message(conv, norm, x, {residual = x}), 1, true)
    assert.matches("the norm's weight is float32 5, float32 4 expected",
      message(conv, nn.batch_norm(5):eval(), x), 1, true)
    assert.matches("input has 4 channels, weight expects 3",
      message(conv, norm, tensor.zeros(1, 5, 5, 4)), 1, true)
  end)
end)
