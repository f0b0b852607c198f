--- invar show: all about one run.

local commands = require "invar.commands"
local estimate = require "invar.experiment.estimate"
local flat = require "invar.experiment.flat"
local report = require "invar.report"
local results = require "invar.experiment.results"
local settings = require "invar.experiment.settings"
local steps = require "invar.experiment.step"

local show = {}

function show.add(parser)
  parser:description "Shows the settings, steps and rows of a run."
  commands.add_run(parser)
  parser:flag("--errors", "Failed steps with the whole traceback.")
  commands.add_results(parser)
end

local function show_head(run)
  print(("run %s of %s%s"):format(run.id, run.protocol,
    run.preset and ", preset " .. run.preset or ""))
  print(("file %s%s; begun %s, latest %s; Invar %s\n"):format(run.file,
    run.git and (" (repository %s)"):format(run.git) or "", run.started, run.latest, run.version))
end

local function memory(bytes) return bytes and ("%.0f MB"):format(bytes / 1e6) or "" end

local function show_steps(list, labels)
  local rows = {}
  for i, step in ipairs(list) do
    local record = steps.inside(step).record
    rows[i] = {key = step.key:sub(1, 8), name = step.name, what = labels[step], state = step.state,
      wall = record.wall and estimate.time(record.wall), memory = memory(record.memory),
      host = record.host, threads = record.threads}
  end
  print(report.table(rows, {{"key", "key"}, {"name", "step"}, {"what", "of"}, {"state", "state"},
    {"wall", "time"}, {"memory", "memory"}, {"threads", "threads"}, {"host", "machine"}}))
end

local function show_errors(list, labels, whole)
  for _, step in ipairs(list) do
    local record = steps.inside(step).record
    if step.state == "failed" then
      print(("\n%s %s failed:\n  %s"):format(step.name, labels[step],
        (whole and record.traceback or record.error):gsub("\n", "\n  ")))
    end
  end
end

local function show_rows(list, labels)
  local by_name, order = {}, {}
  for _, step in ipairs(list) do
    if step.state == "done" then
      if not by_name[step.name] then
        by_name[step.name] = {}
        order[#order + 1] = step.name
      end
      for _, row in ipairs(step:rows()) do
        local shown = {}
        for name, value in pairs(row) do
          shown[name] = math.type(value) == "float" and ("%.5g"):format(value)
            or settings.show(value)
        end
        table.insert(by_name[step.name], {what = labels[step], row = shown})
      end
    end
  end
  for _, name in ipairs(order) do
    local rows, flattened = by_name[name], {}
    for i, item in ipairs(rows) do flattened[i] = item.row end
    local columns = {{"\0", name}}
    for _, field in ipairs(flat.names(flattened)) do columns[#columns + 1] = {field, field} end
    for i, item in ipairs(rows) do flattened[i]["\0"] = item.what end
    if #rows > 0 then print("\n" .. report.table(flattened, columns)) end
  end
end

function show.run(arguments)
  local folder = commands.open(arguments)
  local run = folder:find_run(arguments.run)
  local result = results.new(folder, run)
  local list = result:steps()
  local labels = flat.labels(list)
  show_head(run)
  for _, line in ipairs(settings.lines(result.settings)) do print("  " .. line) end
  print()
  show_steps(list, labels)
  show_rows(list, labels)
  show_errors(list, labels, arguments.errors)
end

return show
