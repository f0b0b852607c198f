--- train.evaluate: how well a network classifies a dataset.

local options = require "invar.options"
local nn = require "invar.nn"
local precision = require "invar.train.precision"
local tensor = require "invar.tensor"

local result_meta = {__tostring = function(result)
  return ("accuracy %.4f, macro %.4f, loss %.4f, %d samples"):format(result.accuracy,
    result.macro_accuracy, result.loss, result.n)
end}

--- The result of n samples from the mean loss and the confusion, a list of
-- classes x classes counts, row by row.
local function summary(classes, n, loss, confusion)
  local right, macro, present, per_class = 0, 0, 0, {}
  for c = 1, classes do
    local total, hits = 0, confusion[(c - 1) * classes + c]
    for k = 1, classes do total = total + confusion[(c - 1) * classes + k] end
    right = right + hits
    per_class[c] = total > 0 and hits / total or 0 / 0
    if total > 0 then macro, present = macro + hits / total, present + 1 end
  end
  return setmetatable({
    n = n,
    loss = loss,
    accuracy = right / n,
    macro_accuracy = macro / present,
    per_class = per_class,
    confusion = tensor(confusion):to("int32"):reshape(classes, classes),
  }, result_meta)
end

--- Loss, accuracies and confusion from logits and labels over batches: feed
-- add(logits, labels), then take result().
local function scorer(classes)
  local confusion, loss, n = {}, 0, 0
  for i = 1, classes * classes do confusion[i] = 0 end

  local function add(logits, labels)
    loss = loss + nn.cross_entropy(logits, labels):item() * #labels
    local predicted, wanted = logits:argmax(2):totable(), labels:totable()
    for i, label in ipairs(wanted) do
      local place = (label - 1) * classes + predicted[i]
      confusion[place] = confusion[place] + 1
    end
    n = n + #labels
  end

  local function result() return summary(classes, n, loss / n, confusion) end

  return {add = add, result = result}
end

--- Evaluates `net` in evaluation mode (its mode is put back afterwards) on all
-- samples of `set`. Options: batch (512), precision (the network's own, or
-- else "float32"; "bf16").
-- Returns {n, loss (mean cross-entropy), accuracy (micro: right / n),
-- macro_accuracy (mean of the per-class accuracies, as the paper reports it),
-- per_class (nan where a class has no sample), confusion (classes x classes
-- int32, rows are the true classes)}.
local function evaluate(net, set, given)
  options.argument("train.evaluate", 1, net, "module")
  options.argument("train.evaluate", 2, set, "dataset")
  local settings = options.check("train.evaluate", given, {batch = 512},
    {batch = {min = 1}, precision = precision.rule})
  local _ <close> = precision.set(net, settings.precision)
  local score = scorer(set:classes())
  net:evaluating(function()
    for x, y in set:batches {size = settings.batch, shuffle = false} do score.add(net(x), y) end
  end)
  return score.result()
end

return {evaluate = evaluate, scorer = scorer, summary = summary}
