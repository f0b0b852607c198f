--- invar rm: removes runs.

local commands = require "invar.commands"
local folders = require "invar.experiment.folder"

local rm = {}

function rm.add(parser)
  parser:description("Removes a run, with the steps (rows, models) that no other run has.")
  parser:argument("run", 'A run: its id or the beginning of it, a protocol\'s name (its latest '
    .. 'run), or "last".'):args "?"
  parser:flag("-y --yes", "Do not ask.")
  parser:flag("--unused", "Remove the steps that no run has any more, since their code or settings "
    .. "were changed.")
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
  if arguments.unused then
    return print(("%d unused steps are removed"):format(folder:remove_unused()))
  elseif not arguments.run then
    error("a run is missing: invar rm RUN, or invar rm --unused", 0)
  end
  local run = folder:find_run(arguments.run)
  if not arguments.yes and not confirmed(run) then
    print "Nothing was removed."
    return 1
  end
  local removed = folder:remove_run(run.id)
  print(("run %s is removed, with %d of its %d steps"):format(run.id, removed, run.steps))
end

return rm
