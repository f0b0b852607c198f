--- The state of modules: parameters, buffers and counters by name, in memory
-- and in files. Names and layouts are those of PyTorch's state dicts.

local module = require "invar.nn.module"
local options = require "invar.options"
local store = require "invar.store"

local methods, check_self, is_tensor = module.methods, module.check_self, module.is_tensor
local shape_text = module.shape_text

-- The number of training batches that a batch norm has seen: an integer in the
-- module, "NAME.num_batches_tracked" in files.
local COUNTER = "num_batches_tracked"

-- Calls visit(name, module) for every module that counts.
local function each_counter(self, visit)
  module.walk(self, function(name, member)
    if math.type(rawget(member, COUNTER)) == "integer" then
      visit(name == "" and COUNTER or name .. "." .. COUNTER, member)
    end
  end, "")
end

--- All parameters and buffers by name: the tensors themselves, not copies.
-- The second result is the list of names in order.
function methods:state_dict()
  check_self(self, "state_dict")
  local state, names = {}, {}
  for _, item in ipairs(module.tensors(self)) do
    state[item.name] = item.tensor
    names[#names + 1] = item.name
  end
  return state, names
end

-- ---- taking over ------------------------------------------------------------

-- What does not fit between the module's tensors and `state`: three sorted
-- lists of texts, and what is to be copied as {from=, into=}.
local function compare(self, state)
  local misfits = {missing = {}, unexpected = {}, misshapen = {}}
  local fitting, known = {}, {}
  for _, item in ipairs(module.tensors(self)) do
    local name, given = item.name, state[item.name]
    known[name] = true
    if not is_tensor(given) then
      table.insert(misfits.missing, name)
    elseif shape_text(given) ~= shape_text(item.tensor) then
      table.insert(misfits.misshapen, ("%s has shape %s, %s expected"):format(name,
        shape_text(given), shape_text(item.tensor)))
    else
      fitting[#fitting + 1] = {from = given, into = item.tensor}
    end
  end
  for name in pairs(state) do
    if not known[name] and not tostring(name):match(COUNTER .. "$") then
      table.insert(misfits.unexpected, tostring(name))
    end
  end
  for _, list in pairs(misfits) do table.sort(list) end
  return misfits, fitting
end

-- The misfits in words, the first eight of each kind; nil where there are none.
local function misfits_text(misfits)
  local parts = {}
  for _, kind in ipairs {"missing", "unexpected", "misshapen"} do
    local list = misfits[kind]
    if #list > 0 then
      local more = #list > 8 and (" and %d more"):format(#list - 8) or ""
      parts[#parts + 1] = ("%d %s (%s%s)"):format(#list, kind,
        table.concat(list, ", ", 1, math.min(#list, 8)), more)
    end
  end
  return #parts > 0 and table.concat(parts, "; ") or nil
end

local function take_over(self, state, fitting)
  module.no_grad(function()
    for _, pair in ipairs(fitting) do pair.into:copy_(pair.from) end
  end)
  each_counter(self, function(name, member)
    local given = state[name]
    local count = is_tensor(given) and given:count() == 1 and given:item() or given
    member[COUNTER] = math.tointeger(count) or member[COUNTER]
  end)
end

--- Copies the values of a state dict (name -> tensor) into the module, converted
-- to float32. Names and shapes must be the module's; otherwise nothing is changed
-- and the error names what does not fit. Returns the module.
function methods:load_state_dict(state)
  check_self(self, "load_state_dict")
  options.argument("module:load_state_dict", 1, state, "table")
  local misfits, fitting = compare(self, state)
  local problem = misfits_text(misfits)
  if problem then error("module:load_state_dict: " .. problem, 2) end
  take_over(self, state, fitting)
  return self
end

-- ---- files ------------------------------------------------------------------

--- Writes parameters and buffers as a safetensors file that PyTorch loads with
-- load_state_dict(..., strict=True): num_batches_tracked included. `metadata`
-- (optional): strings by string. Returns the module.
function methods:save(path, metadata)
  check_self(self, "save")
  options.argument("module:save", 1, path, "string")
  if metadata ~= nil then options.argument("module:save", 2, metadata, "table") end
  local state = self:state_dict()
  each_counter(self, function(name, member) state[name] = member[COUNTER] end)
  local ok, problem = pcall(store.save, path, state, metadata)
  if not ok then error(options.renamed(problem, "module:save"), 0) end
  return self
end

--- Reads a file that save() or PyTorch wrote. What is missing, unexpected or of
-- another shape is an error that names it and changes nothing; with strict =
-- false what fits is loaded. Returns the module and the three lists {missing,
-- unexpected, misshapen}.
function methods:load(path, given)
  check_self(self, "load")
  options.argument("module:load", 1, path, "string")
  local settings = options.check("module:load", given, {strict = true})
  local ok, state = pcall(store.load, path)
  if not ok then error(options.renamed(state, "module:load"), 0) end
  local misfits, fitting = compare(self, state)
  local problem = settings.strict and misfits_text(misfits)
  if problem then error(("module:load: %s: %s"):format(path, problem), 2) end
  take_over(self, state, fitting)
  return self, misfits
end

-- ---- generators -------------------------------------------------------------

local state = {}

-- Calls visit(name, generator) for all generators in fields of modules.
local function each_stream(self, visit)
  module.walk(self, function(name, member)
    for key, value in next, member do
      if options.describe(value) == "rng" then
        visit(name == "" and tostring(key) or name .. "." .. key, value)
      end
    end
  end, "")
end

--- The states of the generators that the module's layers hold (dropout), as
-- strings by name.
function state.streams(self)
  local streams = {}
  each_stream(self, function(name, stream) streams[name] = stream:state() end)
  return streams
end

--- Puts generators back into states that streams() gave; returns the name of
-- one that has none, if any.
function state.restore_streams(self, streams)
  local without
  each_stream(self, function(name, stream)
    if streams[name] then stream:restore(streams[name]) else without = name end
  end)
  return without
end

--- The counters by name, as integers.
function state.counters(self)
  local counters = {}
  each_counter(self, function(name, member) counters[name] = member[COUNTER] end)
  return counters
end

return state
