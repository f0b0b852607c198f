--- Processes that answer each line they are sent with a line: io.popen gives
-- one direction only, a named pipe the other.

local talk = {}

--- Starts `command` (of the shell) and waits for its first line, which must be
-- "ready". Returns a function ask(line) -> answer, or nil where the command
-- ended before that (a library it needs is not there). Its process ends when
-- it is sent "exit".
function talk.start(command)
  local pipe = os.tmpname()
  os.remove(pipe)
  assert(os.execute(("mkfifo -m 600 '%s'"):format(pipe)), "mkfifo failed")
  local to = assert(io.popen(("exec %s >'%s'"):format(command, pipe), "w"))
  local from = assert(io.open(pipe, "r"))
  os.remove(pipe)
  if from:read("l") ~= "ready" then
    from:close()
    to:close()
    return nil
  end
  return function(line)
    to:write(line, "\n")
    to:flush()
    if line == "exit" then
      to:close()
      return from:close()
    end
    return from:read("l") or error(("%q: no answer from %s"):format(line, command), 0)
  end
end

--- The middle of a list of numbers, the smallest and the largest.
function talk.median(numbers)
  local list = table.move(numbers, 1, #numbers, 1, {})
  table.sort(list)
  local middle = (#list + 1) // 2
  local value = #list % 2 == 1 and list[middle] or (list[middle] + list[middle + 1]) / 2
  return value, list[1], list[#list]
end

return talk
