--- Checkpoints of train.fit: all that decides how a training goes on, in one
-- safetensors file. Tensors: net.*, optimizer.PARAMETER.*, average.*, best.*,
-- log.* and position.*; metadata: the settings and the states of generators.
-- A run that goes on from one ends with the bits of a run that never stopped.

local evaluate = require "invar.train.evaluate"
local options = require "invar.options"
local state = require "invar.nn.state"
local store = require "invar.store"
local tensor = require "invar.tensor"

local checkpoint = {}

local FORMAT = "training 1"

-- ---- settings as text -----------------------------------------------------------

-- A value as one line of ASCII; equal texts mean equal values.
local function text_of(value)
  if math.type(value) == "float" then return ("%.17g"):format(value) end
  if type(value) == "function" then return "a function" end
  return (tostring(value):gsub("[^\32-\126]", function(byte)
    return ("\\%d"):format(byte:byte())
  end))
end

local function flatten(value, name, into)
  if type(value) == "table" then
    for key, item in pairs(value) do flatten(item, name .. "." .. text_of(key), into) end
  else
    into[name] = text_of(value)
  end
  return into
end

-- Settings that change what is said or kept, not what is learned.
local free = {label = true, progress = true, on_epoch = true, on_step = true, before_epoch = true,
  checkpoint = true, checkpoint_every = true, resume = true, best = true, last = true,
  validation = true}

--- Network, data and settings of a run by name, all as text.
local function identity(run)
  local result = {}
  for key, value in pairs(run.settings) do
    if not free[key] then flatten(value, key, result) end
  end
  local data = require "invar.data.describe" -- here: loading `train` loads no `data`
  flatten(data.identity(run.set), "data", result)
  if run.settings.validation then
    flatten(data.identity(run.settings.validation), "validation", result)
  end
  result.precision = run.net.precision or "float32"
  result.network = text_of(run.net.kind or "module")
  return result
end

-- Where the settings of a run and those of a file differ, in words; nil where
-- they are the same.
local function difference(own, metadata)
  local names, texts = {}, {}
  for name in pairs(own) do names[#names + 1] = name end
  for key in pairs(metadata) do
    local name = key:match "^settings%.(.*)"
    if name and own[name] == nil then names[#names + 1] = name end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local there = metadata["settings." .. name]
    if there ~= own[name] then
      texts[#texts + 1] = ("%s is %s, in the checkpoint %s"):format(name, own[name] or "not set",
        there or "not set")
    end
  end
  if #texts > 4 then texts[5] = ("and %d more"):format(#texts - 4) end
  return #texts > 0 and table.concat(texts, "; ", 1, math.min(#texts, 5)) or nil
end

-- ---- the log ----------------------------------------------------------------------

local function column(list, key)
  local values = {}
  for i, entry in ipairs(list) do
    values[i] = math.type(entry[key]) and entry[key] + 0.0 or 0 / 0
  end
  return tensor.new(values, {dtype = "float64"})
end

-- The entries' fields that are numbers as columns of float64, by name.
local function columns(list)
  local result = {}
  for _, entry in ipairs(list) do
    for key, value in pairs(entry) do
      if type(key) == "string" and type(value) == "number" and not result[key] then
        result[key] = column(list, key)
      end
    end
  end
  return result
end

local function pack_log(log)
  local results, confusions = {}, {}
  for i, validation in ipairs(log.validations) do
    results[i] = {step = validation.step, epoch = validation.epoch, n = validation.n,
      loss = validation.loss}
    confusions[i] = validation.confusion:unsqueeze(1)
  end
  local packed = {epochs = columns(log.epochs), validations = columns(results)}
  if #confusions > 0 then packed.confusions = tensor.cat(confusions, 1) end
  return packed
end

-- The entries whose columns are the tensors called PREFIX.*.
local function entries(tensors, prefix)
  local list = {}
  for name, values in pairs(tensors) do
    local key = name:sub(1, #prefix) == prefix and name:sub(#prefix + 1)
    for i, value in ipairs(key and values:totable() or {}) do
      list[i] = list[i] or {}
      if value == value then list[i][key] = value end
    end
  end
  for _, entry in ipairs(list) do
    for _, key in ipairs {"epoch", "step", "n"} do
      entry[key] = entry[key] and math.tointeger(entry[key])
    end
  end
  return list
end

local function unpack_log(log, tensors, classes)
  log.epochs = entries(tensors, "log.epochs.")
  for i, about in ipairs(entries(tensors, "log.validations.")) do
    local counts = tensors["log.confusions"][i]:flatten(1):totable()
    local result = evaluate.summary(classes, about.n, about.loss or 0 / 0, counts)
    result.step, result.epoch = about.step, about.epoch
    log.validations[i] = result
    if log.epochs[result.epoch] then log.epochs[result.epoch].validation = result end
  end
end

-- ---- writing ------------------------------------------------------------------------

--- Writes a run to its file. What was there stays if that fails.
function checkpoint.save(run)
  local metadata = {invar = FORMAT}
  for name, text in pairs(identity(run)) do metadata["settings." .. name] = text end
  for name, text in pairs(state.streams(run.net)) do metadata["stream." .. name] = text end
  local net = {}
  for name, value in pairs((run.net:state_dict())) do net[name] = value end
  for name, count in pairs(state.counters(run.net)) do net[name] = count end
  local best = run.best or {}
  local ok, problem = pcall(store.save, run.settings.checkpoint, {
    net = net,
    optimizer = run.optimizer:state().parameters,
    average = run.average and run.average:state() or {},
    best = {value = best.value, step = best.step, net = best.state},
    log = pack_log(run.log),
    position = {epoch = run.epoch, batches = run.batches, steps = run.steps,
      finished = run.finished and 1 or 0, seconds = run.seconds(),
      loss = run.sums.loss, right = run.sums.right, n = run.sums.n},
  }, metadata)
  if not ok then error(options.renamed(problem, "train.fit"), 0) end
end

-- ---- reading ------------------------------------------------------------------------

-- The tensors called PREFIX.NAME, by NAME.
local function below(tensors, prefix)
  local result = {}
  for name, value in pairs(tensors) do
    if name:sub(1, #prefix) == prefix then result[name:sub(#prefix + 1)] = value end
  end
  return result
end

local function restore_optimizer(run, tensors)
  local now = run.optimizer:state()
  local parameters = {}
  for name, value in pairs(below(tensors, "optimizer.")) do
    local parameter, key = name:match "^(.*)%.([^.]*)$"
    if not parameter then error("optimizer." .. name .. " is unexpected", 0) end
    parameters[parameter] = parameters[parameter] or {}
    parameters[parameter][key] = key == "step" and value:item() or value
  end
  run.optimizer:load_state {kind = now.kind, settings = now.settings, groups = now.groups,
    parameters = parameters}
end

local function restore_position(run, tensors)
  local position = {}
  for name, value in pairs(below(tensors, "position.")) do position[name] = value:item() end
  for _, name in ipairs {"epoch", "batches", "steps", "finished", "seconds", "loss", "right",
    "n"} do
    if not position[name] then error("position." .. name .. " is missing", 0) end
  end
  run.epoch, run.batches, run.steps = position.epoch, position.batches, position.steps
  run.optimizer.factor = run.steps > 0 and run.factor(run.steps) or 1
  run.sums = {loss = position.loss, right = position.right, n = position.n}
  run.finished, run.before = position.finished == 1, position.seconds
end

local function restore(run, tensors, metadata)
  run.net:load_state_dict(below(tensors, "net."))
  restore_optimizer(run, tensors)
  if run.average then run.average:load_state(below(tensors, "average.")) end
  restore_position(run, tensors)
  if tensors["best.value"] then
    run.best = {value = tensors["best.value"]:item(), step = tensors["best.step"]:item()}
    if run.settings.keep_best then run.best.state = below(tensors, "best.net.") end
  end
  unpack_log(run.log, tensors, run.set:classes())
  local without = state.restore_streams(run.net, below(metadata, "stream."))
  if without then error("the generator " .. without .. " is missing", 0) end
end

--- Makes a run what it was when its file was written. A file that is no
-- checkpoint, or one of other settings, is an error that says so.
function checkpoint.load(run)
  local path = run.settings.checkpoint
  local ok, tensors, metadata = pcall(store.load, path)
  if not ok then error(options.renamed(tensors, "train.fit"), 0) end
  if metadata.invar ~= FORMAT then
    error(("train.fit: %s is no checkpoint of train.fit"):format(path), 0)
  end
  local differs = difference(identity(run), metadata)
  if differs then
    error(("train.fit: %s is of another training: %s (resume = false begins anew)"):format(path,
      differs), 0)
  end
  local problem
  ok, problem = pcall(restore, run, tensors, metadata)
  if not ok then
    local text = options.renamed(tostring(problem), "train.fit"):gsub("^[^\n]-train.fit: ", "")
    if text:find("interrupted!", 1, true) then error(problem, 0) end
    error(("train.fit: %s does not fit: %s"):format(path, text), 0)
  end
end

return checkpoint
