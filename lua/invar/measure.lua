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

-- Sums over the rows of x and y (N x D) of each pairwise metric.
local metrics = {
  l2 = function(x, y) return (x - y):norm(2):sum():item() end,
  cos = function(x, y)
    local lengths = (x:norm(2) * y:norm(2)):clamp(1e-12, math.huge)
    return ((x * y):sum(2) / lengths):sum():item()
  end,
  dotprod = function(x, y) return (x * y):sum():item() end,
}

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

--- The value of a pairwise metric for two stacks of representations, batch by
-- batch.
local function ratio(metric, r1, r2, batch, generator)
  local pairs_sum, random_sum = 0, 0
  for first = 1, #r1, batch do
    local rows = {{first, math.min(first + batch - 1, #r1)}}
    local x = r1[rows]
    local order = tensor.randperm(generator:at("pairs", first), #x)
    pairs_sum = pairs_sum + metric(x, r2[rows])
    random_sum = random_sum + metric(x, x:index_select(1, order))
  end
  return pairs_sum / random_sum
end

--- How much the representations of `net` (evaluation mode) differ between the
-- twins `set` and `twin`, relative to random pairs. Options: metric ("l2", in
-- the tables of the paper: 0 is invariant, 1 as far apart as random pairs;
-- "cos" and "dotprod", similarities with the same normalisation; "cka", not
-- normalised: 1 is invariant), layer ("penultimate"; a name, or a list of
-- names: then a table by name is returned, from one pass), batch (2048: within
-- which random pairs are drawn), seed (1, of the random pairs).
function measure.invariance(net, set, twin, given)
  local features_of = require "invar.train.features"
  options.argument("measure.invariance", 1, net, "module")
  options.argument("measure.invariance", 2, set, "dataset")
  options.argument("measure.invariance", 3, twin, "dataset")
  local settings = options.check("measure.invariance", given,
    {metric = "l2", layer = "penultimate", batch = 2048, seed = 1},
    {metric = {choices = {"l2", "cos", "dotprod", "cka"}},
      layer = {type = {"string", "table"}}, batch = {min = 4}})
  if #set ~= #twin then
    error(("measure.invariance: the twins have %d and %d samples"):format(#set, #twin), 2)
  end
  local layers = settings.layer
  local list = type(layers) == "table" and layers or {layers}
  local r1, r2 = features_of(net, set, {layer = list}), features_of(net, twin, {layer = list})
  local values = {}
  for _, layer in ipairs(list) do
    if settings.metric == "cka" then
      values[layer] = measure.cka(r1[layer], r2[layer], {batch = settings.batch})
    else
      values[layer] = ratio(metrics[settings.metric], r1[layer], r2[layer], settings.batch,
        rng.new(settings.seed))
    end
  end
  return type(layers) == "table" and values or values[layers]
end

return measure
