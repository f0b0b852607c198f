-- Invar's side of bench/training.lua: answers the lines
--
--   step COUNT   seconds that so many steps took
--   settle       forgets how much memory was used so far
--   processor    processor seconds used so far
--   memory       resident kB before the network was made, and at most since
--   exit
--
--   invar training_server.lua NET PRECISION train|eval BATCH THREADS

local invar = require "invar"
local models, nn, optim, rng, tensor = invar.models, invar.nn, invar.optim, invar.rng, invar.tensor

local CLASSES = 30
local name, precision, mode = arg[1], arg[2], arg[3]
local batch, threads = math.tointeger(arg[4]), math.tointeger(arg[5])

-- A field of /proc/self/status, in kB.
local function resident(field)
  for line in io.lines("/proc/self/status") do
    local value = line:match("^" .. field .. ":%s*(%d+)")
    if value then return value end
  end
end

invar.threads(threads)
local before = resident "VmRSS"

local net = models.create(name, {classes = CLASSES,
  precision = precision ~= "float32" and precision or nil})
local x = tensor.randn(rng.new(1), batch, 32, 32, 3)
local y = tensor.randint(rng.new(2), 1, CLASSES, batch)
local optimizer = optim.adam(net, {lr = 1e-3})

local steps = {}

function steps.train()
  optimizer:zero_grad()
  nn.cross_entropy(net(x), y):backward()
  optimizer:step()
end

function steps.eval()
  nn.no_grad(net.features, net, x)
end
steps.eager = steps.eval

if mode ~= "train" then net:eval() end
local step = steps[mode]

local answers = {}

function answers.step(count)
  local start = invar.clock()
  for _ = 1, count do step() end
  return invar.clock() - start
end

function answers.settle()
  local file = io.open("/proc/self/clear_refs", "w") -- 5: VmHWM begins anew
  if file then file:write("5"):close() end
  return "settled"
end

function answers.processor() return os.clock() end

function answers.memory() return before .. " " .. resident "VmHWM" end

io.stdout:setvbuf("line")
print("ready")
for line in io.lines() do
  local command, count = line:match("^(%a+) ?(%d*)$")
  if command == "exit" then break end
  print(answers[command](math.tointeger(count)))
end
