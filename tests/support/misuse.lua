-- Calls every public function and method with random bad arguments, in a process
-- of its own (tests/api_misuse_spec.lua):
--   invar tests/support/misuse.lua SEED CALLS LOG [NAME]
-- CALLS is per function. LOG holds the call that runs, for the case of a crash;
-- NAME limits the calls to one function. Prints the faults: errors that are no
-- string or do not begin with the name of the function.
local seed, calls, log_name = tonumber(arg[1]), tonumber(arg[2]), arg[3]
local only = arg[4]
package.path = arg[0]:match "^(.*)/support/" .. "/?.lua;" .. package.path
local invar = require "invar"
local public = require "support.public"

-- The first values that methods are tried on; what calls return joins them.
local function first_values()
  local pool = {}
  local function add(make)
    local ok, value = pcall(make)
    if ok and value ~= nil then pool[#pool + 1] = value end
  end
  add(function() return invar.rng.new(1) end)
  add(function() return invar.progress {} end)
  for _, shape in ipairs {{2, 3}, {0}, {4}, {3, 3}, {2, 8, 8, 3}, {1, 1}} do
    add(function() return invar.tensor.zeros(table.unpack(shape)) end)
  end
  for _, dtype in ipairs {"uint8", "int32", "float64", "bfloat16"} do
    add(function() return invar.tensor.zeros(2, 3):to(dtype) end)
  end
  add(function() return invar.tensor.zeros(8, 8, 3):to "uint8" end)
  add(function()
    local closed = invar.tensor.zeros(2)
    debug.getmetatable(closed).__gc(closed)
    return closed
  end)
  add(function() return invar.transforms.rotate {} end)
  add(function() return invar.models.create("mlp", {classes = 3}) end)
  add(function() return invar.report.document {title = "title"} end)
  add(function()
    return invar.data.transforms2d {n = 8, size = 16, classes = {1, 2}}
  end)
  return pool
end

local function cyclic()
  local t = {1, 2}
  t[3], t.t = t, t
  return t
end

local deep = {}
do
  local inner = deep
  for _ = 1, 300 do inner[1] = {}; inner = inner[1] end
end

-- Sizes are small, or so large that they must be refused.
local numbers = {0, 1, 2, 3, -1, -2, 5, 0.5, -0.0, 1.5, 1e-300, 1e300, -1e300, 2^40, -2^40,
  1 << 40, 1 << 62, math.maxinteger, math.mininteger, math.huge, -math.huge, 0 / 0}
local strings = {"", "x", "float32", "uint8", "sum", "mean", "rotate", "no/such/file",
  "no/such/file.png", ("long"):rep(2000), "a\0b", "\255\254", "%s%n%d", "1", "penultimate",
  "resnet-8", "adam", "none"}
local keys = {"size", "n", "seed", "dtype", "degrees", "lr", "epochs", "classes", "name",
  "total", "unknown", "dim", "keepdim", 1, 2, 3, -1, true, "batch", "objects", "mode"}

local pool = first_values()
local pick

local makers = {
  function() return nil end,
  function() return numbers[math.random(#numbers)] end,
  function() return numbers[math.random(#numbers)] end,
  function() return math.random(4) end,
  function() return strings[math.random(#strings)] end,
  function() return math.random() < 0.5 end,
  function() return pool[math.random(#pool)] end,
  function() return pool[math.random(#pool)] end,
  function() return pool[math.random(#pool)] end,
  function() return {} end,
  function() return {[keys[math.random(#keys)]] = pick(2)} end,
  function() return {pick(2), pick(2), [keys[math.random(#keys)]] = pick(2)} end,
  function() return {{1, 2}, {3}} end,
  function() return {math.random(4), math.random(4)} end,
  cyclic,
  function() return deep end,
  function() return function() error("callback failed", 0) end end,
  function() return function(...) return ... end end,
  function() return rawequal end,
  function() return coroutine.create(function() end) end,
  function() return io.stdout end,
}

function pick(depth)
  if depth > 3 then return nil end
  return makers[math.random(#makers)]()
end

local function type_name(value)
  local meta = debug.getmetatable(value)
  return type(meta) == "table" and rawget(meta, "__name") or nil
end

-- A value of the pool that has that type, mostly.
local function self_for(owner)
  if math.random() < 0.1 then return pick(1) end
  local fitting = {}
  for _, value in ipairs(pool) do
    if type_name(value) == owner then fitting[#fitting + 1] = value end
  end
  return fitting[math.random(math.max(#fitting, 1))]
end

local function keep(value)
  if #pool < 120 and type(value) == "userdata" then
    local heavy = type_name(value) == "tensor" and
      select(2, pcall(function() return value:size() > 1000 end)) == true
    if not heavy then pool[#pool + 1] = value end
  end
end

-- What is wrong with the error, or nil.
local function fault(name, message)
  if type(message) ~= "string" then return "the error is a " .. type(message) end
  if message == "callback failed" or message:find "watchdog$" then return nil end
  if message:find "to 'rawequal'" then return nil end -- a callback's too: not ours to change
  local text = message:gsub("^[^\n:]*:%d+: ", "")
  if text:sub(1, #name + 2) == name .. ": " then return nil end
  return message
end

-- Functions that end the process, change it for good, or print by design.
local left_out = {["image.show"] = true, ["data.show"] = true}

local log = assert(io.open(log_name, "w"))
log:setvbuf "no"
local names, functions = {}, public.functions()
-- A planted fault: the check must see that this one does not name itself.
functions["planted.fault"] = function(x) return x.y.z end
for name in pairs(functions) do
  if not left_out[name] and (not only or name == only) then names[#names + 1] = name end
end
table.sort(names)

local threads, total, found = invar.threads(), 0, {}
for _, name in ipairs(names) do
  local owner = name:match "^(.+):"
  for i = 1, calls do
    math.randomseed(seed, i) -- so that one function can be run alone
    local arguments = {n = math.random(0, 5)}
    for a = 1, arguments.n do arguments[a] = pick(1) end
    if owner then
      arguments[1] = self_for(owner)
      arguments.n = math.max(arguments.n, 1)
    end
    log:seek "set"
    log:write(("%s call %d seed %d%s"):format(name, i, seed, (" "):rep(40)))
    debug.sethook(function() error("watchdog", 0) end, "", 5000000)
    local results = table.pack(pcall(functions[name], table.unpack(arguments, 1, arguments.n)))
    debug.sethook()
    total = total + 1
    if results[1] then
      for r = 2, results.n do keep(results[r]) end
    else
      found[name] = found[name] or fault(name, results[2])
    end
    if invar.threads() ~= threads then invar.threads(threads) end
  end
end
collectgarbage()
log:close()

assert(only or found["planted.fault"], "the planted fault was not seen")
found["planted.fault"] = nil
for _, name in ipairs(names) do
  if found[name] then print(("FAULT %s: %s"):format(name, found[name])) end
end
print(("%d calls of %d functions"):format(total, #names - 1))
