--- Labelled sets as objects and as backgrounds. Where a set has splits, a dataset
-- made of its pictures uses those of its own split: training samples lie on
-- training pictures, test samples on test pictures.
local core = require "invar.core.data"
local failure = require "invar.data.failure"
local options = require "invar.options"

local sources = {}

-- Of each source made of a dataset with splits: that dataset, the names of the
-- classes, and the sources of its splits made so far.
local families = setmetatable({}, {__mode = "k"})

--- The splits of a dataset, those of the set it is made of: their names and the
-- one that it is; nil where there are none.
function sources.splits(set)
  local about = core.about(set)
  local own = about.settings or about.options
  local root = about
  while root and not root.split do root = root.base and core.about(root.base) end
  if not root then return nil end
  return root.splits, own and own.split
end

local function contains(list, value)
  for _, item in ipairs(list) do
    if item == value then return true end
  end
  return false
end

--- `source` for datasets of the split: made of that split of its dataset where there
-- is one, and for validation, where there is none, of the training part. `name` is
-- for messages.
function sources.of_split(name, source, split)
  local family = families[source]
  if not family then return source end
  local names, own = sources.splits(family.set)
  local wanted = contains(names, split) and split or "train"
  if wanted == own or not contains(names, wanted) then return source end
  local part = family.parts[wanted]
  if not part then
    part = family.make(family.set:split(wanted), {names = family.names})
    if part:classes() ~= source:classes() then
      failure.raise(name, 'the pictures have %d classes, those of their split "%s" %d',
        source:classes(), wanted, part:classes())
    end
    family.parts[wanted] = part
  end
  return part
end

--- dataset(ds[, {names=, splits=}]) of data.objects and data.backgrounds.
local function from_dataset(kind)
  local name, make = "data." .. kind .. ".dataset", core[kind].dataset
  return function(set, given)
    options.argument(name, 1, set, "dataset")
    local settings = options.check(name, given, {splits = true}, {names = {type = "table"}})
    local names = settings.names or core.about(set).class_names
    local source = failure.attempt(name, make, set, {names = names})
    if settings.splits and sources.splits(set) then
      families[source] = {set = set, names = names, make = make, parts = {}}
    end
    return source
  end
end

core.objects.dataset = from_dataset "objects"
core.backgrounds.dataset = from_dataset "backgrounds"

return sources
