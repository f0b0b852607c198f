--- data.folder: labelled pictures from a folder with one subfolder per class, or
-- from train, validation and test folders of such folders. The options are in its
-- help record.
local core = require "invar.core.data"
local failure = require "invar.data.failure"
local labelled = require "invar.data.labelled"
local options = require "invar.options"

local defaults = {
  size = 32, resize = "crop", broken = "error", exact = false,
  split = "train", validation = 0, test = 0, seed = 1, normalize = true,
}

local rules = {
  path = {type = "string", required = true},
  size = {min = 1, max = 1024},
  resize = {choices = {"crop", "squash", "pad"}},
  broken = {choices = {"error", "skip"}},
  split = labelled.rules.split,
  validation = {type = "number", min = 0},
  test = {type = "number", min = 0},
}

-- What the folder of a split may be called.
local split_of = {train = "train", training = "train", test = "test", testing = "test",
  val = "validation", valid = "validation", validation = "validation"}

-- The folders of the splits, {train = path, ...}: of a folder whose subfolders are
-- all called so, and whose train folder has subfolders; a class may be called
-- "train". Files beside them (a README, a list of the classes) do not matter.
local function find_splits(name, path)
  local names = failure.attempt(name, core.subfolders, path)
  local found = {}
  for _, folder in ipairs(names) do
    local split = split_of[folder]
    if not split then return {train = path} end
    if found[split] then
      failure.raise(name, "%s: %s and %s are folders of the same split", path, found[split],
        folder)
    end
    found[split] = path .. "/" .. folder
  end
  if not found.train then return {train = path} end
  local classes = failure.attempt(name, core.subfolders, found.train)
  return #classes > 0 and found or {train = path}
end

--- ds:broken(): the files of a folder that were left out, {{path=, message=}, ...};
-- those of all splits that are parts of the same folder.
function core.dataset_methods.broken(set)
  options.argument("dataset:broken", 0, set, "dataset")
  local broken = core.about(set).broken or {}
  return table.move(broken, 1, #broken, 1, {})
end

--- data.folder{path=, size=, resize=, broken=, exact=, split=, validation=, test=,
-- seed=, normalize=}
return function(given)
  local name = "data.folder"
  local settings = options.check(name, given, defaults, rules)
  local folders = find_splits(name, settings.path)
  for _, which in ipairs {"validation", "test"} do
    if folders[which] and settings[which] ~= 0 then
      failure.raise(name, "option %s: there is a folder of its own for it, %s", which,
        folders[which])
    end
  end
  local classes = failure.attempt(name, core.subfolders, folders.train)
  local family = {name = name, kind = "folder", class_names = classes, settings = settings,
    open = {}}
  for which, path in pairs(folders) do
    family.open[which] = function(about)
      local set, broken = failure.attempt(name, core.folder, {
        path = path, classes = classes, size = settings.size, resize = settings.resize,
        skip = settings.broken == "skip", exact = settings.exact,
        normalize = settings.normalize}, about)
      about.broken = broken
      return set
    end
  end
  return labelled.create(family)
end
