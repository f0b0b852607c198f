--- invar watch: follows a run, whoever does its steps.

local base = require "invar.core.base"
local commands = require "invar.commands"
local estimate = require "invar.experiment.estimate"
local flat = require "invar.experiment.flat"
local folders = require "invar.experiment.folder"
local machine = require "invar.experiment.machine"
local reporter = require "invar.experiment.reporter"
local results = require "invar.experiment.results"
local steps = require "invar.experiment.step"
local system = require "invar.core.system"
local terminal = require "invar.core.terminal"

local watch = {}

local PAUSE = 1 -- seconds between two looks

function watch.add(parser)
  parser:description("Follows a run: how far it is, what is at work, what failed. Ends with the "
    .. "run, or with q or Ctrl-C, which change nothing about it.")
  parser:argument("run", 'A run: its id or the beginning of it, a protocol\'s name (its latest '
    .. 'run); without it the latest run.'):args "?"
  parser:flag("--once", "Say it once.")
  commands.add_results(parser)
end

-- ---- looking ------------------------------------------------------------------------

-- The last line that a process said: what follows its last line end or return.
local function last_line(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local size = file:seek "end"
  file:seek("set", math.max(0, size - 2000))
  local text = file:read "a" or ""
  file:close()
  return text:gsub("%s+$", ""):match "[^\r\n]*$"
end

-- Seconds since a time as machine.now() writes it.
local function seconds_since(text)
  local year, month, day, hour, minute, second =
    text:match "^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)Z$"
  local now = os.date "!*t"
  now.isdst = false
  return math.max(0, os.time(now) - os.time {year = year, month = month, day = day, hour = hour,
    min = minute, sec = second, isdst = false})
end

-- Failed, or with a step that failed among those that it uses.
local function is_lost(step, known)
  if known[step] == nil then
    known[step] = step.state == "failed"
    for _, input in pairs(steps.inside(step).inputs) do
      known[step] = known[step] or step.state ~= "done" and is_lost(input, known)
    end
  end
  return known[step]
end

-- How a run is now: {run, list, labels, done, running, failed, blocked, at_work (how
-- many steps are with processes that are there), over}.
local function look(folder, id)
  local run = folder:find_run(id)
  local list = results.new(folder, run):steps()
  local now = {run = run, list = list, labels = flat.labels(list), done = 0, running = {},
    failed = {}, blocked = 0, at_work = 0}
  local lost = {}
  for _, step in ipairs(list) do
    if step.state == "done" then
      now.done = now.done + 1
    elseif step.state == "failed" then
      table.insert(now.failed, step)
    elseif step.state == "running" then
      local record = steps.inside(step).record
      table.insert(now.running, step)
      if not machine.is_gone {host = record.host, pid = record.pid, boot = record.boot,
        start = record.process_start} then now.at_work = now.at_work + 1 end
    elseif is_lost(step, lost) then
      now.blocked = now.blocked + 1
      step.state = "blocked"
    end
  end
  now.over = run.planned == 1 and now.done + #now.failed + now.blocked == #list
  return now
end

-- ---- saying -------------------------------------------------------------------------

local function head(now, guess)
  local left
  if now.at_work > 0 then
    left = reporter.seconds_left(now.list, guess, now.at_work, function(step)
      local record = steps.inside(step).record
      return step.state == "running" and seconds_since(record.started) or 0
    end)
  end
  return ("run %s of %s%s: %d/%d done%s%s%s%s"):format(now.run.id, now.run.protocol,
    now.run.preset and ", preset " .. now.run.preset or "", now.done, #now.list,
    #now.failed > 0 and (", %d failed"):format(#now.failed) or "",
    now.blocked > 0 and (", %d left out"):format(now.blocked) or "",
    not now.over and (", %d running"):format(now.at_work) or "", reporter.left(left))
end

local function running_line(now, folder, step)
  local record = steps.inside(step).record
  local said = last_line(folder:log_file(now.run.id, record.host, record.pid))
  local gone = machine.is_gone {host = record.host, pid = record.pid, boot = record.boot,
    start = record.process_start}
  return ("  %s: %s, process %d on %s%s%s"):format(reporter.title(step, now.labels),
    estimate.time(seconds_since(record.started)), record.pid, record.host,
    gone and ", which is gone" or "", said and said ~= "" and ": " .. said or "")
end

local function lines_of(now, folder, guess)
  local lines = {head(now, guess)}
  for _, step in ipairs(now.running) do lines[#lines + 1] = running_line(now, folder, step) end
  for _, step in ipairs(now.failed) do
    lines[#lines + 1] = ("  %s: FAILED: %s"):format(reporter.title(step, now.labels),
      (steps.inside(step).record.error or "?"):match "^[^\n]*")
  end
  return lines
end

-- ---- following ----------------------------------------------------------------------

-- Writes lines in the place of the ones before.
local function put_in_place(lines, before)
  local columns, rows = terminal.size()
  local shown = math.min(#lines, rows - 1)
  io.write(before > 0 and ("\27[%dA\r"):format(before) or "", "\27[J")
  for i = 1, shown do io.write(reporter.cut(lines[i], columns - 1), "\n") end
  io.flush()
  return shown
end

-- On a terminal; true where the user left.
local function follow_in_place(folder, id, guess)
  local before = 0
  while true do
    local now = look(folder, id)
    before = put_in_place(lines_of(now, folder, guess), before)
    if now.over then return end
    local due = base.clock() + PAUSE
    repeat
      local key = system.key(math.max(0, due - base.clock()))
      if key == "q" or key == "Q" then return end
    until base.clock() >= due
  end
end

-- Elsewhere: a line where something changed.
local function follow_in_lines(folder, id, guess)
  local before
  while true do
    local now = look(folder, id)
    local counts = ("%d %d %d"):format(now.done, #now.failed, now.at_work)
    if counts ~= before then
      print(head(now, guess))
      io.stdout:flush()
    end
    before = counts
    if now.over then return end
    system.sleep(PAUSE)
  end
end

function watch.run(arguments)
  local folder = folders.open(arguments.results, {readonly = true})
  local id = folder:find_run(arguments.run or "last").id
  local guess = estimate.new(folder)
  if arguments.once then
    return print(table.concat(lines_of(look(folder, id), folder, guess), "\n"))
  end
  local in_place = terminal.is_terminal "stdout"
  local ok, problem = pcall(in_place and follow_in_place or follow_in_lines, folder, id, guess)
  if ok then return 0 end
  if type(problem) ~= "string" or not problem:find "interrupted!$" then error(problem, 0) end
  return 130
end

return watch
