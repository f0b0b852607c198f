return {
  {name = "train", call = 'local train = require "invar".train',
    summary = "Training, evaluation and transfer of networks.",
    text = [[fit trains, evaluate scores, features gives the representation of a dataset,
linear_probe says what a frozen representation offers a new task, finetune adapts a
whole network to it. Each is a short
file in lua/invar/train/, to read and to copy.]]},
  {name = "train.fit", call = "train.fit(net, set[, settings])",
    summary = "Trains a network on a dataset; returns the log.",
    text = [[Settings and their defaults:
epochs (10), batch (128), shuffle (true), seed (1, of the order of samples)
optimizer ({"adam", lr = 1e-3}): a name of optim with its settings, groups included
schedule ({"constant"}): a name of optim.schedule with its settings; learning rates
  are multiplied by it at each step
loss ("cross_entropy"; with options {"cross_entropy", smoothing = 0.1}; or a
  function of logits and labels that returns a tensor of one number)
clip (off): largest norm of the whole gradient
precision (the network's own, or "float32"; "bf16": activations in bfloat16)
micro_batch (off): a batch goes through in parts of so many samples and their
  gradients add up. Less memory; the same step up to rounding, if the loss is a mean
  over samples, except that batch norm sees one part at a time
ema (off): decay of averaged weights (optim.ema); they are what is validated and
  saved, and what the network has in the end
validation (a dataset), validate_every (1 epoch; k epochs, or {steps = k})
best_by ("accuracy", "macro_accuracy" or "loss"), best (a file for the weights that
  were best in validation), keep_best (false; true: the network has them in the end),
  last (a file for the weights after each epoch)
checkpoint (a file): the training can be killed at any time; started again with the
  same settings it goes on from the file and ends with the same bits. Saved are
  network, optimiser, position, generators of the layers, averages, best weights and
  log; what functions of yours keep is not. Settings, data or network that differ
  are an error that names them
checkpoint_every (300 seconds; also at the end, and where Ctrl-C or SIGTERM stop it:
  after the step under way, a second Ctrl-C does not wait), resume (true; false begins anew),
  about ({}: a plain table of what else decides the training, as settings of a loss
  function of yours; it is compared with the checkpoint's)
before_epoch (a function of its number), on_step (of {step, epoch, loss, lr}),
  on_epoch (of the log's entry): true from one of the latter two ends the training
label, progress: of the progress line
Returns {epochs = {{epoch, loss, accuracy, lr, seconds, validation}, ...},
validations, best, seconds, interrupted}. The same seed gives the same bits with any
number of threads. Ctrl-C raises "interrupted!"; the network keeps what it has
learned and train.last_log() what was logged.]],
    example = [[local log = train.fit(net, ds, {epochs = 5, checkpoint = "run.safetensors",
  validation = ds:split("validation", 1000), keep_best = true})]]},
  {name = "train.last_log", call = "train.last_log()",
    summary = "The log of the latest train.fit, also of one that was interrupted.",
    text = [[nil before the first.]], example = [[#train.last_log().epochs]]},
  {name = "train.evaluate", call = "train.evaluate(net, set[, options])",
    summary = "Loss, accuracies and confusion of a network on a dataset.",
    text = [[The network runs in evaluation mode; its mode is put back afterwards. Options:
batch (512), precision (the network's own, or else "float32"; "bf16"). Returns
{n, loss (mean cross-entropy), accuracy (right / n), macro_accuracy (the mean of the
per-class accuracies, which the paper reports), per_class (nan for a class without
samples), confusion (classes x classes int32; rows are the true classes)}.]],
    example = [[print(train.evaluate(net, ds:split("test", 2000)).macro_accuracy)]]},
  {name = "train.features",
    call = "train.features(net, set[, options])",
    summary = "The representation of a whole dataset: a tensor N x D, and the labels.",
    text = [[Options: layer ("penultimate"), batch (512), precision (as train.evaluate).
layer: a name, or a list of names; then the first result is a table by name and
all come from one pass. Representations are flattened; the network runs in
evaluation mode. Labels: int32 N.]],
    example = [[local x, y = train.features(net, ds, {layer = "layer2"})]]},
  {name = "train.linear_probe", call = "train.linear_probe(net, set[, settings])",
    summary = "Trains a linear classifier on a frozen representation.",
    text = [[The backbone is in evaluation mode (batch-norm statistics fixed), so features are
computed once. Settings: solver ("adam", as published: lr 1e-3, 200 epochs of
shuffled batches of 512; "lbfgs": the convex problem with (l2 / 2) |W|^2 solved to
its minimum in float64), epochs, batch, lr, l2 (1e-4), iterations (5000) and
tolerance (1e-5) of L-BFGS, layer ("penultimate"), seed (1: initialisation and
order), precision (as train.evaluate), test (a dataset to evaluate on), label and
progress. Returns {head (a linear layer), train (loss and how it ended), test (as
train.evaluate returns it)}.]],
    example = [[local probe = train.linear_probe(net, target, {test = target:split("test", 2000)})
print(probe.test.macro_accuracy)]]},
  {name = "train.finetune", call = "train.finetune(net, set[, settings])",
    summary = "Adapts a copy of a pretrained network, all of it, to a new task.",
    text = [[The published recipe: a linear probe first, then all weights by Adam, lr 1e-3
falling linearly to 0 over 50 epochs, batches of 512. Settings: head ("probe"; "new":
a fresh one; "keep": the network's own), probe (settings of the linear probe), epochs
(50), batch (512), optimizer ("adam", "adamw", "sgd"), lr (1e-3), body_lr and head_lr
(lr), weight_decay (0), schedule ({"linear"}), frozen_epochs (0: in so many epochs at
first only the head learns), freeze (a list of layers that never learn), seed (1: the
new head, the order of samples), precision, validation, test (datasets), fit (further
settings of train.fit, as clip, ema, checkpoint), label and progress. Returns {net, log,
probe, test}; the network given stays as it was.]],
    example = [[local tuned = train.finetune(net, target:split("train", 200),
  {body_lr = 1e-4, test = target:split("test", 2000)})]]},
  {name = "train.minimise", call = "train.minimise(f, x[, settings])",
    summary = "Minimises a smooth function of a tensor by L-BFGS.",
    text = [[f(x) returns a number and the gradient, a tensor of x's shape; float64 is best.
Settings: memory (10 pairs), iterations (at most 500), tolerance (1e-6, the largest
entry of the gradient). Returns the minimiser and {value, iterations, gradient,
converged}. Liu and Nocedal 1989; weak Wolfe line search of Lewis and Overton 2013.]],
    example = [[train.minimise(function(x) return (x * x):sum():item(), x * 2 end,
  tensor.ones(3))]]},
}
