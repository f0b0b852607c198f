-- A conversation with the prompt on a pseudo-terminal: a list of steps.
--   {"send", "1 + 1\n"}, {"expect", "2"}, {"control", "C"}, {"end", 0}
-- A plain string is sent with a line end. Raises where a step fails.
local program = require "support.program"

local function hex(text)
  return (text:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
end

-- `setting`: environment, as "NAME=value NAME=value"; `options`: the command
-- line of the program.
return function(steps, setting, options)
  local lines = {}
  for _, step in ipairs(steps) do
    if type(step) == "string" then step = {"send", step .. "\n"} end
    local verb, value = step[1], step[2]
    if verb == "send" or verb == "expect" then value = hex(value) end
    lines[#lines + 1] = verb .. " " .. value
  end
  local script = program.file(table.concat(lines, "\n") .. "\n")
  local here = package.searchpath("support.session", package.path):match "^(.*)/"
  local output = program.shell(
    ("env TERM=xterm NO_COLOR=1 INPUTRC=/dev/null %s python3 %s/session.py %s %s <%s")
    :format(setting or "", here, program.quote(program.path), options or "", script))
  os.remove(script)
  assert(output == "ok\n", output)
end
