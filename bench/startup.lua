-- Start of the program to the first tensor, against Python with torch: whole
-- processes, interleaved, medians of 7.
--   invar bench/startup.lua

local base = require "invar.core.base"

local invar = arg[-1]
local commands = {
  {"invar -e", invar .. [[ -e 'print(require "invar".tensor.zeros(2, 3))' >/dev/null]]},
  {"python3 -c, torch",
    [[/usr/bin/python3 -c 'import torch; print(torch.zeros(2, 3))' >/dev/null]]},
}

local times = {{}, {}}
for _ = 1, 7 do
  for c, command in ipairs(commands) do
    local start = base.clock()
    if not os.execute(command[2]) then error("could not run " .. command[2], 0) end
    table.insert(times[c], base.clock() - start)
  end
end
for c, command in ipairs(commands) do
  table.sort(times[c])
  print(("%-20s %7.1f ms"):format(command[1], 1000 * times[c][4]))
end
print(("%-20s %7.0f"):format("ratio", times[2][4] / times[1][4]))
