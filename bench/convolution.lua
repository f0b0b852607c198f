-- The convolutions of resnet-8 and resnet-18, one by one, against PyTorch's:
-- GF/s of useful work (2 operations per multiplication and addition), medians.
--
--   invar bench/convolution.lua [--nets resnet-8,resnet-18] [--batch 128]
--                               [--precision float32] [--rounds 5] [--alone]
--
-- Interleaved with bench/convolution_peer.py, which has the same shapes as
-- N x C x H x W in channels_last. Without PyTorch, our figures alone.

local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/support/?.lua;" .. package.path

local argparse = require "argparse"
local talk = require "talk"
local invar = require "invar"
local nn, rng, tensor = invar.nn, invar.rng, invar.tensor

local parser = argparse("convolution.lua", "Convolutions, one by one.")
parser:option("--nets", "whose shapes, joined by commas"):default("resnet-8,resnet-18")
parser:option("--batch", "samples"):default("128"):convert(math.tointeger)
parser:option("--precision", "of the data"):choices {"float32", "bfloat16"}:default("float32")
parser:option("--rounds", "of which the median is taken"):default("5"):convert(math.tointeger)
parser:option("--seconds", "per measurement"):default("0.05"):convert(tonumber)
parser:option("--threads", "of both sides"):default("2"):convert(math.tointeger)
parser:flag("--alone", "without PyTorch")
local arguments = parser:parse()

-- {kernel, stride, input channels, output channels, size of the input}
local shapes = {
  ["resnet-8"] = {
    {3, 1, 3, 16, 32}, {3, 1, 16, 16, 32}, {3, 2, 16, 32, 32}, {1, 2, 16, 32, 32},
    {3, 1, 32, 32, 16}, {3, 2, 32, 64, 16}, {1, 2, 32, 64, 16}, {3, 1, 64, 64, 8},
  },
  ["resnet-18"] = {
    {3, 1, 3, 64, 32}, {3, 1, 64, 64, 32}, {3, 2, 64, 128, 32}, {1, 2, 64, 128, 32},
    {3, 1, 128, 128, 16}, {3, 2, 128, 256, 16}, {1, 2, 128, 256, 16}, {3, 1, 256, 256, 8},
    {3, 2, 256, 512, 8}, {1, 2, 256, 512, 8}, {3, 1, 512, 512, 4},
  },
  ["resnet-50"] = {
    {1, 1, 64, 64, 32}, {1, 1, 64, 256, 32}, {1, 1, 256, 64, 32}, {1, 1, 256, 128, 32},
    {3, 2, 128, 128, 32}, {1, 2, 256, 512, 32}, {1, 1, 128, 512, 16}, {1, 1, 512, 128, 16},
    {1, 1, 256, 1024, 8}, {1, 1, 1024, 256, 8}, {1, 1, 512, 2048, 4}, {1, 1, 2048, 512, 4},
  },
}

invar.threads(arguments.threads)
local peer = not arguments.alone and talk.start(("/usr/bin/python3 '%s/convolution_peer.py' %s %d")
  :format(here, arguments.precision, arguments.threads))

local directions = {"forward", "input", "weights"}

-- What is timed: by direction a function that convolves, or goes back to the
-- gradient of input or weights; and how many operations each of them takes.
local function prepare(shape)
  local kernel, stride, inputs, outputs, size = table.unpack(shape)
  local options = {stride = stride, padding = kernel // 2}
  local function draw(name, ...) return tensor.randn(rng.new(1):at(name), ...) end
  local x = draw("input", arguments.batch, size, size, inputs)
  local w = draw("weights", outputs, inputs, kernel, kernel) -- rounded where it is used
  local function forward(input, weights)
    return nn.functional.conv2d(input:to(arguments.precision), weights, nil, options)
  end
  local plain = forward(x, w)
  local gradient = draw("gradient", plain:shape()):to(arguments.precision)
  local function backward(y, leaf)
    return function()
      y:backward(gradient, {keep = true})
      leaf:zero_grad()
    end
  end
  local x_leaf, w_leaf = x:detach():requires_grad_(), w:detach():requires_grad_()
  local rounded = x:to(arguments.precision)
  return {
    forward = function() forward(rounded, w) end,
    input = backward(forward(x_leaf, w), x_leaf),
    weights = backward(forward(x, w_leaf), w_leaf),
  }, 2 * plain:count() * inputs * kernel * kernel
end

-- Seconds per run of `once`, which runs for at least so many.
local function timed(once, seconds)
  once()
  local count, start = 0, invar.clock()
  repeat
    once()
    count = count + 1
  until invar.clock() - start >= seconds
  return (invar.clock() - start) / count
end

local function measure(shape)
  local runs, operations = prepare(shape)
  if peer then peer(("shape %d %s"):format(arguments.batch, table.concat(shape, " "))) end
  local line = {("%dx%d /%d %5d ->%5d %3d²"):format(shape[1], shape[1], shape[2], shape[3],
    shape[4], shape[5])}
  for _, direction in ipairs(directions) do
    local ours, theirs = {}, {}
    for round = 1, arguments.rounds do
      ours[round] = timed(runs[direction], arguments.seconds)
      if peer then
        theirs[round] = tonumber(peer(("%s %g"):format(direction, arguments.seconds)))
      end
    end
    local own = talk.median(ours)
    line[#line + 1] = ("%7.0f"):format(operations / own / 1e9)
    if peer then
      local other = talk.median(theirs)
      line[#line + 1] = ("%7.0f %6.2f"):format(operations / other / 1e9, other / own)
    end
  end
  print(table.concat(line, " "))
end

print(("GF/s, %s, batch %d, %d threads: forward, backward to the input, to the weights%s")
  :format(arguments.precision, arguments.batch, arguments.threads,
    peer and " (each Invar, PyTorch, ratio)" or ""))
for name in arguments.nets:gmatch("[^,]+") do
  for _, shape in ipairs(shapes[name] or error("no shapes of " .. name, 0)) do measure(shape) end
end
if peer then peer "exit" end
