--- ds:with_transforms: any set of pictures carries transformations, applied to the
-- whole picture and fixed for each sample.
local core = require "invar.core.data"
local derive = require "invar.data.derive"
local draws = require "invar.data.draws"
local failure = require "invar.data.failure"
local options = require "invar.options"
local sources = require "invar.data.sources"

local defaults = options.merged(draws.defaults, {transform_seed = 1})

-- Calls f with each list of transformations that the samples of `set` carry.
local function each_list(set, f)
  while set do
    local about = core.about(set)
    for _, list in ipairs(about.lists or {}) do f(list) end
    for _, list in ipairs(about.carried and about.carried.lists or {}) do f(list) end
    set = about.base
  end
end

-- How many transformations of each name the samples carry already, so that no
-- stream is drawn from twice for one sample.
local function count_names(set)
  local counts = {}
  each_list(set, function(list)
    for _, use in ipairs(list) do
      local called = use[1]:name()
      local number = tonumber(use.name:sub(#called + 2)) or 1
      counts[called] = math.max(counts[called] or 0, number)
    end
  end)
  return counts
end

local function carries(set, called)
  local found = false
  each_list(set, function(list) found = found or draws.has({list}, called) end)
  return found
end

local carry

--- Equal but for the draws of all transformations, also of those that its base
-- carries; or of those called so, wherever they are; or but for what else is drawn
-- for its base.
local function twin(base, settings, lists, seed, called)
  local own = called == nil or draws.has(lists, called)
  local below = derive.has_twin(base) and (called == nil or not own or carries(base, called))
  if below then base = base:twin(seed, called) end
  if own or not below then
    settings = options.merged(settings, draws.reseeded(settings, seed, called))
  end
  return carry("dataset:twin", base, settings)
end

--- `base` with the transformations of checked settings; `name` is for messages.
function carry(name, base, settings)
  local class_names = base:class_names()
  local lists, class_list = draws.resolve(name, settings, class_names, count_names(base))
  local _, split = sources.splits(base)
  local function again(other) return carry(name, other, settings) end
  local about = derive.about(base, {"with_transforms", table.unpack(draws.names(lists[1]))},
    again, again)
  about.carried = {settings = settings, lists = lists, class_list = class_list}
  function about.twin(...) return twin(base, settings, lists, ...) end
  return failure.attempt(name, core.with_transforms, base,
    {lists = lists, class_list = class_list, split = split or "train"}, about)
end

--- ds:with_transforms{transforms=, class_transforms=, transform_seed=,
-- transform_seeds=}: the help record has the options.
function core.dataset_methods.with_transforms(set, given)
  local name = "dataset:with_transforms"
  options.argument(name, 0, set, "dataset")
  return carry(name, set, options.check(name, given, defaults))
end
