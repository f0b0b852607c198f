-- Training and evaluation of whole networks against PyTorch: samples per second
-- and peak memory, both sides in the same run, by turns, medians.
--
--   invar bench/training.lua [--nets resnet-18,vit] [--precision bf16]
--                            [--mode train|eval] [--rounds 5] [--batch 128]
--
-- A training step is zero_grad, forward, cross-entropy, backward and Adam's
-- step on one fixed batch of 32 x 32 images; evaluation gives the features of a
-- frozen network. Each side is a process of its own per line (support/
-- training_server.lua, training_peer.py) and sleeps while it is not asked.
-- Memory is the largest resident set while measured; "own" is that less what
-- the process had when its libraries were loaded, before there was a network.
-- The last column is the share of the processors that went to other programs
-- meanwhile: where it is not near 0, the ratio means little (loops of many
-- threads wait for the slowest). Without PyTorch, our figures alone.

local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/support/?.lua;" .. package.path

local argparse = require "argparse"
local processors = require "processors"
local talk = require "talk"
local invar = require "invar"

local parser = argparse("training.lua", "Training and evaluation against PyTorch.")
parser:option("--nets", "names joined by commas")
  :default("resnet-8,resnet-18,resnet-50,densenet-121,vgg-11,vit")
parser:option("--precision", "float32, bf16 or both joined by a comma"):default("float32,bf16")
parser:option("--mode", "train, eval or both joined by a comma"):default("train,eval")
parser:option("--batch", "samples"):default("128"):convert(math.tointeger)
parser:option("--rounds", "most rounds"):default("7"):convert(math.tointeger)
parser:option("--seconds", "after which no round begins, but for the first three")
  :default("12"):convert(tonumber)
parser:option("--threads", "of both sides"):default("2"):convert(math.tointeger)
parser:flag("--alone", "without PyTorch")
parser:flag("--eager", "PyTorch's evaluation as written, not traced and frozen")
local arguments = parser:parse()

local ROUND = 0.5 -- seconds of a side's turn, at least a step

local programs = {
  {name = "Invar", start = ("'%s' '%s/support/training_server.lua'"):format(arg[-1], here)},
  {name = "PyTorch", start = ("/usr/bin/python3 '%s/training_peer.py'"):format(here)},
}
if arguments.alone then programs[2] = nil end

local function each(list) return list:gmatch("[^,]+") end

-- Starts a side and warms it up: {ask, steps of a turn, rates}; nil where it
-- cannot run.
local function prepare(program, net, precision, mode)
  local ask = talk.start(("%s %s %s %s %d %d"):format(program.start, net, precision,
    arguments.eager and mode == "eval" and "eager" or mode, arguments.batch,
    arguments.threads))
  if not ask then return nil end
  ask(mode == "eval" and "step 3" or "step 1")
  local seconds = tonumber(ask "step 1")
  ask "settle"
  return {ask = ask, steps = math.max(1, ROUND // seconds), rates = {}}
end

local function take_turn(side)
  local seconds = tonumber(side.ask(("step %d"):format(side.steps)))
  table.insert(side.rates, side.steps * arguments.batch / seconds)
end

-- Fields rate, low, high (samples per second), peak and own (megabytes).
local function finish(side)
  side.rate, side.low, side.high = talk.median(side.rates)
  local before, peak = side.ask("memory"):match("(%d+) (%d+)")
  side.peak, side.own = peak / 1024, (peak - before) / 1024
  side.ask "exit"
end

-- Those that no side accounts for.
local function busy_elsewhere(sides)
  local seconds = processors.busy()
  for _, side in ipairs(sides) do
    if side then seconds = seconds - side.ask "processor" end
  end
  return seconds
end

-- Both sides, finished (false: it cannot run), and the share of the processors
-- that others had.
local function measure(net, precision, mode)
  local sides = {}
  for i, program in ipairs(programs) do
    sides[i] = prepare(program, net, precision, mode) or false
  end
  local others, start, rounds = busy_elsewhere(sides), invar.clock(), 0
  while rounds < arguments.rounds
    and (rounds < 3 or invar.clock() - start < arguments.seconds) do
    for _, side in ipairs(sides) do if side then take_turn(side) end end
    rounds = rounds + 1
  end
  others = (busy_elsewhere(sides) - others) / (invar.clock() - start) / arguments.threads
  for _, side in ipairs(sides) do if side then finish(side) end end
  return sides, math.max(0, others)
end

-- ---- the tables --------------------------------------------------------------

local function number(value)
  return value < 100 and ("%.1f"):format(value) or ("%.0f"):format(value)
end

local function show(net, precision, sides, others)
  local line = {("%-13s %-8s"):format(net, precision)}
  for _, side in ipairs(sides) do
    line[#line + 1] = side and ("%6s %-13s"):format(number(side.rate),
      ("(%s..%s)"):format(number(side.low), number(side.high))) or ("%6s %13s"):format("-", "")
  end
  local ours, theirs = sides[1], sides[2]
  line[#line + 1] = ours and theirs and ("%6.2f |"):format(ours.rate / theirs.rate) or " |"
  for _, side in ipairs(sides) do
    line[#line + 1] = side and ("%6.0f %6.0f"):format(side.peak, side.own) or ("%13s"):format("-")
  end
  if ours and theirs then
    line[#line + 1] = ("%6.2f %6.2f"):format(ours.peak / theirs.peak, ours.own / theirs.own)
  end
  print(("%s | %3.0f %%"):format(table.concat(line, " "), 100 * others))
end

local titles = {
  train = "Training steps with Adam", eval = "Evaluation: features of a frozen network",
}

for mode in each(arguments.mode) do
  print(("%s, batch %d, %d threads: samples per second (spread) | peak MB, own | others"):format(
    titles[mode] or error("--mode: there is no " .. mode, 0), arguments.batch,
    arguments.threads))
  print(("%-22s %6s %-13s %6s %-13s %6s | %6s %6s %6s %6s %6s %6s"):format("", "Invar", "",
    "PyTorch", "", "ratio", "Invar", "own", "PyTorch", "own", "ratio", "own"))
  for precision in each(arguments.precision) do
    for net in each(arguments.nets) do
      show(net, precision, measure(net, precision, mode))
    end
  end
end
