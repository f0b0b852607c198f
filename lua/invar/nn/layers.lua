--- The layers: modules over the functions of invar.core.nn.

local core = require "invar.core.nn"
local module = require "invar.nn.module"
local options = require "invar.options"
local rng = require "invar.rng"
local tensor = require "invar.tensor"

local functional = core.functional
local layers = {}

-- A layer of class `class`: its parameters are drawn by its initialise_layer,
-- from the seed given or else anew in every larger module it becomes part of.
local function layer(class, fields, seed)
  fields._class = class
  fields.kind = class.kind
  local self = module.new(fields)
  if self.initialise_layer then
    module.draw(self, seed or 1, "")
    if not (seed or class.constant) then self._fresh = {weight = core.version(self.weight)} end
  end
  return self
end

local function size(name, number, value)
  return options.argument(name, number, value, "integer", {min = 1, max = 1 << 24})
end

--- U(-b, b) with b = 1 / sqrt(fan_in), PyTorch's default for weight and bias.
local function draw_uniform(self, stream)
  local fan_in = 1
  local shape = self.weight:shape()
  for i = 2, #shape do fan_in = fan_in * shape[i] end
  local bound = 1 / math.sqrt(fan_in)
  local range = {low = -bound, high = bound}
  self.weight:copy_(tensor.rand(stream "weight", shape, range))
  if self.bias then self.bias:copy_(tensor.rand(stream "bias", self.bias:shape(), range)) end
end

-- ---- convolution and linear maps -----------------------------------------

local conv2d = {kind = "conv2d", initialise_layer = draw_uniform}

function conv2d:forward(x)
  return functional.conv2d(x, self.weight, self.bias, self.settings)
end

--- Multiplications that are added up, for this input and output.
function conv2d:multiply_adds(_, y)
  return y:count() * self.weight:count() // self.weight:size(1)
end

--- A convolution (cross-correlation) of images N x H x W x C. Options: stride
-- (1), padding (0), dilation (1), groups (1), bias (true), seed. Parameters:
-- weight (out, in / groups, kernel, kernel), bias (out).
function layers.conv2d(inputs, outputs, kernel, given)
  local name = "nn.conv2d"
  inputs, outputs = size(name, 1, inputs), size(name, 2, outputs)
  kernel = size(name, 3, kernel)
  local o = options.check(name, given,
    {stride = 1, padding = 0, dilation = 1, groups = 1, bias = true},
    {stride = {min = 1}, padding = {min = 0}, dilation = {min = 1}, groups = {min = 1},
      seed = {type = "integer"}})
  if inputs % o.groups ~= 0 or outputs % o.groups ~= 0 then
    error(("nn.conv2d: option groups: %d does not divide %d inputs and %d outputs")
      :format(o.groups, inputs, outputs), 2)
  end
  return layer(conv2d, {
    weight = tensor.zeros(outputs, inputs // o.groups, kernel, kernel),
    bias = o.bias and tensor.zeros(outputs) or nil,
    settings = {stride = o.stride, padding = o.padding, dilation = o.dilation,
      groups = o.groups},
    order = {"weight", "bias"},
  }, o.seed)
end

local linear = {kind = "linear", initialise_layer = draw_uniform}

function linear:forward(x) return functional.linear(x, self.weight, self.bias) end

function linear:multiply_adds(_, y) return y:count() * self.weight:size(2) end

--- y = x W' + b over the last dimension. Options: bias (true), seed.
-- Parameters: weight (out, in), bias (out).
function layers.linear(inputs, outputs, given)
  inputs, outputs = size("nn.linear", 1, inputs), size("nn.linear", 2, outputs)
  local o = options.check("nn.linear", given, {bias = true}, {seed = {type = "integer"}})
  return layer(linear, {
    weight = tensor.zeros(outputs, inputs),
    bias = o.bias and tensor.zeros(outputs) or nil,
    order = {"weight", "bias"},
  }, o.seed)
end

-- ---- normalisation ---------------------------------------------------------

-- The start of all norms: they scale by 1 and shift by 0.
local function reset_norm(self)
  self.weight:fill_(1)
  self.bias:zero_()
end

-- `constant`: the start is the same for every seed and name.
local batch_norm = {kind = "batch_norm", constant = true}

function batch_norm:initialise_layer()
  reset_norm(self)
  self.running_mean:zero_()
  self.running_var:fill_(1)
  self.num_batches_tracked = 0
end

--- forward(x[, {relu=, residual=}]): what follows may be done in the same pass.
function batch_norm:forward(x, then_do)
  if self.training then self.num_batches_tracked = self.num_batches_tracked + 1 end
  return functional.batch_norm(x, self.weight, self.bias, self.running_mean,
    self.running_var, {training = self.training, momentum = self.momentum,
      epsilon = self.epsilon, relu = then_do and then_do.relu,
      residual = then_do and then_do.residual})
end

--- What forward does after the norm, for a caller who looks at the norm's output.
function batch_norm.follow(_, y, then_do)
  if then_do.residual then y = y + then_do.residual end
  return then_do.relu and y:relu() or y
end

-- Whether nothing but class.forward happens when `self` is called.
local function is_plain(self, class)
  return rawget(self, "_class") == class and rawget(self, "forward") == nil
    and rawget(self, "precision") == nil and not module.is_watched(self)
end

local function conv_norm(conv, norm, x, then_do)
  if norm.training or not (is_plain(conv, conv2d) and is_plain(norm, batch_norm)) then
    local y = conv(x)
    if not then_do or norm.follow then return norm(y, then_do) end
    return batch_norm.follow(norm, norm(y), then_do)
  end
  local o = conv.settings
  return functional.conv_norm(x, conv.weight, conv.bias, norm.weight, norm.bias,
    norm.running_mean, norm.running_var, {stride = o.stride, padding = o.padding,
      dilation = o.dilation, groups = o.groups, epsilon = norm.epsilon,
      relu = then_do and then_do.relu, residual = then_do and then_do.residual})
end

--- norm(conv(x), then_do) of two layers. In evaluation, where nothing is
-- recorded and nobody looks at what lies between, it is one convolution: the
-- norm's scales and shifts go into its weights and biases. then_do (optional):
-- {relu =, residual =}, what comes after the norm.
function layers.conv_norm(conv, norm, x, then_do)
  options.argument("nn.conv_norm", 1, conv, "module")
  options.argument("nn.conv_norm", 2, norm, "module")
  options.argument("nn.conv_norm", 3, x, "tensor")
  if then_do ~= nil then options.argument("nn.conv_norm", 4, then_do, "table") end
  return conv_norm(conv, norm, x, then_do)
end

--- Normalises each channel (the last dimension) by the mean and variance of
-- the batch in training, by running ones in evaluation, then scales and
-- shifts (Ioffe and Szegedy, 2015). Options: momentum (0.1), epsilon (1e-5).
-- Parameters: weight, bias; buffers: running_mean, running_var.
function layers.batch_norm(channels, given)
  channels = size("nn.batch_norm", 1, channels)
  local o = options.check("nn.batch_norm", given, {momentum = 0.1, epsilon = 1e-5},
    {momentum = {min = 0, max = 1}, epsilon = {min = 0}})
  return layer(batch_norm, {
    weight = tensor.ones(channels),
    bias = tensor.zeros(channels),
    running_mean = tensor.zeros(channels),
    running_var = tensor.ones(channels),
    num_batches_tracked = 0, -- batches seen in training, as PyTorch counts them
    momentum = o.momentum,
    epsilon = o.epsilon,
    buffers = {"running_mean", "running_var"},
    order = {"weight", "bias", "running_mean", "running_var"},
  })
end

local layer_norm = {kind = "layer_norm", constant = true, initialise_layer = reset_norm}

function layer_norm:forward(x)
  return functional.layer_norm(x, self.weight, self.bias, {epsilon = self.epsilon})
end

--- Each row of features (the last dimension) gets mean 0 and variance 1, then
-- is scaled and shifted (Ba et al., 2016). Option: epsilon (1e-5). Parameters:
-- weight, bias.
function layers.layer_norm(features, given)
  features = size("nn.layer_norm", 1, features)
  local o = options.check("nn.layer_norm", given, {epsilon = 1e-5}, {epsilon = {min = 0}})
  return layer(layer_norm, {weight = tensor.ones(features), bias = tensor.zeros(features),
    epsilon = o.epsilon, order = {"weight", "bias"}})
end

local group_norm = {kind = "group_norm", constant = true, initialise_layer = reset_norm}

function group_norm:forward(x)
  return functional.group_norm(x, self.groups, self.weight, self.bias,
    {epsilon = self.epsilon})
end

--- Normalises each group of channels of each sample by its own mean and
-- variance (Wu and He, 2018). Option: epsilon (1e-5). Parameters: weight, bias.
function layers.group_norm(groups, channels, given)
  groups, channels = size("nn.group_norm", 1, groups), size("nn.group_norm", 2, channels)
  local o = options.check("nn.group_norm", given, {epsilon = 1e-5}, {epsilon = {min = 0}})
  if channels % groups ~= 0 then
    error(("nn.group_norm: %d channels do not divide into %d groups")
      :format(channels, groups), 2)
  end
  return layer(group_norm, {weight = tensor.ones(channels), bias = tensor.zeros(channels),
    groups = groups, epsilon = o.epsilon, order = {"weight", "bias"}})
end

-- ---- attention and embedding -------------------------------------------------

local attention = {kind = "multi_head_attention"}

function attention:forward(x, context)
  context = context or x
  return self.o(core.attention(self.q(x), self.k(context), self.v(context),
    {heads = self.heads, scale = self.scale}))
end

-- Of scores and weighted sums; q, k, v and o count their own.
function attention.multiply_adds(_, x, y, context)
  return 2 * y:count() * (context or x):size(2)
end

--- Attention of several heads (Vaswani et al., 2017): forward(x[, context])
-- maps x (N, T, features) by queries of x and keys and values of the context
-- (N, S, features), x itself by default. Options: scale (1 / sqrt(features /
-- heads)) of the scores, bias (true). Children: q, k, v, o, linear layers.
function layers.multi_head_attention(features, heads, given)
  local name = "nn.multi_head_attention"
  features, heads = size(name, 1, features), size(name, 2, heads)
  local o = options.check(name, given, {bias = true},
    {scale = {type = "number", min = -1e6, max = 1e6}, seed = {type = "integer"}})
  if features % heads ~= 0 then
    error(("%s: %d features do not divide into %d heads"):format(name, features, heads), 2)
  end
  local self = {heads = heads, scale = o.scale, order = {"q", "k", "v", "o"}}
  for _, key in ipairs(self.order) do
    self[key] = layers.linear(features, features, {bias = o.bias})
  end
  self = layer(attention, self)
  return o.seed and self:initialise(o.seed) or self
end

local embedding = {kind = "embedding"}

function embedding:initialise_layer(stream)
  self.weight:copy_(tensor.randn(stream "weight", self.weight:shape()))
end

function embedding:forward(positions)
  local shape = positions:shape()
  shape[#shape + 1] = self.weight:size(2)
  return self.weight:index_select(1, positions:reshape(-1)):reshape(shape)
end

--- A table of `count` vectors of `features` elements: int32 positions from 1,
-- of any shape, become the vectors that stand there. Option: seed. Parameter:
-- weight (count, features), drawn from N(0, 1).
function layers.embedding(count, features, given)
  count, features = size("nn.embedding", 1, count), size("nn.embedding", 2, features)
  local o = options.check("nn.embedding", given, {}, {seed = {type = "integer"}})
  return layer(embedding, {weight = tensor.zeros(count, features)}, o.seed)
end

-- ---- without parameters ----------------------------------------------------

local function simple(kind, forward)
  local class = {kind = kind, forward = forward}
  return function() return layer(class, {}) end
end

--- max(x, 0).
layers.relu = simple("relu", function(_, x) return x:relu() end)

--- x Phi(x), Phi the normal distribution (Hendrycks and Gimpel, 2016).
layers.gelu = simple("gelu", function(_, x) return x:gelu() end)

--- x sigmoid(x) (Elfwing et al., 2017).
layers.silu = simple("silu", function(_, x) return x:silu() end)

--- The hyperbolic tangent.
layers.tanh = simple("tanh", function(_, x) return x:tanh() end)

--- 1 / (1 + e^-x).
layers.sigmoid = simple("sigmoid", function(_, x) return x:sigmoid() end)

--- Over the last dimension: e^x divided by the sum of e^x.
layers.softmax = simple("softmax", function(_, x) return functional.softmax(x) end)

--- The logarithm of softmax.
layers.log_softmax = simple("log_softmax",
  function(_, x) return functional.log_softmax(x) end)

--- N x H x W x C to N x C: the mean over the image.
layers.global_avg_pool = simple("global_avg_pool",
  function(_, x) return functional.global_avg_pool(x) end)

--- All dimensions but the first become one.
layers.flatten = simple("flatten", function(_, x) return x:reshape(x:size(1), -1) end)

local function pooling(kind)
  local class = {kind = kind}
  function class:forward(x) return functional[kind](x, self.settings) end
  return function(window, given)
    window = size("nn." .. kind, 1, window)
    local o = options.check("nn." .. kind, given, {stride = window, padding = 0},
      {stride = {min = 1}, padding = {min = 0, max = window // 2}})
    return layer(class, {settings = {size = window, stride = o.stride, padding = o.padding}})
  end
end

--- The largest value of each window. Options: stride (the size), padding (0).
layers.max_pool = pooling "max_pool"

--- The mean of each window; padding counts as zeros. Options: as max_pool.
layers.avg_pool = pooling "avg_pool"

local dropout = {kind = "dropout"}

function dropout:forward(x)
  if not self.training or self.probability == 0 then return x end
  return functional.dropout(x, self.probability, self.stream)
end

--- In training each element is set to zero with the probability given and
-- the others grow accordingly. Options: seed (1) of the draws, which follow
-- one another from call to call; assign layer.stream to replay them.
function layers.dropout(probability, given)
  probability = options.argument("nn.dropout", 1, probability, "number", {min = 0, below = 1})
  local o = options.check("nn.dropout", given, {seed = 1})
  return layer(dropout, {probability = probability,
    stream = rng.new(o.seed):at("dropout")})
end

-- ---- compositions ----------------------------------------------------------

local function check_members(name, list)
  options.argument(name, 1, list, "table")
  for i, member in ipairs(list) do
    if not module.is_module(member) then
      error(("%s: member %d: module expected, got %s"):format(name, i,
        options.describe(member)), 3)
    end
  end
  for key in pairs(list) do
    if math.type(key) ~= "integer" or key < 1 or key > #list then
      error(("%s: a plain list of modules expected, it has the key %s"):format(name,
        tostring(key)), 3)
    end
  end
end

local sequential = {kind = "sequential"}

-- A convolution and the norm after it may be one.
local function is_convolved(member, follower)
  return member.kind == "conv2d" and follower and follower.kind == "batch_norm"
end

-- A norm and the ReLU after it are one pass, unless someone looks at the latter.
local function takes_relu(member, follower)
  return member.kind == "batch_norm" and follower and follower.kind == "relu"
    and not module.is_watched(follower)
end

function sequential:forward(x)
  local i = 1
  while i <= #self do
    local conv = is_convolved(self[i], self[i + 1]) and self[i]
    if conv then i = i + 1 end
    local follow = takes_relu(self[i], self[i + 1]) and {relu = true} or nil
    if conv then x = conv_norm(conv, self[i], x, follow) else x = self[i](x, follow) end
    i = i + (follow and 2 or 1)
  end
  return x
end

--- Modules one after another: nn.sequential{a, b, ...}.
function layers.sequential(list)
  check_members("nn.sequential", list)
  return layer(sequential, table.move(list, 1, #list, 1, {}))
end

local residual = {kind = "residual"}

function residual:forward(x)
  return self.body(x) + (self.shortcut and self.shortcut(x) or x)
end

--- body(x) + shortcut(x); without a shortcut x itself is added.
function layers.residual(body, shortcut)
  options.argument("nn.residual", 1, body, "module")
  if shortcut ~= nil then options.argument("nn.residual", 2, shortcut, "module") end
  return layer(residual, {body = body, shortcut = shortcut, order = {"body", "shortcut"}})
end

return layers
