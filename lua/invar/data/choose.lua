--- Choosing samples and changing labels: methods of every dataset. Choices are by a
-- random number that each sample has from the seed and its place in the files (or
-- the draws) that it comes from. So fewer are always among more of the same seed,
-- and it makes no difference whether classes are chosen before or after.
local classes = require "invar.data.classes"
local core = require "invar.core.data"
local derive = require "invar.data.derive"
local fail = require("invar.data.failure").raise
local options = require "invar.options"
local rng = require "invar.rng"

local choose = {}
local methods = core.dataset_methods

--- How many of `total` samples n is: a count, or a fraction in 0 .. 1; 1.0 is all,
-- 1 is one. A fraction of some samples is one of them at least.
function choose.quota(n, total)
  if math.type(n) == "integer" then return n end
  if n <= 1 then return total > 0 and math.max(1, math.floor(n * total + 0.5)) or 0 end
  return math.tointeger(n)
end

local function is_quota(n)
  return type(n) == "number" and n > 0 and (n <= 1 or math.tointeger(n) ~= nil)
end

-- Raises unless n is a count or a fraction. A name of a table, so that the level of
-- the error does not depend on it.
local function check_quota(name, n)
  if not is_quota(n) then
    fail(name, "argument 1: a number of samples or a fraction in 0 .. 1 expected, got %s",
      options.describe(n))
  end
end

--- Ascending positions of the first `count` of `order`.
local function first_of(order, count)
  local positions = table.move(order, 1, count, 1, {})
  table.sort(positions)
  return positions
end

local function make_subset(set, positions, step)
  return core.subset(set, positions, nil, derive.chosen(set, step))
end

-- How many labels there are of each class.
local function count_classes(set, labels)
  local counts = {}
  for class = 1, set:classes() do counts[class] = 0 end
  for _, label in ipairs(labels) do counts[label] = counts[label] + 1 end
  return counts
end

--- ds:class_counts(): the number of samples of each class, a list.
function methods.class_counts(set)
  options.argument("dataset:class_counts", 0, set, "dataset")
  return count_classes(set, set:labels():totable())
end

-- The samples of the classes `chosen` (numbers), nil where there are none.
local function take_classes(set, chosen)
  local names, new, step = set:class_names(), {}, {"only_classes"}
  for k, class in ipairs(chosen) do
    new[class], step[k + 1] = k, names[class]
  end
  local positions, labels = {}, {}
  for i, label in ipairs(set:labels():totable()) do
    if new[label] then
      positions[#positions + 1], labels[#labels + 1] = i, new[label]
    end
  end
  if #positions == 0 then return nil end
  local about = derive.chosen(set, step, function(base) return take_classes(base, chosen) end)
  about.class_names = table.move(step, 2, #step, 1, {})
  return core.relabelled(set, positions, labels, #chosen, about)
end

--- ds:only_classes(list): the samples of some classes, names or numbers; the k-th
-- of the list becomes class k.
function methods.only_classes(set, list)
  local name = "dataset:only_classes"
  options.argument(name, 0, set, "dataset")
  options.argument(name, 1, list, "table")
  local chosen = classes.find_all(name, "argument 1", list, set:class_names())
  return take_classes(set, chosen) or fail(name, "there are no samples of these classes")
end

--- ds:per_class(n[, {seed=}]): n samples of each class, or that fraction of them.
function methods.per_class(set, n, given)
  local name = "dataset:per_class"
  options.argument(name, 0, set, "dataset")
  check_quota(name, n)
  local seed = options.check(name, given, {seed = 1}).seed
  local labels = set:labels():totable()
  local left = count_classes(set, labels)
  for class, count in ipairs(left) do
    left[class] = choose.quota(n, count)
    if left[class] > count then
      fail(name, '%d samples of each class are wanted, class "%s" has %d', left[class],
        set:class_names()[class], count)
    end
  end
  local positions = {}
  for _, i in ipairs(core.order(set, seed, "per_class"):totable()) do
    local class = labels[i]
    if left[class] > 0 then
      left[class] = left[class] - 1
      positions[#positions + 1] = i
    end
  end
  return make_subset(set, first_of(positions, #positions), {"per_class", n = n, seed = seed})
end

--- All positions in a random order whose first k, for every k, have as many samples
-- of each class as is their share, to within one or two.
function choose.stratified(set, seed, stream)
  local labels = set:labels():totable()
  local counts, seen, rank = count_classes(set, labels), {}, {}
  local order = core.order(set, seed, stream):totable()
  local place = {}
  for k, i in ipairs(order) do
    local class = labels[i]
    seen[class] = (seen[class] or 0) + 1
    rank[i], place[i] = (seen[class] - 0.5) / counts[class], k
  end
  table.sort(order, function(a, b)
    if rank[a] ~= rank[b] then return rank[a] < rank[b] end
    return place[a] < place[b]
  end)
  return order
end

--- The ascending positions of the first `count` samples of an order, and of the rest.
function choose.part(order, count)
  return first_of(order, count), first_of(table.move(order, count + 1, #order, 1, {}),
    #order - count)
end

--- ds:random_subset(n[, {seed=, stratified=}]): n samples, or that fraction of all.
function methods.random_subset(set, n, given)
  local name = "dataset:random_subset"
  options.argument(name, 0, set, "dataset")
  check_quota(name, n)
  local settings = options.check(name, given, {seed = 1, stratified = false})
  local count = choose.quota(n, #set)
  if count > #set then
    fail(name, "argument 1: %d samples are wanted, there are %d", count, #set)
  end
  local order = settings.stratified
    and choose.stratified(set, settings.seed, "random_subset")
    or core.order(set, settings.seed, "random_subset"):totable()
  return make_subset(set, first_of(order, count), {"random_subset", n = n,
    seed = settings.seed, stratified = settings.stratified or nil})
end

--- ds:shuffle_labels([fraction[, {seed=, mode=}]]): the same samples, a fraction of
-- them with the labels of others ("permute") or with labels drawn uniformly
-- ("uniform"), as in Zhang et al. (ICLR 2017).
function methods.shuffle_labels(set, fraction, given)
  local name = "dataset:shuffle_labels"
  options.argument(name, 0, set, "dataset")
  fraction = options.argument(name, 1, fraction == nil and 1 or fraction, "number",
    {min = 0, max = 1})
  local settings = options.check(name, given, {seed = 1, mode = "permute"},
    {mode = {choices = {"permute", "uniform"}}})
  local labels = set:labels():totable()
  local order = core.order(set, settings.seed, "shuffle_labels"):totable()
  local count = math.floor(fraction * #set + 0.5)
  local new = table.move(labels, 1, #labels, 1, {})
  -- In ascending order the chosen get what the chosen have in random order.
  for k, i in ipairs(first_of(order, count)) do
    if settings.mode == "permute" then
      new[i] = labels[order[k]]
    else
      new[i] = rng.new(settings.seed):at("shuffle_labels/uniform", i):integer(1, set:classes())
    end
  end
  return core.relabelled(set, nil, new, set:classes(), derive.chosen(set, {"shuffle_labels",
    fraction = fraction, seed = settings.seed, mode = settings.mode}))
end

return choose
