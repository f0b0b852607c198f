-- What tensors weigh, and what happens where memory ends.
local tensor = require "invar.tensor"
local rng = require "invar.rng"
local base = require "invar.core.base"
local is_sanitized = require "support.sanitized"
local scarcity = require "support.scarcity"

-- Run by a process of its own: what other specs hold does not count there.
local TEMPORARIES = [[
  local tensor, base = require "invar.tensor", require "invar.core.base"
  for i = 1, 20000 do
    local t = tensor.zeros(1 << 18)
    assert(#t == 1 << 18)
  end
  for line in io.lines("/proc/self/status") do
    local kilobytes = line:match("^VmHWM:%s*(%d+)")
    if kilobytes then print(kilobytes // 1024, select(2, base.memory()) >> 20) end
  end
]]

local function program()
  local pipe = assert(io.popen("readlink /proc/$PPID/exe"))
  local path = pipe:read("l")
  pipe:close()
  return path
end

local function live()
  collectgarbage()
  collectgarbage()
  return (base.memory())
end

describe("tensor memory", function()
  it("of 20,000 temporaries of 1 MB stays below 300 MB", function()
    local script = os.tmpname()
    local file = assert(io.open(script, "w"))
    file:write(TEMPORARIES)
    file:close()
    local pipe = assert(io.popen(program() .. " " .. script))
    local resident, peak = pipe:read("n", "n")
    pipe:close()
    os.remove(script)
    assert.is_true(peak < 300, peak .. " MB")
    assert.is_true(resident < 300 or is_sanitized(), resident .. " MB")
  end)

  it("of intermediate results is given back too", function()
    local before = live()
    local a = tensor.ones(1 << 16)
    local most = 0
    for i = 1, 6000 do
      a = (a * 2 - a):abs()
      -- After 3 GB the collector's pace is no longer that of other specs.
      if i > 4000 then most = math.max(most, (base.memory())) end
    end
    assert.equal(1, a[1]:item())
    -- Garbage is looked for after 64 MB or eight times Lua's own heap, which is
    -- large where all specs run.
    local heap = math.tointeger(collectgarbage("count") // 1) << 10
    assert.is_true(most - before < math.max(300 << 20, 9 * heap))
    a = nil -- luacheck: ignore
    assert.equal(before, live())
  end)

  local a = tensor.randn(rng.new(1), 40, 30)
  local positions = tensor({3, 1, 2}, {dtype = "int32"})
  local path = os.tmpname()
  local square = a:t():matmul(a)
  local scenarios = {
    creation = function() return tensor {{1, 2}}, tensor.eye(3), tensor.arange(9) end,
    random = function() return tensor.randn(rng.new(1), 9, {dtype = "float64"}) end,
    arithmetic = function() return (a + a[1]) * 2 - a:exp(), a:clamp(0, 1) end,
    in_place = function() return a:clone():add_(a):mul_(2):add_(a, 0.5) end,
    overlap = function() local v = tensor.arange(9) v[{{2, 9}}] = v[{{1, 8}}] end,
    reductions = function() return a:sum(), a:var(1), a:logsumexp(2), a:max(2) end,
    long_sum = function() return tensor.ones(300000):reshape(150000, 2):sum(1) end,
    products = function() return a:t():matmul(a:to "float64"), a[{{1, 40, 3}}]:t() end,
    long_product = function()
      return tensor.ones(2, 9000):matmul(tensor.ones(9000, 2))
    end,
    batches = function() return a:reshape(4, 10, 30):matmul(a:reshape(4, 30, 10)) end,
    joining = function() return tensor.cat {a, a}, tensor.stack {a, a}, a:split(7) end,
    picking = function()
      return a:index_select(1, positions), a:gather(1, positions:unsqueeze(2)), a[a:gt(0)]
    end,
    masks = function()
      local b = a:clone()
      b[b:gt(0)] = 1
      return tensor.where(b:gt(0), b, 0), b:masked_fill(b:lt(0), 0), positions:one_hot(4)
    end,
    order = function() return a:sort(1), a:topk(3), a:unique(), a:argsort() end,
    decompositions = function()
      return a:svd(), square:eigh(), a:qr(), square:cholesky(), square:inverse(),
        square:det(), a:lstsq(a), square:svdvals()
    end,
    shapes = function() return a:t():reshape(-1), a:tril(), a[1]:diag(), a:cumsum(1) end,
    conversion = function() return a:to "bfloat16":to "uint8":to "int32", tostring(a) end,
    files = function() a:t():save(path) return tensor.load(path) end,
  }

  it("that runs out at any allocation is an error that loses nothing", function()
    for _, scenario in pairs(scenarios) do scarcity(scenario, {most = 500}) end
    os.remove(path)
  end)
end)
