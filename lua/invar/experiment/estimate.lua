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

-- Groups of finished steps of this name with equal facts: {facts, sum, n}.
local function groups_of(folder, name)
  local by_text, list = {}, {}
  for _, record in ipairs(folder:select(
    "SELECT settings, wall FROM steps WHERE name = ? AND state = 'done' LIMIT 2000", name)) do
    local own = stored_facts(record.settings)
    local id = text.encode(own)
    if not by_text[id] then
      by_text[id] = {facts = own, sum = 0, n = 0}
      list[#list + 1] = by_text[id]
    end
    by_text[id].sum, by_text[id].n = by_text[id].sum + record.wall, by_text[id].n + 1
  end
  return list
end

--- A function of a step to the seconds it may take, or nil where nothing like it
-- was ever done.
function estimate.new(folder)
  local cache = {}
  return function(step)
    if not folder then return nil end
    cache[step.name] = cache[step.name] or groups_of(folder, step.name)
    local own, sum, n, least = facts(flat.settings(step)), 0, 0, math.huge
    for _, group in ipairs(cache[step.name]) do
      local far = distance(group.facts, own)
      if far < least then sum, n, least = 0, 0, far end
      if far == least then sum, n = sum + group.sum, n + group.n end
    end
    if n > 0 then return sum / n end
  end
end

--- Seconds for people: "0.8 s", "12 s", "3:25 min", "2:10 h", "3.5 days".
function estimate.time(seconds)
  if seconds < 10 then return ("%.1f s"):format(seconds) end
  if seconds < 99.5 then return ("%.0f s"):format(seconds) end
  local minutes = (seconds + 0.5) // 60
  if minutes < 60 then return ("%d:%02d min"):format(minutes, (seconds + 0.5) % 60 // 1) end
  if minutes < 48 * 60 then return ("%d:%02d h"):format(minutes // 60, minutes % 60) end
  return ("%.1f days"):format(seconds / 86400)
end

return estimate
