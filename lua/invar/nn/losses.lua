--- Losses made of tensor operations. All take two tensors of one shape and the
-- option reduction: "mean" (the default), "sum" or "none".

local core = require "invar.core.nn"
local options = require "invar.options"
local tensor = require "invar.tensor"

local losses = {}

local real = {float32 = true, float64 = true, bfloat16 = true}

-- What is wrong with argument `number`, or nil.
local function flaw(number, value)
  local kind = options.describe(value)
  if kind ~= "tensor" then
    return ("argument %d: tensor expected, got %s"):format(number, kind)
  end
  local open, dtype = pcall(value.dtype, value)
  if not open then return ("argument %d: the tensor is closed"):format(number) end
  if not real[dtype] then
    return ("argument %d: a tensor of real numbers expected, got %s"):format(number, dtype)
  end
end

-- Raises unless both are tensors of real numbers of one shape, not empty.
local function check_pair(name, x, y)
  local problem = flaw(1, x) or flaw(2, y)
  if not problem then
    local a, b = table.concat(x:shape(), "x"), table.concat(y:shape(), "x")
    if a == b and x:count() > 0 then return end
    problem = ("shapes %s and %s: the same one, not empty, expected"):format(a, b)
  end
  error(("%s: %s"):format(name, problem), 3)
end

local reductions = {choices = {"mean", "sum", "none"}}

local function reduce(values, how)
  if how == "none" then return values end
  return how == "sum" and values:sum() or values:mean()
end

--- The squared difference.
function losses.mse(x, y, given)
  local o = options.check("nn.mse", given, {reduction = "mean"}, {reduction = reductions})
  if o.reduction == "mean" then return core.mse(x, y) end
  check_pair("nn.mse", x, y)
  return reduce((x - y):square(), o.reduction)
end

--- The absolute difference.
function losses.l1(x, y, given)
  local o = options.check("nn.l1", given, {reduction = "mean"}, {reduction = reductions})
  check_pair("nn.l1", x, y)
  return reduce((x - y):abs(), o.reduction)
end

--- Half the squared difference d up to |d| = delta (1), delta (|d| - delta / 2)
-- beyond (Huber, 1964).
function losses.huber(x, y, given)
  local o = options.check("nn.huber", given, {reduction = "mean", delta = 1.0},
    {reduction = reductions, delta = {above = 0}})
  check_pair("nn.huber", x, y)
  local distance = (x - y):abs()
  local near = distance:minimum(o.delta)
  return reduce(near:square() * 0.5 + (distance - near) * o.delta, o.reduction)
end

--- Binary cross-entropy -t log p - (1 - t) log(1 - p) of logits, p =
-- sigmoid(logits), and targets t in 0 .. 1. Option weight (1) multiplies the
-- first term, for classes that are rare.
function losses.bce(logits, targets, given)
  local o = options.check("nn.bce", given, {reduction = "mean", weight = 1.0},
    {reduction = reductions, weight = {min = 0}})
  check_pair("nn.bce", logits, targets)
  local positive = targets * (-logits):softplus()
  if o.weight ~= 1 then positive = positive * o.weight end
  return reduce(positive + (1 - targets) * logits:softplus(), o.reduction)
end

--- The Kullback-Leibler divergence sum p (log p - log q) of what is expected, p,
-- from what is predicted: like PyTorch's kl_div, nn.kl(log_q, p), or, with the
-- option log_target, nn.kl(log_q, log_p). The sum is over all elements and
-- divided by the samples (the first dimension). Option reduction: "batchmean"
-- (that; unlike PyTorch's, the default), "mean" over elements, "sum", "none".
function losses.kl(log_q, p, given)
  local o = options.check("nn.kl", given, {reduction = "batchmean", log_target = false},
    {reduction = {choices = {"batchmean", "mean", "sum", "none"}}})
  check_pair("nn.kl", log_q, p)
  local values
  if o.log_target then
    values = p:exp() * (p - log_q)
  else -- 0 log 0 is 0
    values = p * (tensor.where(p:gt(0), p, tensor.ones(1)):log() - log_q)
  end
  if o.reduction ~= "batchmean" then return reduce(values, o.reduction) end
  return values:sum() / (values:dim() > 0 and values:size(1) or 1)
end

-- Cosines along a dimension. A length below epsilon counts as epsilon.
local function cosines(x, y, dim, epsilon)
  local function length(t) return t:square():sum(dim):maximum(epsilon ^ 2):sqrt() end
  return (x * y):sum(dim) / (length(x) * length(y))
end

local function cosine_options(name, x, given, defaults)
  local o = options.check(name, given, defaults,
    {epsilon = {above = 0}, reduction = defaults.reduction and reductions})
  local dims = x:dim()
  if o.dim == 0 or math.abs(o.dim) > dims then
    error(("%s: option dim: %d is no dimension of a tensor with %d"):format(name, o.dim, dims),
      3)
  end
  return o
end

--- The cosine of the angle between vectors of x and y along dimension dim (the
-- last). Option: epsilon (1e-8), the least length.
function losses.cosine_similarity(x, y, given)
  check_pair("nn.cosine_similarity", x, y)
  local o = cosine_options("nn.cosine_similarity", x, given, {dim = -1, epsilon = 1e-8})
  return cosines(x, y, o.dim, o.epsilon)
end

--- 1 - cosine_similarity.
function losses.cosine(x, y, given)
  check_pair("nn.cosine", x, y)
  local o = cosine_options("nn.cosine", x, given,
    {dim = -1, epsilon = 1e-8, reduction = "mean"})
  return reduce(1 - cosines(x, y, o.dim, o.epsilon), o.reduction)
end

return losses
