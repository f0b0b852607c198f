--- train.fit: supervised training of a network on a dataset.

local base = require "invar.core.base"
local new_progress = require("invar.core.progress").progress
local evaluate = require("invar.train.evaluate").evaluate
local nn = require "invar.nn"
local optim = require "invar.optim"
local options = require "invar.options"
local report = require "invar.report"

local defaults = {
  epochs = 10,
  batch = 128,
  optimizer = {"adam", lr = 1e-3},
  schedule = {"constant"},
  seed = 1, -- of the order of the samples
  shuffle = true,
  label = "training",
  progress = true,
}

local rules = {
  epochs = {min = 0},
  batch = {min = 1},
  clip = {type = "number", above = 0}, -- largest norm of the whole gradient
  validation = {type = "dataset"},
  on_epoch = {type = "function"}, -- called with each entry of the log; true stops
}

local last_log

local columns = {{"epoch", "epoch", "%d"}, {"loss", "loss", "%.3f"},
  {"accuracy", "accuracy", "%.3f"}, {"seconds", "seconds", "%.1f"}}
local validation_columns = {{"validation_loss", "validation loss", "%.3f"},
  {"validation_accuracy", "validation accuracy", "%.3f"}}

--- A log as a table of its epochs.
local function log_text(log)
  local rows, shown = {}, {table.unpack(columns)}
  for i, entry in ipairs(log.epochs) do
    local validation = entry.validation
    rows[i] = {epoch = entry.epoch, loss = entry.loss, accuracy = entry.accuracy,
      seconds = entry.seconds, validation_loss = validation and validation.loss,
      validation_accuracy = validation and validation.accuracy}
    if i == 1 and validation then table.move(validation_columns, 1, 2, #shown + 1, shown) end
  end
  return ("%s%d epochs in %.1f s%s"):format(#rows > 0 and report.table(rows, shown) .. "\n" or "",
    #rows, log.seconds, log.interrupted and ", interrupted" or "")
end

local log_meta = {__tostring = log_text}

local function optimizer_of(net, given)
  local settings = {}
  for key, value in pairs(given) do if key ~= 1 then settings[key] = value end end
  local make = type(given[1]) == "string" and given[1]:sub(1, 1) ~= "_" and optim[given[1]]
  if not make then
    local near = base.nearest(tostring(given[1]), {"sgd", "adam", "adamw"})
    error(("train.fit: there is no optimizer %q%s"):format(tostring(given[1]),
      near and (" (did you mean %q?)"):format(near) or ": sgd, adam or adamw expected"), 4)
  end
  return make(net, settings)
end

--- One pass over the data; returns mean loss, accuracy and samples seen.
local function one_epoch(net, batches, step, advance)
  local loss_sum, right, n = 0, 0, 0
  for x, y in batches do
    local logits = net(x)
    local loss = nn.cross_entropy(logits, y)
    local value = loss:item()
    if value ~= value or value == math.huge then
      error(("train.fit: the loss is %s after %d samples of this epoch; "
        .. "a lower learning rate may help"):format(value, n), 0)
    end
    step(loss)
    loss_sum = loss_sum + value * #y
    right = right + logits:detach():argmax(2):eq(y):sum():item()
    n = n + #y
    advance(#y, loss_sum / n)
  end
  return loss_sum / n, right / n, n
end

--- Trains `net` on `set` by cross-entropy. Settings: epochs (10), batch (128),
-- optimizer ({"adam", lr=1e-3}: a name of `optim` and its settings), schedule
-- ({"constant"}: a name of optim.schedule and its settings, a factor of the
-- learning rate per step), clip (largest gradient norm; off), seed (1, of the
-- order of the samples), shuffle (true), validation (a dataset, evaluated
-- after each epoch), on_epoch (a function of the log's new entry; training
-- ends when it returns true), label and progress (of the progress line).
--
-- Returns the log: {settings…, epochs = {{epoch, loss, accuracy, seconds, lr,
-- validation = {…}}, …}, seconds}. The same seed gives the same bits for every
-- number of threads. Ctrl-C ends the training with the error "interrupted!";
-- the network keeps what it has learned and train.last_log() the log so far.
local function fit(net, set, given)
  options.argument("train.fit", 1, net, "module")
  options.argument("train.fit", 2, set, "dataset")
  local settings = options.check("train.fit", given, defaults, rules)
  local optimizer = optimizer_of(net, settings.optimizer)
  local steps = math.ceil(#set / settings.batch)
  local factor = optim.schedule(settings.schedule, settings.epochs * steps)
  local lr, done = optimizer.lr, 0

  local function step(loss)
    optimizer.lr = lr * factor(done + 1)
    optimizer:zero_grad()
    loss:backward()
    if settings.clip then optim.clip_gradients(net, settings.clip) end
    optimizer:step()
    done = done + 1
  end

  local log = setmetatable({epochs = {}, seconds = 0, interrupted = true}, log_meta)
  last_log = log
  local start = base.clock()
  local was_training = net.training
  local progress <close> = settings.progress
    and new_progress {name = settings.label, total = settings.epochs * #set} or nil
  -- also when an error or Ctrl-C leaves this function
  local _ <close> = setmetatable({}, {__close = function()
    log.seconds = base.clock() - start
    if was_training then net:train() else net:eval() end
  end})

  local seen = 0
  for epoch = 1, settings.epochs do
    net:train()
    local epoch_start = base.clock()
    local batches = set:batches {size = settings.batch, shuffle = settings.shuffle,
      seed = settings.seed, epoch = epoch}
    local loss, accuracy = one_epoch(net, batches, step, function(n, mean_loss)
      seen = seen + n
      if progress then
        local text = ("epoch %d/%d  loss %.3f"):format(epoch, settings.epochs, mean_loss)
        progress:update(seen, text)
      end
    end)
    local entry = {epoch = epoch, loss = loss, accuracy = accuracy,
      seconds = base.clock() - epoch_start, lr = optimizer.lr}
    if settings.validation then
      entry.validation = evaluate(net, settings.validation, {batch = settings.batch})
    end
    log.epochs[epoch] = entry
    if settings.on_epoch and settings.on_epoch(entry) then break end
  end
  log.interrupted = false
  return log
end

--- The log of the latest fit, also of one that failed or was interrupted.
local function latest() return last_log end

return {fit = fit, last_log = latest}
