-- The keys of steps: equal where the work is, different where it is not.
local code = require "invar.experiment.code"
local engine = require "invar.experiment.engine"
local protocols = require "invar.experiment.protocol"
local settings = require "invar.experiment.settings"
local program = require "support.program"

-- The steps that a protocol with this run(ctx) declares.
local function steps_of(body, before, given)
  local path = program.file(("%s\nreturn {name = 'p', defaults = {n = 1}, run = function(ctx)\n"
    .. "%s\nend}\n"):format(before or "", body))
  local protocol = protocols.load_file(path)
  local plan = engine.plan {protocol = protocol,
    settings = settings.resolve(protocol, nil, given)}
  os.remove(path)
  if plan.problem then error((plan.problem:gsub("^[^\n]-:%d+: ", "")), 0) end
  return plan.steps
end

local function key(...) return steps_of(...)[1].key end

local base = [[ctx:step("a", {n = ctx.settings.n}, function(step)
  return {x = step.settings.n + 1}
end)]]

local function changed(pattern, replacement) return (base:gsub(pattern, replacement)) end

describe("the key of a step", function()
  it("stays when comments, space and other parts of the file change", function()
    local wanted = key(base)
    assert.equal(32, #wanted)
    assert.equal(wanted, key(base))
    assert.equal(wanted, key(changed("return", "-- why\n  --[==[ long\n comment ]==] return")))
    assert.equal(wanted, key("\n\n" .. changed(" ", "   "), "local other = 3"))
    assert.equal(wanted, key(base .. '\nctx:step("b", {}, function() end)'))
    assert.equal(wanted, key(changed('"a"', "'a'")))
    assert.equal(wanted, key('local renamed = "a"; ' .. changed('"a"', "renamed")))
  end)

  it("changes with name, settings and code", function()
    local seen = {[key(base)] = true}
    local function differs(...)
      local new = key(...)
      assert.is_nil(seen[new])
      seen[new] = true
    end
    differs(changed('"a"', '"b"'))
    differs(base, nil, {n = 2})
    differs((changed("n =", "m ="):gsub("settings%.n %+", "settings.m +")))
    differs(changed("%+ 1", "+ 2"))
    differs(changed("%+ 1", "+ 1.0"))
    differs(changed("{n = ctx", "{more = true, n = ctx"))
    differs(changed("return {x", "return {y"))
  end)

  it("changes with the functions and values that the step uses", function()
    local body = changed("%+ 1", "+ helper(1)")
    local seen = {}
    local function differs(before)
      local new = key(body, before)
      assert.is_nil(seen[new], before)
      seen[new] = true
      return new
    end
    local first = differs "local function helper(x) return x end"
    assert.equal(first, key(body, "-- said\nlocal unused = 1\nlocal function helper(x)\n"
      .. "  return x -- so\nend"))
    differs "local function helper(x) return x + 0 end"
    differs "local k = 1; local function helper(x) return x + k end"
    differs "local k = 2; local function helper(x) return x + k end"
    differs "local k = {a = {2}}; local function helper(x) return x + k.a[1] end"
    differs "local k = {a = {3}}; local function helper(x) return x + k.a[1] end"
    differs [[local function deep(x) return x end
      local function helper(x) return deep(x) end]]
    differs [[local function deep(x) return -x end
      local function helper(x) return deep(x) end]]
    differs [[local helper; function helper(x) return x > 0 and helper(x - 1) or 0 end]]
    assert.equal(first, key(body, "function helper(x) return x end")) -- a global
    differs "function helper(x) return 2 * x end"
    differs "function helper(x) return other end; other = 1"
    differs "function helper(x) return other end; other = 2"
    helper, other = nil, nil -- luacheck: ignore
  end)

  it("does not change with Invar's and Lua's own modules", function()
    local body = [[ctx:step("a", {}, function()
      return {x = math.floor(invar.clock()), y = data.preview, z = invar.models}
    end)]]
    local before = 'local invar = require "invar"; local data = invar.data\n'
    assert.equal(key(body, before), key(body, before .. "local nn = invar.nn"))
  end)

  it("changes with the steps that are used, in settings or from outside", function()
    local one = [[local first = ctx:step("first", {n = 1}, function() return {x = 1} end)
      ctx:step("second", {from = first}, function() end)
      ctx:step("third", {}, function() return first:row() end)]]
    local two = steps_of((one:gsub("x = 1", "x = 2")))
    for i, step in ipairs(steps_of(one)) do assert.are_not.equal(step.key, two[i].key) end
    assert.same({steps_of(one)[1].key}, steps_of(one)[3].settings
      and require("invar.experiment.step").inside(steps_of(one)[3]).record.inputs)
  end)

  it("of equal steps is one step", function()
    assert.equal(1, #steps_of(base .. "\n" .. base))
    assert.equal(3, #steps_of [[for i = 1, 3 do
      ctx:step("a", {}, function() return {x = i} end) end]])
    assert.equal(2, #steps_of [[local function make(i)
      return ctx:step("a", {i = i}, function() return {} end) end
      make(1); make(2); make(1)]])
  end)
end)

describe("what cannot be part of a key", function()
  local function fails(wanted, ...)
    local ok, message = pcall(steps_of, ...)
    assert.is_false(ok)
    assert.matches(wanted, message, 1, true)
  end

  it("is refused by name", function()
    local before = 'local invar = require "invar"; local t = invar.tensor.zeros(2)\n'
    fails("context:step: function of a: it uses t, a tensor from outside: make it in the "
      .. "function, or say in the settings how", 'ctx:step("a", {}, function() return t end)',
      before)
    fails("it uses net, a module from outside", 'ctx:step("a", {}, function() return net end)',
      before .. "local net = invar.nn.relu()")
    fails("it uses deep.t, a tensor from outside",
      'ctx:step("a", {}, function() return deep end)', before .. "local deep = {t = t}")
    fails("it uses the context: a step gets what it needs by its settings",
      'ctx:step("a", {}, function() return ctx.seeds end)')
    fails("context:step: settings of a: t: plain values expected",
      'ctx:step("a", {t = t}, function() end)', before)
  end)

  it("and wrong arguments too", function()
    fails("context:step: argument 1: string expected, got 1", "ctx:step(1, {}, print)")
    fails('argument 1: "/" cannot be the name of a step', 'ctx:step("/", {}, function() end)')
    fails("context:step: argument 2: table expected", 'ctx:step("a", function() end)')
    fails("context:step: argument 3: function expected", 'ctx:step("a", {})')
    fails("context:step: self: context expected", 'ctx.step("a", {}, function() end)')
    fails('there is no setting "m"', 'ctx:step("a", {m = ctx.settings.m}, function() end)')
  end)
end)

describe("tokens", function()
  local function words(s)
    local list = {}
    for i, token in ipairs(code.tokens(s)) do list[i] = token.text end
    return list
  end

  it("are those of Lua", function()
    assert.same({"a", "=", "0x1.8p+3", "+", ".5e-3", "..", "...", "//", "2"},
      words "a = 0x1.8p+3+.5e-3 .. ... // 2 -- end")
    assert.same({"x", "[", "[==[ ]] -- no\n]==]", "]", "'\\'--'", '"a\\\\"', "::", "l", "::"},
      words "x[ [==[ ]] -- no\n]==]] '\\'--' \"a\\\\\" --[[ so\n ]] ::l::")
    assert.same({"a", "-", "-", "b", "~=", "c", "~", "d"}, words "a - - b ~= c ~ d --")
  end)

  it("know their lines", function()
    local list = code.tokens "a\n\n--[[\n]] b [[\n\n]] c"
    assert.same({1, 4, 4, 6}, {list[1].line, list[2].line, list[3].line, list[4].line})
  end)
end)
