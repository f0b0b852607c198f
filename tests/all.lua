-- Runs each spec file in a process of its own, as many at once as there are
-- processors, and adds up what they say:
--   invar-test tests/all.lua [NAME=VALUE | file | folder]...
-- NAME=VALUE is in the environment of what comes after it. A process that does not
-- come to its end is one failure. The last line printed is "N passed, N failed".
local base = require "invar.core.base"
local system = require "invar.core.system"

local PAUSE = 0.02   -- seconds between two looks
local PATIENCE = 10  -- seconds for interrupted specs to clean up

local runner = (arg[0]:match "^(.*)/[^/]*$" or ".") .. "/run.lua"

-- Two threads are enough to test what several do.
local threads = "OMP_NUM_THREADS=" .. math.min(2, base.threads())

-- ---- what to run --------------------------------------------------------------------

local function add(list, path, setting)
  local is_there, is_folder = system.exists(path)
  if not is_there then error(path .. ": there is no such file or folder", 0) end
  if not is_folder then
    list[#list + 1] = {path = path, setting = setting,
      name = setting and setting .. " " .. path or path}
    return
  end
  for _, name in ipairs(system.list(path)) do
    local inner = path .. "/" .. name
    if name:find "_spec%.lua$" or select(2, system.exists(inner)) then
      add(list, inner, setting)
    end
  end
end

local function specs_of(words)
  local list, setting = {}, nil
  for _, word in ipairs(words) do
    if word:find "^[%w_]+=" then setting = word else add(list, word, setting) end
  end
  return list
end

-- ---- processes ----------------------------------------------------------------------

local running = {}            -- number of a process -> its spec
local places = base.threads() -- for how many more there is room

local function start(spec)
  spec.output, spec.began = os.tmpname(), base.clock()
  local line = {system.program(), runner, spec.path}
  running[system.start(line, {threads, spec.setting}, spec.output)] = spec
  places = places - 1
end

-- Calls ended(spec, how, code) for those that came to an end; pauses.
local function look_at_all(ended)
  for pid, spec in pairs(running) do
    local how, code = system.look(pid)
    if how then
      running[pid], places = nil, places + 1
      ended(spec, how, code)
      os.remove(spec.output)
    end
  end
  system.sleep(next(running) and PAUSE or 0)
end

local function wait_for_all(seconds)
  local began = base.clock()
  while next(running) and base.clock() - began < seconds do look_at_all(function() end) end
end

local function signal_all(name)
  for pid in pairs(running) do system.signal(pid, name) end
end

-- Specs that are still at work, after Ctrl-C, are asked to leave; those that take too
-- long, or when it comes again, are killed.
local function stop()
  signal_all "TERM"
  pcall(wait_for_all, PATIENCE)
  signal_all "KILL"
  pcall(wait_for_all, PATIENCE)
end

-- ---- results ------------------------------------------------------------------------

local passed, failed, skipped = 0, 0, 0
local problems = {}

local function read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

local function note_end(spec, how, code)
  local text = read(spec.output)
  local rest, result, good, bad, left_out =
    text:match "^(.*)\n((%d+) passed, (%d+) failed,? ?(%d*)[^\n]*)\n$"
  if result and (bad ~= "0" or how == "left" and code == 0) then
    passed, failed, skipped = passed + good, failed + bad, skipped + (tonumber(left_out) or 0)
  else
    result = how == "killed" and "was killed by signal " .. code or "left with the code " .. code
    rest, bad, failed = text, "1", failed + 1
  end
  if bad ~= "0" then
    problems[#problems + 1] = ("%s: %s\n%s"):format(spec.name, result, (rest:gsub("%s+$", "")))
  end
  print(("%5.1f s  %s: %s"):format(base.clock() - spec.began, spec.name, result))
end

-- ---- all ----------------------------------------------------------------------------

io.stdout:setvbuf "line"
do
  local _ <close> = setmetatable({}, {__close = stop})
  local specs = specs_of(arg)
  local following = 1
  repeat
    while places > 0 and following <= #specs do
      start(specs[following])
      following = following + 1
    end
    look_at_all(note_end)
  until following > #specs and not next(running)
end
for _, problem in ipairs(problems) do print("\n" .. problem) end
print(("\n%d passed, %d failed%s"):format(passed, failed,
  skipped > 0 and (", %d skipped"):format(skipped) or ""))
if failed > 0 then os.exit(1, true) end
