--- What the processors did, from /proc: seconds of all of them together.

local processors = {}

--- Busy since the machine was started, with all programs.
function processors.busy()
  local user, nice, system, _, _, irq, softirq, steal = io.open("/proc/stat"):read("a")
    :match("^cpu%s+(%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+)")
  return (user + nice + system + irq + softirq + steal) / 100
end

--- Busy with the programs that this one started and that have ended.
function processors.children()
  local after_name = io.open("/proc/self/stat"):read("a"):match("^.*%) (.*)$")
  local fields = {}
  for field in after_name:gmatch("%S+") do fields[#fields + 1] = field end
  return (fields[14] + fields[15]) / 100 -- cutime and cstime, in clock ticks
end

return processors
