-- What happens when memory runs out: scarcity(scenario[, options]) lets
-- allocation 1, 2, 3, ... of a scenario fail until it passes untouched. Every
-- failure must be an error that says so, and leave no memory taken. Options:
-- most (2000 allocations), later (true: all later allocations fail too),
-- before (called before each try: puts right what a failure may leave half
-- done), leaks (true: memory taken by what is kept between tries is allowed).
local invar = require "invar"
local testing = require "invar.core.testing"

local function live()
  collectgarbage()
  collectgarbage()
  return (invar.memory())
end

return function(scenario, options)
  options = options or {}
  local before = options.before or function() end
  before()
  scenario() -- what is made once is made
  before()
  local taken, failures = live(), 0
  for n = 1, options.most or 2000 do
    testing.fail_at(n, options.later)
    local ok, message = pcall(scenario)
    testing.fail_at(0)
    if ok then
      if failures == 0 then error("no allocation was seen to fail") end
      return failures
    end
    failures = failures + 1
    if not tostring(message):find("not enough memory", 1, true) then
      error(("allocation %d: %s"):format(n, tostring(message)))
    end
    before()
    if not options.leaks and live() ~= taken then
      error(("allocation %d: %d bytes were lost"):format(n, live() - taken))
    end
  end
  error(("it still fails at allocation %d"):format(options.most or 2000))
end
