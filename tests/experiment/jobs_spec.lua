-- invar run --jobs and invar watch: processes that share a run, that die, that are
-- stopped, that cannot write.
local program = require "support.program"
local with_folder = require "support.folder"

local fixtures = program.root:match "^(.*)/" .. "/tests/fixtures/experiment/"

-- Runs commands in a folder of their own.
local function session(commands)
  return with_folder(function(folder)
    return program.shell(("cd %s; F=%s; %s"):format(folder, program.quote(fixtures), commands))
  end)
end

-- A protocol of one step with this body, and one after it.
local function protocol(body, more)
  return "cat >p.lua <<'END'\nlocal function signal(name) os.execute('kill -' .. name .. "
    .. "' ' .. io.open('/proc/self/stat'):read 'n') end\n"
    .. "return {name = 'p', run = function(ctx)\n"
    .. "local a = ctx:step('a', {}, function(step)\n" .. body .. "\nreturn {n = 1} end)\n"
    .. (more or "ctx:step('b', {a = a}, function() return {n = 2} end)")
    .. "\nctx:step('c', {}, function() return {n = 3} end)\nend}\nEND\n"
end

describe("invar run --jobs", function()
  it("does what one process does", function()
    local output, code = session [[
      invar run $F/tiny.lua results=one >/dev/null; invar run $F/tiny.lua results=two --jobs 3
      for r in one two; do invar sql 'select * from results order by key, n' --results $r >$r.txt
      done; cmp one.txt two.txt && invar run $F/tiny.lua results=two --jobs 3]]
    assert.equal(0, code, output)
    assert.matches("^run %x+: 6 steps\n", output)
    assert.equal(6, select(2, output:gsub(": done in ", "")))
    assert.matches("run %x+: 6 steps, 6 done before\nrun %x+: 6 of 6 steps done\n", output)
  end)

  it("reports failures, and runs failed steps again when asked to", function()
    local output, code = session [[
      invar run $F/tiny.lua --jobs 2 fail=large; invar run $F/tiny.lua --jobs 2 fail=large
      invar run $F/tiny.lua --jobs 2 fail=large --retry]]
    assert.equal(1, code)
    assert.equal(6, select(2, output:gsub("tiny.lua:23: it was to fail", "")), output)
    assert.equal(2, select(2, output:gsub("FAILED before", "")))
  end)

  it("goes on with steps that depend on results", function()
    local output, code = session(protocol("", [[for i = 1, a:wait():row().n + 2 do
      ctx:step('b', {i = i}, function() return {} end) end]]) .. "invar run p.lua --jobs 2")
    assert.equal(0, code, output)
    assert.matches("run %x+: 5 of 5 steps done", output)
  end)

  it("gives a step whose process dies to another, and fails it the second time", function()
    local output, code = session(protocol "signal 'KILL' require'invar.core.system'.sleep(5)"
      .. "invar run p.lua --jobs 2; invar run p.lua --jobs 2")
    assert.equal(1, code)
    assert.equal(4, select(2, output:gsub("worker %d+ was killed by signal 9", "")), output)
    assert.equal(2, select(2, output:gsub("FAILED\n         its process died twice", "")), output)
    assert.equal(2, select(2, output:gsub("1 of 3 steps done, 1 failed, 1 left out", "")), output)
    output = session(protocol "if not os.rename('first', 'again') then os.exit(7) end"
      .. "touch first; invar run p.lua --jobs 1; ls; rm -rf results; mv again x; "
      .. "invar run p.lua --jobs 1")
    assert.matches("3 of 3 steps done\nagain\n", output, 1, true)
    assert.matches("worker %d+ left with the code 7\n", output)
  end)

  it("stops at the first failure when asked to", function()
    local output, code = session(protocol "error 'no'"
      .. "invar run p.lua --jobs 1 --stop-on-error; invar run p.lua --jobs 0")
    assert.equal(1, code)
    assert.matches("1 failed", output, 1, true)
    assert.matches("option --jobs: a number of processes in 1 .. 1024 expected, got '0'", output, 1,
      true)
  end)
end)

describe("a sweep that is asked to leave", function()
  local long = [[cat >p.lua <<'END'
local invar = require "invar"
return {name = "long", defaults = {seeds = {1, 2}}, run = function(ctx)
  for _, seed in ipairs(ctx.seeds) do
    ctx:step("train", {seed = seed}, function(step)
      local random = invar.rng.new(step.settings.seed)
      local set = invar.data.tensors {x = invar.tensor.rand(random, 64, 8, 8, 3),
        y = invar.tensor.randint(random, 1, 3, 64)}
      local net = invar.models.create("mlp", {classes = 3, size = 8, hidden = {8}})
      invar.train.fit(net, set, {epochs = 1000000, batch = 16, checkpoint = step.checkpoint,
        on_step = function(info)
          if info.step == 5 then io.open(step.folder .. "/begun", "w"):close() end
        end})
    end)
  end
end}
END
]]
  for _, case in ipairs {{"INT", 130}, {"TERM", 143}, {"HUP", 143}, {"USR1", 143}} do
    it("by SIG" .. case[1] .. " ends its workers with their checkpoints", function()
      local output, code = session(long .. ([[
        %s run p.lua --jobs 2 & pid=$!
        until [ "$(ls results/work/*/begun 2>/dev/null | wc -l)" = 2 ]; do sleep 0.05; done
        kill -%s $pid
        wait $pid; code=$?; ls results/work/*/checkpoint.safetensors | wc -l
        invar sql "select count(*) as n from steps where state = 'queued'" --format csv
        exit $code]]):format(program.quote(program.path), case[1]))
      assert.equal(case[2], code, output)
      assert.matches("\n2\nn\n2\n$", output)
    end)
  end
end)

describe("a sweep", function()
  it("and another of the same line share the work", function()
    local output = session [[
      for i in 1 2; do invar run $F/training.lua --jobs 1 >out$i 2>&1 & done; wait; cat out*
      cat results/logs/*/*.log | grep -c 'done in']]
    assert.equal(2, select(2, output:gsub("4 of 4 steps done", "")), output)
    assert.matches("\n4\n$", output)
  end)

  it("says what to do where it cannot write, and keeps what was finished", function()
    local output, code = session [[
      invar run $F/tiny.lua results=r >/dev/null; trap '' XFSZ; ulimit -f 600
      invar run $F/training.lua results=r hidden=600 --jobs 2]]
    assert.equal(1, code)
    assert.matches("invar: .*File too large\n$", output)
    output = session [[
      mkdir r; sqlite3 r/invar.db 'pragma user_version = 99'
      invar run $F/tiny.lua results=r --jobs 2
      yes | head -c 9000 >r/invar.db; invar run $F/tiny.lua results=r --jobs 2
      invar run $F/tiny.lua results=/dev/null/x --jobs 2]]
    assert.matches("newer version of Invar.*is damaged.*no results can be kept", output)
  end)

  it("notices that its program or protocol is another now", function()
    local output, code = session(protocol "signal 'KILL' require'invar.core.system'.sleep(5)"
      .. "(sleep 0.01; until ls results/work/* >/dev/null 2>&1; do sleep 0.01; done; "
      .. "echo '-- more' >>p.lua) & invar run p.lua --jobs 1; code=$?; wait; exit $code")
    assert.equal(1, code)
    assert.matches("invar: the program or the file of the protocol was changed while the run went "
      .. "on; what is done is kept: start the same line again\n", output, 1, true)
  end)

  it("is not stopped by a data set that is missing half way", function()
    local output, code = session(protocol("local set = require'invar'.data.folder('nowhere')", "")
      .. "invar run p.lua --jobs 2")
    assert.equal(1, code)
    assert.matches("a: FAILED\n.*nowhere.*run %x+: 1 of 2 steps done, 1 failed\n", output)
  end)
end)

describe("invar watch", function()
  it("follows a run to its end", function()
    local output, code = session [[
      invar run $F/tiny.lua fail=large >/dev/null; invar watch --once; invar watch tiny
      invar run $F/training.lua epochs=40 --jobs 2 >/dev/null &
      until invar watch --once training >/dev/null 2>&1; do sleep 0.1; done; invar watch training
      wait; invar watch --once; invar watch no]]
    assert.equal(1, code)
    assert.matches("^run %x+ of tiny: 4/6 done, 2 failed\n  finish model=large start.seed=1: "
      .. "FAILED: [^\n]*it was to fail\n", output)
    assert.matches("run %x+ of training: 4/4 done\n.*run %x+ of training: 4/4 done\n", output)
    assert.matches('invar: there is no run "no" in results', output, 1, true)
  end)
end)
