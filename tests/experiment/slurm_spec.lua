-- Runs on a cluster: Slurm itself, started here on this machine.
local base = require "invar.core.base"
local facts = require "support.facts"
local machine = require "invar.experiment.machine"
local program = require "support.program"
local slurm = require "invar.experiment.slurm"
local system = require "invar.core.system"
local with_folder = require "support.folder"

local root = program.root:match "^(.*)/"
local fixture = root .. "/tests/fixtures/experiment/training.lua"
local cluster = program.quote(root .. "/tests/support/cluster.sh")

local function has_slurm()
  return os.execute("PATH=$PATH:/usr/sbin; command -v slurmctld slurmd munged sbatch python3 "
    .. ">/dev/null 2>&1")
end

local function shell(folder, ...)
  return program.shell(("export SLURM_CONF=%s/cluster/slurm.conf; cd %s; "):format(folder, folder)
    .. (...):format(select(2, ...)))
end

-- Calls f(folder) while a cluster runs.
local function with_cluster(f)
  with_folder(function(folder)
    os.execute("chmod 755 " .. folder)
    local output, code = program.shell(("%s start %s/cluster %d"):format(cluster, folder,
      machine.owner().pid))
    assert(code == 0, output)
    local ok, problem = pcall(f, folder)
    program.shell(("%s stop %s/cluster"):format(cluster, folder))
    if not ok then error(problem, 0) end
  end)
end

-- Waits until f() gives something.
local function wait_for(what, f)
  local began = base.clock()
  while base.clock() - began < 60 do
    local value = f()
    if value then return value end
    system.sleep(0.1)
  end
  error("waited too long for " .. what, 0)
end

describe("invar run --slurm", function()
  it("goes on after its time limit, and ends with what it gives without a cluster", function()
    if not has_slurm() then pending "slurm-wlm and munge are not installed: no cluster is tried" end
    with_cluster(function(folder)
      local line = ("invar run %s seeds=1 epochs=40"):format(program.quote(fixture))
      assert.equal(0, select(2, shell(folder, "%s results=here", line)))
      local output, code = shell(folder, "%s results=there --jobs 2 --slurm "
        .. "'partition=main,time=5,cpus-per-task=1'", line)
      assert.equal(0, code, output)
      assert.matches("run %x+: 2 steps\njob 1: 1 step\njob 2: 1 step, after job 1\n", output)
      -- the signal that Slurm sends before the time limit
      wait_for("the first step", function()
        return shell(folder, "ls there/work/*/checkpoint.safetensors"):find "safetensors\n$"
      end)
      shell(folder, "scancel --signal=USR1 --batch 1_0")
      wait_for("the job to be queued again", function()
        return shell(folder, "squeue -h -t PENDING -o %%F"):find "1\n"
      end)
      assert.matches("asked to leave", shell(folder, "cat there/logs/*/*.log"), 1, true)
      assert.matches("0/2 done, 0 running", shell(folder, "invar watch --once --results there"), 1,
        true)
      output = shell(folder, "%s results=there --slurm 'partition=main,time=5'", line)
      assert.matches("all missing steps are with jobs in the queue\n", output, 1, true)
      -- Slurm lets it wait for two minutes, because slurmd refuses a job again that
      -- comes back in the second in which its credential was revoked.
      system.sleep(3)
      shell(folder, "scontrol update JobId=$(squeue -h -o %%A -j 1 | head -n 1) StartTime=now")
      output, code = shell(folder, "%s results=there --slurm 'partition=main,time=5' --wait", line)
      assert.equal(0, code, output)
      assert.matches("2 of 2 steps done\n", output, 1, true)
      assert.same(facts(folder .. "/here"), facts(folder .. "/there"))
      assert.equal("", (shell(folder, "ls there/work")))
      -- what sbatch says is passed on
      output, code = shell(folder, "%s results=new --slurm partition=no", line)
      assert.equal(1, code)
      assert.matches("invar: sbatch does not take new/slurm/%x+/1.sh: .*invalid partition", output)
    end)
  end)

  it("checks the options of sbatch", function()
    assert.same({{"partition", "main"}, {"nodelist", "a,b"}, {"exclusive"}, {"time", "1-00:30"}},
      slurm.options "partition=main, nodelist=a,b,exclusive,time=1-00:30")
    for text, wanted in pairs {
      ["partiton=3"] = 'has no option "partiton" that can be given here (did you mean "partit',
      ["array=1-3"] = "array is set by Invar itself",
      ["time"] = "time needs a value, as time=…",
      ["comment=a\nb"] = "comment: unexpected character",
      ["comment=$(id)"] = "comment: unexpected character",
      ["comment=a\"b"] = "comment: unexpected character",
    } do
      local ok, message = pcall(slurm.options, text)
      assert.is_false(ok)
      assert.matches(wanted, message, 1, true)
    end
  end)
end)
