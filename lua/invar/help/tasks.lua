return {
  {name = "tasks", call = 'local tasks = require "invar".tasks',
    summary = "What protocols of transfer learning are made of: tasks and steps.",
    text = [[A task is a plain table of settings from which tasks.dataset makes a dataset, so
that it can stand in the settings of a step. tasks.pretrain, probe, finetune and
invariance are functions for ctx:step (see "experiment"), which find all they need in
the step's settings. scripts/transforms_vs_other.lua shows them at work.]],
    example = [[local pretrained = ctx:step("pretrain", {model = "resnet-8", seed = 1,
  task = {classes = {1, 2, 3}, transforms = {"rotate"}, n = 5000, seed = 7}, test = 1000,
  precision = "float32", fit = {epochs = 10, batch = 128, optimizer = {"adam", lr = 1e-3}}},
  tasks.pretrain)]]},
  {name = "tasks.dataset", call = "tasks.dataset(task)",
    summary = "The training samples of a task, a plain table of settings.",
    text = [[Either what data.transforms2d takes, with objects and backgrounds by name: "builtin",
"random", "pack", "uniform", the name of a labelled set, or a list with settings:
{"random", classes = 60}. Or
pictures    "cifar10", "cifar100" (500 samples of each class to train with) or
            "fashion_mnist" (as 32 x 32 x 3)
classes     numbers or names; the k-th becomes class k (all)
per_class, n  samples of each class; samples in all: counts, or fractions as 0.1 (all)
transforms  of the whole pictures, fixed for each sample ({})
seed        of what is chosen and drawn (1)]],
    example = [[tasks.dataset {pictures = "fashion_mnist", classes = {1, 2}, per_class = 100,
  transforms = {"rotate"}}]]},
  {name = "tasks.split", call = "tasks.split(task, split, n)",
    summary = "n samples of a split of a task's data; all where there are fewer.",
    text = [[split: "train", "validation" or "test".]],
    example = [[tasks.split({classes = {1, 2}, transforms = {"hue"}}, "test", 500)]]},
  {name = "tasks.on_disk", call = "tasks.on_disk(name, ...)",
    summary = "The first of these labelled sets that is on this machine.",
    text = [["cifar10", "cifar100", "fashion_mnist"; nil where there is none of them.]],
    example = [[tasks.on_disk("cifar10", "fashion_mnist")]]},
  {name = "tasks.transforms", call = "tasks.transforms([category])",
    summary = "The names of the 18 transformations of the paper, or of a category of them.",
    text = [[Without those that scripts define, which transforms.names() lists too.]],
    example = [[tasks.transforms("geometric")]]},
  {name = "tasks.transform_sets", call = "tasks.transform_sets(rng, count)",
    summary = "Disjoint lists of transformations, each with one of every category.",
    text = [[count: 1 to 6. Each list: a geometric, a photometric one and a corruption, drawn by
the generator.]],
    example = [[local target, disjoint = table.unpack(tasks.transform_sets(rng.new(1), 2))]]},
  {name = "tasks.network", call = "tasks.network(pretrained)",
    summary = "The network that a step of tasks.pretrain left.",
    text = [[pretrained: the step, in the settings of the one that calls this.]],
    example = [[local net = tasks.network(step.settings.pretrained)]]},
  {name = "tasks.pretrain", call = 'ctx:step("pretrain", settings, tasks.pretrain)',
    summary = "The step that trains a network from scratch and keeps it.",
    text = [[Settings: model and precision (as for models.create), seed, task (as tasks.dataset
takes it), fit (settings of train.fit), test (samples of the test split). Row: accuracy
(the mean of the per-class accuracies, on the test split), train_accuracy and train_loss
(in the last epoch), classes. A training that is killed goes on.]]},
  {name = "tasks.probe", call = 'ctx:step("probe", settings, tasks.probe)',
    summary = "The step that trains a linear classifier on a frozen network.",
    text = [[Settings: pretrained (a step of tasks.pretrain), task, test, seed, probe (settings of
train.linear_probe). Row: accuracy (macro, on the test split), train_loss.]]},
  {name = "tasks.finetune", call = 'ctx:step("finetune", settings, tasks.finetune)',
    summary = "The step that adapts a whole network, after a linear probe.",
    text = [[Settings: those of tasks.probe, and finetune (settings of train.finetune). Row:
accuracy (macro, on the test split), probe_accuracy (that of the probe it starts from).]]},
  {name = "tasks.invariance", call = 'ctx:step("invariance", settings, tasks.invariance)',
    summary = "The step that measures how invariant a network is on a task.",
    text = [[Settings: pretrained, task, test, seed; metric ("l2") and layer ("penultimate") as in
measure.invariance; each (false; true: also for each transformation alone). Rows:
transform ("all", or its name), distance: between twins, relative to random pairs.]]},
}
