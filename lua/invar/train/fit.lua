--- train.fit: supervised training of a network on a dataset. Its parts: the
-- epochs are in run.lua, one step of the optimiser in loop.lua, going on after a
-- kill in checkpoint.lua. For a loop of your own see examples/my_loss.lua.

local base = require "invar.core.base"
local new_progress = require("invar.core.progress").progress
local checkpoint = require "invar.train.checkpoint"
local optim = require "invar.optim"
local options = require "invar.options"
local precision = require "invar.train.precision"
local runs = require "invar.train.run"
local system = require "invar.core.system"

local defaults = {
  epochs = 10,
  batch = 128,
  optimizer = {"adam", lr = 1e-3},
  schedule = {"constant"},
  loss = {"cross_entropy"},
  seed = 1, -- of the order of the samples
  shuffle = true,
  validate_every = 1, -- epochs, or {steps = n}
  best_by = "accuracy",
  keep_best = false,
  checkpoint_every = 300.0, -- seconds
  resume = true,
  about = {}, -- what else decides the training, for the check of a checkpoint
  label = "training",
  progress = true,
}

local rules = {
  epochs = {min = 0},
  batch = {min = 1},
  micro_batch = {type = "integer", min = 1},
  loss = {type = {"table", "function", "string"}},
  precision = precision.rule,
  clip = {type = "number", above = 0}, -- largest norm of the whole gradient
  ema = {type = "number", min = 0, max = 1}, -- decay of the averaged weights
  validation = {type = "dataset"},
  validate_every = {type = {"integer", "table"}, min = 1},
  best = {type = "string"}, -- files for the network's weights
  last = {type = "string"},
  best_by = {choices = {"accuracy", "macro_accuracy", "loss"}},
  checkpoint = {type = "string"}, -- the file to go on from
  checkpoint_every = {min = 0},
  before_epoch = {type = "function"},
  on_epoch = {type = "function"},
  on_step = {type = "function"},
}

local last_log

-- ---- settings ---------------------------------------------------------------------

local function wrong(...) error("train.fit: " .. (...):format(select(2, ...)), 3) end

local function optimizer_of(net, given)
  local settings = {}
  for key, value in pairs(given) do if key ~= 1 then settings[key] = value end end
  local make = ({sgd = optim.sgd, adam = optim.adam, adamw = optim.adamw})[given[1]]
  if not make then
    local near = base.nearest(tostring(given[1]), {"sgd", "adam", "adamw"})
    error(("train.fit: there is no optimizer %q%s"):format(tostring(given[1]),
      near and (" (did you mean %q?)"):format(near) or ": sgd, adam or adamw expected"), 4)
  end
  return make(net, settings)
end

local function check(given)
  local settings = options.check("train.fit", given, defaults, rules)
  local name = type(settings.loss) == "table" and settings.loss[1] or settings.loss
  if type(name) ~= "function" and name ~= "cross_entropy" then
    wrong('option loss: "cross_entropy", {"cross_entropy", options} or a function expected, got %s',
      options.describe(name))
  end
  if type(settings.loss) == "string" then settings.loss = {name} end
  local every = settings.validate_every
  if type(every) == "table" then
    options.check("train.fit: option validate_every", every, {},
      {steps = {type = "integer", min = 1, required = true}})
  end
  if (settings.best or settings.keep_best) and not settings.validation then
    wrong("options best and keep_best need validation")
  end
  return settings
end

--- Trains `net` on `set`. Settings:
--   epochs (10), batch (128), seed (1, of the order of the samples), shuffle
--   (true), optimizer ({"adam", lr=1e-3}: a name of `optim` and its settings),
--   schedule ({"constant"}: a name of optim.schedule and its settings, a factor
--   of the learning rate per step), clip (largest gradient norm; off);
--   loss ("cross_entropy", or with options {"cross_entropy", smoothing=0.1}, or
--   a function of logits and labels), precision (the network's own, or else
--   "float32"; "bf16"), micro_batch (a batch in parts of so many samples, whose
--   gradients add up: less memory, the same step up to rounding, except that
--   batch norm sees only the part), ema (off; the decay of averaged weights:
--   they are what is validated and saved, and what the network has in the end);
--   validation (a dataset), validate_every (1 epoch; k epochs or {steps=k}),
--   best_by ("accuracy", "macro_accuracy", "loss"), best (a file for the best
--   weights), keep_best (false; true: the network has them in the end), last (a
--   file for the weights after each epoch);
--   checkpoint (a file from which the training goes on when it is started again
--   with the same settings, and ends with the same bits), checkpoint_every (300
--   seconds), resume (true; false begins anew), about ({}: a plain table of what
--   else decides the training, as settings of a loss function, which are then
--   compared with the checkpoint's);
--   before_epoch(number), on_step{step, epoch, loss, lr}, on_epoch(entry of the
--   log): functions; training ends when one of the latter two returns true;
--   label and progress (of the progress line).
--
-- Returns the log: {epochs = {{epoch, loss, accuracy, seconds, lr, validation},
-- …}, validations, best, seconds}. The same seed gives the same bits for every
-- number of threads. Ctrl-C ends the training with the error "interrupted!";
-- the network keeps what it has learned and train.last_log() the log so far.
local function fit(net, set, given)
  options.argument("train.fit", 1, net, "module")
  options.argument("train.fit", 2, set, "dataset")
  local settings = check(given)
  local _ <close> = precision.set(net, settings.precision)
  local run = runs.new(net, set, settings, optimizer_of(net, settings.optimizer))
  local log, was_training = run.log, net.training
  last_log = log
  local progress <close> = settings.progress
    and new_progress {name = settings.label, total = settings.epochs * #set} or nil
  -- also when an error or Ctrl-C leaves this function
  local _ <close> = setmetatable({}, {__close = function()
    log.seconds = run.seconds()
    if was_training then net:train() else net:eval() end
  end})
  if settings.checkpoint and settings.resume and system.exists(settings.checkpoint) then
    checkpoint.load(run)
  end
  runs.train(run, function()
    if not progress then return end
    local sums = run.sums
    progress:update((run.epoch - 1) * #set + sums.n, ("epoch %d/%d  loss %.3f"):format(run.epoch,
      settings.epochs, sums.loss / sums.n))
  end)
  runs.settle(run)
  log.interrupted = false
  return log
end

--- The log of the latest fit, also of one that failed or was interrupted.
local function latest() return last_log end

return {fit = fit, last_log = latest}
