-- Does training in bfloat16 learn what training in float32 learns? Curves of
-- both on Transforms-2D, the same seeds: the difference between precisions
-- beside that between seeds.
--   invar scripts/precision.lua [--net resnet-18] [--seeds 3] [--n 4000] [--epochs 6]

local invar = require "invar"
local argparse = require "argparse"
local data, models, train = invar.data, invar.models, invar.train

local parser = argparse("scripts/precision.lua", "Training curves in float32 and bfloat16.")
parser:option("--net", "a name of models.names()", "resnet-18")
parser:option("--seeds", "runs of each", "3"):convert(math.tointeger)
parser:option("--n", "training samples", "4000"):convert(math.tointeger)
parser:option("--epochs", "passes over them", "6"):convert(math.tointeger)
local o = parser:parse()

local function curve(seed, precision)
  local set = data.transforms2d {transforms = {"rotate", "hue", "blur"}, n = o.n, seed = seed,
    cache = true}
  local net = models.create(o.net, {classes = set:classes(), seed = seed})
  return train.fit(net, set, {epochs = o.epochs, seed = seed, precision = precision,
    validation = set:split("test", 1000), label = ("%s, seed %d"):format(precision, seed)})
end

-- Mean and standard deviation of a list.
local function moments(list)
  local mean, square = 0, 0
  for _, value in ipairs(list) do mean = mean + value / #list end
  for _, value in ipairs(list) do square = square + (value - mean) ^ 2 / (#list - 1) end
  return mean, math.sqrt(square)
end

local logs = {}
for seed = 1, o.seeds do
  for _, precision in ipairs {"float32", "bf16"} do
    logs[precision] = logs[precision] or {}
    logs[precision][seed] = curve(seed, precision)
  end
end

local function summary(precision, epoch, field)
  local values = {}
  for seed, log in ipairs(logs[precision]) do values[seed] = field(log.epochs[epoch]) end
  return ("%.3f +- %.3f"):format(moments(values))
end

local rows = {}
for epoch = 1, o.epochs do
  local row = {epoch = epoch}
  for _, precision in ipairs {"float32", "bf16"} do
    row[precision .. " loss"] = summary(precision, epoch, function(e) return e.loss end)
    row[precision .. " accuracy"] = summary(precision, epoch,
      function(e) return e.validation.accuracy end)
  end
  rows[epoch] = row
end
print(invar.report.table(rows, {{"epoch", "epoch", "%d"}, {"float32 loss", "float32 loss"},
  {"bf16 loss", "bf16 loss"}, {"float32 accuracy", "float32, test accuracy"},
  {"bf16 accuracy", "bf16, test accuracy"}}))
