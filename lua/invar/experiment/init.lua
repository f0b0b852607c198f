--- experiment: protocols run from Lua, and what came out of them. The command
-- line (`invar run`, lua/invar/commands/) does the same with more to see.

local engine = require "invar.experiment.engine"
local folders = require "invar.experiment.folder"
local options = require "invar.options"
local protocols = require "invar.experiment.protocol"
local results = require "invar.experiment.results"
local settings = require "invar.experiment.settings"

local experiment = {}

-- Calls f; its errors get the name of the public function.
local function named(name, f, ...)
  local returned = table.pack(pcall(f, ...))
  if returned[1] then return table.unpack(returned, 2, returned.n) end
  local problem = returned[2]
  if type(problem) == "string" and not problem:find "interrupted!$" then
    problem = name .. ": " .. problem
  end
  error(problem, 3)
end

local run_rules = {
  preset = {type = "string"},
  settings = {type = "table"},
  results = {type = "string"},
  say = {type = "function"},
}

-- The error of a run that did not go through.
local function raise_problem(plan)
  if plan.problem then error(plan.problem, 0) end
  local failed, first = 0, nil
  for _, step in ipairs(plan.steps) do
    if step.state == "failed" then
      failed, first = failed + 1, first or step
    end
  end
  if failed > 0 then
    error(("%d of %d steps failed, the first is %s: %s"):format(failed, #plan.steps, first.name,
      require("invar.experiment.step").inside(first).problem), 0)
  end
end

--- Runs a protocol (its name, the path of its file, or the table) and returns the
-- results. Options: preset, settings (a table on top of it), results (the
-- folder), retry (failed steps too), stop_on_error, say (called with what
-- happens, as engine.run tells it). Raises when steps failed.
function experiment.run(protocol, given)
  options.argument("experiment.run", 1, protocol, {"string", "table"})
  local how = options.check("experiment.run", given, {retry = false, stop_on_error = false,
    take_over = false}, run_rules)
  return named("experiment.run", function()
    local whole = type(protocol) == "table" and protocols.check(protocol, "the protocol")
      or protocols.load(protocol)
    local resolved = settings.resolve(whole, how.preset, how.settings)
    local folder = folders.open(how.results)
    local plan = engine.run {protocol = whole, settings = resolved, preset = how.preset,
      folder = folder, say = how.say, options = {retry = how.retry,
        stop_on_error = how.stop_on_error, take_over = how.take_over}}
    raise_problem(plan)
    return results.new(folder, folder:find_run(plan.id))
  end)
end

--- The results of a run that was made before: its id, the beginning of one, the
-- name of a protocol (its latest run), or "last".
function experiment.results(run, given)
  options.argument("experiment.results", 1, run, "string")
  local how = options.check("experiment.results", given, {}, {results = {type = "string"}})
  return named("experiment.results", function()
    local folder = folders.open(how.results, {readonly = true})
    return results.new(folder, folder:find_run(run))
  end)
end

--- The protocol of this name, or in this file: a table {name, summary, defaults,
-- presets, run, report, path}.
function experiment.protocol(name)
  options.argument("experiment.protocol", 1, name, "string")
  return named("experiment.protocol", protocols.load, name)
end

return experiment
