--- Labelled sets from files: training, validation and test samples of one family,
-- each read when it is first wanted and then kept. Where no file has validation
-- samples they are taken from the training files, the same share of every class,
-- by seed; the training split is what is left.
local choose = require "invar.data.choose"
local core = require "invar.core.data"
local failure = require "invar.data.failure"

local labelled = {}

--- What every labelled set from files can be asked for.
labelled.defaults = {split = "train", seed = 1, normalize = true}
labelled.rules = {
  split = {choices = {"train", "validation", "test"}},
  validation = {type = {"number", "table"}, min = 0},
}

--- The settings that are plain values, for the description of a set.
local function plain(settings)
  local kept = {}
  for key, value in pairs(settings) do
    if type(value) ~= "table" and type(value) ~= "userdata" then kept[key] = value end
  end
  return kept
end

-- The table of the whole or of a part of the family.
local function about_of(family, which)
  local given = plain(family.settings)
  given.split = which
  return {
    kind = family.kind, class_names = family.class_names, options = given,
    splits = family.splits, seed = family.settings.seed,
    split = function(wanted) return labelled.split(family, wanted) end,
  }
end

-- The samples of a file (or several), read once. Other splits have the classes of
-- the training files.
local whole
function whole(family, which)
  if not family.whole[which] then
    local classes = family.classes
      or which ~= "train" and whole(family, "train"):classes() or nil
    local x, y = family.read[which]()
    family.whole[which] = failure.attempt(family.name, core.tensors, {x = x, y = y,
      classes = classes, normalize = family.settings.normalize},
      about_of(family, which), true)
  end
  return family.whole[which]
end

-- Validation samples out of the training files: where both parts lie.
local function divide(family)
  if family.train then return end
  local set, wanted = whole(family, "train"), family.settings.validation
  local count = choose.quota(wanted, #set)
  if count >= #set then
    failure.raise(family.name,
      "option validation: %d samples are wanted, there are %d to train with", count, #set)
  end
  local order = choose.stratified(set, family.settings.seed, "validation")
  family.validation, family.train = choose.part(order, count)
end

--- The split `wanted`, a dataset.
function labelled.split(family, wanted)
  if wanted == "test" or family.read.validation or family.settings.validation == 0 then
    return core.share(whole(family, wanted), about_of(family, wanted))
  end
  divide(family)
  return core.subset(whole(family, "train"), family[wanted], nil, about_of(family, wanted))
end

--- The dataset `settings.split` of a family:
--   name         the public function, for messages
--   kind         what it is called
--   class_names  (or nil)
--   classes      their number; nil: the highest label
--   settings     split, seed, normalize, validation (a count, or a fraction of the
--                training samples), and what else is to be told of it
--   read         {train = f, validation = f, test = f}: each gives x and y, new
--                tensors, labels from 1; train there must be
function labelled.create(family)
  local settings, read = family.settings, family.read
  family.whole, family.splits = {}, {"train"}
  local validation = settings.validation
  if type(validation) == "number" and validation > 1 and not math.tointeger(validation) then
    failure.raise(family.name, "option validation: samples or a fraction expected, got %s",
      validation)
  end
  if read.validation or validation ~= 0 then family.splits[2] = "validation" end
  if read.test then table.insert(family.splits, "test") end
  for _, name in ipairs(family.splits) do
    if name == settings.split then return labelled.split(family, name) end
  end
  failure.raise(family.name, 'option split: there is no split "%s" (there are: %s)', settings.split,
    table.concat(family.splits, ", "))
end

return labelled
