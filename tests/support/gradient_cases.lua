-- Cases for the gradient check: {operation, what is special, f, inputs...}.
-- Every operation of the tape has one; layers have many, odd shapes included.
local invar = require "invar"
local nn, rng, tensor = invar.nn, invar.rng, invar.tensor
local fn = nn.functional

local cases = {}
local number = 0

-- Normal numbers, float64 (d) or float32 (s); each tensor has its own stream.
local function normal(dtype, ...)
  number = number + 1
  return tensor.randn(rng.new(number), {...}, {dtype = dtype})
end
local function d(...) return normal("float64", ...) end
local function s(...) return normal("float32", ...) end

-- Numbers away from zero, where |x| and the like have their kinks.
local function away(x) return x:sign() * (x:abs() + 0.3) end
local function positive(...) return d(...):abs() + 0.5 end

-- Different numbers at least 0.1 apart, so that maxima are clear.
local function distinct(dtype, ...)
  number = number + 1
  local n = 1
  for _, size in ipairs {...} do n = n * size end
  local order = rng.new(number):permutation(n)
  return (tensor.new(order):to(dtype) * 0.1 - n * 0.05):reshape(...)
end

local function add(operation, special, f, ...)
  cases[#cases + 1] = {operation = operation, special = special, f = f, inputs = {...}}
end

-- ---- element by element -----------------------------------------------------

for _, name in ipairs {"neg", "square", "exp", "expm1", "sin", "cos", "tanh", "sigmoid", "erf",
  "gelu", "silu", "softplus"} do
  add(name, "matrix", function(x) return x[name](x) end, d(3, 5))
  add(name, "transposed", function(x) return x:t()[name](x:t()) end, d(2, 3))
end
for _, name in ipairs {"gelu", "silu", "softplus"} do
  add(name, "float32", function(x) return x[name](x * 2) end, s(5, 7))
end
add("tan", "small", function(x) return (x * 0.2):tan() end, d(3, 5))
for _, name in ipairs {"log", "log1p", "sqrt", "rsqrt", "reciprocal"} do
  add(name, "positive", function(x) return x[name](x) end, positive(4, 3))
end
add("abs", "both signs", function(x) return x:abs() end, away(d(4, 4)))
add("relu", "both signs", function(x) return x:relu() end, away(d(4, 4)))
add("relu", "float32", function(x) return x:relu() end, away(s(2, 3, 3, 2)))

local shapes = {{{3, 4}, {3, 4}}, {{3, 4}, {4}}, {{2, 1, 4}, {3, 1}}, {{1}, {5}}, {{}, {2, 2}}}
local binary = {
  add = function(a, b) return a + b end,
  sub = function(a, b) return a - b end,
  mul = function(a, b) return a * b end,
  div = function(a, b) return a / (b:abs() + 1) end,
  maximum = function(a, b) return a:maximum(b * 0.01 + 5) + a:maximum(b * 0.01 - 5) end,
  minimum = function(a, b) return a:minimum(b * 0.01 + 5) + a:minimum(b * 0.01 - 5) end,
}
for name, f in pairs(binary) do
  for i, pair in ipairs(shapes) do
    add(name, "shapes " .. i, f, d(table.unpack(pair[1])), d(table.unpack(pair[2])))
  end
end
add("mul", "with itself", function(a) return a * a * a end, d(3))
add("add", "of two dtypes", function(a, b) return a:to("float64") + b end, s(2, 2), d(2, 2))
add("add", "numbers", function(a) return (2 - a) * 3 + 1 / (a * a + 1) - a / 4 end, d(4))
add("div", "number first", function(a) return 2 / a end, positive(3))
add("pow", "tensors", function(a, b) return a ^ b end, positive(3, 2), d(2))
add("pow", "number exponent", function(a) return a ^ 3 + a ^ 2 + a ^ 0 end, d(5))
add("pow", "number base", function(a) return 2 ^ a end, d(5))
add("mod", "both", function(a, b) return (a * 0.01 + 7.3) % (b * 0.01 + 2) end, d(4), d(4))
add("where", "broadcast", function(a, b)
  return tensor.where(tensor {{1, 0, 1}, {0, 1, 1}}:to("uint8"), a, b)
end, d(2, 3), d(1))
add("to", "float32 and back", function(a) return a:to("float64") ^ 2 end, s(3))
add("clone", "clone and contiguous", function(a) return a:t():contiguous() * a:t():clone() end,
  d(2, 3))

-- ---- reductions ---------------------------------------------------------------

local reductions = {
  sum = "sum", mean = "mean", prod = "prod", var = "var", std = "std",
  logsumexp = "logsumexp", ["norm (2)"] = "norm",
}
for name, method in pairs(reductions) do
  add(name, "all", function(x) return x[method](x) end, d(3, 4))
  add(name, "dim 1", function(x) return x[method](x, 1) end, d(3, 4))
  add(name, "dims 1 and 3, kept", function(x)
    return x[method](x, {1, 3}, {keepdim = true}) * x
  end, d(2, 3, 2))
end
add("prod", "a zero", function(x) return (x * tensor {1, 0, 1}):prod() end, d(3))
add("var (population)", "dim 2", function(x) return x:var(2, {correction = 0}) end, d(3, 4))
add("std (population)", "dim 2", function(x) return x:std(2, {correction = 0}) end, d(3, 4))
add("norm (1)", "all", function(x) return x:norm(nil, {p = 1}) end, away(d(3, 4)))
add("norm (inf)", "dim 1", function(x) return x:norm(1, {p = math.huge}) end,
  distinct("float64", 3, 4) + 2)
add("min", "all", function(x) return x:min() end, distinct("float64", 3, 4))
add("max", "all", function(x) return x:max() end, distinct("float64", 3, 4))
add("max along a dimension", "dim 1", function(x) return (x:max(1)) end,
  distinct("float64", 3, 4))
add("max along a dimension", "smallest, kept", function(x)
  return (x:min(2, {keepdim = true})) * x
end, distinct("float64", 3, 4))
add("cumsum", "dim 1", function(x) return x:cumsum(1) end, d(4, 2))
add("cumsum", "dim 2", function(x) return x:cumsum(2) end, d(2, 5))

-- ---- products -------------------------------------------------------------------

local products = {{{3, 4}, {4, 2}}, {{4}, {4}}, {{4}, {4, 2}}, {{3, 4}, {4}}, {{5, 2, 3}, {3, 4}},
  {{5, 2, 3}, {5, 3, 1}}, {{2, 1, 2, 3}, {4, 3, 2}}, {{3}, {2, 3, 2}}, {{2, 3, 2}, {2}}}
for i, pair in ipairs(products) do
  add("matmul", "shapes " .. i, function(a, b) return a:matmul(b) end,
    d(table.unpack(pair[1])), d(table.unpack(pair[2])))
end
add("matmul", "transposed", function(a, b) return a:t():matmul(b:t()) end, d(4, 3), d(2, 4))

-- Symmetric and far from singular.
local function sound(a) return a:matmul(a:t()) * 0.1 + tensor.eye(a:size(1)):to("float64") * 2 end
add("inverse", "3 x 3", function(a) return sound(a):inverse() end, d(3, 3))
add("solve", "a vector", function(a, b) return (sound(a) + a:triu(1)):solve(b) end, d(3, 3), d(3))
add("solve", "columns", function(a, b) return sound(a):solve(b) end, d(3, 3), d(3, 2))
add("det", "3 x 3", function(a) return sound(a):det() end, d(3, 3))
add("eigvalsh", "3 x 3", function(a) return (a + a:t()):eigvalsh() end, d(3, 3))
add("svdvals", "wide", function(a) return a:svdvals() end, d(2, 4))
add("svdvals", "tall", function(a) return a:svdvals() end, d(4, 3))
add("diag", "of a vector", function(a) return a:diag(-1) end, d(3))
add("diag", "of a matrix", function(a) return a:diag() end, d(3, 3))
add("diag", "of a long matrix", function(a) return a:diag(-2) * a:diag(1) end, d(4, 3))
add("triangle", "both", function(a) return a:tril() * 2 + a:triu(1) end, d(2, 3, 3))

-- ---- views, joining, picking -----------------------------------------------------

add("slice", "backward", function(a) return a[{{5, 1, -1}}] end, d(5))
add("slice", "steps", function(a) return a[{{1, 5, 2}, {2, 3}}] end, d(5, 4))
add("select", "last", function(a) return a[-1] * a[1] end, d(3, 2))
add("permute", "three", function(a) return a:permute(3, 1, 2) end, d(2, 3, 4))
add("reshape", "of a view", function(a) return a:t():reshape(6) end, d(2, 3))
add("reshape", "squeeze and unsqueeze", function(a) return a:unsqueeze(1):squeeze(2) end, d(1, 3))
add("expand", "new dimension", function(a) return a:expand(4, 3, 2) end, d(3, 1))
add("cat", "different sizes", function(a, b) return tensor.cat({a, b, a}, 2) end, d(2, 3), d(2, 1))
add("index_select", "repeats", function(a)
  return a:index_select(1, tensor {3, 1, 3}:to("int32"))
end, d(3, 2))
add("index_select", "mask", function(a)
  return a[tensor {{1, 0}, {1, 1}}:to("uint8")]
end, d(2, 2))
add("gather", "repeats", function(a)
  return a:gather(2, tensor {{1, 1}, {3, 2}}:to("int32"))
end, d(2, 3))

add("gather", "sort and topk", function(a)
  return (a:sort(1)) ^ 2 + (a:topk(3, 1)) * 2
end, distinct("float64", 3, 2))

-- ---- convolution -------------------------------------------------------------------

local function conv(n, h, w, inputs, outputs, kernel, o)
  o = o or {}
  local text = ("%dx%dx%dx%d to %d, %dx%d"):format(n, h, w, inputs, outputs, kernel, kernel)
  for key, value in pairs(o) do text = text .. (" %s %d"):format(key, value) end
  add("conv2d", text, function(x, weight, bias) return fn.conv2d(x, weight, bias, o) end,
    s(n, h, w, inputs), s(outputs, inputs // (o.groups or 1), kernel, kernel), s(outputs))
end
conv(2, 5, 5, 3, 4, 3)
conv(1, 1, 1, 1, 1, 1)
conv(1, 9, 7, 2, 17, 3, {padding = 1})
conv(3, 8, 8, 4, 33, 3, {padding = 1, stride = 2})
conv(2, 7, 9, 3, 5, 5, {padding = 2})
conv(1, 11, 8, 2, 3, 7, {padding = 3, stride = 2})
conv(2, 7, 7, 5, 6, 1, {stride = 2})
conv(2, 6, 6, 16, 16, 1)
conv(1, 9, 9, 2, 3, 3, {dilation = 2, padding = 2})
conv(1, 10, 9, 2, 3, 3, {dilation = 3, stride = 3, padding = 1})
conv(2, 5, 6, 4, 6, 3, {groups = 2, padding = 1})
conv(2, 5, 5, 4, 4, 3, {groups = 4, padding = 1, stride = 2})
conv(2, 4, 4, 3, 40, 2, {stride = 3})
conv(1, 3, 3, 2, 2, 3, {padding = 4, stride = 2})
conv(2, 12, 20, 3, 35, 3, {padding = 1})
add("conv2d", "without bias", function(x, w) return fn.conv2d(x, w) end, s(2, 4, 5, 2),
  s(3, 2, 3, 3))
add("conv2d", "views", function(x, w)
  return fn.conv2d(x:permute(1, 3, 2, 4), w:permute(1, 2, 4, 3), nil, {padding = 1})
end, s(2, 4, 5, 3), s(4, 3, 3, 3))
add("conv2d", "expanded gradient", function(x, w)
  return fn.conv2d(x, w):sum({2, 3}):sum(2)
end, s(2, 5, 5, 2), s(3, 2, 3, 3))

add("linear", "matrix", function(x, w, b) return fn.linear(x, w, b) end, s(5, 7), s(3, 7), s(3))
add("linear", "batch of 1", function(x, w) return fn.linear(x, w) end, s(1, 4), s(2, 4))
add("linear", "vector", function(x, w, b) return fn.linear(x, w, b) end, s(4), s(2, 4), s(2))
add("linear", "three dimensions, views", function(x, w, b)
  return fn.linear(x:permute(2, 1, 3), w:t(), b)
end, s(2, 3, 4), s(4, 5), s(5))

-- ---- normalisation --------------------------------------------------------------------

local function norm(special, shape, o, with_residual)
  local channels = shape[#shape]
  local function stored(value) return tensor.full({channels}, value) end
  local function f(x, w, b, residual)
    local settings = {training = o.training, relu = o.relu, residual = residual}
    return fn.batch_norm(x, w, b, stored(0.3), stored(1.7), settings)
  end
  add("batch_norm", special, f, distinct("float32", table.unpack(shape)), s(channels),
    s(channels) + 4 * (o.relu and 1 or 0),
    with_residual and s(table.unpack(shape)) + 4 or nil)
end
norm("training", {2, 3, 3, 5}, {training = true})
norm("training, odd rows", {3, 1, 1, 16}, {training = true})
norm("training, matrix", {7, 20}, {training = true})
norm("evaluation", {2, 2, 3, 4}, {training = false})
norm("training, ReLU", {2, 3, 2, 4}, {training = true, relu = true})
norm("training, residual", {2, 3, 2, 4}, {training = true}, true)
norm("training, residual, ReLU", {2, 3, 2, 4}, {training = true, relu = true}, true)
norm("evaluation, residual, ReLU", {2, 3, 2, 4}, {training = false, relu = true}, true)
add("batch_norm", "without weights", function(x)
  return fn.batch_norm(x, nil, nil, nil, nil, {training = true})
end, distinct("float32", 4, 3))

for _, shape in ipairs {{3, 5}, {1, 64}, {2, 3, 131}, {7}} do
  add("layer_norm", #shape .. " dimensions", function(x, w, b) return fn.layer_norm(x, w, b) end,
    s(table.unpack(shape)), s(shape[#shape]), s(shape[#shape]))
end
add("layer_norm", "no weights, large epsilon", function(x)
  return fn.layer_norm(x:t(), nil, nil, {epsilon = 0.5})
end, s(4, 3))
add("layer_norm", "weights alone", function(w, b)
  return fn.layer_norm(tensor {{1, 2, 4}, {0, 1, 5}}, w, b)
end, s(3), s(3))
for _, case in ipairs {{2, {2, 3, 3, 6}}, {1, {1, 2, 2, 3}}, {4, {3, 4, 8}}, {2, {3, 8}}} do
  local groups, shape = table.unpack(case)
  add("group_norm", groups .. " groups, " .. #shape .. " dimensions", function(x, w, b)
    return fn.group_norm(x, groups, w, b)
  end, s(table.unpack(shape)), s(shape[#shape]), s(shape[#shape]))
end
add("group_norm", "no weights", function(x)
  return fn.group_norm(x, 2, nil, nil, {epsilon = 0.1})
end, s(2, 3, 4))

-- ---- attention ---------------------------------------------------------------------

for _, case in ipairs {{1, 3, 4, 4, 1}, {2, 5, 5, 6, 2}, {1, 1, 1, 3, 3}, {2, 19, 33, 8, 2}} do
  local samples, queries, keys, width, heads = table.unpack(case)
  add("attention", ("%d x %d queries, %d keys of %d, %d heads"):format(samples, queries, keys,
    width, heads), function(q, k, v) return nn.attention(q, k, v, {heads = heads}) end,
    s(samples, queries, width), s(samples, keys, width), s(samples, keys, width))
end
add("attention", "with itself, scaled", function(x)
  return nn.attention(x, x, x * 2, {scale = 0.3})
end, s(1, 4, 2))
add("attention", "many queries in blocks", function(q, v)
  return nn.attention(q, v * 0.5, v):sum(2)
end, s(1, 40, 2) * 0.1, s(1, 2100, 2))

-- ---- pooling, dropout, losses -----------------------------------------------------------

for _, size in ipairs {{4, 4, 2, 2, 0}, {5, 7, 3, 2, 1}, {5, 5, 2, 1, 0}, {3, 3, 3, 3, 0}} do
  local h, w, window, stride, padding = table.unpack(size)
  local o = {size = window, stride = stride, padding = padding}
  local special = ("%d x %d, %d, stride %d, padding %d"):format(table.unpack(size))
  add("max_pool", special, function(x) return fn.max_pool(x, o) end,
    distinct("float32", 2, h, w, 3))
  add("avg_pool", special, function(x) return fn.avg_pool(x, o) end, s(2, h, w, 3))
end
add("global_avg_pool", "odd", function(x) return fn.global_avg_pool(x) end, s(2, 3, 5, 7))
add("dropout", "half", function(x) return fn.dropout(x, 0.5, rng.new(5)) end, s(4, 5))
add("softmax", "rows", function(x) return fn.softmax(x) end, s(3, 5))
add("log_softmax", "rows", function(x) return fn.log_softmax(x) end, s(2, 3, 4))
add("cross_entropy", "labels", function(x, y) return nn.cross_entropy(x, y) end, s(4, 6),
  tensor {1, 6, 3, 3}:to("int32"))
add("cross_entropy", "one sample", function(x, y) return nn.cross_entropy(x, y) end, s(1, 3),
  tensor {2}:to("int32"))
add("cross_entropy", "smoothed, summed", function(x, y)
  return nn.cross_entropy(x, y, {smoothing = 0.2, reduction = "sum"})
end, s(3, 4), tensor {1, 4, 2}:to("int32"))
add("cross_entropy", "a loss per sample", function(x, y)
  return nn.cross_entropy(x, y, {reduction = "none"})
end, s(3, 4), tensor {1, 4, 2}:to("int32"))
for _, reduction in ipairs {"mean", "none"} do
  add("cross_entropy", "probabilities, " .. reduction, function(x, y)
    return nn.cross_entropy(x, y, {reduction = reduction, smoothing = 0.1})
  end, s(3, 4), positive(3, 4):to("float32"))
end
add("mse", "both", function(x, y) return nn.mse(x, y) end, s(3, 4), s(3, 4))

return cases
