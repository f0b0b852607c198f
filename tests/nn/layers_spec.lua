local invar = require "invar"
local nn, rng, tensor = invar.nn, invar.rng, invar.tensor
local fn = nn.functional

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

-- The definition of convolution, element by element.
local function plain_conv(x, w, o)
  local xs, ws = x:totable(), w:totable()
  local stride, padding = o.stride or 1, o.padding or 0
  local dilation, groups = o.dilation or 1, o.groups or 1
  local height, width, outputs = x:size(2), x:size(3), w:size(1)
  local depth, kh, kw = w:size(2), w:size(3), w:size(4)
  local function at(n, oy, ox, k)
    local sum, first = 0, (k - 1) // (outputs // groups) * depth
    for ky = 1, kh do
      for kx = 1, kw do
        local y = (oy - 1) * stride - padding + (ky - 1) * dilation + 1
        local column = (ox - 1) * stride - padding + (kx - 1) * dilation + 1
        if y >= 1 and y <= height and column >= 1 and column <= width then
          for c = 1, depth do
            sum = sum + xs[n][y][column][first + c] * ws[k][c][ky][kx]
          end
        end
      end
    end
    return sum
  end
  local result = {}
  for n = 1, x:size(1) do
    result[n] = {}
    for oy = 1, (height + 2 * padding - dilation * (kh - 1) - 1) // stride + 1 do
      result[n][oy] = {}
      for ox = 1, (width + 2 * padding - dilation * (kw - 1) - 1) // stride + 1 do
        result[n][oy][ox] = {}
        for k = 1, outputs do result[n][oy][ox][k] = at(n, oy, ox, k) end
      end
    end
  end
  return tensor.new(result)
end

describe("conv2d", function()
  local shapes = {
    {{2, 6, 7, 3}, {4, 3, 3, 3}, {}},
    {{1, 5, 19, 2}, {17, 2, 3, 3}, {padding = 1}},
    {{9, 4, 4, 5}, {33, 5, 3, 3}, {padding = 1, stride = 2}},
    {{1, 8, 9, 3}, {2, 3, 5, 5}, {padding = 2, stride = 3}},
    {{2, 9, 9, 2}, {3, 2, 3, 3}, {dilation = 2, padding = 1}},
    {{1, 7, 6, 4}, {6, 2, 3, 3}, {groups = 2, padding = 1}},
    {{2, 5, 5, 48}, {70, 48, 1, 1}, {stride = 2}},
    {{1, 2, 2, 1}, {1, 1, 7, 7}, {padding = 3}},
    {{1, 1, 1, 2}, {2, 2, 1, 1}, {padding = 3, stride = 5}},
    {{1, 6, 5, 2}, {3, 2, 2, 4}, {padding = 1}},
  }
  for i, shape in ipairs(shapes) do
    it("is the sum it is defined as, case " .. i, function()
      local x = tensor.randn(rng.new(i), shape[1])
      local w = tensor.randn(rng.new(i + 100), shape[2])
      local y, wanted = fn.conv2d(x, w, nil, shape[3]), plain_conv(x, w, shape[3])
      assert.same(wanted:shape(), y:shape())
      assert.is_true(y:allclose(wanted, {rtol = 1e-5, atol = 1e-5}))
      local bias = tensor.randn(rng.new(7), shape[2][1])
      local with_bias = fn.conv2d(x, w, bias, shape[3])
      assert.is_true(with_bias:allclose(wanted + bias, {rtol = 1e-5, atol = 1e-5}))
    end)
  end

  it("has the same bits for every number of threads", function()
    local x = tensor.randn(rng.new(1), 37, 9, 9, 5)
    local w = tensor.randn(rng.new(2), 20, 5, 3, 3)
    local results = {}
    local before = invar.threads()
    for threads = 1, 3 do
      invar.threads(threads)
      local a, b = x:clone():requires_grad_(), w:clone():requires_grad_()
      local y = fn.conv2d(a, b, nil, {padding = 1})
      y:backward(y:detach())
      results[threads] = {y:detach(), a:grad(), b:grad()}
    end
    invar.threads(before)
    for threads = 2, 3 do
      for i = 1, 3 do assert.is_true(results[1][i]:equal(results[threads][i])) end
    end
  end)

  it("takes an empty batch", function()
    local w = tensor.randn(rng.new(1), 3, 2, 3, 3):requires_grad_()
    local y = fn.conv2d(tensor.zeros(0, 4, 4, 2), w)
    assert.same({0, 2, 2, 3}, y:shape())
    y:sum():backward()
    assert.equal(0, w:grad():abs():sum():item())
  end)

  it("names what is wrong", function()
    local x, w = tensor.zeros(1, 5, 5, 4), tensor.zeros(2, 3, 3, 3)
    assert.matches("nn.functional.conv2d: input has 4 channels, weight expects 3",
      message_of(fn.conv2d, x, w), 1, true)
    assert.matches("kernel reaches over 7 pixels", message_of(fn.conv2d,
      tensor.zeros(1, 5, 5, 3), tensor.zeros(2, 3, 7, 7)))
    assert.matches("input is uint8", message_of(fn.conv2d, x:to("uint8"), w))
    assert.matches("4 dimensions expected", message_of(fn.conv2d, x[1], w))
    assert.matches('did you mean "stride"', message_of(fn.conv2d, x, w, nil, {stide = 1}))
    assert.matches("bias is float32 3", message_of(fn.conv2d, tensor.zeros(1, 5, 5, 3), w,
      tensor.zeros(3)))
  end)
end)

describe("batch_norm", function()
  it("normalises in training and follows the batch with its running statistics", function()
    local x = tensor.randn(rng.new(3), 6, 5, 3, 4) * 3 + 2
    local mean, var = tensor.zeros(4), tensor.ones(4)
    local y = fn.batch_norm(x, nil, nil, mean, var, {training = true})
    assert.is_true(y:mean({1, 2, 3}):abs():max():item() < 1e-6)
    assert.is_true(y:var({1, 2, 3}, {correction = 0}):allclose(tensor.ones(4), {atol = 1e-4}))
    assert.is_true(mean:allclose(x:mean({1, 2, 3}) * 0.1))
    assert.is_true(var:allclose(x:var({1, 2, 3}) * 0.1 + 0.9))
  end)

  it("is accurate far from zero", function()
    local x = tensor.randn(rng.new(4), 4000, 2) + 1000
    local y = fn.batch_norm(x, nil, nil, nil, nil, {training = true})
    assert.is_true(y:std(1):allclose(tensor.ones(2), {atol = 1e-3}))
  end)

  it("refuses what makes no sense", function()
    assert.matches("more than one value per channel",
      message_of(fn.batch_norm, tensor.zeros(1, 3), nil, nil, nil, nil, {training = true}))
    assert.matches("needs running mean", message_of(fn.batch_norm, tensor.zeros(2, 3)))
    assert.matches("the residual", message_of(fn.batch_norm, tensor.zeros(2, 3), nil, nil, nil,
      nil, {training = true, residual = tensor.zeros(3)}))
  end)
end)

describe("pooling", function()
  it("takes maxima and means of windows", function()
    local x = tensor {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}:reshape(1, 3, 3, 1)
    local function values(y) return y:reshape(-1):totable() end
    assert.same({5, 6, 8, 9}, values(fn.max_pool(x, {size = 2, stride = 1})))
    assert.same({3, 4, 6, 7}, values(fn.avg_pool(x, {size = 2, stride = 1})))
    assert.same({1, 3, 7, 9}, values(fn.max_pool(x, {size = 2, padding = 1})))
    assert.same({5}, fn.global_avg_pool(x)[1]:totable())
    assert.equal(-1, fn.max_pool(x * 0 - 1, {size = 3, padding = 1}):max():item())
  end)
end)

describe("dropout", function()
  it("keeps the mean, drops the share asked for, repeats with its generator", function()
    local x = tensor.ones(100000)
    local y = fn.dropout(x, 0.3, rng.new(1))
    assert.is_true(math.abs(y:mean():item() - 1) < 0.01)
    assert.is_true(math.abs(y:eq(0):to("float32"):mean():item() - 0.3) < 0.01)
    assert.is_true(y:equal(fn.dropout(x, 0.3, rng.new(1))))
    assert.is_false(y:equal(fn.dropout(x, 0.3, rng.new(2))))
  end)
end)

describe("losses", function()
  it("cross_entropy is the mean of minus log softmax", function()
    local loss = nn.cross_entropy(tensor {{0, 0}, {math.log(3), 0}}, tensor {1, 2}:to("int32"))
    assert.is_true(math.abs(loss:item() - (math.log(2) + math.log(4)) / 2) < 1e-6)
    local extreme = nn.cross_entropy(tensor {{1e30, -1e30}}, tensor {1}:to("int32"))
    assert.equal(0, extreme:item())
  end)

  it("cross_entropy checks the labels", function()
    local x = tensor.zeros(2, 3)
    assert.matches("label 4 of sample 2 is not in 1 .. 3",
      message_of(nn.cross_entropy, x, tensor {1, 4}:to("int32")), 1, true)
    assert.matches("label 0 of sample 1", message_of(nn.cross_entropy, x,
      tensor {0, 1}:to("int32")))
    assert.matches("labels are float32", message_of(nn.cross_entropy, x, tensor {1, 2}))
    assert.matches("logits have shape 2x3, labels 3", message_of(nn.cross_entropy, x,
      tensor {1, 2, 3}:to("int32")))
  end)

  it("NaN in, NaN out", function()
    local nan = tensor {{0 / 0, 1}}
    local loss = nn.cross_entropy(nan, tensor {2}:to("int32")):item()
    assert.is_true(loss ~= loss)
    assert.is_true(fn.softmax(nan):isnan():all():item() == 1)
  end)

  it("mse is the mean of squares", function()
    assert.equal(2.5, nn.mse(tensor {1, 2}, tensor {2, 4}):item())
    assert.matches("the same one", message_of(nn.mse, tensor {1}, tensor {1, 2}))
  end)
end)
