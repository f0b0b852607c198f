-- A protocol of your own, to copy: does label noise in pretraining change which
-- invariances a network learns, and what they are worth in transfer?
--   invar run examples/my_protocol.lua                      about a minute
--   invar run examples/my_protocol.lua noise=0,0.2,0.5,1    only what is new is computed
--   invar report my_protocol
local invar = require "invar"
local measure, models, train = invar.measure, invar.models, invar.train

-- Ten objects each for pretraining ("own") and for the target, transformed alike.
local function pictures(s, which)
  local first, drawn = which == "own" and 1 or 11, invar.rng.new(s.seed):choice(61, 20)
  return invar.data.transforms2d {classes = table.move(drawn, first, first + 9, 1, {}),
    transforms = {"rotate", "hue", "blur"}, n = s.n, seed = s.seed}
end

-- A step finds all it needs in step.settings. It returns a row of what is measured and,
-- if wanted, what is to be kept. With the checkpoint a training that is killed goes on.
local function pretrain(step)
  local s = step.settings
  local net = models.create(s.model, {classes = 10, seed = s.seed})
  local set = pictures(s, "own")
  train.fit(net, set:shuffle_labels(s.noise), {epochs = s.fit.epochs, batch = s.fit.batch,
    seed = s.seed, checkpoint = step.checkpoint})
  return {own = train.evaluate(net, set:split("test", 1000)).macro_accuracy}, {net = net}
end

-- A step that uses another one has it in its settings.
local function transfer(step)
  local s = step.settings.pretrained.settings
  local net = step.settings.pretrained:load(models.create(s.model, {classes = 10}))
  local target, test = pictures(s, "target"), pictures(s, "target"):split("test", 1000)
  local probe = train.linear_probe(net, target, {solver = "lbfgs", test = test})
  return {transfer = probe.test.macro_accuracy,
    distance = measure.invariance(net, test, test:twin(s.seed + 1000))}
end

return {
  summary = "Does label noise in pretraining change learned invariance?",
  defaults = {seeds = {1, 2}, model = "resnet-8", noise = {0.0, 0.5, 1.0}, n = 2000,
    fit = {epochs = 6, batch = 64}}, -- may all be changed from the command line

  run = function(ctx) -- declares the steps; they run afterwards
    local s = ctx.settings
    for _, seed in ipairs(ctx.seeds) do
      for _, noise in ipairs(s.noise) do
        ctx:step("transfer", {pretrained = ctx:step("pretrain", {seed = seed, noise = noise,
          model = s.model, n = s.n, fit = s.fit}, pretrain)}, transfer)
      end
    end
  end,

  report = function(results) -- a row has the settings and values of the steps it used
    local rows = invar.report.aggregate(results:rows "transfer", {by = "pretrained.noise",
      value = {"pretrained.own", "transfer", "distance"}})
    return results:document("Label noise and invariance"):table {rows = rows, columns = {
      {"pretrained.noise", "label noise"}, {"pretrained.own", "own task", "%.2f"},
      {"transfer", "transfer", "%.2f"}, {"distance", "distance (0: invariant)", "%.2f"}}}
  end,
}
