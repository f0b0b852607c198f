--- The inner loop of training: one step of an optimiser. `run` is what
-- train.fit keeps of a training (train/run.lua).

local nn = require "invar.nn"
local optim = require "invar.optim"
local options = require "invar.options"

local loop = {}

--- A function of logits and labels to the loss, a tensor of one number: the
-- function itself that was given, or cross-entropy with its options.
function loop.loss(given)
  if type(given) == "function" then
    return function(logits, y)
      local loss = given(logits, y)
      if options.describe(loss) ~= "tensor" or loss:count() ~= 1 then
        error("train.fit: the loss function returned " .. options.describe(loss)
          .. (options.describe(loss) == "tensor" and " of " .. loss:count() .. " numbers" or "")
          .. ", a tensor of one number expected", 0)
      end
      return loss
    end
  end
  local settings = {}
  for key, value in pairs(given) do if key ~= 1 then settings[key] = value end end
  return function(logits, y) return nn.cross_entropy(logits, y, settings) end
end

-- The loss as a number, if it is one.
local function finite(loss, run)
  local value = loss:item()
  if value ~= value or value == math.huge or value == -math.huge then
    error(("train.fit: the loss is %s after %d samples of this epoch; "
      .. "a lower learning rate may help"):format(value, run.sums.n), 0)
  end
  return value
end

--- One step on a batch. With micro-batches the gradients of the parts add up,
-- each in proportion to its samples. Returns the sum of the samples' losses and
-- how many samples were classified right.
function loop.step(run, x, y)
  local settings, optimizer, n = run.settings, run.optimizer, #y
  local part = settings.micro_batch or n
  local loss_sum, right = 0, 0
  optimizer.factor = run.factor(run.steps + 1)
  optimizer:zero_grad()
  for first = 1, n, part do
    local xs, ys = x, y
    if part < n then
      local rows = {{first, math.min(first + part - 1, n)}}
      xs, ys = x[rows], y[rows]
    end
    local logits = run.net(xs)
    local loss = run.loss(logits, ys)
    loss_sum = loss_sum + finite(loss, run) * #ys
    if part < n then loss = loss * (#ys / n) end
    loss:backward()
    right = right + logits:detach():argmax(2):eq(ys):sum():item()
  end
  if settings.clip then optim.clip_gradients(run.net, settings.clip) end
  optimizer:step()
  if run.average then run.average:update() end
  return loss_sum, right
end

return loop
