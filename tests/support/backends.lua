-- Runs f(name) with each backend there is and returns the results as a list;
-- the backend in use is as before afterwards.
local invar = require "invar"

local chosen = invar.backend()
local has_onednn = pcall(invar.backend, "onednn")
invar.backend(chosen)

local function each(f)
  local before, results = invar.backend(), {}
  local _ <close> = setmetatable({}, {__close = function() invar.backend(before) end})
  for _, name in ipairs {"blas", has_onednn and "onednn" or nil} do
    invar.backend(name)
    results[#results + 1] = f(name)
  end
  return results
end

return {each = each, has_onednn = has_onednn}
