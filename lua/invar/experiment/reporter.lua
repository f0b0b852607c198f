--- What is said while a run goes on: one line per event; where others do the steps
-- and somebody looks on, one line for the whole run that is written anew.

local base = require "invar.core.base"
local estimate = require "invar.experiment.estimate"
local steps = require "invar.experiment.step"

local reporter = {}

--- A step in words: its name and what tells it from the others of this name.
function reporter.title(step, labels)
  local label = labels and labels[step]
  return step.name .. (label and label ~= "" and " " .. label or "")
end

--- The first lines of an error.
function reporter.first_lines(message, n)
  local lines = {}
  for line in (message or "?"):gmatch "[^\n]+" do
    if #lines == n then
      lines[n] = lines[n] .. " …"
      break
    end
    lines[#lines + 1] = line
  end
  return table.concat(lines, "\n         ")
end

local function is_open(step)
  return step.state ~= "done" and step.state ~= "failed" and step.state ~= "blocked"
end

--- Seconds that the open steps take, `at_once` at the same time, or nil where that is
-- not known; guess as estimate.new gives it; begun(step): seconds since it began.
function reporter.seconds_left(list, guess, at_once, begun)
  local sum, longest, open = 0, 0, 0
  for _, step in ipairs(list) do
    if is_open(step) then
      local seconds = guess(step)
      if not seconds then return nil end
      if begun then seconds = math.max(0, seconds - begun(step)) end
      sum, longest, open = sum + seconds, math.max(longest, seconds), open + 1
    end
  end
  return math.max(longest, sum / math.max(1, math.min(at_once or 1, open)))
end

--- ", about 3:20 min left", or nothing.
function reporter.left(seconds)
  if not seconds or seconds < 1 then return "" end
  return (", about %s left"):format(estimate.time(seconds))
end

-- ---- the line for the whole ---------------------------------------------------------

--- Cuts a line to so many characters.
function reporter.cut(text, columns)
  if (utf8.len(text) or #text) <= columns then return text end
  return text:sub(1, (utf8.offset(text, columns) or columns) - 1) .. "…"
end

local status = {}
local status_meta = {__index = status}

local function count(plan)
  local n = {done = 0, failed = 0, blocked = 0}
  for _, step in ipairs(plan.steps) do n[step.state] = (n[step.state] or 0) + 1 end
  return n
end

--- The line now; at most ten times a second.
function status:show(plan, guess, force)
  local now = base.clock()
  if not force and now - self.shown < 0.1 then return end
  self.shown = now
  local n, names = count(plan), {}
  for _, step in ipairs(plan.steps) do
    local began = self.begun[step]
    if began and is_open(step) then
      names[#names + 1] = reporter.title(step, plan.labels)
    end
  end
  local left = reporter.seconds_left(plan.steps, guess, self.jobs, function(step)
    return self.begun[step] and now - self.begun[step] or 0
  end)
  local text = ("%d/%d done%s%s%s%s"):format(n.done, #plan.steps,
    n.failed > 0 and (", %d failed"):format(n.failed) or "",
    n.blocked > 0 and (", %d left out"):format(n.blocked) or "", reporter.left(left),
    #names > 0 and ": " .. table.concat(names, "; ") or "")
  io.stderr:write("\r", reporter.cut(text, (self.columns()) - 1), "\27[K")
  io.stderr:flush()
  self.pending = true
end

--- Takes the line away, for other output.
function status:clear()
  if self.pending then
    io.stderr:write "\r\27[K"
    io.stderr:flush()
  end
  self.pending = false
end

local function new_status(jobs)
  local terminal = require "invar.core.terminal"
  if os.getenv "INVAR_PROGRESS" == "0" or not terminal.is_terminal "stderr" then return nil end
  return setmetatable({jobs = jobs, columns = terminal.size, shown = 0, begun = {},
    pending = false}, status_meta)
end

-- ---- events -------------------------------------------------------------------------

--- A function for engine.run's `say`, and one that says a line of text. `jobs`: how
-- many workers do the steps; nil where this process does them.
function reporter.new(folder, jobs)
  local say, guess = {}, estimate.new(folder)
  local plan, place, began = nil, {}, {}
  local line_for_all = jobs and new_status(jobs)

  local function put(text)
    if line_for_all then line_for_all:clear() end
    print(text)
    io.stdout:flush()
  end

  local function line(step, ...)
    local text = (...):format(select(2, ...))
    if not plan then -- run(ctx) waits for a step: the number of steps is not known
      put(("[…] %s: %s"):format(step.name, text))
    else
      put(("[%d/%d] %s: %s"):format(place[step], #plan.steps, reporter.title(step, plan.labels),
        text))
    end
  end

  local function left()
    return plan and reporter.left(reporter.seconds_left(plan.steps, guess, jobs, function(step)
      return began[step] and base.clock() - began[step] or 0
    end)) or ""
  end

  function say.planned(_, whole)
    plan = whole
    for i, step in ipairs(plan.steps) do place[step] = i end
    local done = 0
    for _, step in ipairs(plan.steps) do
      if step.state == "done" then done = done + 1 end
    end
    put(("run %s: %d steps%s%s"):format(plan.id, #plan.steps,
      done > 0 and (", %d done before"):format(done) or "", left()))
  end

  function say.start(step)
    began[step] = base.clock()
    if line_for_all then
      line_for_all.begun[step] = began[step]
    else
      line(step, "begins%s", left())
    end
  end

  function say.done(step, usage, now)
    if usage.wall and now then guess.add(step, usage.wall) end
    if line_for_all then return end
    if not now or not usage.wall then return line(step, "done meanwhile by another process") end
    line(step, "done in %s%s", estimate.time(usage.wall), left())
  end

  function say.failed(step, record, now)
    line(step, "FAILED%s\n         %s", now and "" or (" before (%s)"):format(record.finished),
      reporter.first_lines(steps.inside(step).problem, 4))
  end

  function say.blocked(step) line(step, "left out: a step that it uses failed") end

  function say.busy(step, record)
    line(step, "is being run by process %d on %s: waiting", record.pid, record.host)
  end

  function say.pause(_, whole)
    if line_for_all and plan then line_for_all:show(whole, guess) end
  end

  function say.over()
    if line_for_all then line_for_all:clear() end
  end

  return function(event, ...) say[event](...) end, put
end

return reporter
