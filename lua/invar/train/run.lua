--- A training under way. A run is a table: what it is made of (network, data,
-- settings, optimiser), where it is (epoch, batches of it, steps), what came
-- out (log, best weights). It goes from where it is to its end, so that one
-- read from a checkpoint goes on like one that never stopped.

local base = require "invar.core.base"
local checkpoint = require "invar.train.checkpoint"
local evaluate = require("invar.train.evaluate").evaluate
local logs = require "invar.train.log"
local loop = require "invar.train.loop"
local optim = require "invar.optim"
local system = require "invar.core.system"

local runs = {}

--- A run at its beginning.
function runs.new(net, set, settings, optimizer)
  local steps_per_epoch = math.ceil(#set / settings.batch)
  local began = base.clock()
  local run = {
    net = net,
    set = set,
    settings = settings,
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
    held = false, -- interruptions wait for the next safe point
  }
  function run.seconds() return run.before + base.clock() - began end
  return run
end

-- Calls f(...) while the network has the weights that are validated and kept.
local function with_weights(run, f, ...)
  if run.average then return run.average:applied(f, ...) end
  return f(...)
end

-- ---- interruptions ------------------------------------------------------------------

-- Where there is a checkpoint to be written, Ctrl-C and SIGTERM wait until the
-- step under way is done (a second Ctrl-C does not).
local function hold(run)
  if run.settings.checkpoint and not run.held then
    system.hold_interrupts()
    run.held = true
  end
end

local function release(run)
  if run.held then
    run.held = false
    system.release_interrupts()
  end
end

-- A safe point: all that the file says fits together.
local function save_if_due(run)
  local settings = run.settings
  if not settings.checkpoint then return end
  if run.held and system.interrupt_waits() then
    checkpoint.save(run)
    release(run)
  elseif base.clock() - run.saved >= settings.checkpoint_every then
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

local function evaluate_and_keep(run)
  local settings = run.settings
  release(run)
  local result = evaluate(run.net, settings.validation, {batch = settings.batch})
  hold(run)
  result.step, result.epoch = run.steps, run.epoch
  table.insert(run.log.validations, result)
  keep_best(run, result)
end

-- It may take long, and can be interrupted: it then leaves no trace, and who goes
-- on from the checkpoint validates anew.
local function validate(run)
  if not run.settings.checkpoint then return with_weights(run, evaluate_and_keep, run) end
  local ok, problem = pcall(with_weights, run, evaluate_and_keep, run)
  if ok then return end
  if type(problem) == "string" and problem:find "interrupted!$" then checkpoint.save(run) end
  error(problem, 0)
end

local function validation_is_due(run, at_end_of_epoch)
  local every = run.settings.validate_every
  if not run.settings.validation then return false end
  if type(every) == "table" then return not at_end_of_epoch and run.steps % every.steps == 0 end
  return at_end_of_epoch and run.epoch % every == 0
end

-- Whether the checkpoint was written while the validation after its last step ran.
local function validation_is_missing(run)
  local latest = run.log.validations[#run.log.validations]
  return run.batches > 0 and validation_is_due(run, false)
    and not (latest and latest.step == run.steps)
end

-- ---- epochs -------------------------------------------------------------------------

-- Runs what is left of the epoch; returns true where on_step ends the training.
local function train_epoch(run, show)
  local settings, sums = run.settings, run.sums
  local batches <close> = run.set:batches {size = settings.batch, shuffle = settings.shuffle,
    seed = settings.seed, epoch = run.epoch, first = run.batches + 1}
  if validation_is_missing(run) then validate(run) end
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

--- From where the run is to its end; show() is called after each step.
function runs.train(run, show)
  local settings = run.settings
  if run.finished then return end
  local _ <close> = setmetatable({}, {__close = function() release(run) end})
  hold(run)
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

--- Gives the network the weights that it is to have in the end: the best ones or
-- the averages where they were asked for.
function runs.settle(run)
  local best, log = run.best, run.log
  if best then log.best = {by = run.settings.best_by, value = best.value, step = best.step} end
  if best and best.state then
    run.net:load_state_dict(best.state)
  elseif run.average then
    run.average:apply()
  end
end

return runs
