--- invar rm: removes runs.

local commands = require "invar.commands"
local folders = require "invar.experiment.folder"

local rm = {}

function rm.add(parser)
  parser:description("Removes a run, with the steps (rows, models) that no other run has.")
  commands.add_run(parser)
  parser:flag("-y --yes", "Do not ask.")
  commands.add_results(parser)
end

local function confirmed(run)
  io.write(("Remove run %s of %s, %d of %d steps done? [y/N] "):format(run.id, run.protocol,
    run.done, run.steps))
  io.flush()
  local answer = io.read "l" or ""
  return answer:lower():find "^%s*y" ~= nil
end

function rm.run(arguments)
  commands.open(arguments):close() -- makes none where there is none
  local folder = folders.open(arguments.results)
  local run = folder:find_run(arguments.run)
  if not arguments.yes and not confirmed(run) then
    print "Nothing was removed."
    return 1
  end
  local removed = folder:remove_run(run.id)
  print(("run %s is removed, with %d of its %d steps"):format(run.id, removed, run.steps))
end

return rm
