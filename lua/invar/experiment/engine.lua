--- Doing what a plan declares: each step that is not done yet, in order, in this
-- process or, with workers (jobs.lua, slurm.lua), in others that this one looks
-- after. More processes may work on the same results folder; steps that they have
-- are waited for.

local base = require "invar.core.base"
local flat = require "invar.experiment.flat"
local folders = require "invar.experiment.folder"
local machine = require "invar.experiment.machine"
local plans = require "invar.experiment.plan"
local steps = require "invar.experiment.step"
local system = require "invar.core.system"
local trace_of = require "invar.experiment.trace"

local engine = {}

--- The error of a step that ended its process again and again: killed, crashed or
-- out of memory. The next run tries it once more.
engine.KILLED = "its process died twice: killed, crashed, or out of memory (fewer --jobs need "
  .. "less)"

-- ---- one step ---------------------------------------------------------------------

local function is_interruption(problem)
  return type(problem) == "string" and problem:find "interrupted!$" ~= nil
end

-- What is not the step's fault: its files cannot be written.
local function is_environment(message, folder)
  if not message:find(folder.path, 1, true) then return false end
  for _, reason in ipairs {"No space left", "File too large", "quota exceeded",
    "Read-only file system", "Permission denied", "Input/output error", "disk is full",
    "writing failed"} do
    if message:find(reason, 1, true) then return true end
  end
  return false
end

-- Calls the step's function: true, rows, artifacts, kinds; or false, message,
-- traceback.
local function call(step)
  local internal = steps.inside(step)
  local message, trace
  local ok, rows, artifacts = xpcall(internal.run, function(problem)
    message, trace = tostring(problem), trace_of(problem)
    return problem
  end, step)
  if not ok then return false, message, trace end
  local fine, list = pcall(steps.check_rows, rows)
  if not fine then return false, list end
  local right, kinds = pcall(steps.check_artifacts, artifacts)
  if not right then return false, kinds end
  return true, list, artifacts, kinds
end

-- Puts back what a step may have changed for all.
local function with_surroundings(f, ...)
  local threads = base.threads()
  local results = table.pack(f(...))
  if base.threads() ~= threads then base.threads(threads) end
  collectgarbage()
  return table.unpack(results, 1, results.n)
end

-- Writes down that a step failed. What is no fault of its own is raised, and the
-- step is free again. A checkpoint that does not fit is thrown away: the next try
-- begins anew.
local function give_up(plan, step, usage, message, trace)
  local folder = plan.folder
  if is_interruption(message) or is_environment(message, folder) then
    folder:release(step.key)
    error(message, 0)
  end
  local work = folder:work_folder(step.key)
  if message:find(work, 1, true) then system.remove_folder(work) end
  step.state, steps.inside(step).problem = "failed", message
  return folder:fail(step.key, message, trace, usage) and "failed" or "lost", usage
end

--- Does a step that this process has claimed: "done", "failed" or "lost" (another
-- process took it over meanwhile), and its usage. An interruption, and a results
-- folder that cannot be written, are raised; the step is then free again.
function engine.work(plan, step)
  local folder = plan.folder
  local work = folder:work_folder(step.key)
  base.folder(work)
  step.folder, step.checkpoint = work, work .. "/checkpoint.safetensors"
  local watch = machine.watch()
  plan.running = step
  local ok, rows, artifacts, kinds = with_surroundings(call, step)
  plan.running = nil
  local usage = watch()
  step.folder, step.checkpoint = nil, nil
  if not ok then return give_up(plan, step, usage, rows, artifacts) end
  local kept, files = pcall(steps.keep, folder, step.key, artifacts, kinds)
  if not kept then return give_up(plan, step, usage, files) end
  if not folder:finish(step.key, rows, files, usage) then return "lost", usage end
  system.remove_folder(work)
  step.state = "done"
  return "done", usage
end

--- Tries a step whose inputs are done: "done", "failed", "busy" (another process
-- has it) and, where it was done here and now, its usage; for "failed" before now
-- and "busy" the record.
function engine.attempt(plan, step)
  local folder = plan.folder
  local claimed, record = folder:claim(step.key, plan.options)
  if claimed then
    plan.say("start", step)
    local outcome, usage = engine.work(plan, step)
    if outcome ~= "lost" then return outcome, usage end
    record = folder:step(step.key)
  end
  if record.state == "done" or record.state == "failed" then
    step.state = record.state
    steps.inside(step).problem = record.error
    return record.state, nil, record
  end
  return "busy", nil, record
end

-- ---- all of them --------------------------------------------------------------------

-- Whether all inputs are done; "blocked" where one failed.
local function readiness(step)
  for _, input in pairs(steps.inside(step).inputs) do
    if input.state == "failed" or input.state == "blocked" then return "blocked" end
    if input.state ~= "done" then return "waiting" end
  end
  return "ready"
end

local function is_final(state)
  return state == "done" or state == "failed" or state == "blocked"
end

-- Says how a step ended; whether it did.
local function conclude(plan, step, outcome, about, now)
  plan.say(outcome, step, about, now)
  if outcome == "failed" and plan.options.stop_on_error then plan.stopped = step end
  return true
end

-- Does a step here if that is possible now.
local function do_here(plan, step)
  local outcome, usage, record = engine.attempt(plan, step)
  if outcome ~= "busy" then
    return conclude(plan, step, outcome, usage or record, usage ~= nil)
  end
  if step.state ~= "busy" then plan.say("busy", step, record) end
  step.state = "busy"
  return false
end

-- Whether a step is to be tried again before the workers begin: it failed and that
-- is wanted, or it did not fail by itself.
local function is_to_be_tried(plan, record)
  return record.state == "failed" and not plan.workers.began
    and (plan.options.retry or record.error == engine.KILLED)
end

-- Looks how a step is that workers do.
local function follow(plan, step)
  local record = plan.folder:step(step.key)
  if is_to_be_tried(plan, record) or record.state == "running"
    and not plan.workers:has(record) and folders.is_left(record, plan.options) then
    plan.folder:put_back(record)
    record.state = "queued"
  end
  if record.state == "done" or record.state == "failed" then
    step.state, steps.inside(step).problem = record.state, record.error
    return conclude(plan, step, record.state, record, plan.workers.began)
  end
  if record.state == "running" and (step.state ~= "running" or step.pid ~= record.pid) then
    plan.say(plan.workers:has(record) and "start" or "busy", step, record)
  end
  step.state, step.pid = record.state, record.pid
  return false
end

-- Brings a step on if that is possible now; whether something changed.
local function bring_on(plan, step)
  local ready = readiness(step)
  if ready == "blocked" then
    step.state = "blocked"
    plan.say("blocked", step)
    return true
  end
  if ready == "waiting" then return false end
  return (plan.workers and follow or do_here)(plan, step)
end

-- Goes over the steps until `enough()`.
local function pass_until(plan, list, enough)
  while not enough() do
    local changed = false
    for _, step in ipairs(list) do
      if not is_final(step.state) then
        changed = bring_on(plan, step) or changed
        if plan.stopped then return end
      end
    end
    if not changed and not enough() then
      if plan.workers then
        plan.workers:look_after(plan, list)
        plan.say("pause", nil, plan)
      else
        system.sleep(0.3)
      end
    end
  end
end

-- A worker leaves the run to the process that it works for.
local function write_down(plan)
  local records = {}
  for i, step in ipairs(plan.steps) do records[i] = steps.inside(step).record end
  if plan.options.worker then return plan.folder:add_steps(records) end
  plan.folder:begin_run {id = plan.id, protocol = plan.protocol.name, file = plan.protocol.path,
    preset = plan.preset, settings = plan.json, git = plan.options.git}
  plan.folder:set_steps(plan.id, records, plan.complete)
end

-- The steps that `step` needs, and itself, in order.
local function needed(plan, step)
  local wanted, list = {[step] = true}, {}
  for i = #plan.steps, 1, -1 do
    local one = plan.steps[i]
    if wanted[one] then
      table.insert(list, 1, one)
      for _, input in pairs(steps.inside(one).inputs) do wanted[input] = true end
    end
  end
  return list
end

-- step:wait() within run(ctx).
local function wait(plan, step)
  write_down(plan)
  pass_until(plan, needed(plan, step), function() return is_final(step.state) end)
  if plan.stopped then error({stopped = step}, 0) end
  if step.state ~= "done" then
    plan.failed = step
    error(("the step %s, which run(ctx) waits for, failed: %s"):format(step.name,
      steps.inside(step).problem or "a step that it uses failed"), 0)
  end
end

--- Marks the steps that are done already; with `all`, what others are too.
function engine.look_up(plan, all)
  for _, step in ipairs(plan.steps) do
    local record = plan.folder:step(step.key)
    if record and (all or record.state == "done") then
      step.state = record.state
      steps.inside(step).problem = record.error
    end
  end
end

--- Plans without doing anything: the steps as far as they are known, with their
-- states. plan.stopped: the step that run(ctx) waits for.
function engine.plan(about)
  local plan = plans.new {protocol = about.protocol, settings = about.settings,
    preset = about.preset, folder = about.folder, wait = function(plan, step)
      local record = plan.folder and plan.folder:step(step.key)
      step.state = record and record.state or step.state
      if step.state ~= "done" then plans.stop(plan, step) end
    end}
  plans.declare(plan)
  if plan.folder then engine.look_up(plan, true) end
  return plan
end

-- What is left where a process was killed after a step was done, before it cleaned
-- up.
local function clean_up(plan)
  if plan.options.worker then return end
  for _, step in ipairs(plan.steps) do
    if step.state == "done" then system.remove_folder(plan.folder:work_folder(step.key)) end
  end
end

--- Runs a protocol. `about`: protocol, settings, preset, folder; options (retry,
-- take_over, stop_on_error, git, worker); workers: who does the steps, where that
-- is not this process: {began, has(self, record), look_after(self, plan, steps),
-- close(self)}; say(event, step, ...): called with
--   "planned", nil, plan      all steps are known
--   "start", step             it begins here, or (and record) in a worker
--   "done" or "failed", step, usage or record, whether it happened here and now
--   "blocked", step           a step that it uses failed
--   "busy", step, record      another process has it
--   "pause", nil, plan        now and then while workers are at work
-- Returns the plan; plan.problem is the error of run(ctx) itself, if there was one:
-- then nothing was run, or what was declared before a step failed that it waits for.
function engine.run(about)
  local plan = plans.new {protocol = about.protocol, settings = about.settings,
    preset = about.preset, folder = about.folder, wait = wait}
  plan.options, plan.say = about.options or {}, about.say or function() end
  plan.workers = about.workers
  local _ <close> = setmetatable({}, {__close = function()
    if plan.workers then plan.workers:close() end
  end})
  plans.declare(plan)
  if plan.problem and not plan.failed then return plan end -- nothing is run of what has a fault
  write_down(plan)
  engine.look_up(plan)
  clean_up(plan)
  plan.labels = flat.labels(plan.steps)
  if not plan.stopped then
    plan.say("planned", nil, plan)
    pass_until(plan, plan.steps, function()
      for _, step in ipairs(plan.steps) do
        if not is_final(step.state) then return false end
      end
      return true
    end)
    clean_up(plan)
  end
  return plan
end

--- Does a single step of a protocol, given its key, where it is ready: "done",
-- "failed", "busy", "waiting" or "blocked"; nil where the protocol has no such step.
-- `about` as engine.run takes it.
function engine.run_step(about, key)
  local plan = plans.new {protocol = about.protocol, settings = about.settings,
    preset = about.preset, folder = about.folder, wait = function(plan, step)
      engine.look_up(plan, true)
      if step.state ~= "done" then plans.stop(plan, step) end
    end}
  plan.options, plan.say = about.options, about.say
  plans.declare(plan)
  if plan.problem then error(plan.trace or plan.problem, 0) end
  local step = plan.by_key[key]
  if not step then return nil end
  engine.look_up(plan, true)
  local ready = readiness(step)
  if ready ~= "ready" then return ready end
  plan.labels = flat.labels(plan.steps)
  plan.say("planned", nil, plan)
  local outcome, usage, record = engine.attempt(plan, step)
  plan.say(outcome, step, usage or record, usage ~= nil)
  return outcome
end

return engine
