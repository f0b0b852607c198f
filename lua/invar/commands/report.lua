--- invar report: the tables and figures of a run, as its protocol makes them.

local commands = require "invar.commands"
local options = require "invar.options"
local protocols = require "invar.experiment.protocol"
local results = require "invar.experiment.results"

local report = {}

function report.add(parser)
  parser:description "Shows what came out of a run."
  commands.add_run(parser)
  parser:option("--format", "text, markdown, latex, csv (the tables) or html (one page).")
    :choices {"text", "markdown", "latex", "csv", "html"}:default "text"
  parser:option("-o --output", "Write the report and its figures into this folder."):argname "DIR"
  parser:option("--figures", "With -o: how figures are written, if not as suits the format.")
    :choices {"png", "svg", "pdf"}
  commands.add_results(parser)
end

local function show(doc, arguments)
  if arguments.format == "text" and not arguments.output then return doc:show() end
  local ok, made = pcall(function()
    if not arguments.output then return doc:render(arguments.format) end
    local paths = doc:write(arguments.format, arguments.output, {figures = arguments.figures})
    return table.concat(paths, "\n")
  end)
  if not ok then error(options.renamed(made, "report"), 0) end
  print(made)
end

function report.run(arguments)
  local folder = commands.open(arguments)
  local run = folder:find_run(arguments.run)
  local protocol = protocols.load_file(run.file)
  if not protocol.report then
    error(("%s has no report(results): invar show %s prints the rows"):format(run.file, run.id), 0)
  end
  local doc = protocol.report(results.new(folder, run))
  if doc then show(doc, arguments) end
end

return report
