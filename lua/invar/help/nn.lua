return {
  {name = "nn", call = 'local nn = require "invar".nn',
    summary = "Networks: layers, losses, gradients.",
    text = [[A module is a table with parameters, children and a forward; tensors record what is
done with parameters, loss:backward() gives gradients. Pictures are N x H x W x C.]]},
  {name = "nn.module",
   call = "nn.module(definition)",
   summary = "A network or layer of your own.",
   text = [[
definition is a plain table: its tensors become parameters (unless the list
`buffers` names them), its modules children, and forward(self, x) is what a call
does. `order` lists parameters and children in the order wanted; otherwise they
are in alphabetical order. Names are joined by dots as in PyTorch's state dicts;
members of a list count from 0; `names` gives a field another name there:
{body = "features"}. `penultimate` and `head` name layers for features() and
replace_head(); multiply_adds(self, x, y), if it is there, counts for summary().

Layers compute in the precision of the activations they get, float32 or
bfloat16; parameters, their gradients, statistics and losses are float32 in both.
So net(x:to "bfloat16") runs a network in mixed precision. With its field
precision = "bf16" a module does that by itself: float32 inputs are converted, and
results (those of net:features too) come back in float32.
]],
   example = [[net = nn.module{fc = nn.linear(4, 2),
  forward = function(self, x) return self.fc(x) end}]]},
  {name = "nn.sequential",
   call = "nn.sequential{a, b, ...}",
   summary = "Modules one after another.",
   text = [[
net[1], net[2], ... are the members; they are named "0", "1", ... A layer made
without a seed is drawn anew, by its full name, whenever it becomes part of a
larger module, until its weights are changed: so equal layers differ.
]],
   example = [[net = nn.sequential{nn.linear(4, 8), nn.relu(), nn.linear(8, 2)}]]},
  {name = "nn.residual",
   call = "nn.residual(body[, shortcut])",
   summary = "body(x) + shortcut(x), or body(x) + x.",
   text = [[
Both are modules whose outputs have the same shape (He et al., 2015).
]],
   example = [[nn.residual(nn.linear(4, 4))]]},
  {name = "nn.conv2d",
   call = "nn.conv2d(inputs, outputs, kernel[, options])",
   summary = "A convolution layer.",
   text = [[
Input N x H x W x inputs; output N x H' x W' x outputs with
H' = floor((H + 2 padding - dilation (kernel - 1) - 1) / stride) + 1.
stride    pixels from one window to the next (1)
padding   zeros around the image (0)
dilation  distance of the kernel's taps (1)
groups    outputs see inputs / groups channels each (1)
bias      whether there is one (true)
seed      of the initial weights, U(-b, b) with b = 1 / sqrt(fan in)
Parameters: weight (outputs, inputs / groups, kernel, kernel), bias (outputs).
]],
   example = [[nn.conv2d(3, 16, 3, {padding = 1})]]},
  {name = "nn.linear",
   call = "nn.linear(inputs, outputs[, options])",
   summary = "A linear layer: y = x W' + b.",
   text = [[
Over the last dimension. Options: bias (true), seed. Parameters: weight
(outputs, inputs), bias (outputs), drawn from U(-b, b), b = 1 / sqrt(inputs).
]],
   example = [[nn.linear(64, 10)(tensor.zeros(5, 64))]]},
  {name = "nn.batch_norm",
   call = "nn.batch_norm(channels[, options])",
   summary = "Batch normalisation.",
   text = [[
Each channel (the last dimension) is normalised by mean and variance of the
batch in training, by running ones in evaluation, then scaled and shifted (Ioffe
and Szegedy, 2015). Options: momentum (0.1: running = (1 - momentum) running +
momentum batch, the variance unbiased), epsilon (1e-5). Parameters: weight, bias;
buffers: running_mean, running_var. layer(x, {relu = true, residual = r}) adds r
and takes max(., 0) in the same pass.
]],
   example = [[nn.batch_norm(16)]]},
  {name = "nn.conv_norm",
   call = "nn.conv_norm(conv, norm, x[, {relu =, residual =}])",
   summary = "A convolution and the batch norm after it.",
   text = [[
norm(conv(x), {relu =, residual =}) of a layer nn.conv2d and a layer
nn.batch_norm, for the forward of a network: in evaluation, where no gradient is
recorded, the two are done as one convolution, and residual and ReLU with it.
nn.sequential does so by itself. The numbers are the same up to rounding.
]],
   example = [[local conv, norm = nn.conv2d(3, 8, 3), nn.batch_norm(8):eval()
nn.conv_norm(conv, norm, tensor.zeros(1, 5, 5, 3), {relu = true})]]},
  {name = "nn.relu",
   call = "nn.relu()",
   summary = "A layer that takes max(x, 0).",
   text = [[
The function is x:relu().
]],
   example = [[nn.relu()(tensor{-1, 2})]]},
  {name = "nn.layer_norm",
   call = "nn.layer_norm(features[, options])",
   summary = "Layer normalisation.",
   text = [[
Each row of features (the last dimension) gets mean 0 and variance 1, then is
scaled and shifted (Ba et al., 2016). Option: epsilon (1e-5). Parameters: weight,
bias.
]],
   example = [[nn.layer_norm(64)(tensor.zeros(5, 64))]]},
  {name = "nn.group_norm",
   call = "nn.group_norm(groups, channels[, options])",
   summary = "Group normalisation.",
   text = [[
The channels of each group of each sample of N x ... x channels are normalised by
their own mean and variance, then scaled and shifted (Wu and He, 2018); groups =
channels is instance normalisation. Option: epsilon (1e-5). Parameters: weight,
bias.
]],
   example = [[nn.group_norm(4, 16)(tensor.zeros(2, 8, 8, 16))]]},
  {name = "nn.multi_head_attention",
   call = "nn.multi_head_attention(features, heads[, options])",
   summary = "A layer of attention with several heads.",
   text = [[
layer(x[, context]): queries are made of x (N x T x features), keys and values of
the context (N x S x features), x itself by default; the result is like x (Vaswani
et al., 2017). Options: scale of the scores (1 / sqrt(features / heads)), bias of
the linear maps (true), seed. Children: q, k, v, o.
]],
   example = [[nn.multi_head_attention(32, 4)(tensor.zeros(2, 5, 32))]]},
  {name = "nn.embedding",
   call = "nn.embedding(count, features[, options])",
   summary = "A layer that replaces positions by vectors.",
   text = [[
Positions are int32, 1 .. count, in a tensor of any shape; the result has one more
dimension. Option: seed. Parameter: weight (count, features), drawn from N(0, 1).
]],
   example = [[nn.embedding(10, 4)(tensor{1, 10, 3}:to("int32"))]]},
  {name = "nn.gelu",
   call = "nn.gelu()",
   summary = "A layer that takes x Phi(x), Phi the normal distribution.",
   text = [[
The function is x:gelu(): the exact one (Hendrycks and Gimpel, 2016).
]],
   example = [[nn.gelu()(tensor{-1, 2})]]},
  {name = "nn.silu",
   call = "nn.silu()",
   summary = "A layer that takes x sigmoid(x).",
   text = [[
The function is x:silu(); also called swish (Elfwing et al., 2017).
]],
   example = [[nn.silu()(tensor{-1, 2})]]},
  {name = "nn.tanh",
   call = "nn.tanh()",
   summary = "A layer that takes the hyperbolic tangent.",
   text = [[
The function is x:tanh().
]],
   example = [[nn.tanh()(tensor{-1, 2})]]},
  {name = "nn.sigmoid",
   call = "nn.sigmoid()",
   summary = "A layer that takes 1 / (1 + e^-x).",
   text = [[
The function is x:sigmoid().
]],
   example = [[nn.sigmoid()(tensor{-1, 2})]]},
  {name = "nn.softmax",
   call = "nn.softmax()",
   summary = "A layer: softmax over the last dimension.",
   text = [[
The function is nn.functional.softmax. nn.cross_entropy takes logits: no such layer
before it.
]],
   example = [[nn.softmax()(tensor{0, 1})]]},
  {name = "nn.log_softmax",
   call = "nn.log_softmax()",
   summary = "A layer: the logarithm of softmax over the last dimension.",
   text = [[
The function is nn.functional.log_softmax.
]],
   example = [[nn.log_softmax()(tensor{0, 1})]]},
  {name = "nn.flatten",
   call = "nn.flatten()",
   summary = "A layer that makes one dimension of all but the first.",
   text = [[

]],
   example = [[nn.flatten()(tensor.zeros(2, 3, 4))]]},
  {name = "nn.max_pool",
   call = "nn.max_pool(size[, options])",
   summary = "A layer that takes the largest value of each window.",
   text = [[
Windows are size x size. Options: stride (size), padding (0 .. size / 2; it counts
as -infinity).
]],
   example = [[nn.max_pool(2)]]},
  {name = "nn.avg_pool",
   call = "nn.avg_pool(size[, options])",
   summary = "A layer that takes the mean of each window.",
   text = [[
Windows are size x size. Options: stride (size), padding (0 .. size / 2; it counts
as zeros).
]],
   example = [[nn.avg_pool(2)]]},
  {name = "nn.global_avg_pool",
   call = "nn.global_avg_pool()",
   summary = "A layer: N x H x W x C to N x C, the mean over the image.",
   text = [[

]],
   example = [[nn.global_avg_pool()]]},
  {name = "nn.dropout",
   call = "nn.dropout(probability[, options])",
   summary = "A layer that drops elements in training.",
   text = [[
Each element becomes 0 with the probability, else x / (1 - probability)
(Srivastava et al., 2014). Option seed (1); layer.stream is the generator, which
moves on with each call.
]],
   example = [[nn.dropout(0.5, {seed = 2})]]},
  {name = "nn.attention",
   call = "nn.attention(q, k, v[, options])",
   summary = "Scaled dot-product attention: softmax(scale q k') v.",
   text = [[
q: N x T x D; k and v: N x S x D; float32. Options: heads (1): equal parts of D that
are treated alike, their results side by side; scale (1 / sqrt(D / heads)). The
result is N x T x D (Vaswani et al., 2017).
]],
   example = [[nn.attention(tensor.ones(1, 5, 8), tensor.ones(1, 3, 8), tensor.ones(1, 3, 8),
  {heads = 2})]]},
  {name = "nn.cross_entropy",
   call = "nn.cross_entropy(logits, targets[, options])",
   summary = "-log softmax(logits)[label], the mean over samples.",
   text = [[
logits: float32 samples x classes; targets: int32 labels, 1 .. classes, or float32
probabilities like the logits (-sum p log softmax). Options: smoothing (0), the share
of the target that is spread over all classes; reduction: "mean", "sum" or "none" (a
loss per sample).
]],
   example = [[nn.cross_entropy(tensor{{2, 0}}, tensor{1}:to("int32"), {smoothing = 0.1})]]},
  {name = "nn.mse",
   call = "nn.mse(x, y[, options])",
   summary = "The squared difference, its mean over all elements.",
   text = [[
Tensors of one shape. Option reduction: "mean" (float32 only), "sum" or "none".
]],
   example = [[nn.mse(tensor{1, 2}, tensor{2, 4})]]},
  {name = "nn.l1",
   call = "nn.l1(x, y[, options])",
   summary = "The absolute difference, its mean over all elements.",
   text = [[
Tensors of one shape. Option reduction: "mean", "sum" or "none". Other norms of
differences: (x - y):norm(dims, {p = 2}).
]],
   example = [[nn.l1(tensor{1, 2}, tensor{2, 4})]]},
  {name = "nn.huber",
   call = "nn.huber(x, y[, options])",
   summary = "Squared near 0, absolute beyond: a loss that outliers do not rule.",
   text = [[
Half the squared difference d up to |d| = delta, delta (|d| - delta / 2) beyond
(Huber, 1964). Options: delta (1), reduction: "mean", "sum" or "none".
]],
   example = [[nn.huber(tensor{1, 2}, tensor{2, 9}, {delta = 0.5})]]},
  {name = "nn.bce",
   call = "nn.bce(logits, targets[, options])",
   summary = "Binary cross-entropy of logits.",
   text = [[
-t log p - (1 - t) log(1 - p) with p = sigmoid(logits), targets t in 0 .. 1 of the
same shape; no overflow. Options: weight (1) of the first term, for classes that are
rare; reduction: "mean" over elements, "sum" or "none".
]],
   example = [[nn.bce(tensor{2, -1}, tensor{1, 0})]]},
  {name = "nn.kl",
   call = "nn.kl(log_q, p[, options])",
   summary = "The Kullback-Leibler divergence of p from q.",
   text = [[
sum p (log p - log q) over all elements, by the number of samples (the first
dimension). As in PyTorch's kl_div the prediction comes first, as logarithms. Options:
log_target (false): the second tensor is log p; reduction: "batchmean" (that: PyTorch's
default is "mean"), "mean" over all elements, "sum" or "none".
]],
   example = [[nn.kl(nn.functional.log_softmax(tensor{{1, 0}}), tensor{{0.5, 0.5}})]]},
  {name = "nn.cosine_similarity",
   call = "nn.cosine_similarity(x, y[, options])",
   summary = "The cosine of the angle between vectors.",
   text = [[
Tensors of one shape; the result lacks dimension dim. Options: dim (-1, the last),
epsilon (1e-8): lengths below count as it.
]],
   example = [[nn.cosine_similarity(tensor{{1, 0}}, tensor{{1, 1}})]]},
  {name = "nn.cosine",
   call = "nn.cosine(x, y[, options])",
   summary = "The loss 1 - cosine_similarity, its mean.",
   text = [[
Options: those of nn.cosine_similarity and reduction: "mean", "sum" or "none".
]],
   example = [[nn.cosine(tensor{{1, 0}}, tensor{{1, 1}})]]},
  {name = "nn.no_grad",
   call = "nn.no_grad(f, ...)",
   summary = "Calls f(...) without recording for backward.",
   text = [[
Recording is as before afterwards, also after an error. Returns what f returns.
]],
   example = [[nn.no_grad(function() return net(x) end)]]},
  {name = "nn.gradient_check",
   call = "nn.gradient_check(f, inputs[, options])",
   summary = "Gradients of f against differences.",
   text = [[
f maps tensors to a tensor and gives the same each time; inputs is a list of
tensors. Central differences of two steps, extrapolated (Richardson). Options:
samples (32) elements tried per input, step and tolerance (float64 1e-3 and 1e-6,
float32 2e-2 and 4e-3, relative to the largest gradient of the input), seed.
Returns whether all agree and the worst case {error, input, element, found,
wanted}.
]],
   example = [[nn.gradient_check(function(a) return a:exp() end, {tensor{1, 2}})]]},
  {name = "nn.functional.conv2d",
   call = "nn.functional.conv2d(x, weight[, bias[, options]])",
   summary = "Convolution of images with given weights.",
   text = [[
x: N x H x W x C; weight: (out, C / groups, kernel height, kernel width); bias:
(out) or nil. Options: stride (1), padding (0), dilation (1), groups (1).
]],
   example = [[nn.functional.conv2d(tensor.zeros(1, 8, 8, 3), tensor.zeros(4, 3, 3, 3))]]},
  {name = "nn.functional.linear",
   call = "nn.functional.linear(x, weight[, bias])",
   summary = "x W' + b over the last dimension.",
   text = [[
weight: (out, in); bias: (out) or nil.
]],
   example = [[nn.functional.linear(tensor.zeros(5, 4), tensor.zeros(2, 4))]]},
  {name = "nn.functional.batch_norm",
   call = "nn.functional.batch_norm(x[, weight, bias, mean, var[, options]])",
   summary = "Batch normalisation with given tensors.",
   text = [[
All but x are float32 vectors of the channels or nil; running mean and variance
are changed in training. Options: training (false), momentum (0.1), epsilon
(1e-5), relu (false), residual (a tensor like x that is added before the ReLU).
]],
   example = [[nn.functional.batch_norm(x, nil, nil, nil, nil, {training = true})]]},
  {name = "nn.functional.conv_norm",
   call = "nn.functional.conv_norm(x, weight, bias, norm's weight, bias, mean, var[, options])",
   summary = "Convolution and batch normalisation by given statistics.",
   text = [[
One convolution, unless a gradient is recorded; biases and the norm's weight may
be nil. Options: those of nn.functional.conv2d, epsilon (1e-5), relu (false),
residual (a tensor like the result that is added before the ReLU).
]],
   example = [[nn.functional.conv_norm(tensor.zeros(1, 8, 8, 3), tensor.zeros(4, 3, 3, 3), nil,
  nil, nil, tensor.zeros(4), tensor.ones(4), {relu = true})]]},
  {name = "nn.functional.layer_norm",
   call = "nn.functional.layer_norm(x[, weight, bias[, options]])",
   summary = "Layer normalisation over the last dimension.",
   text = [[
weight and bias are float32 vectors of the features or nil. Option: epsilon (1e-5).
]],
   example = [[nn.functional.layer_norm(tensor{{1, 2, 3}}, nil, nil, {epsilon = 1e-6})]]},
  {name = "nn.functional.group_norm",
   call = "nn.functional.group_norm(x, groups[, weight, bias[, options]])",
   summary = "Group normalisation of N x ... x C.",
   text = [[
weight and bias are float32 vectors of the channels or nil. Option: epsilon (1e-5).
]],
   example = [[nn.functional.group_norm(tensor.zeros(2, 8, 8, 16), 4)]]},
  {name = "nn.functional.max_pool",
   call = "nn.functional.max_pool(x[, options])",
   summary = "The largest value of each window.",
   text = [[
Options: size (2), stride (size), padding (0).
]],
   example = [[nn.functional.max_pool(tensor.zeros(1, 4, 4, 3))]]},
  {name = "nn.functional.avg_pool",
   call = "nn.functional.avg_pool(x[, options])",
   summary = "The mean of each window.",
   text = [[
Options: size (2), stride (size), padding (0).
]],
   example = [[nn.functional.avg_pool(tensor.zeros(1, 4, 4, 3))]]},
  {name = "nn.functional.global_avg_pool",
   call = "nn.functional.global_avg_pool(x)",
   summary = "N x H x W x C to N x C.",
   text = [[
The mean over H and W.
]],
   example = [[nn.functional.global_avg_pool(tensor.zeros(1, 4, 4, 3))]]},
  {name = "nn.functional.softmax",
   call = "nn.functional.softmax(x)",
   summary = "Softmax over the last dimension.",
   text = [[
Float32.
]],
   example = [[nn.functional.softmax(tensor{0, 1})]]},
  {name = "nn.functional.log_softmax",
   call = "nn.functional.log_softmax(x)",
   summary = "The logarithm of softmax over the last dimension.",
   text = [[
Float32.
]],
   example = [[nn.functional.log_softmax(tensor{0, 1})]]},
  {name = "nn.functional.dropout",
   call = "nn.functional.dropout(x, p, rng)",
   summary = "Zeros with probability p, else x / (1 - p).",
   text = [[
Draws from the generator, which moves on.
]],
   example = [[nn.functional.dropout(tensor.ones(4), 0.5, rng.new(1))]]},
  {name = "module:parameters",
   call = "net:parameters()",
   summary = "The parameters, a list of tensors.",
   text = [[
In the order of definition; frozen ones included.
]],
   example = [[net:parameters()]]},
  {name = "module:named_parameters",
   call = "net:named_parameters()",
   summary = "A list of {name=, tensor=}.",
   text = [[
In the order of definition.
]],
   example = [[net:named_parameters()]]},
  {name = "module:named_modules",
   call = "net:named_modules()",
   summary = "A list of {name=, module=}, parents first.",
   text = [[
The module itself has the name "".
]],
   example = [[net:named_modules()]]},
  {name = "module:count",
   call = "net:count()",
   summary = "How many weights the parameters have.",
   text = [[

]],
   example = [[net:count()]]},
  {name = "module:train",
   call = "net:train()",
   summary = "Switches to training mode; returns the module.",
   text = [[
Batch statistics, dropout.
]],
   example = [[net:train()]]},
  {name = "module:eval",
   call = "net:eval()",
   summary = "Switches to evaluation mode; returns the module.",
   text = [[
Running statistics, no dropout.
]],
   example = [[net:eval()]]},
  {name = "module:evaluating",
   call = "net:evaluating(f, ...)",
   summary = "Calls f(...) in evaluation mode, not recording.",
   text = [[
Modes are as before afterwards, also after an error.
]],
   example = [[net:evaluating(function() return net(x) end)]]},
  {name = "module:zero_grad",
   call = "net:zero_grad()",
   summary = "Forgets the gradients of all parameters.",
   text = [[

]],
   example = [[net:zero_grad()]]},
  {name = "module:freeze",
   call = "net:freeze([names[, options]])",
   summary = "Makes layers constants; returns the module.",
   text = [[
names: of named_modules, one or a list; all without. No gradients are computed for
their parameters, and they stay in evaluation mode, also after train(): batch norm
uses its running statistics and leaves them as they are, dropout does nothing. With
{statistics = false} they follow train(): statistics move on, as in PyTorch where
parameters want no gradient.
]],
   example = [[net:freeze {"conv1", "bn1", "layer1"}]]},
  {name = "module:unfreeze",
   call = "net:unfreeze([names])",
   summary = "Undoes freeze; returns the module.",
   text = [[
For the named layers, or all; they get the mode last asked for by train() or eval().
]],
   example = [[net:unfreeze("layer1")]]},
  {name = "module:replace_head",
   call = "net:replace_head(classes[, options])",
   summary = "A fresh linear head; returns the module.",
   text = [[
Replaces the layer that the field `head` names, or else the last linear layer.
Option seed (1): the weights are those that models.create would draw. Any other
head is assigned: net.linear = nn.sequential{...}.
]],
   example = [[net:replace_head(10, {seed = 2})]]},
  {name = "module:load_body",
   call = "net:load_body(other)",
   summary = "Copies another network's weights, all but the head's.",
   text = [[
Parameters and buffers; names and shapes must fit but for the heads (see
replace_head). Returns the module.
]],
   example = [[net:load_body(other)]]},
  {name = "module:state_dict",
   call = "net:state_dict()",
   summary = "Parameters and buffers by name, and the list of names.",
   text = [[
The tensors themselves, not copies; names as in PyTorch.
]],
   example = [[net:state_dict()]]},
  {name = "module:load_state_dict",
   call = "net:load_state_dict(state)",
   summary = "Copies values by name into the module.",
   text = [[
Names and shapes must fit, else nothing changes and the error names what does not.
num_batches_tracked is taken over where a batch norm has that name. Returns the module.
]],
   example = [[net:load_state_dict(other:state_dict())]]},
  {name = "module:save",
   call = "net:save(path[, metadata])",
   summary = "Writes parameters and buffers as a safetensors file; returns the module.",
   text = [[
Names and layouts are those of PyTorch, where the file loads with
load_state_dict(safetensors.torch.load_file(path)): batch norms write how many batches
they were trained on as num_batches_tracked. metadata: strings by string.
]],
   example = [[net:save("net.safetensors", {made_by = "my_network.lua"})]]},
  {name = "module:load",
   call = "net:load(path[, {strict = true}])",
   summary = "Reads a safetensors file, of Invar or PyTorch, into the module.",
   text = [[
Values are converted to float32. What is missing, unexpected or of another shape is an
error that names it and changes nothing; with strict = false what fits is loaded.
Returns the module and the lists {missing, unexpected, misshapen}.
In PyTorch: safetensors.torch.save_file(net.state_dict(), "net.safetensors").
]],
   example = [[net:load("net.safetensors")]]},
  {name = "module:copy",
   call = "net:copy()",
   summary = "An independent copy.",
   text = [[
Own parameters, buffers and generators (of dropout).
]],
   example = [[net:copy()]]},
  {name = "module:initialise",
   call = "net:initialise(seed)",
   summary = "Draws all parameters anew; returns the module.",
   text = [[
Parameter NAME is drawn from rng.new(seed):at(NAME).
]],
   example = [[net:initialise(3)]]},
  {name = "module:features",
   call = "net:features(x[, layer])",
   summary = "The output of a named layer.",
   text = [[
layer: a name of named_modules, a list of names (then the result is a table by
name, from one pass), or "penultimate" (the default): the output of the layer that
the field `penultimate` names, else what the last linear layer gets, one vector per
sample. A norm whose ReLU or addition is done in the same pass gives its own output.
]],
   example = [[net:features(x, {"layer1", "layer2.0.conv1"})]]},
  {name = "module:summary",
   call = "net:summary([shape])",
   summary = "The layers: outputs, parameters, multiply-adds.",
   text = [[
For one sample of that shape ({32, 32, 3}). A table that prints itself: layers
(name, kind, output, parameters, multiply_adds, tensors of each), parameters,
multiply_adds (of convolutions, linear maps and attention).
]],
   example = [[net:summary().multiply_adds]]},
  {name = "tensor:requires_grad_",
   call = "a:requires_grad_([wanted])",
   summary = "Makes the tensor a leaf whose gradient is kept.",
   text = [[
float32 or float64; with false it becomes a constant. Returns the tensor.
]],
   example = [[a = tensor{1, 2}:requires_grad_()]]},
  {name = "tensor:requires_grad",
   call = "a:requires_grad()",
   summary = "Whether operations on the tensor are recorded.",
   text = [[

]],
   example = [[a:requires_grad()]]},
  {name = "tensor:is_leaf",
   call = "a:is_leaf()",
   summary = "Whether no recorded operation made the tensor.",
   text = [[

]],
   example = [[a:is_leaf()]]},
  {name = "tensor:detach",
   call = "a:detach()",
   summary = "The same data as a constant.",
   text = [[

]],
   example = [[b = a:detach()]]},
  {name = "tensor:backward",
   call = "a:backward([gradient][, options])",
   summary = "Adds the gradients of the tensor to its leaves.",
   text = [[
The tensor has one element, or `gradient` has its shape. Option keep (false): keeps
what was saved, so that backward can be called again.
]],
   example = [[(a * a):sum():backward()]]},
  {name = "tensor:grad",
   call = "a:grad()",
   summary = "The gradient of a leaf so far, or nil.",
   text = [[

]],
   example = [[a:grad()]]},
  {name = "tensor:zero_grad",
   call = "a:zero_grad()",
   summary = "Forgets the gradient of a leaf.",
   text = [[

]],
   example = [[a:zero_grad()]]},
}
