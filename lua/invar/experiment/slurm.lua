--- Steps on a cluster: job arrays of Slurm for all steps that are missing. The steps
-- that lean on no other missing ones are the first array, those that lean on them
-- the second, which Slurm begins after the first, and so on. Before the time limit a
-- job gets a signal, writes its checkpoint and is queued again, to go on from there.
-- Scripts and lists of steps are in results/slurm/RUN. See engine.run for what is
-- asked of workers.

local base = require "invar.core.base"
local engine = require "invar.experiment.engine"
local folders = require "invar.experiment.folder"
local machine = require "invar.experiment.machine"
local steps = require "invar.experiment.step"
local system = require "invar.core.system"

local slurm = {}

local methods = {}
local meta = {__index = methods, __name = "slurm"}

local LOOK_EVERY = 5  -- seconds between two looks at the queue
local PATIENCE = 60   -- looks at a queue that does not answer, before giving up
local SIGNAL = 60     -- seconds before the time limit

local function fail(...) error((...):format(select(2, ...)), 0) end

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

-- ---- options ------------------------------------------------------------------------

-- What sbatch takes and makes sense here; true: without a value.
local known = {exclusive = true}
for name in ([[account begin comment constraint cpu-freq cpus-per-gpu cpus-per-task exclude
  export gpu-bind gpu-freq gpus gpus-per-node gpus-per-task gres hint job-name licenses mail-type
  mail-user mem mem-per-cpu mem-per-gpu nice nodelist partition prefer priority qos reservation
  signal time time-min tmp]]):gmatch "%S+" do known[name] = name end

local own = {}
for name in ([[array chdir dependency error input nodes ntasks open-mode output parsable requeue
  no-requeue test-only wait wrap]]):gmatch "%S+" do own[name] = true end

local function check_name(name)
  if own[name] then fail("option --slurm: %s is set by Invar itself", name) end
  if known[name] then return end
  local names = {}
  for other in pairs(known) do names[#names + 1] = other end
  table.sort(names)
  local near = base.nearest(name, names)
  fail('option --slurm: sbatch has no option "%s" that can be given here%s', name,
    near and (' (did you mean "%s"?)'):format(near) or " (partition, time, mem, …)")
end

--- The options in "partition=main,time=2:00:00,exclusive": a list of {name, value}.
-- What has no name belongs to the value before it, as in nodelist=a,b.
function slurm.options(text)
  local list = {}
  for part in (text .. ","):gmatch "([^,]*)," do
    local name, value = part:match "^%s*%-*([%w-]+)%s*=%s*(.-)%s*$"
    if not name and known[part] ~= true and #list > 0 and list[#list][2] and part ~= "" then
      list[#list][2] = list[#list][2] .. "," .. part
    elseif part:find "%S" then
      name = name or part:match "^%s*%-*(.-)%s*$"
      check_name(name)
      if not value and known[name] ~= true then
        fail("option --slurm: %s needs a value, as %s=…", name, name)
      end
      list[#list + 1] = {name, value}
    end
  end
  for _, option in ipairs(list) do
    local wrong = (option[2] or ""):match "[^%w_.,:/@%%+%[%]()|&*=~ -]"
    if wrong then fail("option --slurm: %s: unexpected character %q", option[1], wrong) end
  end
  return list
end

-- ---- asking Slurm -------------------------------------------------------------------

-- What a command prints, and whether it went well.
local function ask(line)
  local pipe = assert(io.popen(line .. " 2>&1"))
  local text = pipe:read "a"
  return (text:gsub("%s+$", "")), pipe:close() == true
end

-- The jobs of this user that are in the queue: set of numbers; nil and what Slurm
-- says where it does not answer.
local function in_queue()
  local text, ok = ask 'squeue -h -u "$(id -un)" -o %F'
  if not ok then return nil, text end
  local list = {}
  for number in text:gmatch "%d+" do list[number] = true end
  return list
end

local function largest_array()
  local text = ask "scontrol show config"
  local size = math.tointeger(tonumber(text:match "MaxArraySize%s*=%s*(%d+)"))
  return math.max(1, (size or 1001) - 1)
end

--- Steps are given to Slurm. `about`: options (text), most (how many at once; nil),
-- wait, folder (of results), words (the command line of a worker), protocol, say.
function slurm.new(about)
  local options = slurm.options(about.options)
  local version, there = ask "sbatch --version"
  if not there then
    fail("sbatch, Slurm's command, cannot be run here: %s", version:match "[^\n]*")
  end
  return setmetatable({options = options, most = about.most, wait = about.wait, say = about.say,
    folder = about.folder, words = about.words, program = system.program(), jobs = nil,
    began = false, looked = -math.huge, silent = 0, orphaned = 0}, meta)
end

-- ---- what was submitted -------------------------------------------------------------

-- The file that names the jobs of a run, and the lists of their steps.
local function index_of(self, run) return self.folder:slurm_folder(run) .. "/jobs" end

local function read_lines(path)
  local list, file = {}, io.open(path)
  if not file then return list end
  for line in file:lines() do list[#list + 1] = line end
  file:close()
  return list
end

-- The jobs: a list of {id, keys (set)}.
local function read_jobs(self, run)
  local jobs, index = {}, index_of(self, run)
  for i, line in ipairs(read_lines(index)) do
    local id, name = line:match "^(%d+) (%S+)$"
    jobs[i] = {id = id, keys = {}}
    for _, key in ipairs(name and read_lines(index:gsub("jobs$", name)) or {}) do
      jobs[i].keys[key] = true
    end
  end
  return jobs
end

-- The steps that are with jobs in the queue, by key: the job.
local function covered(self, queue)
  local with = {}
  for _, job in ipairs(self.jobs) do
    for key in pairs(queue[job.id] and job.keys or {}) do with[key] = job.id end
  end
  return with
end

--- Whether a step is with one of these jobs.
function methods:has(record) return self.with ~= nil and self.with[record.key] ~= nil end

-- ---- submitting ---------------------------------------------------------------------

local SCRIPT = [[
#!/bin/bash
# Made by invar run --slurm: one step per task of the array, of those in %s.
%s
export OMP_NUM_THREADS="${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-1}}"
key=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" %s)
logs=%s

# Its own process, with what it says in a file that invar watch finds.
(exec %s --step="$key" >>"$logs/$(uname -n)-$BASHPID.log" 2>&1) &
child=$!
# Shortly before the time limit (USR1) it writes a checkpoint and leaves, and the
# task is queued again; cancelled (TERM) it does the first only.
trap 'again=1; kill -TERM $child' USR1
trap 'kill -TERM $child' TERM
wait $child
code=$?
while kill -0 $child 2>/dev/null; do
  wait $child
  code=$?
done
if [ "$again" ] && [ $code = 143 ]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit $code
]]

local function value_of(options, name)
  for _, option in ipairs(options) do
    if option[1] == name then return option[2] end
  end
end

-- The lines #SBATCH of a script.
local function directives(self, run, count, after, folder)
  local lines = {}
  local function add(name, value)
    lines[#lines + 1] = "#SBATCH --" .. name .. (value and ('="%s"'):format(value) or "")
  end
  if not value_of(self.options, "job-name") then add("job-name", "invar-" .. run) end
  add("array", ("0-%d%s"):format(count - 1, self.most and "%" .. self.most or ""))
  add("output", folder:gsub("%%", "%%%%") .. "/%A_%a.log")
  add("open-mode", "append")
  add "requeue"
  add("signal", "B:USR1@" .. (value_of(self.options, "signal") or SIGNAL))
  if #after > 0 then add("dependency", "afterany:" .. table.concat(after, ":")) end
  for _, option in ipairs(self.options) do
    if option[1] ~= "signal" then add(option[1], option[2]) end
  end
  return table.concat(lines, "\n")
end

-- The command line of a worker, for the shell.
local function command(self)
  local words = {quote(self.program)}
  for i, word in ipairs(self.words) do words[i + 1] = quote(word) end
  return table.concat(words, " ")
end

-- Submits an array for steps, after the jobs of `after`; the number of the job.
local function submit(self, run, list, after)
  local folder, logs = self.folder:slurm_folder(run), self.folder:log_folder(run)
  base.folder(folder)
  base.folder(logs)
  local name = ("%d.steps"):format(#self.jobs + 1)
  local keys = {}
  for i, step in ipairs(list) do keys[i] = step.key end
  local script = ("%s/%d.sh"):format(folder, #self.jobs + 1)
  base.write(folder .. "/" .. name, table.concat(keys, "\n") .. "\n")
  base.write(script, SCRIPT:format(name, directives(self, run, #list, after, folder),
    quote(folder .. "/" .. name), quote(logs), command(self)))
  local text, ok = ask("sbatch --parsable " .. quote(script))
  local id = text:match "(%d+)[^\n]*$"
  if not ok or not id then fail("sbatch does not take %s: %s", script, text) end
  local index = assert(io.open(index_of(self, run), "a"))
  index:write(id, " ", name, "\n")
  index:close()
  local job = {id = id, keys = {}}
  for _, key in ipairs(keys) do job.keys[key] = true end
  table.insert(self.jobs, job)
  self.say(("job %s: %d step%s%s"):format(id, #list, #list == 1 and "" or "s",
    #after > 0 and ", after job " .. table.concat(after, ", ") or ""))
  return id
end

-- Steps by how many missing ones they lean on, one after the other: a list of lists.
-- Those with jobs count as missing, but are left out.
local function levels(list, with)
  local level, result, before = {}, {}, {}
  local function level_of(step)
    if step.state == "done" then return 0 end
    if not level[step] then
      local deepest = 0
      for _, input in pairs(steps.inside(step).inputs) do
        deepest = math.max(deepest, level_of(input))
      end
      level[step] = deepest + 1
    end
    return level[step]
  end
  for _, step in ipairs(list) do
    local k = level_of(step)
    for i = #result + 1, k do result[i], before[i] = {}, {} end
    if k > 0 and with[step.key] then
      before[k][with[step.key]] = true
    elseif k > 0 and step.state ~= "failed" and step.state ~= "blocked" then
      table.insert(result[k], step)
    end
  end
  return result, before
end

-- Submits what is missing and not with a job yet.
local function submit_all(self, run, list, with)
  local most = largest_array()
  local result, before = levels(list, with)
  local after = {}
  for k, level in ipairs(result) do
    local ids = {}
    for id in pairs(before[k]) do ids[#ids + 1] = id end
    for first = 1, #level, most do
      ids[#ids + 1] = submit(self, run,
        table.move(level, first, math.min(#level, first + most - 1), 1, {}), after)
    end
    table.sort(ids)
    if #ids > 0 then after = ids end
  end
end

-- ---- following ----------------------------------------------------------------------

-- The queue; nil where Slurm does not answer just now.
local function look(self)
  local queue, problem = in_queue()
  self.silent = queue and 0 or self.silent + 1
  if not queue and (not self.began or self.silent > PATIENCE) then
    fail("squeue: %s", problem)
  end
  return queue
end

-- Steps that a job had, which has ended without finishing them, are free again.
local function free_orphans(self, list, queue)
  local with = covered(self, queue)
  for _, step in ipairs(list) do
    local record = not with[step.key] and self.folder:step(step.key)
    local had
    for _, job in ipairs(self.jobs) do had = had or job.keys[step.key] end
    if had and record and record.state == "running" and (folders.is_left(record, {})
      or record.host ~= machine.owner().host) then self.folder:put_back(record) end
  end
  return with
end

local function is_open(step)
  return step.state ~= "done" and step.state ~= "failed" and step.state ~= "blocked"
end

-- Steps for which no job is in the queue any more.
local function check_lost(self, run, list)
  local lost = {}
  for _, step in ipairs(list) do
    if is_open(step) and not self.with[step.key] then lost[#lost + 1] = step end
  end
  self.orphaned = #lost > 0 and self.orphaned + 1 or 0
  if self.orphaned > 2 then
    fail("%d steps were not finished by their jobs, the first is %s: see %s and "
      .. "invar show %s; the same line submits them again", #lost, lost[1].name,
      self.folder:slurm_folder(run), run)
  end
end

--- Submits what is missing, the first time or when more steps are known; follows the
-- jobs if that is wanted, else ends the run here.
function methods:look_after(plan, list)
  self.jobs, self.steps = self.jobs or read_jobs(self, plan.id), list
  if not self.began or #plan.steps ~= self.known then
    local queue = look(self)
    self.with = queue and free_orphans(self, list, queue) or self.with or {}
    local before = #self.jobs
    submit_all(self, plan.id, list, self.with)
    if #self.jobs == before then self.say "all missing steps are with jobs in the queue" end
    self.with = covered(self, setmetatable({}, {__index = function() return true end}))
    self.began, self.known, self.looked = true, #plan.steps, base.clock()
    if not self.wait then plan.stopped, self.submitted = list[1], true end
  elseif base.clock() - self.looked > LOOK_EVERY then
    local queue = look(self)
    if queue then
      self.with = free_orphans(self, list, queue)
      check_lost(self, plan.id, list)
    end
    self.looked = base.clock()
  end
  if not plan.stopped then system.sleep(0.5) end
end

--- The jobs stay; says so where they are left to themselves.
function methods:close()
  local open = false
  for _, step in ipairs(self.steps or {}) do open = open or is_open(step) end
  if not self.wait or not open then return end
  local ok, queue = pcall(in_queue)
  local ids = {}
  for _, job in ipairs(self.jobs) do
    if ok and queue and queue[job.id] then ids[#ids + 1] = job.id end
  end
  if #ids > 0 then
    self.say(("the jobs %s stay in the queue: the same line follows them again, scancel %s ends "
      .. "them"):format(table.concat(ids, ", "), table.concat(ids, " ")))
  end
end

-- ---- in a job -----------------------------------------------------------------------

--- Does the step with this key, in a task of an array; the exit code.
function slurm.step(about, key)
  about.options.take_over = (tonumber(os.getenv "SLURM_RESTART_COUNT") or 0) > 0
  local outcome = engine.run_step(about, key)
  if not outcome then
    fail("there is no step %s: the program or the file of the protocol was changed since the job "
      .. "was submitted; submit again", key)
  end
  if outcome == "waiting" or outcome == "blocked" then
    print(("%s: a step that it uses is not done"):format(key))
  end
  return outcome == "failed" and 1 or 0
end

return slurm
