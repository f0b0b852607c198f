return {
  {name = "experiment", call = 'local experiment = require "invar".experiment',
    summary = "Protocols: experiments that are run once, resumed, shared and reported.",
    text = [[A protocol is a Lua file that returns a table:
  name, summary   strings
  defaults        a plain table of settings, groups in it too; seeds is added ({1})
  presets         {quick = {...}, paper = {...}}: settings on top of the defaults
  run(ctx)        declares the steps
  report(results) returns a document with tables and figures (may be left out)
All work is in steps. ctx:step(name, settings, f) declares one and returns it at once;
f runs later, when everything is declared. A step stands in the settings of those that
use it. f returns rows (what is measured) and, if wanted, networks and tensors to be
kept. A step is done once for its name, settings, code and the steps it uses: runs
that are killed go on, and runs and protocols share what they have in common.
A type of a default is the type wanted: 1 an integer, 1.0 any number, {1} a list of
integers. The same with more to see from the command line:
  invar run FILE preset=quick seeds=1..3 data.n=20000
  invar list, show, report, diff, rm, sql
Results are in the folder "results" ($INVAR_RESULTS, results=DIR): invar.db (SQLite)
and steps/KEY/*.safetensors.]],
    example = [[return {
  name = "width", summary = "Does width matter?",
  defaults = {widths = {8, 32}, n = 1000, epochs = 2},
  run = function(ctx)
    for _, seed in ipairs(ctx.seeds) do
      for _, width in ipairs(ctx.settings.widths) do
        ctx:step("train", {seed = seed, width = width, n = ctx.settings.n,
          epochs = ctx.settings.epochs}, function(step)
          local invar, s = require "invar", step.settings
          local set = invar.data.transforms2d {n = s.n, seed = s.seed, classes = {1, 2, 3}}
          local net = invar.models.create("mlp", {classes = 3, hidden = {s.width},
            seed = s.seed})
          invar.train.fit(net, set, {epochs = s.epochs, checkpoint = step.checkpoint})
          local score = invar.train.evaluate(net, set:split("test", 500))
          return {accuracy = score.macro_accuracy}, {net = net}
        end)
      end
    end
  end,
}]]},
  {name = "experiment.run", call = "experiment.run(protocol[, options])",
    summary = "Runs a protocol, or goes on with its run; returns the results.",
    text = [[protocol: a name (in scripts/), the path of a file, or the table itself. Options:
preset, settings (a table on top of it), results (the folder), retry (false; true: also
steps that failed before), stop_on_error (false), take_over (false; true: also steps of
other machines, on which nothing runs any more), say (a function, called with each
event and its step). Finished steps are not run again. Steps that fail do not keep
others from running; in the end they are an error.]],
    example = [[local results = experiment.run("scripts/transforms_vs_other.lua",
  {preset = "quick", settings = {seeds = {1, 2}}})]]},
  {name = "experiment.results", call = "experiment.results(run[, options])",
    summary = "The results of a run that was made before.",
    text = [[run: its id or the beginning of it, the name of a protocol (its latest run), or
"last". Options: results (the folder).]],
    example = [[for _, row in ipairs(experiment.results("last"):rows("transfer")) do
  print(row["pretrained.model"], row.accuracy)
end]]},
  {name = "experiment.protocol", call = "experiment.protocol(name)",
    summary = "Loads a protocol by its name or the path of its file, and checks it.",
    text = [[Returns its table with name, summary, defaults, presets, run, report and path.]],
    example = [[print(experiment.protocol("examples/my_protocol.lua").summary)]]},
  {name = "context:step", call = "ctx:step(name, settings, f)",
    summary = "Declares a step of an experiment; returns it at once.",
    text = [[ctx is what run(ctx) gets: ctx.settings has the settings with preset and changes
(reading one that is not there is an error that names the nearest), ctx.seeds the list
settings.seeds. settings here: a plain table; steps in it are those that this one uses.
f(step) does the work, later and perhaps in another process. It gets step.settings (a
copy; the steps in it are done), step.checkpoint (a file for train.fit: with it a
training that is killed goes on with the same bits) and step.folder (for other files of
the kind; both go when the step is done). It returns
  a row or a list of rows: tables of numbers, strings, booleans (nested ones get names
    with dots)
  and, if wanted, {name = network, tensor or table of tensors} to be kept.
The step is done once for its name, settings, the code of f and the steps it uses. The
code counts without comments and white space, with your own functions and plain values
that f uses from outside; tensors, datasets and networks from outside are an error:
make them in f.]],
    example = [[local pretrained = ctx:step("pretrain", {seed = seed, model = "resnet-8"}, pretrain)
ctx:step("transfer", {pretrained = pretrained, n = 500}, function(step)
  local s = step.settings
  local net = s.pretrained:load(models.create(s.pretrained.settings.model, {classes = 30}))
  return {accuracy = transfer(net, s.n)}
end)]]},
  {name = "step:rows", call = "step:rows()",
    summary = "The rows that the step returned: a list of tables.",
    text = [[Only of a step that is done. Fields of every step: name, settings, key (its hash),
state ("queued", "running", "done" or "failed").]], example = [[#step:rows()]]},
  {name = "step:row", call = "step:row()",
    summary = "The first row that the step returned; {} where it returned none.",
    text = [[Only of a step that is done.]], example = [[step:row().accuracy]]},
  {name = "step:load", call = "step:load(net[, name])",
    summary = "Loads the network that the step left into net; returns net.",
    text = [[net: made as the step made it. name: which one, where the step left several.]],
    example = [[local net = step:load(models.create("resnet-8", {classes = 30}))]]},
  {name = "step:tensors", call = "step:tensors([name])",
    summary = "The tensor, or the table of tensors, that the step left.",
    text = [[name: which one, where the step left several.]],
    example = [[local features = step:tensors("features")]]},
  {name = "step:file", call = "step:file(name)",
    summary = "The path of a file (safetensors) that the step left.",
    text = [[name: as it was called in what the step returned.]],
    example = [[print(step:file("net"))]]},
  {name = "step:wait", call = "step:wait()",
    summary = "Waits until the step is done; returns it.",
    text = [[For a run(ctx) whose further steps depend on a result. --plan can only show the
steps up to there while it is missing.]],
    example = [[if search:wait():row().best > 0.5 then more(ctx) end]]},
  {name = "results:rows", call = "results:rows([name])",
    summary = "The rows of all finished steps of this name, as flat tables.",
    text = [[Each row has the values that the step returned and the step's settings, groups with
dots ("data.n"), and under the name of each step it used that step's settings and, if it
returned one row, values ("pretrained.model", "pretrained.accuracy"). Fields of results:
run (its id), protocol (its name), preset, settings, about (the database's record of
the run: started, latest, version and so on).]],
    example = [[for _, row in ipairs(results:rows("transfer")) do
  print(row["pretrained.model"], row.n, row.accuracy)
end]]},
  {name = "results:steps", call = "results:steps([name])",
    summary = "The steps of a run, of this name if one is given, in their order.",
    text = [[Those whose state is not "done" are missing.]],
    example = [[#results:steps("transfer")]]},
  {name = "results:document", call = "results:document(title)",
    summary = "An empty report of a run, to be filled and returned by report(results).",
    text = [[A report.document whose head says which run it is of and how many of its steps
are not done.]],
    example = [[local doc = results:document("Does width matter?")
doc:table{rows = report.aggregate(results:rows("train"), {by = "width", value = "accuracy"}),
  columns = {"width", "accuracy"}}
return doc:provenance(results:provenance())]]},
  {name = "results:provenance", call = "results:provenance()",
    summary = "Where results come from, for doc:provenance.",
    text = [[The run and its settings, the machines and the hours that they took.]],
    example = [[doc:provenance(results:provenance())]]},
}
