--- Labelled sets from files: training, validation and test samples of one family,
-- each read when it is first wanted and then kept. Where no file has validation
-- (or test) samples they are taken from the training files, the same share of
-- every class, by seed; the training split is what is left.
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
  if not family.whole[which] and family.open then
    family.whole[which] = family.open[which](about_of(family, which))
  elseif not family.whole[which] then
    local classes = family.classes
      or which ~= "train" and whole(family, "train"):classes() or nil
    local x, y = family.read[which]()
    family.whole[which] = failure.attempt(family.name, core.tensors, {x = x, y = y,
      classes = classes, normalize = family.settings.normalize},
      about_of(family, which), true)
  end
  return family.whole[which]
end

-- How many of the training samples are held out for `which`.
local function held_out(family, which, set)
  if not family.divided[which] then return 0 end
  local count = choose.quota(family.settings[which], #set)
  if count >= #set then
    failure.raise(family.name, "option %s: %d samples are wanted, there are %d to train with",
      which, count, #set)
  end
  return count
end

-- Where the parts of the training files lie. Validation samples are the first of a
-- stratified order and test samples the last: so neither depends on the other.
local function divide(family)
  if family.part then return end
  local set = whole(family, "train")
  local validation, test = held_out(family, "validation", set), held_out(family, "test", set)
  if validation + test >= #set then
    failure.raise(family.name,
      "%d validation and %d test samples are wanted, there are %d to train with", validation,
      test, #set)
  end
  local order = choose.stratified(set, family.settings.seed, "validation")
  local part = {}
  part.validation = choose.part(order, validation)
  local rest = table.move(order, validation + 1, #order, 1, {})
  part.train, part.test = choose.part(rest, #rest - test)
  family.part = part
end

--- The split `wanted`, a dataset.
function labelled.split(family, wanted)
  local divided, about = family.divided, about_of(family, wanted)
  local own = not divided[wanted] and (wanted ~= "train" or not next(divided))
  local set = whole(family, own and wanted or "train")
  about.broken = core.about(set).broken
  if own then return core.share(set, about) end
  divide(family)
  return core.subset(set, family.part[wanted], nil, about)
end

-- Whether a number of samples (or a fraction of them) is to be held out.
local function check_held_out(family, which)
  local wanted = family.settings[which]
  if type(wanted) ~= "number" or wanted == 0 then return end
  if wanted > 1 and not math.tointeger(wanted) then
    failure.raise(family.name, "option %s: samples or a fraction expected, got %s", which, wanted)
  end
  if not (family.open or family.read)[which] then family.divided[which] = true end
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
--   open         instead of `read`: f(about) gives the dataset
function labelled.create(family)
  local settings, read = family.settings, family.open or family.read
  family.whole, family.divided, family.splits = {}, {}, {"train"}
  for _, which in ipairs {"validation", "test"} do
    check_held_out(family, which)
    if read[which] or family.divided[which] then table.insert(family.splits, which) end
  end
  for _, name in ipairs(family.splits) do
    if name == settings.split then return labelled.split(family, name) end
  end
  failure.raise(family.name, 'option split: there is no split "%s" (there are: %s)', settings.split,
    table.concat(family.splits, ", "))
end

return labelled
