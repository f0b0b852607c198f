--- invar report: the tables and figures of a run, as its protocol makes them.

local commands = require "invar.commands"
local protocols = require "invar.experiment.protocol"
local results = require "invar.experiment.results"

local report = {}

function report.add(parser)
  parser:description "Shows what came out of a run."
  commands.add_run(parser)
  commands.add_results(parser)
end

function report.run(arguments)
  local folder = commands.open(arguments)
  local run = folder:find_run(arguments.run)
  local protocol = protocols.load_file(run.file)
  if not protocol.report then
    error(("%s has no report(results): invar show %s prints the rows"):format(run.file, run.id), 0)
  end
  local doc = protocol.report(results.new(folder, run))
  if doc then doc:show() end
end

return report
