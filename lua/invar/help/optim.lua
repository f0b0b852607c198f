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
]],
   example = [[optim.sgd(net, {lr = 0.1, momentum = 0.9})]]},
  {name = "optim.adam",
   call = "optim.adam(net[, options])",
   summary = "Adam (Kingma and Ba, 2015).",
   text = [[
net: a module or a list of tensors. Options: lr (1e-3), betas ({0.9, 0.999}), eps
(1e-8), weight_decay (0, added to the gradient).
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
  {name = "optim.schedule",
   call = "optim.schedule({kind, options}[, total])",
   summary = "A function: step -> factor of the learning rate.",
   text = [[
step = 1 .. total (steps or epochs alike). Kinds:
{"constant"}                          1
{"step", at={0.5, 0.75}, factor=0.1}  times factor at these fractions of the steps
{"linear", final=0}                   from 1 toward final
{"cosine", final=0}                   the same along half a cosine
Option of all: warmup (0), the steps in which the factor first grows linearly.
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
