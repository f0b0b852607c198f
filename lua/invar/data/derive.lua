--- Datasets made of others, their splits and their twins.
local core = require "invar.core.data"
local fail = require "invar.data.fail"
local options = require "invar.options"

local derive = {}
local methods = core.dataset_methods

function derive.about(base, step, again, carry)
  local about = {}
  for key, value in pairs(core.about(base)) do about[key] = value end
  about.split, about.twin = nil, nil
  about.base, about.again, about.carry = base, again, carry
  about.steps = table.move(about.steps or {}, 1, #(about.steps or {}), 1, {})
  table.insert(about.steps, step)
  return about
end

local function find(set, key)
  local between = {}
  while set and not core.about(set)[key] do
    between[#between + 1] = set
    set = core.about(set).base
  end
  return set, between
end

function derive.has_twin(set) return find(set, "twin") ~= nil end

function methods.twin(set, seed, transformation)
  local name = "dataset:twin"
  options.argument(name, 0, set, "dataset")
  seed = options.argument(name, 1, seed, "integer")
  if transformation ~= nil then options.argument(name, 2, transformation, "string") end
  local root, between = find(set, "twin")
  if not root then
    fail(name, "only datasets with transformations have twins, not %s", core.about(set).kind)
  end
  local made = core.about(root).twin(seed, transformation)
  for i = #between, 1, -1 do
    made = core.about(between[i]).again(made, between[i])
  end
  return made
end

local function carry_over(made, between)
  for i = #between, 1, -1 do
    local carry = core.about(between[i]).carry
    if carry then made = carry(made) end
  end
  return made
end

function methods.split(set, wanted, n)
  local name = "dataset:split"
  options.argument(name, 0, set, "dataset")
  local root, between = find(set, "split")
  if not root then fail(name, "a dataset of %s has no splits", core.about(set).kind) end
  local about = core.about(root)
  options.argument(name, 1, wanted, "string", {choices = about.splits})
  if n ~= nil then n = options.argument(name, 2, n, "integer", {min = 1, max = 1 << 40}) end
  return carry_over(about.split(wanted, n), between)
end

return derive
