--- train.fit: supervised training of a network on a dataset. A run (a table)
-- holds what it is made of and where it is; the step is in loop.lua, going on
-- after a kill in checkpoint.lua.

local base = require "invar.core.base"
local new_progress = require("invar.core.progress").progress
local checkpoint = require "invar.train.checkpoint"
local evaluate = require("invar.train.evaluate").evaluate
local logs = require "invar.train.log"
local loop = require "invar.train.loop"
local optim = require "invar.optim"
local options = require "invar.options"
local precision = require "invar.train.precision"

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

-- ---- a run ------------------------------------------------------------------------

-- What a training is made of, at its beginning.
local function new_run(net, set, settings)
  local optimizer = optimizer_of(net, settings.optimizer)
  local steps_per_epoch = math.ceil(#set / settings.batch)
  local began = base.clock()
  local run = {
    net = net,
    set = set,
    settings = settings,
    precision = precision.of(net, settings.precision),
    forward = precision.forward(net, settings.precision),
    loss = loop.loss(settings.loss),
    optimizer = optimizer,
    factor = optim.schedule(settings.schedule, settings.epochs * steps_per_epoch),
    average = settings.ema and optim.ema(net, {decay = settings.ema}) or nil,
    log = logs.new(),
    epoch = 1,   -- the epoch under way,
    batches = 0, -- its batches that are done,
    sums = {loss = 0.0, right = 0, n = 0}, -- and what they gave
    steps = 0,
    finished = false,
    before = 0, -- seconds that the run took before it was resumed
    saved = began,
  }
  function run.seconds() return run.before + base.clock() - began end
  return run
end

-- Calls f(...) while the network has the weights that are validated and kept.
local function with_weights(run, f, ...)
  if run.average then return run.average:applied(f, ...) end
  return f(...)
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

local function save_if_due(run)
  local settings = run.settings
  if settings.checkpoint and base.clock() - run.saved >= settings.checkpoint_every then
    checkpoint.save(run)
    run.saved = base.clock()
  end
end

-- ---- validation ---------------------------------------------------------------------

local function copy_state(net)
  local copy = {}
  for name, value in pairs((net:state_dict())) do copy[name] = value:detach():clone() end
  return copy
end

local function save_net(run, path, result)
  run.net:save(path, {step = tostring(run.steps), epoch = tostring(run.epoch),
    accuracy = result and ("%.17g"):format(result.accuracy)})
end

-- Keeps the weights if the result is better than all before.
local function keep_best(run, result)
  local settings = run.settings
  local value = result[settings.best_by]
  local before = run.best and run.best.value
  local better = value == value and (not before
    or (settings.best_by == "loss" and value < before)
    or (settings.best_by ~= "loss" and value > before))
  if not better then return end
  run.best = {value = value, step = run.steps, by = settings.best_by,
    state = settings.keep_best and copy_state(run.net) or nil}
  if settings.best then save_net(run, settings.best, result) end
end

local function validate(run)
  local settings = run.settings
  with_weights(run, function()
    local result = evaluate(run.net, settings.validation,
      {batch = settings.batch, precision = run.precision})
    result.step, result.epoch = run.steps, run.epoch
    table.insert(run.log.validations, result)
    keep_best(run, result)
  end)
end

local function validation_is_due(run, at_end_of_epoch)
  local every = run.settings.validate_every
  if not run.settings.validation then return false end
  if type(every) == "table" then return not at_end_of_epoch and run.steps % every.steps == 0 end
  return at_end_of_epoch and run.epoch % every == 0
end

-- ---- epochs -------------------------------------------------------------------------

-- Runs what is left of the epoch; returns true where on_step ends the training.
local function train_epoch(run, show)
  local settings, sums = run.settings, run.sums
  local batches <close> = run.set:batches {size = settings.batch, shuffle = settings.shuffle,
    seed = settings.seed, epoch = run.epoch, first = run.batches + 1}
  run.net:train()
  for x, y in batches do
    local loss, right = loop.step(run, x, y)
    sums.loss, sums.right, sums.n = sums.loss + loss, sums.right + right, sums.n + #y
    run.batches, run.steps = run.batches + 1, run.steps + 1
    show()
    if validation_is_due(run, false) then validate(run) end
    if settings.on_step and settings.on_step {step = run.steps, epoch = run.epoch,
      loss = loss / #y, lr = run.optimizer.lr * run.optimizer.factor} then return true end
    save_if_due(run)
  end
end

-- Writes the epoch into the log and goes on to the next; returns its entry.
local function end_epoch(run, seconds)
  local sums, log = run.sums, run.log
  local entry = {epoch = run.epoch, loss = sums.loss / sums.n, accuracy = sums.right / sums.n,
    seconds = seconds, lr = run.optimizer.lr * run.optimizer.factor}
  if validation_is_due(run, true) then validate(run) end
  local latest = log.validations[#log.validations]
  if latest and latest.epoch == run.epoch then entry.validation = latest end
  log.epochs[run.epoch] = entry
  if run.settings.last then
    with_weights(run, save_net, run, run.settings.last, entry.validation)
  end
  run.epoch, run.batches, run.sums = run.epoch + 1, 0, {loss = 0.0, right = 0, n = 0}
  return entry
end

-- From where the run is to its end.
local function train(run, show)
  local settings = run.settings
  if run.finished then return end
  while not run.finished and run.epoch <= settings.epochs do
    if settings.before_epoch then settings.before_epoch(run.epoch) end
    local start = base.clock()
    local stop = train_epoch(run, show)
    local entry = end_epoch(run, base.clock() - start)
    stop = settings.on_epoch and settings.on_epoch(entry) or stop
    run.finished = stop and true or false
    if not run.finished and run.epoch <= settings.epochs then save_if_due(run) end
  end
  run.finished = true
  if settings.checkpoint then checkpoint.save(run) end
end

-- The weights that the network is to have in the end.
local function settle(run)
  local best, log = run.best, run.log
  if best then log.best = {by = run.settings.best_by, value = best.value, step = best.step} end
  if best and best.state then
    run.net:load_state_dict(best.state)
  elseif run.average then
    run.average:apply()
  end
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
--   seconds), resume (true; false begins anew);
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
  local run = new_run(net, set, settings)
  local log, was_training = run.log, net.training
  last_log = log
  local progress <close> = settings.progress
    and new_progress {name = settings.label, total = settings.epochs * #set} or nil
  -- also when an error or Ctrl-C leaves this function
  local _ <close> = setmetatable({}, {__close = function()
    log.seconds = run.seconds()
    if was_training then net:train() else net:eval() end
  end})
  if settings.checkpoint and settings.resume and exists(settings.checkpoint) then
    checkpoint.load(run)
  end
  train(run, function()
    if not progress then return end
    progress:update((run.epoch - 1) * #set + run.sums.n, ("epoch %d/%d  loss %.3f"):format(run.epoch,
      settings.epochs, run.sums.loss / run.sums.n))
  end)
  settle(run)
  log.interrupted = false
  return log
end

--- The log of the latest fit, also of one that failed or was interrupted.
local function latest() return last_log end

return {fit = fit, last_log = latest}
