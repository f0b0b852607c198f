-- The subcommands: invar run, list, show, diff, rm, sql, report.
local program = require "support.program"
local with_folder = require "support.folder"

local root = program.root:match "^(.*)/"
local tiny = root .. "/tests/fixtures/experiment/tiny.lua"

-- Runs commands in a folder of their own, where `tiny` is a protocol of this name
-- and the results are in results/.
local function session(commands, f)
  with_folder(function(folder)
    local output, code = program.shell(("cd %s && mkdir scripts && cp %s scripts/ && %s"):format(
      folder, tiny, commands))
    if f then f(output, code, folder) else return output, code end
  end)
end

local function says(wanted, commands, code)
  session(commands, function(output, own)
    assert.equal(code or 0, own, output)
    assert.matches(wanted, output, 1, true)
  end)
end

describe("invar run", function()
  it("shows settings and plans without running anything", function()
    session("invar run tiny preset=quick seeds=1..3 --show; invar run tiny seeds=4 --plan; ls",
      function(output)
        assert.equal([[
tiny, preset quick: Numbers that lean on each other.

  data.n = 5
  factor = 2
  fail   = none
  models = small,large
  seeds  = 1..3

Presets: quick
   1  missing           ?  start
   2  missing           ?  finish model=small
   3  missing           ?  finish model=large

3 steps, 0 of them done; how long the others take is not known yet.
scripts
]], output)
      end)
    session("invar run tiny >/dev/null; invar run tiny seeds=1..3 --plan", function(output)
      assert.matches("   6  done                 finish model=large start.seed=2\n"
        .. "   7  missing     ~0.0", output, 1, true)
      assert.matches("9 steps, 6 of them done; the others take about 0.0", output, 1, true)
    end)
  end)

  it("plans up to a step that is waited for", function()
    session([[echo 'return {name = "w", run = function(ctx)
      local a = ctx:step("a", {}, function() return {n = 2} end)
      for i = 1, a:wait():row().n do ctx:step("b", {i = i}, function() end) end
      end}' >w.lua; invar run w.lua --plan; invar run ./w.lua >/dev/null; invar run w.lua --plan]],
      function(output)
        assert.matches("   1  missing           ?  a\n"
          .. "      further steps depend on the result of a\n\n1 steps, 0 of them", output, 1, true)
        assert.matches("   3  done                 b i=2\n\n3 steps, 3 of them done.\n", output, 1,
          true)
      end)
  end)

  it("says what is wrong with the line", function()
    says('invar: there is no setting "n" (did you mean "data.n"?)\n', "invar run tiny n=3", 1)
    says('invar: tiny has no preset "quik" (did you mean "quick"?)\n',
      "invar run tiny preset=quik", 1)
    says('invar: there is no protocol "tni" (did you mean "tiny"?); a protocol of your own',
      "invar run tni", 1)
    says('invar: KEY=VALUE expected, as seeds=1..3, got "quick"\n', "invar run tiny quick", 1)
    says("invar: there is no file ./none.lua\n", "invar run ./none.lua", 1)
    says("invar run: missing argument 'protocol'\nUsage: invar run ", "invar run", 1)
    says("invar run: unknown option '--shwo'", "invar run tiny --shwo", 1)
    for _, name in ipairs {"run", "list", "show", "diff", "rm", "sql", "report"} do
      says("Usage: invar " .. name, ("invar %s -h"):format(name))
    end
  end)

  it("refuses files that are no protocols", function()
    local function refused(wanted, text)
      says("invar: " .. wanted,
        ("echo %s >p.lua; invar run ./p.lua"):format(program.quote(text)), 1)
    end
    refused("./p.lua:1: unexpected symbol near '='\n", "x = = 1")
    refused("./p.lua is no protocol: it returns 3, not a table", "return 3")
    refused('./p.lua: a protocol has no field "rnu" (did you mean "run"?)\n', "return {rnu = 1}")
    refused("./p.lua: a protocol has a function run(ctx)\n", "return {}")
    refused("./p.lua: field run of a protocol: function expected, got 1\n", "return {run = 1}")
    refused("./p.lua: presets stand beside defaults, not in them\n",
      "return {run = print, defaults = {presets = {}}}")
    refused("./p.lua: defaults: f: plain values expected", "return {run = print, "
      .. "defaults = {f = print}}")
    refused("./p.lua:1: no\n", "error 'no'")
  end)

  it("wins over a script of its name, which a path still reaches", function()
    session("echo 'print \"script\"' >run; invar run -h | head -1; invar ./run; invar -- run",
      function(output) assert.matches("^Usage: invar run.*\nscript\nscript\n$", output) end)
  end)
end)

describe("invar list", function()
  it("shows protocols and runs", function()
    says("No runs in results yet.\n", "invar list")
    session("invar run tiny preset=quick >/dev/null; invar run tiny fail=small >/dev/null; "
      .. "invar list", function(output)
      assert.matches("| tiny +| Numbers that lean on each other. +|\n", output)
      assert.matches("| %x+ | tiny     | quick  | done   | 6/6  | 20%d%d%-%d%d%-%d%d %d%d:%d%d |\n",
        output)
      assert.matches("| tiny     |        | failed | 4/6  | ", output, 1, true)
    end)
  end)
end)

describe("invar show", function()
  it("tells all about a run", function()
    session("invar run tiny preset=quick fail=large >/dev/null; invar show last", function(output)
      for _, wanted in ipairs {"of tiny, preset quick\n", "file scripts/tiny.lua", "data.n = 5\n",
        "| finish | model=small start.seed=2 | done   |", "| finish | model=large start.seed=2 "
        .. "| failed |", "| seed=2 | 7   |", "| model=small start.seed=1 | small | 12    |",
        "finish model=large start.seed=1 failed:\n  scripts/tiny.lua:23: it was to fail\n"} do
        assert.matches(wanted, output, 1, true)
      end
    end)
    says("stack traceback:", "invar run tiny fail=large >/dev/null; invar show last --errors")
    says('invar: there is no run "x" in results: invar list shows them\n',
      "invar run tiny >/dev/null; invar show x", 1)
    says("invar: there are no results in results yet: invar run PROTOCOL makes some",
      "invar show last", 1)
  end)
end)

describe("invar diff", function()
  it("compares settings and results", function()
    session([[invar run tiny >/dev/null; invar run tiny factor=3 seeds=1..3 >/dev/null
      ids=$(invar sql 'select id from runs order by rowid' --format csv | tail -n 2)
      invar diff $ids; invar diff last last]], function(output)
      assert.matches("| factor  | 2        | 3        |\n| seeds   | 1,2      | 1..3     |", output,
        1, true)
      assert.matches("| start | sum   |     11.5 |       12 |       +0.5 | 2, 3 |", output, 1, true)
      assert.matches("| finish model=large | value |       23 |       36 |        +13 | 2, 3 |",
        output, 1, true)
      assert.matches("This is one run.\n$", output)
    end)
  end)
end)

describe("invar rm", function()
  it("removes a run and what only it has", function()
    session([[invar run tiny models=small >/dev/null; invar run tiny >/dev/null
      echo n | invar rm last; echo $?
      invar rm last --yes; invar sql 'select count(*) as n from steps' --format csv
      sed -i 's/return x [*]/return 2 */' scripts/tiny.lua; invar run tiny models=small >/dev/null
      invar rm --unused; invar rm tiny -y; invar rm tiny -y; invar rm]], function(output)
      assert.matches("^Remove run %x+ of tiny, 6 of 6 steps done%? %[y/N%] "
        .. "Nothing was removed.\n1\n"
        .. "run %x+ is removed, with 2 of its 6 steps\nn\n4\n2 unused steps are removed\n"
        .. "run %x+ is removed, with 4 of its 4 steps\ninvar: there are no runs in results yet\n"
        .. "invar: a run is missing", output)
    end)
  end)

  it("removes files too", function()
    session(("invar run %s/tests/fixtures/experiment/training.lua n=20 epochs=1 >/dev/null; "
      .. "ls results/steps | wc -l; invar rm last -y >/dev/null; ls results/steps results/work")
      :format(root), function(output)
      assert.equal("4\nresults/steps:\n\nresults/work:\n", output)
    end)
  end)
end)

describe("invar sql", function()
  it("asks the database", function()
    local query = [[invar run tiny >/dev/null; invar sql "select seed, result->>'sum' as sum,
      'a,\"b|' as text from results where step = 'start'" ]]
    says('| seed | sum | text   |\n|------|-----|--------|\n| 1    | 11  | a,"b\\| |\n'
      .. '| 2    | 12  | a,"b\\| |\n2 rows\n', query)
    says('seed,sum,text\n1,11,"a,""b|"\n2,12,"a,""b|"\n', query .. "--format csv")
    says("invar: no such column: y\n", "invar run tiny >/dev/null; invar sql 'select y'", 1)
    says("invar: results/invar.db: it cannot be written", "invar run tiny >/dev/null; "
      .. "invar sql 'delete from runs'", 1)
  end)

  it("takes its folder from --results and INVAR_RESULTS", function()
    says("n\n1\n", "INVAR_RESULTS=a invar run tiny >/dev/null; "
      .. "invar sql 'select count(*) as n from runs' --results a --format csv")
  end)
end)

describe("invar report", function()
  it("calls the protocol's report", function()
    says("sum of all\t92.0\n", "invar run tiny >/dev/null; invar report last")
  end)
end)
