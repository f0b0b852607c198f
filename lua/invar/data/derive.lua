--- Datasets made of others, their splits and their twins. The table of a dataset
-- (core.about) has, where it is made of another,
--   base              that one
--   steps             what was done, in order: {{"per_class", n = 50, seed = 1}, ...}
--   again(base, set)  makes the same (of which `set` is the one there is) of another
--                     base with the same samples and labels: a twin of its base
--   carry(base)       makes the same of another split of its base, nil where no samples
--                     are left. There is no `carry` where that has no meaning, as for
--                     samples chosen: splits are then the base's
-- and where it is not
--   splits            the names of its splits
--   split(name, n)    makes one; n samples, or as many as it has
--   endless           true: splits are drawn, with any number of samples
--   twin(seed, name)  makes the same but for the draws of its transformations
-- A set whose samples carry transformations has base, again, carry and twin.
local hash = require("invar.core.base").hash
local core = require "invar.core.data"
local failure = require "invar.data.failure"
local options = require "invar.options"

local derive = {}
local methods = core.dataset_methods

--- The table of a set made of `base` by `step`.
function derive.about(base, step, again, carry)
  local about = options.merged(core.about(base))
  about.split, about.twin = nil, nil
  about.base, about.again, about.carry = base, again, carry
  about.steps = table.move(about.steps or {}, 1, #(about.steps or {}), 1, {})
  table.insert(about.steps, step)
  return about
end

--- The same for a set of samples of `base`, chosen or relabelled in C.
function derive.chosen(base, step, carry)
  local function again(other, made)
    return core.again(made, other, derive.chosen(other, step, carry))
  end
  return derive.about(base, step, again, carry)
end

--- The first of `set` and the sets it is made of whose table has `key`, and the
-- sets between, `set` first; nil where there is none.
local function find(set, key)
  local between = {}
  while set and not core.about(set)[key] do
    between[#between + 1] = set
    set = core.about(set).base
  end
  return set, between
end

-- The same for twins: what lies between must be able to be made again.
local function find_twin(set)
  local root, between = find(set, "twin")
  for _, made in ipairs(between) do
    if not core.about(made).again then return nil end
  end
  return root, between
end

--- Whether ds:twin has a meaning for `set`.
function derive.has_twin(set) return find_twin(set) ~= nil end

--- ds:twin(seed[, transformation]): the same samples but for the draws of all
-- transformations, or of the one named.
function methods.twin(set, seed, transformation)
  local name = "dataset:twin"
  options.argument(name, 0, set, "dataset")
  seed = options.argument(name, 1, seed, "integer")
  if transformation ~= nil then options.argument(name, 2, transformation, "string") end
  local root, between = find_twin(set)
  if not root then
    failure.raise(name, "only datasets with transformations have twins, not %s",
      core.about(set).kind)
  end
  local made = core.about(root).twin(seed, transformation)
  for i = #between, 1, -1 do
    made = core.about(between[i]).again(made, between[i])
  end
  return made
end

-- Does to `made`, a split of what `between` are made of, what was done to them
-- and can be done to it; nil where no samples are left.
local function carry_over(made, between)
  for i = #between, 1, -1 do
    local carry = core.about(between[i]).carry
    if carry and made then made = carry(made) end
  end
  return made
end

-- Splits that are drawn: of so many samples that n of them are left in the end;
-- more begin with the same ones.
local function draw_split(name, about, wanted, n, between)
  local tried = n
  repeat
    local made = carry_over(about.split(wanted, tried), between)
    if made and #made >= n then return #made > n and made:subset(1, n) or made end
    tried = tried * 2
  until tried > n * 4096
  failure.raise(name, "%d samples are wanted, among the first %d are fewer", n, tried // 2)
end

--- ds:split(split[, n]): another split of the same data.
function methods.split(set, wanted, n)
  local name = "dataset:split"
  options.argument(name, 0, set, "dataset")
  local root, between = find(set, "split")
  if not root then failure.raise(name, "a dataset of %s has no splits", core.about(set).kind) end
  local about = core.about(root)
  options.argument(name, 1, wanted, "string", {choices = about.splits})
  if n ~= nil then
    n = options.argument(name, 2, n, "integer", {min = 1, max = 1 << 40})
    if about.endless then return draw_split(name, about, wanted, n, between) end
  end
  local made = carry_over(about.split(wanted), between)
  if not made then failure.raise(name, 'no samples of "%s" are left', wanted) end
  if n == nil or n == #made then return made end
  if n > #made then
    failure.raise(name, 'argument 2: %d samples are wanted, "%s" has %d', n, wanted, #made)
  end
  return made:random_subset(n, {seed = about.seed})
end

-- How many positions a list or tensor has, and a hash of them, by which one choice
-- is known from another of that size.
local function hash_list(list)
  local meta = debug.getmetatable(list)
  if type(meta) == "table" and rawget(meta, "__name") == "tensor" then list = list:totable() end
  if type(list) ~= "table" then return nil end
  local words = {}
  for i, position in ipairs(list) do words[i] = tostring(position) end
  return #words, hash(table.concat(words, " ")):sub(1, 16)
end

--- ds:subset(first, last) or ds:subset(indices).
core.subset = methods.subset
function methods.subset(set, first, last)
  options.argument("dataset:subset", 0, set, "dataset")
  local step = {"subset"}
  if math.type(first) then
    step.first, step.last = first, last
  else
    step.n, step.list = hash_list(first)
  end
  return failure.attempt("dataset:subset", core.subset, set, first, last,
    derive.chosen(set, step))
end

-- Raises where a class has one name in the one table and another in the other.
local function check_names(name, first, second)
  for i, own in ipairs(first.class_names or {}) do
    local other = second.class_names and second.class_names[i] or own
    if own ~= other then
      failure.raise(name, 'class %d is "%s" here and "%s" there', i, own, other)
    end
  end
end

--- ds:concat(other): the samples of both. Splits are those of the first.
local concat = methods.concat
function methods.concat(set, other)
  local name = "dataset:concat"
  options.argument(name, 0, set, "dataset")
  options.argument(name, 1, other, "dataset")
  check_names(name, core.about(set), core.about(other))
  local describe = require "invar.data.describe" -- here: it knows all of `data`
  local about = derive.about(set, {"concat", n = #other, other = describe.hash(other)})
  if find_twin(set) and find_twin(other) then
    function about.twin(...) return set:twin(...):concat(other:twin(...)) end
  end
  return failure.attempt(name, concat, set, other, about)
end

return derive
