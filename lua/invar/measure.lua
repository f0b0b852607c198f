--- How invariant a representation is: the measure of Speicher, Nanda and
-- Gummadi (TMLR 2024, section 4), and centred kernel alignment.
--
-- Twins are two datasets that are equal but for the draws of a transformation
-- (ds:twin). For a metric m and representations r1, r2 of the two,
--   value = mean over i of m(r1[i], r2[i]) / mean over i of m(r1[i], r1[p(i)])
-- with p a random permutation within the batch: how different pairs are that
-- differ only in the transformation, relative to random pairs.

local options = require "invar.options"
local rng = require "invar.rng"
local tensor = require "invar.tensor"

local measure = {}

--- The unbiased estimate of HSIC (Song et al. 2012, equation 5) from two Gram
-- matrices (n x n, n >= 4) whose diagonals are zero.
local function hsic(k, l)
  local n = #k
  local rows_k, rows_l = k:sum(2), l:sum(2)
  local trace = (k * l):sum():item()
  local sums = rows_k:sum():item() * rows_l:sum():item() / ((n - 1) * (n - 2))
  local cross = 2 / (n - 2) * (rows_k * rows_l):sum():item()
  return (trace + sums - cross) / (n * (n - 3))
end

local function gram(x)
  x = x:to("float64")
  local k = x:matmul(x:t())
  return k * (1 - tensor.eye(#k):to("float64"))
end

--- The three sums of minibatch CKA for one batch.
local function cka_terms(x, y)
  local k, l = gram(x), gram(y)
  return hsic(k, l), hsic(k, k), hsic(l, l)
end

--- Linear CKA of two representations of the same samples, x (N x D) and
-- y (N x E), N >= 4, with the unbiased HSIC (Nguyen, Raghu, Kornblith 2021):
-- 1 where they are equal up to rotation and scale, near 0 where unrelated.
-- Option: batch (N: all at once), then the HSIC terms are summed over batches.
function measure.cka(x, y, given)
  options.argument("measure.cka", 1, x, "tensor")
  options.argument("measure.cka", 2, y, "tensor")
  if #x ~= #y then
    error(("measure.cka: %d and %d samples; the same samples are needed"):format(#x, #y), 2)
  end
  local settings = options.check("measure.cka", given, {batch = math.max(#x, 4)},
    {batch = {min = 4}})
  if #x < 4 then error(("measure.cka: at least 4 samples are needed, got %d"):format(#x), 2) end
  x, y = x:flatten(2), y:flatten(2)
  local xy, xx, yy = 0, 0, 0
  for first = 1, #x, settings.batch do
    local last = math.min(first + settings.batch - 1, #x)
    if last - first >= 3 then -- the estimate needs four samples
      local a, b, c = cka_terms(x[{{first, last}}], y[{{first, last}}])
      xy, xx, yy = xy + a, xx + b, yy + c
    end
  end
  return xy / math.sqrt(xx * yy)
end

-- A metric of pairs of representations, from the function that adds it up over the
-- rows of x and y (N x D).
local function pairwise(sum)
  return {
    terms = function(x, y, random) return {sum(x, y), sum(x, random)} end,
    value = function(sums) return sums[1] / sums[2] end,
  }
end

-- terms(x, y, random): what is added up over batches, of representations of twins
-- (x, y) and of the random partners of x.
local metrics = {
  l2 = pairwise(function(x, y) return (x - y):norm(2):sum():item() end),
  cos = pairwise(function(x, y)
    local lengths = (x:norm(2) * y:norm(2)):clamp(1e-12, math.huge)
    return ((x * y):sum(2) / lengths):sum():item()
  end),
  dotprod = pairwise(function(x, y) return (x * y):sum():item() end),
  cka = {
    terms = function(x, y) return #x >= 4 and {cka_terms(x, y)} or {0, 0, 0} end,
    value = function(sums) return sums[1] / math.sqrt(sums[2] * sums[3]) end,
  },
}

local function add(sums, terms)
  for i, term in ipairs(terms) do sums[i] = (sums[i] or 0) + term end
end

-- The sums of each metric and layer, batch by batch: layers of 64 x 32 x 32 values
-- would not fit into memory for all samples at once.
local function sums_of(net, set, twin, metric_names, layers, settings)
  local features_of = require "invar.train.features"
  local how = {layer = layers, precision = settings.precision}
  local generator, sums = rng.new(settings.seed), {}
  for _, name in ipairs(metric_names) do
    sums[name] = {}
    for _, layer in ipairs(layers) do sums[name][layer] = {} end
  end
  for first = 1, #set, settings.batch do
    local last = math.min(first + settings.batch - 1, #set)
    local r1, r2 = features_of(net, set:subset(first, last), how),
      features_of(net, twin:subset(first, last), how)
    local order = tensor.randperm(generator:at("pairs", first), last - first + 1)
    for _, layer in ipairs(layers) do
      local x, y = r1[layer], r2[layer]
      local random = x:index_select(1, order)
      for _, name in ipairs(metric_names) do
        add(sums[name][layer], metrics[name].terms(x, y, random))
      end
    end
  end
  return sums
end

local invariance_rules = {
  metric = {type = {"string", "table"}},
  layer = {type = {"string", "table"}},
  batch = {min = 4},
  precision = require("invar.train.precision").rule,
}
local metric_rule = {metric = {choices = {"l2", "cos", "dotprod", "cka"}}}

local function list_of(value) return type(value) == "table" and value or {value} end

--- How much the representations of `net` (evaluation mode) differ between the
-- twins `set` and `twin`, relative to random pairs. Options: metric ("l2", in
-- the tables of the paper: 0 is invariant, 1 as far apart as random pairs;
-- "cos" and "dotprod", similarities with the same normalisation; "cka", not
-- normalised: 1 is invariant), layer ("penultimate"), both a name or a list of
-- names: then a table by name is returned, {metric = {layer = value}} for two
-- lists, all from one pass; batch (2048: within which random pairs are drawn, and
-- kept in memory), seed (1, of the random pairs), precision (as train.features).
function measure.invariance(net, set, twin, given)
  options.argument("measure.invariance", 1, net, "module")
  options.argument("measure.invariance", 2, set, "dataset")
  options.argument("measure.invariance", 3, twin, "dataset")
  local settings = options.check("measure.invariance", given,
    {metric = "l2", layer = "penultimate", batch = 2048, seed = 1}, invariance_rules)
  local names, layers = list_of(settings.metric), list_of(settings.layer)
  for _, name in ipairs(names) do
    options.check("measure.invariance", {metric = name}, {metric = "l2"}, metric_rule)
    if name == "cka" and #set < 4 then
      error(("measure.invariance: cka needs at least 4 samples, got %d"):format(#set), 2)
    end
  end
  if #set ~= #twin then
    error(("measure.invariance: the twins have %d and %d samples"):format(#set, #twin), 2)
  end
  local sums = sums_of(net, set, twin, names, layers, settings)
  local values = {}
  for _, name in ipairs(names) do
    values[name] = {}
    for _, layer in ipairs(layers) do
      values[name][layer] = metrics[name].value(sums[name][layer])
    end
    if settings.layer ~= layers then values[name] = values[name][settings.layer] end
  end
  return settings.metric == names and values or values[settings.metric]
end

return measure
