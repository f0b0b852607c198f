--- invar diff: how two runs differ, in settings and in results.

local commands = require "invar.commands"
local flat = require "invar.experiment.flat"
local report = require "invar.report"
local results = require "invar.experiment.results"
local settings = require "invar.experiment.settings"
local text = require "invar.experiment.text"

local diff = {}

function diff.add(parser)
  parser:description("Compares two runs: settings that differ, and the means of all numbers over "
    .. "the rows that have the same settings but for seeds and for what differs.")
  commands.add_run(parser, "first")
  commands.add_run(parser, "second")
  commands.add_results(parser)
end

-- Prints the settings that differ.
local function compare_settings(a, b)
  local first = settings.flatten(a.settings, "", {})
  local second = settings.flatten(b.settings, "", {})
  local rows = {}
  for _, name in ipairs(flat.names {first, second}) do
    local x, y = settings.show_or_nil(first[name]), settings.show_or_nil(second[name])
    if x ~= y then rows[#rows + 1] = {name = name, a = x or "(none)", b = y or "(none)"} end
  end
  if #rows == 0 then
    print "The settings are the same."
  else
    print(report.table(rows, {{"name", "setting"}, {"a", a.run}, {"b", b.run}}))
  end
end

-- Settings of steps of one name -> their texts, where both runs have the same set
-- of values; what differs between the runs or is a seed is not there.
local function common_names(a, b, name)
  local values = {{}, {}}
  for i, result in ipairs {a, b} do
    for _, step in ipairs(result:steps(name)) do
      for setting, value in pairs(flat.settings(step)) do
        values[i][setting] = values[i][setting] or {}
        values[i][setting][settings.show(value)] = true
      end
    end
  end
  local names = {}
  for setting, texts in pairs(values[1]) do
    local other, several = values[2][setting] or {}, false
    local same = not setting:find "seed$"
    for value in pairs(texts) do
      same = same and other[value]
      several = several or next(texts) ~= value
    end
    for value in pairs(other) do same = same and texts[value] end
    if same and several then names[#names + 1] = setting end
  end
  table.sort(names, function(x, y)
    if #x ~= #y then return #x < #y end
    return x < y
  end)
  return names
end

-- The numbers in the rows of a step, by group and field: {sum, squares, n}.
local function collect(result, name, names, groups, order)
  local sums = {}
  for _, step in ipairs(result:steps(name)) do
    if step.state == "done" then
      local own, parts = flat.settings(step), {}
      for i, setting in ipairs(names) do
        parts[i] = setting .. "=" .. (settings.show_or_nil(own[setting]) or "")
      end
      for _, row in ipairs(step:rows()) do
        for field, value in pairs(row) do
          if type(value) == "number" then
            local id = table.concat(parts, " ") .. "\0" .. field
            if not groups[id] then
              groups[id] = {what = table.concat(parts, " "), field = field}
              order[#order + 1] = groups[id]
            end
            sums[id] = sums[id] or {sum = 0, n = 0}
            sums[id].sum, sums[id].n = sums[id].sum + value, sums[id].n + 1
          end
        end
      end
    end
  end
  return sums
end

local function mean(entry) return entry and entry.sum / entry.n end

local function compare_step(a, b, name)
  local names, groups, order = common_names(a, b, name), {}, {}
  local first = collect(a, name, names, groups, order)
  local second = collect(b, name, names, groups, order)
  local rows = {}
  for _, group in ipairs(order) do
    local id = group.what .. "\0" .. group.field
    local x, y = mean(first[id]), mean(second[id])
    rows[#rows + 1] = {what = name .. (group.what ~= "" and " " .. group.what or ""),
      field = group.field, a = x, b = y, difference = x and y and y - x,
      n = ("%d, %d"):format(first[id] and first[id].n or 0, second[id] and second[id].n or 0)}
  end
  table.sort(rows, function(x, y)
    if x.what ~= y.what then return x.what < y.what end
    return x.field < y.field
  end)
  if #rows > 0 then
    print("\n" .. report.table(rows, {{"what", "step"}, {"field", "value"},
      {"a", a.run, "%.5g"}, {"b", b.run, "%.5g"}, {"difference", "difference", "%+.3g"},
      {"n", "rows"}}))
  end
end

function diff.run(arguments)
  local folder = commands.open(arguments)
  local a = results.new(folder, folder:find_run(arguments.first))
  local b = results.new(folder, folder:find_run(arguments.second))
  if a.protocol ~= b.protocol then
    print(("%s is of %s, %s of %s.\n"):format(a.run, a.protocol, b.run, b.protocol))
  end
  if text.encode(a.settings) == text.encode(b.settings) and a.run == b.run then
    print "This is one run." return
  end
  compare_settings(a, b)
  local seen = {}
  for _, result in ipairs {a, b} do
    for _, step in ipairs(result:steps()) do
      if not seen[step.name] then
        seen[step.name] = true
        compare_step(a, b, step.name)
      end
    end
  end
end

return diff
