-- A small training with everything that a checkpoint must hold: dropout, batch
-- norm, Adam with groups, a schedule, averages, validation, the best weights.
--   invar tests/support/training.lua CHECKPOINT RESULT [SECONDS]
-- writes the final state of the network to RESULT, and a checkpoint every SECONDS
-- (0: after each step); as a module it gives parts.
local invar = require "invar"
local data, nn, rng, tensor, train = invar.data, invar.nn, invar.rng, invar.tensor, invar.train

local training = {}

--- n pictures of 8 x 8 whose classes differ in brightness of a corner.
function training.pictures(n, seed)
  local r = rng.new(seed)
  local y = tensor.randint(r, 1, 3, n)
  local x = tensor.rand(r, n, 8, 8, 3) * 80
  for i, label in ipairs(y:totable()) do
    x[{i, {1, 4}, {1, 4}}] = x[{i, {1, 4}, {1, 4}}] + 50 * label
  end
  return data.tensors {x = x:to("uint8"), y = y}
end

function training.network()
  return nn.sequential {nn.conv2d(3, 6, 3, {stride = 2}), nn.batch_norm(6), nn.relu(),
    nn.dropout(0.3), nn.flatten(), nn.linear(54, 3)}:initialise(4)
end

--- Settings, with `more` on top.
function training.settings(more)
  local settings = {
    epochs = 3, batch = 16, micro_batch = 12, progress = false, ema = 0.9, keep_best = true,
    optimizer = {"adam", lr = 0.01, groups = {{match = "bias$", lr = 0.1}}},
    schedule = {"cosine", warmup = 2}, validation = training.pictures(30, 2),
    validate_every = {steps = 2}, checkpoint_every = 0, clip = 5,
  }
  for key, value in pairs(more or {}) do settings[key] = value end
  return settings
end

training.set = training.pictures(60, 1)

if arg and arg[0] and arg[0]:find "training%.lua$" then
  local net = training.network()
  train.fit(net, training.set, training.settings {checkpoint = arg[1],
    checkpoint_every = tonumber(arg[3] or 0)})
  net:save(arg[2])
end

return training
