-- Invar against Pillow and torchvision: samples per second and core, in one run.
--
--   invar bench/transforms.lua [seconds per list] [rounds]
--
-- Runs bench/data.lua and bench/transforms_peer.py by turns, each on one core,
-- and prints the medians, their ratios, and the geometric mean of these.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
local seconds, rounds = arg[1] or "1", math.tointeger(arg[2] or 3)

local program = arg[-1]
local commands = {
  invar = ("'%s' '%s/data.lua' %s"):format(program, here, seconds),
  peer = ("/usr/bin/python3 '%s/transforms_peer.py' %s"):format(here, seconds),
}

local names, rates = {}, {invar = {}, peer = {}}

local function run(who)
  local lines = assert(io.popen("OMP_NUM_THREADS=1 " .. commands[who]))
  for line in lines:lines() do
    local name, value = line:match("^(%S+) (%d+)$")
    if not rates[who][name] then
      rates[who][name] = {}
      if who == "invar" then names[#names + 1] = name end
    end
    table.insert(rates[who][name], tonumber(value))
  end
  assert(lines:close(), who .. " failed")
end

local function median(list)
  table.sort(list)
  local middle = (#list + 1) // 2
  return #list % 2 == 1 and list[middle] or (list[middle] + list[middle + 1]) / 2
end

for _ = 1, rounds do
  run "invar"
  run "peer"
end

print(("%-26s %12s %12s %8s"):format("samples per second, core", "Invar", "torchvision", "ratio"))
local sum = 0
for _, name in ipairs(names) do
  local ours, theirs = median(rates.invar[name]), median(rates.peer[name])
  sum = sum + math.log(ours / theirs)
  print(("%-26s %12.0f %12.0f %8.1f"):format(name, ours, theirs, ours / theirs))
end
print(("%-26s %12s %12s %8.1f"):format("geometric mean", "", "", math.exp(sum / #names)))
