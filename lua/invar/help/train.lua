return {
  {name = "train", call = 'local train = require "invar".train',
    summary = "Training, evaluation and transfer of networks.",
    text = [[fit trains, evaluate scores, features gives the representation of a dataset,
linear_probe says what a frozen representation offers a new task. Each is a short
file in lua/invar/train/, to read and to copy.]]},
  {name = "train.fit", call = "train.fit(net, set[, settings])",
    summary = "Trains a network on a dataset by cross-entropy; returns the log.",
    text = [[Settings: epochs (10), batch (128), optimizer ({"adam", lr = 1e-3}: a name of
optim with its settings), schedule ({"constant"}: a name of optim.schedule with its
settings; the learning rate is multiplied by it at each step), clip (largest norm of
the whole gradient; off), seed (1, of the order of samples), shuffle (true),
validation (a dataset, evaluated after each epoch), on_epoch (a function that gets
each new entry of the log; true ends the training), label and progress (of the
progress line). Returns {epochs = {{epoch, loss, accuracy, lr, seconds, validation},
...}, seconds, interrupted}. The same seed gives the same bits with any number of
threads. Ctrl-C raises "interrupted!"; the network keeps what it has learned and
train.last_log() what was logged.]],
    example = [[local log = train.fit(net, ds,
  {epochs = 5, validation = ds:split("validation", 1000)})]]},
  {name = "train.last_log", call = "train.last_log()",
    summary = "The log of the latest train.fit, also of one that was interrupted.",
    text = [[nil before the first.]], example = [[#train.last_log().epochs]]},
  {name = "train.evaluate", call = "train.evaluate(net, set[, {batch = 512}])",
    summary = "Loss, accuracies and confusion of a network on a dataset.",
    text = [[The network runs in evaluation mode; its mode is put back afterwards. Returns
{n, loss (mean cross-entropy), accuracy (right / n), macro_accuracy (the mean of the
per-class accuracies, which the paper reports), per_class (nan for a class without
samples), confusion (classes x classes int32; rows are the true classes)}.]],
    example = [[print(train.evaluate(net, ds:split("test", 2000)).macro_accuracy)]]},
  {name = "train.features",
    call = "train.features(net, set[, {layer = \"penultimate\", batch = 512}])",
    summary = "The representation of a whole dataset: a tensor N x D, and the labels.",
    text = [[layer: a name, or a list of names; then the first result is a table by name and
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
order), test (a dataset to evaluate on), label and progress. Returns {head (a
linear layer), train (loss and how it ended), test (as train.evaluate returns it)}.]],
    example = [[local probe = train.linear_probe(net, target, {test = target:split("test", 2000)})
print(probe.test.macro_accuracy)]]},
  {name = "train.minimise", call = "train.minimise(f, x[, settings])",
    summary = "Minimises a smooth function of a tensor by L-BFGS.",
    text = [[f(x) returns a number and the gradient, a tensor of x's shape; float64 is best.
Settings: memory (10 pairs), iterations (at most 500), tolerance (1e-6, the largest
entry of the gradient). Returns the minimiser and {value, iterations, gradient,
converged}. Liu and Nocedal 1989; weak Wolfe line search of Lewis and Overton 2013.]],
    example = [[train.minimise(function(x) return (x * x):sum():item(), x * 2 end,
  tensor.ones(3))]]},
}
