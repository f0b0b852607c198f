--- What protocols of transfer learning are made of: tasks as plain settings, the
-- draws of transformations, and the steps pretrain, probe, finetune and
-- invariance. A protocol says which tasks, networks and recipes; this is how they
-- are carried out (Speicher, Nanda, Gummadi, TMLR 2024, section 4).

local data = require "invar.data"
local guarded = require "invar.guarded"
local measure = require "invar.measure"
local models = require "invar.models"
local options = require "invar.options"
local train = require "invar.train"
local transforms = require "invar.core.transforms"

local tasks = {}

-- ---- draws -----------------------------------------------------------------------

--- The names of the 18 transformations of the paper, or of those in a category,
-- without what scripts have defined beside them.
function tasks.transforms(category)
  local known, list = transforms.names(), {}
  for i = 1, 18 do -- definitions come after them
    if category == nil or transforms.category(known[i]) == category then
      list[#list + 1] = known[i]
    end
  end
  return list
end

--- `count` disjoint lists of transformations, each with one of every category,
-- drawn by `generator`: {{geometric, photometric, corruption}, ...}.
function tasks.transform_sets(generator, count)
  local name = "tasks.transform_sets"
  options.argument(name, 1, generator, "rng")
  count = options.argument(name, 2, count, "integer", {min = 1, max = 6})
  local sets = {}
  for i = 1, count do sets[i] = {} end
  for _, category in ipairs {"geometric", "photometric", "corruption"} do
    local drawn = generator:choice(tasks.transforms(category), count)
    for i = 1, count do table.insert(sets[i], drawn[i]) end
  end
  return sets
end

-- ---- datasets --------------------------------------------------------------------

local names = {"cifar10", "cifar100", "fashion_mnist"}
local labelled = {
  cifar10 = function() return data.cifar10 {} end,
  -- All 500 pictures of a class are for training, as in the paper.
  cifar100 = function() return data.cifar100 {validation = 0} end,
  fashion_mnist = function() return data.fashion_mnist {size = 32, channels = 3} end,
}

-- Pictures are kept: drawing or reading them takes longer than many a step.
local kept = {}
local function keep(make)
  kept[make] = kept[make] or make()
  return kept[make]
end

local function labelled_set(name) return keep(labelled[name]) end

--- The first of these labelled sets that is on this machine ("cifar10",
-- "cifar100", "fashion_mnist"); nil where none is.
function tasks.on_disk(...)
  for i = 1, select("#", ...) do
    local wanted = options.argument("tasks.on_disk", i, (select(i, ...)), "string",
      {choices = names})
    if pcall(labelled_set, wanted) then return wanted end
  end
end

-- A source of pictures: a name ("builtin", "random", "pack", for backgrounds
-- "uniform"), {name, setting = ...}, or the name of a labelled set.
local function source_of(kind, given)
  local name, settings = given, {}
  if type(given) == "table" then
    for key, value in pairs(given) do settings[key] = value end
    name, settings[1] = given[1], nil
  end
  if labelled[name] then return kind.dataset(labelled_set(name), settings) end
  local make = rawget(kind, name)
  if not make or name == "dataset" then
    error(('tasks.dataset: there are no pictures called "%s"'):format(tostring(name)), 0)
  end
  if type(given) == "table" then return make(settings) end
  return keep(make)
end

-- A labelled set of which classes and samples are chosen, with transformations on
-- whole pictures.
local function of_pictures(given)
  local settings = options.check("tasks.dataset", given, {transforms = {}, seed = 1},
    {pictures = {choices = names, required = true}, classes = {type = "table"},
      n = {type = "number"}, per_class = {type = "number"}})
  local set = labelled_set(settings.pictures)
  if settings.classes then set = set:only_classes(settings.classes) end
  if settings.per_class then set = set:per_class(settings.per_class, {seed = settings.seed}) end
  if settings.n then
    set = set:random_subset(settings.n, {seed = settings.seed, stratified = true})
  end
  return set:with_transforms {transforms = settings.transforms, transform_seed = settings.seed}
end

local function of_transforms2d(task)
  local given = {}
  for key, value in pairs(task) do given[key] = value end
  for _, kind in ipairs {"objects", "backgrounds"} do
    given[kind] = source_of(data[kind], given[kind] or "builtin")
  end
  return data.transforms2d(given)
end

--- The training samples of a task, a plain table of settings:
--   {pictures = "cifar10", "cifar100" or "fashion_mnist", classes =, per_class =,
--    n =, transforms =, seed =}: a labelled set; samples are chosen by seed (counts,
--    or fractions as in ds:per_class), transformations are of whole pictures; or
--   what data.transforms2d takes, with objects and backgrounds by name ("builtin",
--    "random", "pack", "uniform", the name of a labelled set, or a list with
--    settings: {"random", classes = 60}).
tasks.dataset = guarded("tasks.dataset", function(task)
  options.argument("tasks.dataset", 1, task, "table")
  local ok, made = pcall(task.pictures == nil and of_transforms2d or of_pictures, task)
  if not ok then error(options.renamed(made, "tasks.dataset"), 0) end
  return made
end)

--- `n` samples of a split of a task's data, or all where there are fewer.
function tasks.split(task, split, n)
  local name = "tasks.split"
  options.argument(name, 1, task, "table")
  options.argument(name, 2, split, "string", {choices = {"train", "validation", "test"}})
  n = options.argument(name, 3, n, "integer", {min = 1})
  local set = tasks.dataset(task)
  if task.pictures == nil then return set:split(split, n) end
  local part = set:split(split)
  return #part > n and set:split(split, n) or part
end

-- ---- steps -----------------------------------------------------------------------

-- Settings of a function with some of the step's on top.
local function with(settings, more)
  local all = {}
  for key, value in pairs(settings) do all[key] = value end
  for key, value in pairs(more) do all[key] = value end
  return all
end

--- The network that a step of tasks.pretrain left.
function tasks.network(pretrained)
  options.argument("tasks.network", 1, pretrained, "step")
  local s = pretrained.settings
  return pretrained:load(models.create(s.model, {classes = pretrained:row().classes,
    precision = s.precision}))
end

--- The step that trains a network from scratch. Settings: model, seed, precision,
-- task (as tasks.dataset takes it), fit (settings of train.fit: epochs, batch,
-- optimizer, ...), test (samples to test on). Row: train_accuracy (in the last
-- epoch), accuracy (macro, on the test split), classes; keeps the network.
function tasks.pretrain(step)
  options.argument("tasks.pretrain", 1, step, "step")
  local s = step.settings
  local set = tasks.dataset(s.task)
  local net = models.create(s.model, {classes = set:classes(), seed = s.seed,
    precision = s.precision})
  local log = train.fit(net, set, with(s.fit, {seed = s.seed, checkpoint = step.checkpoint,
    label = "pretraining " .. s.model}))
  local last = log.epochs[#log.epochs] or {}
  return {train_accuracy = last.accuracy, train_loss = last.loss, classes = set:classes(),
    accuracy = train.evaluate(net, tasks.split(s.task, "test", s.test)).macro_accuracy},
    {net = net}
end

-- The linear probe of what the network's head gets, as published: fine-tuning
-- begins with it. (The penultimate representation of DenseNet is before its pool.)
local function probe_head(step, set, test)
  local s = step.settings
  return train.finetune(tasks.network(s.pretrained), set, {epochs = 0, seed = s.seed,
    probe = with(s.probe, {test = test}), progress = false}).probe
end

--- The step that trains a linear classifier on a frozen network. Settings:
-- pretrained (a step of tasks.pretrain), task, test, seed, probe (settings of
-- train.linear_probe). Row: accuracy (macro, on the test split), train_loss.
function tasks.probe(step)
  options.argument("tasks.probe", 1, step, "step")
  local s = step.settings
  local probe = probe_head(step, tasks.dataset(s.task), tasks.split(s.task, "test", s.test))
  return {accuracy = probe.test.macro_accuracy, train_loss = probe.train.loss}
end

--- The step that adapts a whole network, after a linear probe. Settings: those of
-- tasks.probe, and finetune (settings of train.finetune). Row: accuracy (macro, on
-- the test split), probe_accuracy (that of the probe it starts from).
function tasks.finetune(step)
  options.argument("tasks.finetune", 1, step, "step")
  local s = step.settings
  local test = tasks.split(s.task, "test", s.test)
  local tuned = train.finetune(tasks.network(s.pretrained), tasks.dataset(s.task),
    with(s.finetune, {seed = s.seed, test = test, probe = with(s.probe, {test = test}),
      fit = {checkpoint = step.checkpoint}}))
  return {accuracy = tuned.test.macro_accuracy, probe_accuracy = tuned.probe.test.macro_accuracy}
end

--- The step that measures how much a representation differs between twins of test
-- samples: relative distances, 0 where it is invariant. Settings: pretrained, task,
-- test, seed, metric ("l2"), layer ("penultimate"), each (false; true: also for
-- each transformation alone). Rows: transform ("all", or its name), distance.
function tasks.invariance(step)
  options.argument("tasks.invariance", 1, step, "step")
  local s = step.settings
  local net, set = tasks.network(s.pretrained), tasks.split(s.task, "test", s.test)
  local twin_seed = s.seed + 1000003 -- any other than that of the task
  local function distance(...)
    return measure.invariance(net, set, set:twin(twin_seed, ...), {metric = s.metric,
      layer = s.layer, seed = s.seed})
  end
  local rows = {{transform = "all", distance = distance()}}
  for _, name in ipairs(s.each and s.task.transforms or {}) do
    rows[#rows + 1] = {transform = name, distance = distance(name)}
  end
  return rows
end

return tasks
