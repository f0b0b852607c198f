--- The subcommands: `invar NAME …` is lua/invar/commands/NAME.lua, a table
--   {add(parser), run(arguments)}
-- on top of argparse; run returns the exit code (nothing: 0).

local argparse = require "argparse"
local folders = require "invar.experiment.folder"
local trace_of = require "invar.experiment.trace"

local commands = {}

-- Errors that say what the user can do come without a place in the code; others
-- are of the protocol's code, or Invar's own, and come with a traceback.
local function add_trace(problem)
  if type(problem) ~= "string" then return problem end
  if not problem:find "^[^\n:]+:%d+: " or problem:find "interrupted!$"
    or problem:find "\nstack traceback:" then return problem end
  return trace_of(problem)
end

--- Runs a subcommand with the words after its name; the exit code.
function commands.main(name, ...)
  local command = require("invar.commands." .. name)
  local parser = argparse("invar " .. name)
  command.add(parser)
  local ok, arguments = parser:pparse {...}
  if not ok then
    io.stderr:write(("invar %s: %s\n%s\n"):format(name, arguments, parser:get_usage()))
    return 1
  end
  local fine, code = xpcall(command.run, add_trace, arguments)
  if not fine then -- as an object: the program adds no traceback to it
    error(setmetatable({}, {__tostring = function() return tostring(code) end}), 0)
  end
  return code or 0
end

--- Adds the option that chooses the results folder.
function commands.add_results(parser)
  parser:option("--results", "Results folder (default: $INVAR_RESULTS, or results)."):argname "DIR"
end

--- The results folder of the arguments, for reading.
function commands.open(arguments) return folders.open(arguments.results, {readonly = true}) end

--- The argument RUN.
function commands.add_run(parser, name)
  parser:argument(name or "run", 'A run: its id or the beginning of it, a protocol\'s name (its '
    .. 'latest run), or "last".')
end

return commands
