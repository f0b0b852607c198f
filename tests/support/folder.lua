-- Calls f with a folder of its own, which is removed afterwards.
local program = require "support.program"

return function(f)
  local pipe = assert(io.popen "mktemp -d")
  local path = pipe:read "l"
  pipe:close()
  local results = table.pack(pcall(f, path))
  os.execute("chmod -R u+rwX " .. program.quote(path) .. "; rm -rf " .. program.quote(path))
  if not results[1] then error(results[2], 0) end
  return table.unpack(results, 2, results.n)
end
