-- Runs: what is done once, what fails, what is killed, two at once.
local invar = require "invar"
local experiment, rng, store = invar.experiment, invar.rng, invar.store
local facts = require "support.facts"
local program = require "support.program"
local with_folder = require "support.folder"

local fixtures = program.root:match "^(.*)/" .. "/tests/fixtures/experiment/"

local function run(name, folder, more)
  return program.shell(("invar run %s%s.lua results=%s %s"):format(fixtures, name, folder,
    more or ""))
end

describe("a run", function()
  it("does every step once, and shares steps with other runs", function()
    with_folder(function(folder)
      local said = {}
      local function tiny(settings)
        said = {}
        return experiment.run(fixtures .. "tiny.lua", {results = folder, settings = settings,
          say = function(event, step)
            said[#said + 1] = event .. (step and " " .. step.name or "")
          end})
      end
      local results = tiny {seeds = {1}}
      assert.same({"planned", "start start", "done start", "start finish", "done finish",
        "start finish", "done finish"}, said)
      tiny {seeds = {1}}
      assert.same({"planned"}, said)
      local more = tiny {seeds = {1, 2}, models = {"small"}}
      assert.same({"planned", "start start", "done start", "start finish", "done finish"}, said)
      assert.same(results:rows("start")[1], more:rows("start")[1])
      assert.are_not.equal(results.run, more.run)
      assert.equal(results.run, experiment.results(results.run:sub(1, 4), {results = folder}).run)
      assert.equal(more.run, experiment.results("last", {results = folder}).run)
      assert.equal(more.run, experiment.results("tiny", {results = folder}).run)
    end)
  end)

  it("writes down what made its results", function()
    with_folder(function(folder)
      local results = experiment.run(fixtures .. "tiny.lua", {results = folder, preset = "quick"})
      local db <close> = store.database(folder .. "/invar.db", {readonly = true})
      local step = db:rows "select * from steps where name = 'start' and seed = 2"[1]
      assert.equal(invar.version, step.version)
      assert.equal(invar.threads(), step.threads)
      assert.equal(invar.backend(), step.backend)
      assert.equal('{"n":5,"seed":2}', step.settings)
      assert.matches("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$", step.finished)
      assert.is_true(step.wall > 0 and step.wall < 5 and step.memory > 1e6 and step.cores > 0)
      assert.equal(program.shell "uname -n", step.host .. "\n")
      local kept = db:rows "select * from runs"[1]
      assert.equal("quick", kept.preset)
      assert.equal(results.run, kept.id)
      assert.equal(12.0, db:rows([[select result->>'value' as value from results
        where step = 'finish' and json_extract(settings, '$.model') = 'large'
        order by value]])[1].value)
      assert.equal(8, #db:rows "select * from result_values where step = 'finish'")
    end)
  end)

  it("goes on when a step fails, and tries it again when asked to", function()
    with_folder(function(folder)
      local output, code = run("tiny", folder, "fail=large")
      assert.equal(1, code)
      assert.matches("[3/6] finish model=large start.seed=1: FAILED\n         " .. fixtures
        .. "tiny.lua:23: it was to fail\n", output, 1, true)
      assert.matches("4 of 6 steps done, 2 failed\n", output, 1, true)
      output, code = run("tiny", folder, "fail=large")
      assert.equal(1, code)
      assert.matches("FAILED before", output, 1, true)
      assert.is_nil(output:find("begins", 1, true))
      output = run("tiny", folder, "fail=large --retry")
      assert.equal(2, select(2, output:gsub("begins", "")))
      output, code = run("tiny", folder, "fail=small --stop-on-error")
      assert.equal(1, code)
      assert.matches("0 of 6 steps done, 1 failed", (output:gsub("%d of 6", "0 of 6")), 1, true)
      assert.equal(1, select(2, output:gsub("begins", "")))
    end)
  end)

  it("leaves out what needs a failed step", function()
    with_folder(function(folder)
      local ok, message = pcall(experiment.run, {name = "p", run = function(ctx)
        local a = ctx:step("a", {}, function() error "broken" end)
        local b = ctx:step("b", {a = a}, function() return {} end)
        ctx:step("c", {b = b}, function() return {} end)
        ctx:step("d", {}, function() return {} end)
      end}, {results = folder})
      assert.is_false(ok)
      assert.matches("experiment.run: 1 of 4 steps failed, the first is a: .*broken", message)
      local states = {}
      for _, step in ipairs(experiment.results("last", {results = folder}):steps()) do
        states[#states + 1] = step.name .. " " .. step.state
      end
      assert.same({"a failed", "b queued", "c queued", "d done"}, states)
    end)
  end)

  it("is not begun when run(ctx) has an error, which is shown with its place", function()
    with_folder(function(folder)
      local output, code = run("broken", folder)
      assert.equal(1, code)
      local path = fixtures .. "broken.lua"
      assert.equal(("invar: %s:4: attempt to index a nil value (field 'nothing')\n"
        .. "stack traceback:\n\t%s:4: in function <%s:2>\n"):format(path, path, path), output)
      assert.matches("No runs in", (program.shell("invar list --results " .. folder)))
    end)
  end)
end)

describe("kill -9", function()
  it("at any moment loses nothing: the same line ends with the same bytes", function()
    with_folder(function(folder)
      local _, code = run("training", folder .. "/whole")
      assert.equal(0, code)
      local wanted, delays = facts(folder .. "/whole"), rng.new(4)
      for try = 1, 2 do
        local path, kills = ("%s/killed%d"):format(folder, try), 0
        repeat
          _, code = program.shell(("timeout -s KILL %.3f %s run %straining.lua results=%s"):format(
            kills == 0 and 0.05 or delays:uniform(0.05, 0.4) * (1 + kills / 5),
            program.quote(program.path), fixtures, path))
          assert.is_true(code == 0 or code == 137, code)
          kills = kills + 1
        until code == 0 or kills > 50
        assert.is_true(kills > 1)
        assert.same(wanted, facts(path))
        assert.equal("", (program.shell("ls " .. path .. "/work")))
      end
    end)
  end)

  it("of one of two that run at once: the other takes over", function()
    with_folder(function(folder)
      run("training", folder .. "/whole", "epochs=4")
      local line = ("%s run %straining.lua epochs=4 results=%s/two"):format(
        program.quote(program.path), fixtures, folder)
      local output = program.shell(("%s & first=$!; %s & sleep 0.3; kill -9 $first; wait; true")
        :format(line, line))
      assert.matches("4 of 4 steps done", output, 1, true)
      assert.same(facts(folder .. "/whole"), facts(folder .. "/two"))
      -- and undisturbed
      output = program.shell(("%s; %s & %s; wait"):format(
        "rm -r " .. folder .. "/two", line, line))
      assert.equal(2, select(2, output:gsub("4 of 4 steps done", "")))
      assert.equal(4, select(2, output:gsub("begins", "")))
      assert.same(facts(folder .. "/whole"), facts(folder .. "/two"))
    end)
  end)
end)

describe("a results folder", function()
  local function fails(wanted, folder, prepare)
    local line = ("%s; invar run %stiny.lua results=%s"):format(prepare or "true", fixtures, folder)
    local output, code = program.shell(line)
    assert.equal(1, code)
    assert.matches(wanted, output, 1, true)
  end

  it("that cannot be used is refused with what to do", function()
    with_folder(function(folder)
      local db = folder .. "/invar.db"
      fails("invar: no results can be kept: /dev/null/x: Not a directory (results=DIR chooses "
        .. "another folder)\n", "/dev/null/x")
      fails("invar: " .. db .. " is damaged (file is not a database): move it away", folder,
        ("yes | head -c 9000 >%s"):format(db))
      fails("invar: " .. folder .. "/invar.db is another program's database: choose another "
        .. "folder with results=DIR\n", folder,
        ("rm %s; sqlite3 %s 'create table t (a)'"):format(db, db))
      fails("invar: " .. folder .. "/invar.db was written by a newer version of Invar (format 99, "
        .. "this one knows 1): use that version, or another folder with results=DIR\n", folder,
        ("sqlite3 %s 'pragma user_version = 99'"):format(db))
    end)
  end)

  it("on a full disk keeps what was finished, and the step is free", function()
    with_folder(function(folder)
      local path = folder .. "/r"
      local output, code = program.shell(("invar run %stiny.lua results=%s; trap '' XFSZ; "
        .. "ulimit -f 600; invar run %straining.lua results=%s hidden=600"):format(fixtures, path,
        fixtures, path))
      assert.equal(1, code)
      assert.matches("File too large\n$", output)
      local list = facts(path)
      assert.equal("train queued 2", list[#list])
      output, code = run("training", path, "hidden=600 epochs=1")
      assert.equal(0, code, output)
    end)
  end)
end)
