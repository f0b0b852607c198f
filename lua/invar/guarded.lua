--- guarded(name, f): the public function `name`. Errors of its own, which may
-- come from deep below ("plot.line: there is no series", with any place or none),
-- get the place that called it; all other errors pass as they are.
return function(name, f)
  local start = name .. ": "
  local function finish(ok, ...)
    if ok then return ... end
    local message = ...
    if type(message) ~= "string" then error(message, 0) end
    local text = message:gsub("^[^\n:]*:%d+: ", "")
    local own = text:sub(1, #start) == start
    error(own and text or message, own and 2 or 0)
  end
  return function(...) return finish(pcall(f, ...)) end
end
