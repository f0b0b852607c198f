--- train.linear_probe: what a frozen representation offers a new task.

local new_progress = require("invar.core.progress").progress
local evaluate = require "invar.train.evaluate"
local features_of = require "invar.train.features"
local minimise = require "invar.train.lbfgs"
local nn = require "invar.nn"
local precision = require "invar.train.precision"
local optim = require "invar.optim"
local options = require "invar.options"
local rng = require "invar.rng"
local tensor = require "invar.tensor"

local defaults = {
  solver = "adam",
  epochs = 200,
  batch = 512,
  lr = 1e-3,
  l2 = 1e-4, -- of L-BFGS: (l2 / 2) |W|^2 is added, so that a minimum exists
  iterations = 5000,
  tolerance = 1e-5,
  layer = "penultimate",
  seed = 1,
  label = "linear probe",
  progress = true,
}

local rules = {
  solver = {choices = {"adam", "lbfgs"}},
  epochs = {min = 0},
  batch = {min = 1},
  lr = {above = 0},
  l2 = {min = 0},
  test = {type = "dataset"},
  precision = precision.rule, -- of the network
}

--- The published probe: Adam on cross-entropy, shuffled minibatches.
local function by_adam(head, features, labels, settings)
  local optimizer = optim.adam(head, {lr = settings.lr})
  local n, loss_sum = #labels, 0
  local orders = rng.new(settings.seed)
  local progress <close> = settings.progress
    and new_progress {name = settings.label, total = settings.epochs} or nil
  for epoch = 1, settings.epochs do
    local order = tensor.randperm(orders:at("probe order", epoch), n)
    loss_sum = 0
    for first = 1, n, settings.batch do
      local picks = order[{{first, math.min(first + settings.batch - 1, n)}}]
      local y = labels:index_select(1, picks)
      local loss = nn.cross_entropy(head(features:index_select(1, picks)), y)
      optimizer:zero_grad()
      loss:backward()
      optimizer:step()
      loss_sum = loss_sum + loss:item() * #y
    end
    if progress then progress:update(epoch, ("loss %.3f"):format(loss_sum / n)) end
  end
  return {loss = loss_sum / n, epochs = settings.epochs}
end

--- The convex problem solved to its minimum: multinomial logistic regression
-- with a small penalty, all samples at once, float64.
local function by_lbfgs(head, features, labels, settings)
  local n, dim = #features, features:size(2)
  local classes = head.weight:size(1)
  local ones = tensor.ones(n, 1):to("float64")
  local x = tensor.cat({features:to("float64"), ones}, 2) -- n x (dim + 1)
  local wanted = labels:one_hot(classes):to("float64")
  local penalised = tensor.ones(classes, dim + 1):to("float64")
  penalised[{{}, dim + 1}] = 0 -- the bias is free

  local function objective(w)
    local logits = x:matmul(w:t())
    local log_z = logits:logsumexp(2, {keepdim = true})
    local value = (log_z:sum():item() - (logits * wanted):sum():item()) / n
    local gradient = ((logits - log_z):exp() - wanted):t():matmul(x) / n
    local shrunk = w * penalised
    return value + settings.l2 / 2 * (shrunk * shrunk):sum():item(), gradient + shrunk * settings.l2
  end

  local start = tensor.zeros(classes, dim + 1):to("float64")
  local w, outcome = minimise(objective, start,
    {iterations = settings.iterations, tolerance = settings.tolerance})
  nn.no_grad(function()
    head.weight:copy_(w[{{}, {1, dim}}])
    head.bias:copy_(w[{{}, dim + 1}])
  end)
  return {loss = outcome.value, iterations = outcome.iterations, converged = outcome.converged,
    gradient = outcome.gradient}
end

--- Trains a linear head on the frozen features of `net` (evaluation mode,
-- batch-norm statistics fixed; features are computed once). Settings: solver
-- ("adam", as published: lr 1e-3, 200 epochs of shuffled batches of 512; or
-- "lbfgs": to convergence), epochs, batch, lr, l2 (1e-4), iterations (5000)
-- and tolerance (1e-5) of L-BFGS, layer ("penultimate"), seed (initialisation and
-- order), precision (as train.features), test (a dataset to evaluate on), label and progress.
--
-- Returns {head (nn.linear), train (loss and how it ended), test (as
-- train.evaluate gives it, when a test set was given)}.
local function linear_probe(net, set, given)
  options.argument("train.linear_probe", 1, net, "module")
  options.argument("train.linear_probe", 2, set, "dataset")
  local settings = options.check("train.linear_probe", given, defaults, rules)
  local how = {layer = settings.layer, precision = settings.precision}
  local features, labels = features_of(net, set, how)
  local head = nn.linear(features:size(2), set:classes(), {seed = settings.seed})
  local solve = settings.solver == "adam" and by_adam or by_lbfgs
  local result = {head = head, train = solve(head, features, labels, settings)}
  if settings.test then
    local score = evaluate.scorer(set:classes())
    local test_features, test_labels = features_of(net, settings.test, how)
    nn.no_grad(function() score.add(head(test_features), test_labels) end)
    result.test = score.result()
  end
  return result
end

return linear_probe
