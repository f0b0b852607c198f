local invar = require "invar"
local program = require "support.program"
local session = require "support.session"

local function wait(seconds)
  local start = invar.clock()
  while invar.clock() - start < seconds do end -- luacheck: ignore 542
end

-- Calls f, which waits so long, until no other program held it up.
local function undisturbed(seconds, f)
  for _ = 1, 100 do
    local start = invar.clock()
    f()
    if invar.clock() - start < 1.05 * seconds then return end
  end
  error "the machine is too busy"
end

describe("progress", function()
  it("counts, and knows the rate and the time left", function()
    local p
    undisturbed(0.1, function()
      p = invar.progress {name = "work", total = 1000, unit = "images"}
      wait(0.1)
      p:update(100, "loss 0.5")
    end)
    local percent, done, rate, left = tostring(p):match
      "^progress %(work: (%d+)%% (%d+)/1000 images, ([%d.]+)/s, 0:(%d%d) left, loss 0.5%)$"
    assert.same({"10", "100", "01"}, {percent, done, left})
    assert.is_truthy(math.abs(tonumber(rate) - 1000) < 100, rate)
  end)

  it("follows a rate that changes, slowly", function()
    local p
    undisturbed(0.1, function()
      p = invar.progress {total = 1e6}
      wait(0.05)
      p:update(50)
      wait(0.05)
      p:update(250) -- 1000/s, then 4000/s
    end)
    local rate = tonumber(tostring(p):match ", ([%d.]+)/s")
    assert.is_truthy(rate > 1500 and rate < 4000, rate)
  end)

  it("says only what it knows", function()
    local p = invar.progress {}
    assert.equal("progress (progress: 0)", tostring(p))
    p = invar.progress {name = "a\nb", total = 0}
    assert.equal("progress (a b: 0)", tostring(p))
  end)

  it("is silent for short work and in logs for less than ten seconds", function()
    local code = [[
      local p = require("invar").progress {total = 10}
      for i = 1, 10 do p:update(i) end
      p:finish()]]
    assert.equal("", (program.shell("invar -e " .. program.quote(code))))
  end)

  it("rewrites one line of a terminal and clears it", function()
    local slow = [[
      local invar = require("invar")
      local p = invar.progress {name = "work", total = 80}
      for i = 1, 80 do
        local t = invar.clock()
        while invar.clock() - t < 0.01 do end
        p:update(i)
      end
      %s]]
    session({{"expect", "\rwork: "}, {"expect", "\27[K"}, {"expect", "\r\27[Kdone\r\n"},
      {"end", 0}}, nil, "-e " .. program.quote(slow:format "p:finish() print 'done'"))
    session({{"expect", "\rwork: "}, {"expect", "\r\27[Kinvar: stop"}, {"end", 1}}, nil,
      "-e " .. program.quote(slow:format "error('stop', 0)"))
    session({{"expect", "quiet"}, {"end", 0}}, "INVAR_PROGRESS=0",
      "-e " .. program.quote(slow:format "p:finish() print 'quiet'"))
  end)

  it("checks its arguments", function()
    assert.has_error(function() invar.progress {total = -1} end,
      "invar.progress: argument 1: option total: number in 0 .. 1e+15 expected, got -1")
    assert.has_error(function() invar.progress {}:update() end)
    assert.has_error(function() invar.progress {name = {}} end)
  end)
end)
