--- Who computes: this process, the machine, the program. What results carry.

local base = require "invar.core.base"
local system = require "invar.core.system"

local machine = {}

local function first_line(path)
  local file = io.open(path)
  if not file then return nil end
  local line = file:read "l"
  file:close()
  return line
end

-- When the process with this number began, in the system's ticks; nil where
-- there is none, or only what is left of one until its parent looks. The name in
-- parentheses may hold anything.
local function start_of(pid)
  local line = first_line(("/proc/%s/stat"):format(pid))
  local after, n = line and line:match "^.*%) (.*)$", 0
  if not after or after:find "^[ZX]" then return nil end
  for field in after:gmatch "%S+" do
    n = n + 1
    if n == 20 then return math.tointeger(field) end
  end
end

local owner

--- This process among all there ever were: {host, pid, boot, start}.
function machine.owner()
  if not owner then
    local line = first_line "/proc/self/stat"
    local pid = math.tointeger(line:match "^%d+")
    owner = {pid = pid, start = start_of(pid),
      host = first_line "/proc/sys/kernel/hostname" or "unknown",
      boot = first_line "/proc/sys/kernel/random/boot_id" or "unknown"}
  end
  return owner
end

--- Whether a process, as owner() described it, is gone. One of another machine
-- is not known to be.
function machine.is_gone(other)
  local own = machine.owner()
  if other.host ~= own.host then return false end
  return other.boot ~= own.boot or start_of(other.pid) ~= other.start
end

--- Whether it is this process.
function machine.is_self(other)
  local own = machine.owner()
  return other.host == own.host and other.boot == own.boot and other.pid == own.pid
    and other.start == own.start
end

-- The instruction sets that decide how fast Invar is.
local function instruction_sets(flags)
  local names = {}
  for _, pair in ipairs {{"avx2", "avx2"}, {"avx512f", "avx512"}, {"avx512_bf16", "bf16"},
    {"amx_tile", "amx"}, {"asimd", "neon"}, {"sve", "sve"}} do
    if (" " .. flags .. " "):find(" " .. pair[1] .. " ", 1, true) then
      names[#names + 1] = pair[2]
    end
  end
  return table.concat(names, " ")
end

local about

--- The machine: {host, cpu, isa, cores}.
function machine.about()
  if about then return about end
  local cpu, flags, cores = "unknown", "", 0
  local file = io.open "/proc/cpuinfo"
  for line in file and file:lines() or function() end do
    cpu = line:match "^model name%s*:%s*(.*)" or cpu
    flags = line:match "^flags%s*:%s*(.*)" or line:match "^Features%s*:%s*(.*)" or flags
    if line:find "^processor%s*:" then cores = cores + 1 end
  end
  if file then file:close() end
  about = {host = machine.owner().host, cpu = cpu, isa = instruction_sets(flags), cores = cores}
  return about
end

--- A watch on what this process uses: call it for {wall, cpu} in seconds and
-- {memory}, the most bytes it had since.
function machine.watch()
  local wall, cpu = base.clock(), os.clock()
  system.reset_peak()
  return function()
    local memory
    local file = io.open "/proc/self/status"
    for line in file and file:lines() or function() end do
      memory = memory or line:match "^VmHWM:%s*(%d+) kB"
    end
    if file then file:close() end
    return {wall = base.clock() - wall, cpu = os.clock() - cpu,
      memory = memory and math.tointeger(memory) * 1024}
  end
end

--- The state of the repository that a file lies in, as git says it ("1a2b3c4",
-- "1a2b3c4-dirty"); nil where there is none.
function machine.git_state(path)
  local folder = path:match "^(.*)/[^/]*$" or "."
  local pipe = io.popen(("git -C '%s' describe --always --dirty --exclude '*' 2>/dev/null"):format(
    folder:gsub("'", "'\\''")))
  local line = pipe and pipe:read "l"
  if pipe then pipe:close() end
  return line
end

--- The time of day, for people and for sorting: "2026-11-22T06:24:03Z".
function machine.now() return os.date "!%Y-%m-%dT%H:%M:%SZ" end

return machine
