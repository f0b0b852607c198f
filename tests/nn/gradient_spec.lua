local cases = require "support.gradient_cases"
local core = require "invar.core.nn"
local nn = require "invar.nn"
local testing = require "invar.core.testing"

describe("gradients", function()
  after_each(function() testing.gradient_fault() end)

  for _, case in ipairs(cases) do
    it(("of %s agree with differences (%s)"):format(case.operation, case.special), function()
      local ok, worst = nn.gradient_check(case.f, case.inputs)
      assert(ok, ("input %s, element %s: %s by backward, %s by differences"):format(
        worst.input, worst.element, worst.found, worst.wanted))
    end)
  end

  it("are checked for every operation of the tape", function()
    local covered = {}
    for _, case in ipairs(cases) do covered[case.operation] = true end
    for _, name in ipairs(core.operations()) do
      assert(covered[name], "no case for " .. name)
    end
  end)

  local first = {}
  for _, case in ipairs(cases) do first[case.operation] = first[case.operation] or case end
  for name, case in pairs(first) do
    for _, kind in ipairs {"scaled", "negated", "missing", "one wrong"} do
      it(("of %s that are %s are found out"):format(name, kind), function()
        testing.gradient_fault(name, kind)
        assert.is_false((nn.gradient_check(case.f, case.inputs, {samples = 128})))
      end)
    end
  end
end)
