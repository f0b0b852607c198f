--- invar list: protocols and runs.

local commands = require "invar.commands"
local folders = require "invar.experiment.folder"
local protocols = require "invar.experiment.protocol"
local report = require "invar.report"
local system = require "invar.core.system"

local list = {}

function list.add(parser)
  parser:description "Lists the protocols that are found by name, and the runs."
  commands.add_results(parser)
end

local function show_protocols()
  local found, names = protocols.found(), {}
  for name in pairs(found) do names[#names + 1] = name end
  table.sort(names)
  local rows = {}
  for _, name in ipairs(names) do
    local ok, protocol = pcall(protocols.load_file, found[name])
    rows[#rows + 1] = {name = name, summary = ok and protocol.summary or "BROKEN: " .. protocol}
  end
  if #rows == 0 then
    print("No protocols in " .. table.concat(protocols.folders(), " or ") .. ".")
  else
    print(report.table(rows, {{"name", "protocol"}, {"summary", "question"}}))
  end
end

--- How a run is, in a word.
function list.state(run)
  if run.running > 0 then return "running" end
  if run.planned == 0 then return "begun" end
  if run.done == run.steps then return "done" end
  return run.failed > 0 and "failed" or "unfinished"
end

function list.run(arguments)
  show_protocols()
  local path = arguments.results or folders.default()
  if not system.exists(path .. "/invar.db") then
    return print(("\nNo runs in %s yet."):format(path))
  end
  local rows = {}
  for i, run in ipairs(commands.open(arguments):runs()) do
    rows[i] = {run = run.id, protocol = run.protocol, preset = run.preset,
      state = list.state(run), steps = ("%d/%d"):format(run.done, run.steps),
      latest = run.latest:sub(1, 16):gsub("T", " ")}
  end
  print()
  if #rows == 0 then return print(("No runs in %s yet."):format(path)) end
  print(report.table(rows, {{"run", "run"}, {"protocol", "protocol"}, {"preset", "preset"},
    {"state", "state"}, {"steps", "done"}, {"latest", "latest (UTC)"}}))
end

return list
