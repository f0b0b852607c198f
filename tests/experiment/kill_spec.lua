-- kill -9 at random during a sweep of two workers: nothing lost, nothing twice, the
-- same values. INVAR_KILLS=50 makes it so many kills.
local invar = require "invar"
local rng, store = invar.rng, invar.store
local base = require "invar.core.base"
local files = require "support.files"
local program = require "support.program"
local system = require "invar.core.system"
local with_folder = require "support.folder"

local KILLS = math.tointeger(tonumber(os.getenv "INVAR_KILLS" or "")) or 6
local fixture = program.root:match "^(.*)/" .. "/tests/fixtures/experiment/training.lua"

-- Seeds, steps and epochs: some seconds of work in many small steps.
local words = {"run", fixture, "seeds=1..4", "epochs=12", "--jobs=2"}

-- All results as text, and the bytes of all files.
local function facts(folder)
  local db <close> = store.database(folder .. "/invar.db", {readonly = true})
  local list = {}
  for _, row in ipairs(db:rows "select step, n, fields from rows order by step, n") do
    list[#list + 1] = ("%s %d %s"):format(row.step, row.n, row.fields)
  end
  for _, row in ipairs(db:rows "select * from artifacts order by step, name") do
    list[#list + 1] = row.file .. base.hash(files.read(folder .. "/" .. row.file))
  end
  list[#list + 1] = db:rows("pragma integrity_check")[1].integrity_check
  for _, row in ipairs(db:rows "select key, state from steps order by key") do
    list[#list + 1] = row.key .. " " .. row.state
  end
  for _, row in ipairs(db:rows "select count(*) as n from run_steps") do
    list[#list + 1] = row.n
  end
  return list
end

-- Starts the sweep in a process group of its own.
local function start(folder)
  local line = {"/usr/bin/setsid", program.path}
  table.move(words, 1, #words, 3, line)
  line[#line + 1] = "--results=" .. folder
  return system.start(line, {"INVAR_PROGRESS=0"}, folder .. ".log")
end

local function children(pid)
  local file = io.open(("/proc/%d/task/%d/children"):format(pid, pid))
  local list = {}
  for number in (file and file:read "a" or ""):gmatch "%d+" do list[#list + 1] = number end
  if file then file:close() end
  return list
end

-- Kills the process, one of its workers, or all.
local function kill(pid, random)
  local which, workers = random:integer(1, 3), children(pid)
  if which == 1 and #workers > 0 then
    os.execute("kill -9 " .. workers[random:integer(1, #workers)] .. " 2>/dev/null")
  elseif which == 2 then
    system.signal(pid, "KILL")
  else
    os.execute(("kill -9 -%d 2>/dev/null"):format(pid))
  end
end

-- A sweep with kills until it is done; how many there were, of at most `most`.
local function disturbed(folder, random, most)
  local kills, pid = 0, start(folder)
  local began = base.clock()
  while base.clock() - began < 300 do
    local due = base.clock() + random:uniform(0.03, 0.5) * (1 + kills / 10)
    repeat
      system.sleep(0.01)
      local kind, code = system.look(pid)
      if kind == "left" and code == 0 then return kills end
      if kind then pid = start(folder) end
    until base.clock() > due and kills < most or base.clock() - began > 300
    kill(pid, random)
    kills = kills + 1
  end
  error "the sweep does not come to an end"
end

describe("kill -9 during a sweep", function()
  it(("%d times: no row is lost, none there twice, all values are the same"):format(KILLS),
    function()
      with_folder(function(folder)
        local whole = start(folder .. "/whole")
        repeat system.sleep(0.02) until system.look(whole)
        local wanted = facts(folder .. "/whole")
        assert.equal("ok", wanted[4 * 13 + 8 + 1])
        local random, kills, sweeps = rng.new(7), 0, 0
        while kills < KILLS do
          sweeps = sweeps + 1
          local path = ("%s/%d"):format(folder, sweeps)
          kills = kills + disturbed(path, random, KILLS - kills)
          assert.same(wanted, facts(path))
          assert.equal("", (program.shell("ls " .. path .. "/work")))
        end
        if os.getenv "INVAR_KILLS" then
          print(("%d kills in %d sweeps: %d rows and files each time the same"):format(kills,
            sweeps, #wanted))
        end
      end)
    end)
end)
