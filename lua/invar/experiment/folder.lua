--- A results folder: invar.db, the models and tensors of finished steps in
-- steps/KEY/, and the working folders of unfinished ones in work/KEY/.
--
-- Many processes may use one folder at once. A step belongs to the process that
-- changed its state from queued to running; a process that is gone owns nothing.
-- The rows of a step, the names of its files and its state "done" are written in
-- one transaction, after the files themselves: a step is there whole or not at
-- all.

local base = require "invar.core.base"
local machine = require "invar.experiment.machine"
local schema = require "invar.experiment.schema"
local store = require "invar.store"
local system = require "invar.core.system"
local text = require "invar.experiment.text"

local methods = {}
local meta = {__index = methods, __name = "results folder"}
local folder = {}

local function fail(...) error((...):format(select(2, ...)), 0) end

-- A failure of the database without the place in this file.
local function clean(problem)
  if type(problem) ~= "string" then return problem end
  return (problem:gsub("^[^\n:]*:%d+: ", ""):gsub("^database:%a+: ", "")
    :gsub("^store%.database: ", ""))
end

local function call(f, ...)
  local results = table.pack(pcall(f, ...))
  if not results[1] then error(clean(results[2]), 0) end
  return table.unpack(results, 2, results.n)
end

function methods:execute(sql, ...) return call(self.db.execute, self.db, sql, ...) end
function methods:select(sql, ...) return call(self.db.rows, self.db, sql, ...) end
function methods:transaction(f) return call(self.db.transaction, self.db, f) end

-- ---- opening --------------------------------------------------------------------

local function version_of(self) return self:select("PRAGMA user_version")[1].user_version end

local function check_version(self)
  local version = version_of(self)
  if version > schema.version then
    fail("%s/invar.db was written by a newer version of Invar (format %d, this one knows %d): "
      .. "use that version, or another folder with results=DIR", self.path, version,
      schema.version)
  end
  return version
end

local function make_tables(self)
  if check_version(self) == schema.version then return end
  self:transaction(function()
    if check_version(self) == schema.version then return end -- another process was first
    if #self:select "SELECT name FROM sqlite_schema LIMIT 1" > 0 then
      fail("%s/invar.db is another program's database: choose another folder with results=DIR",
        self.path)
    end
    self:execute(schema.sql)
    self:execute(("PRAGMA user_version = %d"):format(schema.version))
  end)
end

--- The folder that is meant where none is given.
function folder.default()
  local variable = os.getenv "INVAR_RESULTS"
  return variable and variable ~= "" and variable or "results"
end

--- Opens a results folder; makes it where there is none. `given`: readonly (it
-- must be there), say (called with what the user should know).
function folder.open(path, given)
  given = given or {}
  path = path or folder.default()
  local file = path .. "/invar.db"
  local self = setmetatable({path = path}, meta)
  if given.readonly then
    if not system.exists(file) then
      fail("there are no results in %s yet: invar run PROTOCOL makes some; --results DIR or the "
        .. "variable INVAR_RESULTS name another folder", path)
    end
    self.db = call(store.database, file, {readonly = true})
    if check_version(self) == 0 then fail("%s is no database of results", file) end
    return self
  end
  local ok, problem = pcall(base.folder, path)
  if not ok then
    fail("no results can be kept: %s (results=DIR chooses another folder)",
      problem:gsub("^.-report%.folder: ", ""))
  end
  local note
  self.db, note = call(store.database, file)
  if note and given.say then given.say(("%s: %s"):format(file, note)) end
  make_tables(self)
  return self
end

function methods:close() self.db:close() end

-- ---- steps ----------------------------------------------------------------------

--- The record of a step, or nil.
function methods:step(key)
  return self:select("SELECT * FROM steps WHERE key = ?", key)[1]
end

--- The rows of a finished step.
function methods:rows(key)
  local rows = {}
  for i, row in ipairs(self:select("SELECT fields FROM rows WHERE step = ? ORDER BY n", key)) do
    rows[i] = text.decode(row.fields)
  end
  return rows
end

--- Its files: a list of {name, kind, file, bytes, hash}.
function methods:artifacts(key)
  return self:select("SELECT * FROM artifacts WHERE step = ? ORDER BY name", key)
end

--- The folder for what a step keeps while it runs.
function methods:work_folder(key) return self.path .. "/work/" .. key end

--- The folder for what the workers of a run say.
function methods:log_folder(run) return self.path .. "/logs/" .. run end

--- The file for what a process of a run says that has the terminal of no one.
function methods:log_file(run, host, pid)
  return ("%s/%s-%d.log"):format(self:log_folder(run), host, pid)
end

local function owner_of(record)
  return {host = record.host, pid = record.pid, boot = record.boot, start = record.process_start}
end

local CLAIM = [[
UPDATE steps SET state = 'running', started = ?, finished = NULL, error = NULL,
  traceback = NULL, version = ?, git = ?, host = ?, pid = ?, boot = ?, process_start = ?,
  cpu_model = ?, isa = ?, cores = ?, threads = ?, backend = ?
WHERE key = ? AND state = ? AND host IS ? AND pid IS ? AND boot IS ? AND process_start IS ?]]

--- Whether the process that has a running step is gone. `given`: take_over (those
-- of other machines are).
function folder.is_left(record, given)
  local owner = owner_of(record)
  return machine.is_gone(owner) or machine.is_self(owner)
    or given.take_over and owner.host ~= machine.owner().host or false
end

-- Whether a process may take the step.
local function is_free(record, given)
  if record.state == "queued" then return true end
  if given.worker then return false end
  return record.state == "failed" and given.retry
    or record.state == "running" and folder.is_left(record, given)
end

--- Takes a step for this process: true, or false and its record where another
-- process has it or it is finished. `given`: retry (also when it failed),
-- take_over (also from processes of other machines, which are then gone), git,
-- worker (only what is queued: the rest is for the process that it works for).
function methods:claim(key, given)
  local record, own, about = self:step(key), machine.owner(), machine.about()
  if not is_free(record, given) then return false, record end
  local changed = self:execute(CLAIM, machine.now(), base.version, given.git, own.host, own.pid,
    own.boot, own.start, about.cpu, about.isa, about.cores, base.threads(), base.backend(),
    key, record.state, record.host, record.pid, record.boot, record.process_start)
  if changed == 1 then return true end
  return false, self:step(key)
end

-- Gives a step of this process its next state; false where it has lost it.
local function leave(self, key, state, usage, problem, trace)
  local own = machine.owner()
  return self:execute([[UPDATE steps SET state = ?, finished = ?, wall = ?, cpu = ?, memory = ?,
    error = ?, traceback = ? WHERE key = ? AND state = 'running' AND host = ? AND pid = ?
    AND boot = ? AND process_start = ?]], state, state ~= "queued" and machine.now() or nil,
    usage.wall, usage.cpu, usage.memory, problem, trace, key, own.host, own.pid, own.boot,
    own.start) == 1
end

--- The step is done: its rows (a list), files (a list as artifacts() gives) and
-- what it used. False where another process took the step over meanwhile.
function methods:finish(key, rows, artifacts, usage)
  return self:transaction(function()
    if not leave(self, key, "done", usage) then return false end
    self:execute("DELETE FROM rows WHERE step = ?", key)
    self:execute("DELETE FROM artifacts WHERE step = ?", key)
    for n, row in ipairs(rows) do
      self:execute("INSERT INTO rows VALUES (?, ?, ?)", key, n, text.encode(row))
    end
    for _, a in ipairs(artifacts) do
      self:execute("INSERT INTO artifacts VALUES (?, ?, ?, ?, ?, ?)", key, a.name, a.kind,
        a.file, a.bytes, a.hash)
    end
    return true
  end)
end

--- The step failed.
function methods:fail(key, problem, trace, usage)
  return leave(self, key, "failed", usage, problem, trace)
end

--- This process leaves the step for others, or for later.
function methods:release(key) return leave(self, key, "queued", {}) end

--- What a process is at work on: the records of its steps. `pid`: a process of this
-- machine.
function methods:steps_of(pid)
  local own = machine.owner()
  return self:select([[SELECT * FROM steps WHERE state = 'running' AND pid = ? AND host = ?
    AND boot = ?]], pid, own.host, own.boot)
end

--- Frees a step that is as in the record (failed, or running in a process that is
-- gone), or with `problem` writes down that it failed. False where it changed.
function methods:put_back(record, problem)
  return self:execute([[UPDATE steps SET state = ?, error = ?, traceback = NULL, finished = ?
    WHERE key = ? AND state = ? AND host IS ? AND pid IS ? AND boot IS ?
    AND process_start IS ?]], problem and "failed" or "queued", problem,
    problem and machine.now() or nil, record.key, record.state, record.host, record.pid,
    record.boot, record.process_start) == 1
end

-- ---- runs -----------------------------------------------------------------------

--- The run of a protocol with these settings, written down as begun (again).
-- `about`: id, protocol, file, preset, settings (JSON), git.
function methods:begin_run(about)
  local now = machine.now()
  self:execute([[INSERT INTO runs VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET latest = excluded.latest, version = excluded.version,
    git = excluded.git, file = excluded.file, preset = excluded.preset]],
    about.id, about.protocol, about.file, about.preset, about.settings, now, now, base.version,
    about.git)
end

local function add_step(self, step)
  self:execute([[INSERT INTO steps (key, name, settings, code, state)
    VALUES (?, ?, ?, ?, 'queued') ON CONFLICT DO NOTHING]],
    step.key, step.name, step.settings, step.code)
  for _, input in ipairs(step.inputs) do
    self:execute("INSERT INTO inputs VALUES (?, ?) ON CONFLICT DO NOTHING", step.key, input)
  end
end

--- Writes down steps: a list of {key, name, settings (JSON), code, inputs (a list of
-- keys)}.
function methods:add_steps(steps)
  self:transaction(function()
    for _, step in ipairs(steps) do add_step(self, step) end
  end)
end

--- Writes down the steps of a run, as far as they are known: a list as add_steps
-- takes it.
function methods:set_steps(run, steps, planned)
  self:transaction(function()
    self:execute("DELETE FROM run_steps WHERE run = ?", run)
    for position, step in ipairs(steps) do
      add_step(self, step)
      self:execute("INSERT INTO run_steps VALUES (?, ?, ?)", run, position, step.key)
    end
    self:execute("UPDATE runs SET planned = ? WHERE id = ?", planned and 1 or 0, run)
  end)
end

--- All runs, the latest last, each with steps, done, failed, running (counts).
function methods:runs()
  return self:select [[SELECT runs.*, progress.steps, progress.done, progress.failed,
    progress.running FROM runs JOIN progress ON progress.run = runs.id
    ORDER BY runs.latest, runs.rowid]]
end

--- The steps of a run in their order.
function methods:run_steps(id)
  return self:select([[SELECT steps.* FROM run_steps JOIN steps ON steps.key = run_steps.step
    WHERE run_steps.run = ? ORDER BY position]], id)
end

--- The run that is meant: "last", an id, the beginning of one, or a protocol's
-- name for its latest run.
function methods:find_run(name)
  local runs = self:runs()
  if #runs == 0 then fail("there are no runs in %s yet", self.path) end
  if name == "last" then return runs[#runs] end
  local found, by_protocol = {}, nil
  for _, run in ipairs(runs) do
    if run.id == name then return run end
    if run.id:sub(1, #name) == name then found[#found + 1] = run end
    if run.protocol == name then by_protocol = run end
  end
  if #found == 1 then return found[1] end
  if #found > 1 then fail("%d runs begin with %s: give more of the name", #found, name) end
  return by_protocol or fail('there is no run "%s" in %s: invar list shows them', name, self.path)
end

-- Removes the steps of which no process is at work, with their files.
local function remove_steps(self, list)
  for _, step in ipairs(list) do
    if step.state == "running" and not machine.is_gone(owner_of(step)) then
      fail("the step %s is running on %s (process %d): stop it first", step.key:sub(1, 8),
        step.host, step.pid)
    end
  end
  for _, step in ipairs(list) do self:execute("DELETE FROM steps WHERE key = ?", step.key) end
  return list
end

local function remove_files(self, list, run)
  if run then system.remove_folder(self:log_folder(run)) end
  for _, step in ipairs(list) do
    system.remove_folder(self.path .. "/steps/" .. step.key)
    system.remove_folder(self:work_folder(step.key))
  end
  return #list
end

--- Removes the steps that no run has any more (their code or settings were
-- changed since). Returns how many.
function methods:remove_unused()
  return remove_files(self, self:transaction(function()
    return remove_steps(self, self:select([[SELECT * FROM steps
      WHERE key NOT IN (SELECT step FROM run_steps)]]))
  end))
end

--- Removes a run and the steps that no other run has, with their files. Returns
-- how many steps.
function methods:remove_run(id)
  return remove_files(self, self:transaction(function()
    local list = self:select([[SELECT * FROM steps
      WHERE key IN (SELECT step FROM run_steps WHERE run = ?)
      AND key NOT IN (SELECT step FROM run_steps WHERE run <> ?)]], id, id)
    self:execute("DELETE FROM runs WHERE id = ?", id)
    return remove_steps(self, list)
  end), id)
end

return folder
