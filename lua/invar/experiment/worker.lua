--- What a process that works for another run does: `invar run … --worker=…`, which
-- jobs.lua and the scripts of slurm.lua start.

local base = require "invar.core.base"
local engine = require "invar.experiment.engine"
local system = require "invar.core.system"

local worker = {}

--- The exit code of a worker that is not of the program, or has not the protocol,
-- of the process that it works for.
worker.OTHER = 3

--- Names the program and the text of a protocol.
function worker.token(protocol)
  return base.hash(system.hash_file "/proc/self/exe" .. (protocol.hash or ""))
end

--- Does steps for the process PID as long as there are any. `given`: "PID:TOKEN".
-- Returns the exit code.
function worker.serve(about, given)
  local parent, token = given:match "^(%d+):(%x+)$"
  if not parent then error("--worker is not for people", 0) end
  system.serve(math.tointeger(parent))
  if worker.token(about.protocol) ~= token then return worker.OTHER end
  about.options.worker = true
  local plan = engine.run(about)
  if plan.problem and not plan.failed then error(plan.trace or plan.problem, 0) end
  return 0
end

return worker
