return {
  {name = "optim", call = 'local optim = require "invar".optim',
    summary = "Optimisers and learning-rate schedules.",
    text = [[Updates are those of PyTorch's optimisers of the same name.]]},
  {name = "optim.sgd",
   call = "optim.sgd(net[, options])",
   summary = "Stochastic gradient descent.",
   text = [[
net: a module or a list of tensors. Options, which are also fields that may be
changed between steps: lr (0.01), momentum (0), nesterov (false), weight_decay (0,
added to the gradient). Sutskever et al., 2013.
groups: settings of their own for some parameters, a list of {match = a Lua pattern
or a list of them, found in the parameter's name; and any of the settings above}. A
parameter belongs to the first group that it matches; opt.groups holds them. Parameters
that are frozen are left alone.
]],
   example = [[optim.sgd(net, {lr = 0.1, momentum = 0.9,
  groups = {{match = "^linear", lr = 1}, {match = "bias$", weight_decay = 0}}})]]},
  {name = "optim.adam",
   call = "optim.adam(net[, options])",
   summary = "Adam (Kingma and Ba, 2015).",
   text = [[
net: a module or a list of tensors. Options: lr (1e-3), betas ({0.9, 0.999}), eps
(1e-8), weight_decay (0, added to the gradient), groups (as for optim.sgd).
]],
   example = [[opt = optim.adam(net, {lr = 1e-3})]]},
  {name = "optim.adamw",
   call = "optim.adamw(net[, options])",
   summary = "Adam with decoupled weight decay.",
   text = [[
As optim.adam, but weights shrink by lr x weight_decay (0.01) beside the step
(Loshchilov and Hutter, 2019).
]],
   example = [[opt = optim.adamw(net)]]},
  {name = "optim.clip_gradients",
   call = "optim.clip_gradients(net, largest)",
   summary = "Bounds the norm of all gradients together.",
   text = [[
Returns the norm they had. Gradients that are not finite are left alone.
]],
   example = [[optim.clip_gradients(net, 1)]]},
  {name = "optim.ema",
   call = "optim.ema(net[, {decay = 0.999}])",
   summary = "An exponential moving average of a network's weights.",
   text = [[
average = decay average + (1 - decay) value, for all parameters and buffers, at each
ema:update(). The averages start as the present values. decay is also a field.
]],
   example = [[ema = optim.ema(net)  -- and after each opt:step(): ema:update()]]},
  {name = "ema:update",
   call = "ema:update()",
   summary = "Moves the averages toward the network's present values.",
   example = [[opt:step(); ema:update()]]},
  {name = "ema:applied",
   call = "ema:applied(f, ...)",
   summary = "Calls f(...) while the network has the averaged weights.",
   text = [[
Afterwards, also after an error, it has its own again. Returns what f returns.
]],
   example = [[ema:applied(train.evaluate, net, test)]]},
  {name = "ema:apply",
   call = "ema:apply()",
   summary = "Gives the network the averaged weights for good; returns it.",
   example = [[ema:apply():save("average.safetensors")]]},
  {name = "ema:state",
   call = "ema:state()",
   summary = "The averages by name: the tensors themselves, not copies.",
   example = [[other:load_state_dict(ema:state())]]},
  {name = "ema:load_state",
   call = "ema:load_state(state)",
   summary = "Takes over copies of what state() gave.",
   example = [[ema:load_state(saved)]]},
  {name = "optim.schedule",
   call = "optim.schedule({kind, options}[, total])",
   summary = "A function: step -> factor of the learning rate.",
   text = [[
step = 1 .. total (steps or epochs alike). Kinds:
{"constant"}                          1
{"step", at={0.5, 0.75}, factor=0.1}  times factor at these fractions of the steps
{"linear", final=0}                   from 1 toward final
{"cosine", final=0}                   the same along half a cosine
Options of all: warmup (0), the steps in which the factor first grows linearly, or is
warmup_factor; over, the steps after them that the shape covers (all that are left).
]],
   example = [[optim.schedule({"cosine", warmup = 100}, 1000)(1)]]},
  {name = "optimizer:step",
   call = "opt:step()",
   summary = "One step for every parameter that has a gradient.",
   text = [[

]],
   example = [[opt:step()]]},
  {name = "optimizer:zero_grad",
   call = "opt:zero_grad()",
   summary = "Forgets the gradients of all parameters.",
   text = [[

]],
   example = [[opt:zero_grad()]]},
  {name = "optimizer:state",
   call = "opt:state()",
   summary = "Settings and state as a plain table.",
   text = [[
{kind, settings, parameters = {NAME = {step, tensors}}}; the tensors are not copies.
]],
   example = [[saved = opt:state()]]},
  {name = "optimizer:load_state",
   call = "opt:load_state(state)",
   summary = "Takes over what state() gave.",
   text = [[
The tensors are copied.
]],
   example = [[opt:load_state(saved)]]},
}
