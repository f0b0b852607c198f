-- Runs the specs with busted: invar-test tests/run.lua [files or folders].
-- The last line printed is "N passed, N failed".
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
if #arg == 0 then arg[1] = here end
arg[0] = "busted"
table.insert(arg, 1, "--output=support.output")
table.insert(arg, 1, "--pattern=_spec%.lua$")
require "busted.runner" {standalone = false}
