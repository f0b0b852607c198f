--- How long steps will take, from what finished ones of the same name took: the
-- mean over those whose settings differ least.

local flat = require "invar.experiment.flat"
local settings = require "invar.experiment.settings"
local text = require "invar.experiment.text"

local estimate = {}

-- Settings by name as texts, without seeds; the steps in them by what they are.
local function facts(flat_settings)
  local result = {}
  for name, value in pairs(flat_settings) do
    if not name:find "seed$" then result[name] = settings.show(value) end
  end
  return result
end

-- The same from JSON: the settings of the steps used are not looked up.
local function stored_facts(json)
  return facts(settings.flatten(text.decode(json), "", {}, function(_, value)
    return type(value) == "table" and value["$step"] ~= nil
  end))
end

local function distance(a, b)
  local count = 0
  for name, value in pairs(a) do
    if b[name] ~= value then count = count + 1 end
  end
  return count
end

-- Finished steps of one name: groups of equal facts, {facts, sum, n}, by text.
local function add(groups, own, seconds)
  local id = text.encode(own)
  groups[id] = groups[id] or {facts = own, sum = 0, n = 0}
  groups[id].sum, groups[id].n = groups[id].sum + seconds, groups[id].n + 1
end

local function load_groups(folder, name)
  local groups = {}
  for _, record in ipairs(folder:select(
    "SELECT settings, wall FROM steps WHERE name = ? AND state = 'done' LIMIT 2000", name)) do
    add(groups, stored_facts(record.settings), record.wall)
  end
  return groups
end

local function nearest_mean(groups, own)
  local sum, n, least = 0, 0, math.huge
  for _, group in pairs(groups) do
    local far = distance(group.facts, own)
    if far < least then sum, n, least = 0, 0, far end
    if far == least then sum, n = sum + group.sum, n + group.n end
  end
  return n > 0 and sum / n or nil
end

--- Estimates from what is in a results folder: guess(step) is the seconds that it
-- may take, or nil where nothing like it was ever done; guess.add(step, seconds)
-- takes a step into account that was done meanwhile.
function estimate.new(folder)
  local groups, known, facts_of = {}, {}, {}
  local guess = {}

  local function own_facts(step)
    facts_of[step] = facts_of[step] or facts(flat.settings(step, false, true))
    return facts_of[step]
  end

  function guess.add(step, seconds)
    if groups[step.name] then add(groups[step.name], own_facts(step), seconds) end
    known[step.name] = nil
  end

  return setmetatable(guess, {__call = function(_, step)
    if not folder then return nil end
    groups[step.name] = groups[step.name] or load_groups(folder, step.name)
    known[step.name] = known[step.name] or {}
    local by_step = known[step.name]
    if by_step[step] == nil then
      by_step[step] = nearest_mean(groups[step.name], own_facts(step)) or false
    end
    return by_step[step] or nil
  end})
end

--- Seconds for people: "0.8 s", "12 s", "3:25 min", "2:10 h", "3.5 days".
function estimate.time(seconds)
  if seconds < 1 then return ("%.2f s"):format(seconds) end
  if seconds < 10 then return ("%.1f s"):format(seconds) end
  if seconds < 99.5 then return ("%.0f s"):format(seconds) end
  local minutes = (seconds + 0.5) // 60
  if minutes < 60 then return ("%d:%02d min"):format(minutes, (seconds + 0.5) % 60 // 1) end
  if minutes < 48 * 60 then return ("%d:%02d h"):format(minutes // 60, minutes % 60) end
  return ("%.1f days"):format(seconds / 86400)
end

return estimate
