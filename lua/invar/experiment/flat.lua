--- Steps as flat tables: their settings and those of the steps they use under
-- names with dots ("pretrained.model"), to group and to tell apart.

local settings = require "invar.experiment.settings"
local steps = require "invar.experiment.step"

local flat = {}

local function add(step, with_rows, prefix, into, alone)
  settings.flatten(step.settings, prefix, into, function(name, value)
    if not steps.is(value) then return false end
    if alone then return true end
    add(value, with_rows, name .. ".", into)
    local rows = with_rows and value.state == "done" and value:rows() or {}
    if #rows == 1 then
      for field, item in pairs(rows[1]) do into[name .. "." .. field] = item end
    end
    return true
  end)
  return into
end

--- The settings of a step by name, with those of the steps it uses; with_rows:
-- and their values, where they returned one row; alone: only its own.
function flat.settings(step, with_rows, alone) return add(step, with_rows, "", {}, alone) end

-- All names of the flat tables: those of the step's own settings first, and short ones.
local function sorted_names(group)
  local names, depth = {}, {}
  for _, item in ipairs(group) do
    for name in pairs(item.flat) do
      if not depth[name] then
        names[#names + 1], depth[name] = name, select(2, name:gsub("%.", ""))
      end
    end
  end
  table.sort(names, function(a, b)
    if depth[a] ~= depth[b] then return depth[a] < depth[b] end
    if #a ~= #b then return #a < #b end
    return a < b
  end)
  return names
end

-- Those of the names that tell steps apart which the names before them do not.
local function telling_names(group)
  local telling, kinds = {}, 1
  for _, item in ipairs(group) do item.known = "" end
  for _, name in ipairs(sorted_names(group)) do
    local seen, count = {}, 0
    for _, item in ipairs(group) do
      item.with = item.known .. "\0" .. (settings.show_or_nil(item.flat[name]) or "")
      if not seen[item.with] then
        seen[item.with], count = true, count + 1
      end
    end
    if count > kinds then
      telling[#telling + 1], kinds = name, count
      for _, item in ipairs(group) do item.known = item.with end
    end
    if kinds == #group then break end
  end
  return telling
end

--- What tells each step from the others of its name, in words: step -> "seed=1
-- model=mlp".
function flat.labels(list)
  local by_name, labels = {}, {}
  for _, step in ipairs(list) do
    by_name[step.name] = by_name[step.name] or {}
    table.insert(by_name[step.name], {step = step, flat = flat.settings(step)})
  end
  for _, group in pairs(by_name) do
    local names = telling_names(group)
    for _, item in ipairs(group) do
      local parts = {}
      for _, name in ipairs(names) do
        local value = settings.show_or_nil(item.flat[name])
        if value then parts[#parts + 1] = name .. "=" .. value end
      end
      labels[item.step] = table.concat(parts, " ")
    end
  end
  return labels
end

--- The names that any of the tables has, sorted.
function flat.names(tables)
  local seen, names = {}, {}
  for _, t in ipairs(tables) do
    for name in pairs(t) do
      if not seen[name] then
        seen[name] = true
        names[#names + 1] = name
      end
    end
  end
  table.sort(names)
  return names
end

return flat
