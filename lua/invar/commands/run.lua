--- invar run: runs a protocol, or goes on with a run.

local base = require "invar.core.base"
local commands = require "invar.commands"
local engine = require "invar.experiment.engine"
local estimate = require "invar.experiment.estimate"
local flat = require "invar.experiment.flat"
local folders = require "invar.experiment.folder"
local jobs = require "invar.experiment.jobs"
local machine = require "invar.experiment.machine"
local protocols = require "invar.experiment.protocol"
local reporter = require "invar.experiment.reporter"
local settings = require "invar.experiment.settings"
local system = require "invar.core.system"
local worker = require "invar.experiment.worker"

local run = {}

local function count_of_jobs(word)
  local n = math.tointeger(tonumber(word))
  if n and n >= 1 and n <= 1024 then return n end
  return nil, ("option --jobs: a number of processes in 1 .. 1024 expected, got '%s'"):format(word)
end

function run.add(parser)
  parser:description("Runs a protocol. Finished steps are never run again: the same line goes on "
    .. "where an earlier run ended or was killed.")
  parser:argument("protocol", "A protocol's name (invar list shows them) or the path of its file.")
  parser:argument("settings", "preset=NAME, and settings on top of it, as seeds=1..3 model=vgg-11 "
    .. "data.n=20000. Lists: 1,2,5 or 1..5 or a,b.")
    :argname "KEY=VALUE":args "*"
  parser:flag("--show", "Print the settings; run nothing.")
  parser:flag("--plan", "Print the steps, which are done, and a guess of the time; run nothing.")
  parser:flag("--retry", "Run steps again that failed before.")
  parser:flag("--stop-on-error", "Stop at the first step that fails.")
  parser:flag("--take-over", "Take steps over from other machines: only where nothing runs there.")
  parser:option("--jobs", "Do steps in N processes at once, which share the threads.")
    :argname "N":convert(count_of_jobs)
  parser:option("--worker"):hidden(true)
  commands.add_results(parser)
end

-- ---- settings ---------------------------------------------------------------------

-- The words KEY=VALUE: preset, results folder, the others as a list.
local function read_words(words)
  local special, assignments = {}, {}
  for _, word in ipairs(words) do
    local key, value = word:match "^([^=]+)=(.*)$"
    if not key then
      error(('KEY=VALUE expected, as seeds=1..3, got "%s"'):format(word), 0)
    end
    if key == "preset" or key == "results" then
      special[key] = value
    else
      assignments[#assignments + 1] = {key, value}
    end
  end
  return special, assignments
end

local function show(protocol, preset, resolved)
  print(("%s%s: %s\n"):format(protocol.name, preset and ", preset " .. preset or "",
    protocol.summary))
  for _, line in ipairs(settings.lines(resolved)) do print("  " .. line) end
  local names = settings.preset_names(protocol)
  if #names > 0 then print("\nPresets: " .. table.concat(names, ", ")) end
end

-- ---- --plan -----------------------------------------------------------------------

local function show_plan(plan)
  local labels, guess = flat.labels(plan.steps), estimate.new(plan.folder)
  local missing, known, unknown = 0, 0, 0
  for i, step in ipairs(plan.steps) do
    local state, seconds = step.state, nil
    if state == "queued" then state = "missing" end
    if state ~= "done" then
      seconds = guess(step)
      missing = missing + 1
      known = known + (seconds or 0)
      unknown = unknown + (seconds and 0 or 1)
    end
    print(("%4d  %-8s %10s  %s"):format(i, state,
      state == "done" and "" or seconds and "~" .. estimate.time(seconds) or "?",
      reporter.title(step, labels)))
  end
  if plan.stopped then
    print(("      further steps depend on the result of %s"):format(
      reporter.title(plan.stopped, labels)))
  end
  print(("\n%d steps, %d of them done%s"):format(#plan.steps, #plan.steps - missing,
    missing == 0 and "." or unknown == missing and "; how long the others take is not known yet."
    or ("; the others take about %s%s."):format(estimate.time(known), unknown > 0
      and (" and %d of unknown time"):format(unknown) or "")))
end

-- ---- running ------------------------------------------------------------------------

-- The last words, and the exit code.
local function conclude(plan, retry)
  local count = {done = 0, failed = 0, blocked = 0}
  for _, step in ipairs(plan.steps) do count[step.state] = (count[step.state] or 0) + 1 end
  print(("run %s: %d of %d steps done%s%s"):format(plan.id, count.done, #plan.steps,
    count.failed > 0 and (", %d failed"):format(count.failed) or "",
    count.blocked > 0 and (", %d left out"):format(count.blocked) or ""))
  if count.failed > 0 then
    print(("invar show %s tells more; %s"):format(plan.id, retry
      and "the same line tries again" or "with --retry the same line runs failed steps again"))
    return 1
  end
  if plan.protocol.report then print(("invar report %s shows the results"):format(plan.id)) end
  return 0
end

-- How a worker is called for the same run.
local function words_of(arguments, path)
  local words = {"run", arguments.protocol}
  table.move(arguments.settings, 1, #arguments.settings, 3, words)
  words[#words + 1] = "--results=" .. path
  return words
end

-- Who does the steps, where that is not this process.
local function add_workers(about, arguments, path)
  local say
  about.say, say = reporter.new(about.folder, arguments.jobs)
  if arguments.jobs then
    about.workers = jobs.new {count = arguments.jobs, folder = about.folder,
      words = words_of(arguments, path), protocol = about.protocol, say = say}
  end
end

local function carry_out(about, arguments, path)
  add_workers(about, arguments, path)
  local began = base.clock()
  local _ <close> = setmetatable({}, {__close = function() about.say "over" end})
  local plan = engine.run(about)
  about.say "over"
  if base.clock() - began > 60 then
    print(("%s in all"):format(estimate.time(base.clock() - began)))
  end
  if plan.problem and not plan.failed then error(plan.trace or plan.problem, 0) end
  return conclude(plan, arguments.retry)
end

function run.run(arguments)
  local protocol = protocols.load(arguments.protocol)
  local special, assignments = read_words(arguments.settings)
  local resolved = settings.resolve(protocol, special.preset, nil, assignments)
  local about = {protocol = protocol, settings = resolved, preset = special.preset}
  if arguments.show then return show(protocol, special.preset, resolved) end
  local path = arguments.results or special.results or folders.default()
  if arguments.plan then
    if system.exists(path .. "/invar.db") then
      about.folder = folders.open(path, {readonly = true})
    end
    local plan = engine.plan(about)
    if plan.problem then error(plan.trace or plan.problem, 0) end
    return show_plan(plan)
  end
  about.folder = folders.open(path, {say = function(note)
    io.stderr:write("invar run: ", note, "\n")
  end})
  about.options = {retry = arguments.retry, stop_on_error = arguments.stop_on_error,
    take_over = arguments.take_over, git = machine.git_state(protocol.path)}
  if arguments.worker then
    about.say = reporter.new(about.folder)
    return worker.serve(about, arguments.worker)
  end
  return carry_out(about, arguments, path)
end

return run
