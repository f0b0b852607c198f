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

--- What tells each step from the others of its name, in words: step -> "seed=1
-- model=mlp".
function flat.labels(list)
  local by_name, labels = {}, {}
  for _, step in ipairs(list) do
    by_name[step.name] = by_name[step.name] or {}
    table.insert(by_name[step.name], {step = step, flat = flat.settings(step)})
  end
  for _, group in pairs(by_name) do
    local varying = {}
    for _, item in ipairs(group) do
      for _, other in ipairs {item.flat, group[1].flat} do
        for name in pairs(other) do
          if settings.show_or_nil(item.flat[name]) ~= settings.show_or_nil(group[1].flat[name]) then
            varying[name] = true
          end
        end
      end
    end
    local names = {}
    for name in pairs(varying) do names[#names + 1] = name end
    table.sort(names, function(a, b)
      if #a ~= #b then return #a < #b end
      return a < b
    end)
    for _, item in ipairs(group) do
      local parts, said = {}, {}
      for _, name in ipairs(names) do
        local value = settings.show_or_nil(item.flat[name])
        -- "seed=1" says it for "pretrained.seed=1" too
        local short = name:match "[^.]+$"
        if value and said[short] ~= value then
          parts[#parts + 1], said[short] = name .. "=" .. value, said[short] or value
        end
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
