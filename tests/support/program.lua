-- The program under test, and running it as a child.
local program = {}

local lowest = 0
while arg[lowest - 1] do lowest = lowest - 1 end
local folder = arg[lowest]:match "^(.*)/[^/]*$" or "."
if folder:sub(1, 1) ~= "/" then
  local pipe = assert(io.popen "pwd")
  folder = pipe:read "l" .. "/" .. folder
  pipe:close()
end

--- Absolute path of build/invar.
program.path = folder .. "/invar"

--- A file of the source tree, for make.
program.root = package.searchpath("invar", package.path):match "^(.*)/lua/" .. "/Makefile"

--- A text as one word for the shell.
function program.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Runs a command of the shell: its output (both channels) and exit code. In it
-- `invar` stands for the program. SIGHUP acts as usual, also under nohup.
function program.shell(command)
  local name = os.tmpname()
  local script = ("invar() { %s \"$@\"; }\n%s"):format(program.quote(program.path), command)
  local _, _, code = os.execute(("env --default-signal=HUP sh -c %s >%s 2>&1 </dev/null")
    :format(program.quote(script), name))
  local file = assert(io.open(name))
  local output = file:read "a"
  file:close()
  os.remove(name)
  return output, code
end

--- Writes a file and returns its name, for the caller to remove.
function program.file(text)
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  file:write(text)
  file:close()
  return name
end

return program
