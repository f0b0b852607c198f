--- Workers on this machine: processes that do the steps of a run, each one step
-- after the other. This process starts them and looks after them; it computes
-- nothing. A worker that dies gives its step back; a step in which two died has
-- failed. See engine.run for what is asked of workers.

local base = require "invar.core.base"
local engine = require "invar.experiment.engine"
local machine = require "invar.experiment.machine"
local system = require "invar.core.system"
local worker = require "invar.experiment.worker"

local jobs = {}

local methods = {}
local meta = {__index = methods, __name = "jobs"}

local PAUSE = 0.1    -- seconds between two looks
local PATIENCE = 60  -- seconds for workers to write their checkpoints
local PER_WORKER = 5 -- deaths in a row, per worker, in which no step got on
local ASKED_TO_LEAVE = {[130] = true, [143] = true} -- exit codes

local function fail(...) error((...):format(select(2, ...)), 0) end

--- Workers for a run. `about`: count, folder (of results), words (the command line
-- that they are started with), say(text).
function jobs.new(about)
  return setmetatable({count = about.count, folder = about.folder, words = about.words,
    program = system.program(), token = worker.token(about.protocol), say = about.say,
    threads = math.max(1, base.threads() // about.count), running = {}, deaths = {}, in_row = 0,
    left = 0, began = false}, meta)
end

--- Whether a step is with one of these workers.
function methods:has(record)
  return self.running[record.pid] ~= nil and record.host == machine.owner().host
end

-- ---- starting -----------------------------------------------------------------------

local function start(self, run)
  local host, own = machine.owner().host, machine.owner().pid
  base.folder(self.folder:log_folder(run))
  -- until its number is known; others may start workers for this run
  local log = self.folder:log_file(run, host, own) .. ".starting"
  local line = {self.program}
  table.move(self.words, 1, #self.words, 2, line)
  line[#line + 1] = ("--worker=%d:%s"):format(own, self.token)
  os.remove(log)
  local pid = system.start(line, {"OMP_NUM_THREADS=" .. self.threads}, log)
  local name = self.folder:log_file(run, host, pid)
  os.remove(name) -- of another process with this number
  self.running[pid] = os.rename(log, name) and name or log
end

-- ---- ends ---------------------------------------------------------------------------

-- The last words of a worker: from its line "invar: …" on.
local function last_words(path)
  local file = io.open(path)
  local text = file and file:read "a" or ""
  if file then file:close() end
  local from = 1
  for at in ("\n" .. text):gmatch "()\ninvar: " do from = at end
  return (text:sub(from):gsub("%s+$", ""):gsub("^invar: ", ""))
end

-- A worker died with a step: the step is free again, or has failed.
local function blame(self, record)
  local n = (self.deaths[record.key] or 0) + 1
  self.deaths[record.key] = n
  self.folder:put_back(record, n > 1 and engine.KILLED or nil)
end

local function note_end(self, pid, kind, code)
  local log, records = self.running[pid], self.folder:steps_of(pid)
  self.running[pid] = nil
  if kind == "left" and code == 0 and #records == 0 then
    self.left = self.left + 1
  elseif kind == "left" and code == worker.OTHER then
    fail("the program or the file of the protocol was changed while the run went on; what is "
      .. "done is kept: start the same line again")
  elseif kind == "left" and code == 1 and #records == 0 then
    fail("%s", last_words(log))
  else
    self.in_row = self.in_row + 1
    for _, record in ipairs(records) do
      if kind == "left" and ASKED_TO_LEAVE[code] then
        self.folder:put_back(record)
      else
        blame(self, record)
      end
    end
    self.say(("worker %d %s"):format(pid, kind == "killed" and "was killed by signal " .. code
      or ASKED_TO_LEAVE[code] and "was asked to leave" or "left with the code " .. code))
    if self.in_row > PER_WORKER * self.count then
      fail("the workers die before they get anything done; the last one said: %s\n(%s)",
        last_words(log), log)
    end
  end
  local file = io.open(log)
  if file and file:seek "end" == 0 then os.remove(log) end
  if file then file:close() end
end

local function look_at_all(self)
  local ended = {}
  for pid in pairs(self.running) do
    local kind, code = system.look(pid)
    if kind then ended[pid] = {kind, code} end
  end
  for pid, how in pairs(ended) do note_end(self, pid, how[1], how[2]) end
end

-- How many steps are left, and how many are done or failed.
local function count(steps)
  local open = 0
  for _, step in ipairs(steps) do
    if step.state ~= "done" and step.state ~= "failed" and step.state ~= "blocked" then
      open = open + 1
    end
  end
  return open, #steps - open
end

--- One look at the workers, and a pause; starts those that are missing.
function methods:look_after(plan, steps)
  look_at_all(self)
  local open, ended = count(steps)
  if ended ~= self.ended then self.ended, self.in_row, self.idle = ended, 0, 0 end
  local running = 0
  for _ in pairs(self.running) do running = running + 1 end
  local wanted = math.min(self.count - self.left, plan.complete and open or self.count)
  for _ = running + 1, wanted do start(self, plan.id) end
  if running == 0 and wanted <= 0 then -- they have left; another look at their steps
    self.idle = self.idle + 1
    if self.idle > 3 then
      fail("the workers have other steps than this process: the code of the protocol was changed "
        .. "while the run went on; what is done is kept: start the same line again")
    end
  end
  self.began = true
  system.sleep(PAUSE)
end

-- ---- the end ------------------------------------------------------------------------

local function signal_all(self, name)
  for pid in pairs(self.running) do system.signal(pid, name) end
end

-- Forgets the workers that ended, and frees their steps, if the database still works
-- (where not, the next run finds that they are gone).
local function collect(self)
  for pid in pairs(self.running) do
    local ok, kind = pcall(system.look, pid)
    if not ok or kind then
      self.running[pid] = nil
      pcall(function()
        for _, record in ipairs(self.folder:steps_of(pid)) do self.folder:put_back(record) end
      end)
    end
  end
end

--- Ends the workers that are still there: they write checkpoints. Those that take
-- too long, or when Ctrl-C comes again, are killed.
function methods:close()
  if next(self.running) == nil then return end
  signal_all(self, "TERM")
  pcall(function()
    local began = base.clock()
    while next(self.running) and base.clock() - began < PATIENCE do
      collect(self)
      system.sleep(next(self.running) and 0.05 or 0)
    end
  end)
  signal_all(self, "KILL")
  while next(self.running) do
    collect(self)
    pcall(system.sleep, 0.02)
  end
end

return jobs
