--- train.finetune: a pretrained network is adapted to a new task, all of it.

local fit = require("invar.train.fit").fit
local evaluate = require("invar.train.evaluate").evaluate
local module = require "invar.nn.module"
local nn = require "invar.nn"
local options = require "invar.options"
local precision = require "invar.train.precision"
local probe = require "invar.train.probe"

local defaults = {
  head = "probe",
  probe = {},
  epochs = 50,
  batch = 512,
  optimizer = "adam",
  lr = 1e-3,
  weight_decay = 0.0,
  schedule = {"linear"},
  frozen_epochs = 0,
  freeze = {},
  seed = 1,
  fit = {},
  label = "fine-tuning",
  progress = true,
}

local rules = {
  head = {choices = {"probe", "new", "keep"}},
  epochs = {min = 0},
  batch = {min = 1},
  optimizer = {choices = {"adam", "adamw", "sgd"}},
  lr = {min = 0},
  body_lr = {type = "number", min = 0},
  head_lr = {type = "number", min = 0},
  weight_decay = {min = 0},
  frozen_epochs = {min = 0},
  precision = precision.rule,
  test = {type = "dataset"},
  validation = {type = "dataset"},
}

-- A layer that does nothing stands in for the head, so that what it gives is
-- what the head gets.
local function probe_head(net, head, set, settings)
  local parent, key = head.parent, head.key
  parent[key] = nn.module {forward = function(_, x) return x end}
  local given = {seed = settings.seed, progress = settings.progress, layer = head.name,
    precision = settings.precision}
  for name, value in pairs(settings.probe) do given[name] = value end
  local ok, result = pcall(probe, net, set, given)
  parent[key] = head.module
  if not ok then error(options.renamed(result, "train.finetune"), 0) end
  parent[key] = result.head
  return result
end

-- The optimiser of the body, with the head as a group of its own.
local function optimizer_of(settings, head)
  local pattern = "^" .. head.name:gsub("%p", "%%%0") .. "%."
  return {settings.optimizer, lr = settings.body_lr or settings.lr,
    weight_decay = settings.weight_decay,
    groups = {{match = pattern, lr = settings.head_lr or settings.lr}}}
end

-- What is frozen in an epoch: all but the head at first, then what `freeze` names.
local function freeze(net, head, settings, epoch)
  net:unfreeze()
  if epoch <= settings.frozen_epochs then
    net:freeze():unfreeze(head.name)
  elseif #settings.freeze > 0 then
    net:freeze(settings.freeze)
  end
end

--- Fine-tunes a copy of `net` on `set`; `net` itself stays as it is. The recipe
-- is the published one (linear probe first, then all weights by Adam, lr 1e-3
-- falling linearly to 0 over 50 epochs, batches of 512); its parts are settings:
--   head ("probe": a linear layer trained on the frozen body first; "new": a
--   fresh one; "keep": the network's own), probe (settings of that
--   train.linear_probe), epochs (50), batch (512), optimizer ("adam"), lr
--   (1e-3), body_lr and head_lr (lr), weight_decay (0), schedule ({"linear"}),
--   frozen_epochs (0: so many epochs at first in which only the head learns),
--   freeze (names of layers that never learn), seed (1: new head, order of the
--   samples), precision (the network's own), validation and test (datasets),
--   fit (further settings of train.fit: clip, ema, checkpoint, ...), label and
--   progress.
--
-- Returns {net, log (of train.fit), probe (what train.linear_probe gave), test
-- (as train.evaluate gives it)}.
local function finetune(net, set, given)
  options.argument("train.finetune", 1, net, "module")
  options.argument("train.finetune", 2, set, "dataset")
  local settings = options.check("train.finetune", given, defaults, rules)
  local name = module.head_name(net)
  if not name or name == "" then
    error("train.finetune: the network has no linear layer that could be its head", 2)
  end
  local tuned, result = net:copy(), {}
  local head = {name = name}
  head.module, head.parent, head.key = module.find(tuned, name, "train.finetune", 2)
  if settings.head == "probe" then
    result.probe = probe_head(tuned, head, set, settings)
  elseif settings.head == "new" then
    tuned:replace_head(set:classes(), {seed = settings.seed})
  end
  local how = {epochs = settings.epochs, batch = settings.batch, schedule = settings.schedule,
    seed = settings.seed, precision = settings.precision, validation = settings.validation,
    label = settings.label, progress = settings.progress,
    optimizer = optimizer_of(settings, head),
    about = {head = settings.head, probe = settings.probe, freeze = settings.freeze,
      frozen_epochs = settings.frozen_epochs},
    before_epoch = function(epoch) freeze(tuned, head, settings, epoch) end}
  for key, value in pairs(settings.fit) do how[key] = value end
  local ok, log = pcall(function()
    freeze(tuned, head, settings, math.huge) -- says which layers there are not
    return fit(tuned, set, how)
  end)
  if not ok then error(options.renamed(log, "train.finetune"), 0) end
  tuned:unfreeze()
  result.net, result.log = tuned, log
  if settings.test then
    result.test = evaluate(tuned, settings.test, {batch = settings.batch,
      precision = settings.precision})
  end
  return result
end

return finetune
