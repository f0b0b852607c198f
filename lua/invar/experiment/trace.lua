--- Where errors come from, for people: the lines of their own code; all lines
-- where an error is Invar's own.

local library = package.searchpath("invar", package.path):match "^(.*/)init.lua$"

-- Whether a line of a traceback is of the user's code.
local function is_own(line)
  return line:find "^\t[^%[%(]" and not line:find(library, 1, true)
    and not line:find "^\t%.%.%.%s*%("
end

--- The message of an error value with a traceback; to be called by the message
-- handler of xpcall.
return function(problem)
  local message = type(problem) == "string" and problem or tostring(problem)
  local whole, own = debug.traceback(message, 3), {}
  for line in whole:sub(#message + 1):gmatch "[^\n]+" do
    if is_own(line) then own[#own + 1] = line end
  end
  if #own > 0 then return message .. "\nstack traceback:\n" .. table.concat(own, "\n") end
  return message:find(library, 1, true) and whole or message
end
