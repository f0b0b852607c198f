-- Operations that take activations in bfloat16: {name, n, f, inputs...}, the
-- first n inputs being activations and the others parameters. The inputs are
-- float32 leaves whose values bfloat16 holds exactly.
local invar = require "invar"
local nn, rng, tensor = invar.nn, invar.rng, invar.tensor
local fn = nn.functional

local cases = {}
local number = 0

local function leaf(...)
  number = number + 1
  local values = tensor.randn(rng.new(number), ...):to("bfloat16")
  return values:to("float32"):requires_grad_()
end

local function add(name, n, f, ...)
  cases[#cases + 1] = {name = name, n = n, f = f, inputs = {...}}
end

local function image() return leaf(2, 9, 7, 70) end

add("conv2d", 1, function(x, w, b) return fn.conv2d(x, w, b, {padding = 1, stride = 2}) end,
  leaf(2, 9, 7, 6), leaf(4, 6, 3, 3), leaf(4))
add("conv2d in groups", 1, function(x, w) return fn.conv2d(x, w, nil, {groups = 2}) end,
  leaf(2, 5, 6, 6), leaf(4, 3, 3, 3))
add("linear", 1, fn.linear, leaf(2, 9, 6), leaf(4, 6), leaf(4))
add("linear without bias", 1, function(x, w) return fn.linear(x, w) end, leaf(33, 40), leaf(7, 40))
add("matmul", 2, function(a, b) return a:matmul(b) end, leaf(2, 1, 9, 6), leaf(3, 6, 5))
add("matmul with a vector", 2, function(a, b) return a:matmul(b) end, leaf(6), leaf(2, 6, 5))

for _, o in ipairs {{}, {relu = true}, {residual = true}, {relu = true, residual = true}} do
  local special = (o.relu and ", relu" or "") .. (o.residual and ", residual" or "")
  add("batch_norm" .. special, o.residual and 2 or 1, function(x, second, third, fourth)
    local residual = o.residual and second or nil
    local w, b = o.residual and third or second, o.residual and fourth or third
    return fn.batch_norm(x, w, b, nil, nil,
      {training = true, relu = o.relu, residual = residual})
  end, image(), table.unpack(o.residual and {image(), leaf(70), leaf(70)} or {leaf(70), leaf(70)}))
end
add("batch_norm in evaluation", 1, function(x, w, b)
  return fn.batch_norm(x, w, b, tensor.full({5}, 0.3), tensor.full({5}, 2), {relu = true})
end, leaf(7, 3, 5), leaf(5), leaf(5))
add("layer_norm", 1, fn.layer_norm, leaf(13, 70), leaf(70), leaf(70))
add("group_norm", 1, function(x, w, b) return fn.group_norm(x, 3, w, b) end,
  leaf(3, 4, 5, 9), leaf(9), leaf(9))
add("attention", 3, function(q, k, v) return nn.attention(q, k, v, {heads = 2}) end,
  leaf(2, 7, 6), leaf(2, 9, 6), leaf(2, 9, 6))
add("attention in blocks", 3, function(q, k, v) return nn.attention(q, k, v) end,
  leaf(1, 50, 4), leaf(1, 1200, 4), leaf(1, 1200, 4))

add("max_pool", 1, function(x) return fn.max_pool(x, {size = 2}) end, image())
add("max_pool, overlapping", 1,
  function(x) return fn.max_pool(x, {size = 3, stride = 2, padding = 1}) end, image())
add("avg_pool", 1, function(x) return fn.avg_pool(x, {size = 3, stride = 2, padding = 1}) end,
  image())
add("global_avg_pool", 1, fn.global_avg_pool, image())
add("dropout", 1, function(x) return fn.dropout(x, 0.4, rng.new(3)) end, leaf(50, 30))
add("softmax", 1, fn.softmax, leaf(9, 11))
add("log_softmax", 1, fn.log_softmax, leaf(9, 11))

for _, name in ipairs {"relu", "gelu", "silu", "softplus", "sigmoid", "tanh", "exp", "square",
  "neg", "abs"} do
  add(name, 1, function(x) return x[name](x) end, leaf(9, 11))
end
add("add", 2, function(a, b) return a + b end, leaf(9, 11), leaf(9, 11))
add("add, broadcast", 2, function(a, b) return a + b end, leaf(9, 11), leaf(11))
add("mul", 2, function(a, b) return a * b end, leaf(9, 11), leaf(9, 11))
add("div", 2, function(a, b) return a / (b:square() + 1) end, leaf(9, 11), leaf(9, 11))
add("where", 2, function(a, b) return tensor.where(a:gt(0), a, b) end, leaf(9, 11), leaf(9, 11))
add("branches", 1, function(x) return x * 2 + x:relu() + x:square() end, leaf(9, 11))
add("cat", 2, function(a, b) return tensor.cat({a, b}, 2) end, leaf(9, 5), leaf(9, 6))
add("slice", 1, function(x) return x[{{2, 5}, {1, -1, 2}}] end, leaf(9, 11))
add("permute and reshape", 1, function(x) return x:permute(3, 1, 2):reshape(-1) end, leaf(3, 4, 5))
add("index_select", 1, function(x)
  return x:index_select(1, tensor({1, 3, 3}, {dtype = "int32"}))
end, leaf(9, 11))
for _, name in ipairs {"sum", "mean", "var", "norm", "logsumexp", "max"} do
  add(name, 1, function(x) return (x[name](x, 1)) end, leaf(9, 11))
end
add("cumsum", 1, function(x) return x:cumsum(1) end, leaf(9, 11))

return cases
