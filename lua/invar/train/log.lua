--- The log of a training: what was measured when, in a table that prints.

local report = require "invar.report"

local columns = {{"epoch", "epoch", "%d"}, {"loss", "loss", "%.3f"},
  {"accuracy", "accuracy", "%.3f"}, {"seconds", "seconds", "%.1f"}}
local validation_columns = {{"validation_loss", "validation loss", "%.3f"},
  {"validation_accuracy", "validation accuracy", "%.3f"}}

--- A log as a table of its epochs.
local function text(log)
  local rows, shown, validated = {}, {table.unpack(columns)}, false
  for i, entry in ipairs(log.epochs) do
    local validation = entry.validation
    rows[i] = {epoch = entry.epoch, loss = entry.loss, accuracy = entry.accuracy,
      seconds = entry.seconds, validation_loss = validation and validation.loss,
      validation_accuracy = validation and validation.accuracy}
    validated = validated or validation ~= nil
  end
  if validated then table.move(validation_columns, 1, 2, #shown + 1, shown) end
  local best = log.best and (", best %s %.4f at step %d"):format(log.best.by, log.best.value,
    log.best.step) or ""
  return ("%s%d epochs in %.1f s%s%s"):format(#rows > 0 and report.table(rows, shown) .. "\n" or "",
    #rows, log.seconds, best, log.interrupted and ", interrupted" or "")
end

local meta = {__tostring = text}

--- An empty one: {epochs, validations, seconds, interrupted}.
local function new()
  return setmetatable({epochs = {}, validations = {}, seconds = 0, interrupted = true}, meta)
end

return {new = new}
