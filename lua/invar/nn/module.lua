--- Modules: what networks are made of. A module is a table whose fields hold
-- its parameters (tensors), its children (modules) and whatever else its
-- `forward` needs; calling it runs `forward`. Names are those of PyTorch's
-- state dicts: fields joined by dots, members of a list counted from 0.

local base = require "invar.core.base"
local class = require "invar.class"
local core = require "invar.core.nn"
local options = require "invar.options"
local rng = require "invar.rng"

local methods = {}
local meta = class("module", {__metatable = "module"}, methods)

-- Who looks on while a network runs: module -> function(module, input, output,
-- further arguments).
local watchers

local function is_module(value)
  return type(value) == "table" and debug.getmetatable(value) == meta
end

local function is_tensor(value)
  local own = debug.getmetatable(value)
  return type(value) == "userdata" and own and own.__name == "tensor"
end

-- A tensor of dtype `from` converted; anything else as it is.
local function converted(value, from, to)
  return is_tensor(value) and value:dtype() == from and value:to(to) or value
end

-- Fields of a module that are not its own to list.
local function is_field(key)
  return math.type(key) == "integer" or (type(key) == "string" and key:sub(1, 1) ~= "_")
end

-- The names of fields that hold what `accept` wants: first those in the order
-- given, then members of the list, then the rest by name.
local function fields(self, accept)
  local list, seen = {}, {}
  local function add(key)
    if not seen[key] and is_field(key) and accept(rawget(self, key)) then
      list[#list + 1] = key
      seen[key] = true
    end
  end
  for _, key in ipairs(rawget(self, "_order") or {}) do add(key) end
  for i = 1, #self do add(i) end
  local rest = {}
  for key, value in next, self do
    if type(key) == "string" and not seen[key] and accept(value) then rest[#rest + 1] = key end
  end
  table.sort(rest)
  for _, key in ipairs(rest) do add(key) end
  return list
end

local function join(prefix, own) return prefix == "" and own or prefix .. "." .. own end

-- What a field is called in the names of parameters and modules.
local function name_of(self, key)
  if math.type(key) == "integer" then return tostring(key - 1) end
  local names = rawget(self, "_names")
  return names and names[key] or key
end

-- Calls visit(name, module, parent, key) for the module and all below it,
-- parents first.
local function walk(self, visit, prefix, parent, key)
  visit(prefix, self, parent, key)
  for _, child in ipairs(fields(self, is_module)) do
    walk(self[child], visit, join(prefix, name_of(self, child)), self, child)
  end
end

-- All tensors: a list of {name, tensor, module, key, buffer}.
local function tensors(self)
  local list = {}
  walk(self, function(prefix, module)
    local buffers = rawget(module, "_buffers") or {}
    for _, key in ipairs(fields(module, is_tensor)) do
      list[#list + 1] = {name = join(prefix, name_of(module, key)), tensor = module[key],
        module = module, key = key, buffer = buffers[key] == true}
    end
  end, "")
  return list
end

-- Raises at the line that called the public method.
local function check_self(self, name)
  if not is_module(self) then
    error(("module:%s: a module expected, got %s (call it with a colon)")
      :format(name, options.describe(self)), 3)
  end
end

-- The module called `name` below `self`, the one it is a member of, and its key
-- there; where there is none, an error `level` calls up with the nearest name.
local function find(self, name, caller, level)
  local names, found, parent, key = {}, nil, nil, nil
  walk(self, function(own, module, its_parent, its_key)
    names[#names + 1] = own
    if own == name and own ~= "" then found, parent, key = module, its_parent, its_key end
  end, "")
  if found then return found, parent, key end
  local near = base.nearest(name, names)
  error(('%s: there is no layer "%s"%s'):format(caller, name,
    near and near ~= "" and (' (did you mean "%s"?)'):format(near) or ""), level + 1)
end

--- All modules with their names, parents first; the module itself is "".
function methods:named_modules()
  check_self(self, "named_modules")
  local list = {}
  walk(self, function(name, module) list[#list + 1] = {name = name, module = module} end, "")
  return list
end

--- Parameters with their names, in the order of definition:
-- {{name=, tensor=}, ...}.
function methods:named_parameters()
  check_self(self, "named_parameters")
  local list = {}
  for _, item in ipairs(tensors(self)) do
    if not item.buffer then list[#list + 1] = {name = item.name, tensor = item.tensor} end
  end
  return list
end

--- The parameters, in the order of definition.
function methods:parameters()
  check_self(self, "parameters")
  local list = {}
  for _, item in ipairs(tensors(self)) do
    if not item.buffer then list[#list + 1] = item.tensor end
  end
  return list
end

--- How many weights the parameters have together.
function methods:count()
  check_self(self, "count")
  local sum = 0
  for _, item in ipairs(tensors(self)) do
    if not item.buffer then sum = sum + item.tensor:count() end
  end
  return sum
end

-- What is frozen stays in evaluation mode, but knows which one it would be in.
local function set_mode(self, training)
  walk(self, function(_, module)
    local holder = rawget(module, "_frozen") or module
    holder.training = training
  end, "")
  return self
end

--- Training mode: batch statistics, dropout; modules that are frozen stay in
-- evaluation mode. Returns the module.
function methods:train()
  check_self(self, "train")
  return set_mode(self, true)
end

--- Evaluation mode: running statistics, no dropout. Returns the module.
function methods:eval()
  check_self(self, "eval")
  return set_mode(self, false)
end

--- Calls f(...) without recording; recording is as before afterwards, also
-- after an error.
local function no_grad(f, ...)
  options.argument("nn.no_grad", 1, f, "function")
  local before = core.recording(false)
  local results = table.pack(pcall(f, ...))
  core.recording(before)
  if not results[1] then error(results[2], 0) end
  return table.unpack(results, 2, results.n)
end

--- Calls f(...) with the module in evaluation mode and without recording;
-- every module's mode is as before afterwards. Returns what f returns.
function methods:evaluating(f, ...)
  check_self(self, "evaluating")
  options.argument("module:evaluating", 1, f, "function")
  local modes = {}
  walk(self, function(_, module)
    modes[module], module.training = module.training, false
  end, "")
  local results = table.pack(pcall(no_grad, f, ...))
  for module, training in pairs(modes) do module.training = training end
  if not results[1] then error(results[2], 0) end
  return table.unpack(results, 2, results.n)
end

--- Forgets the gradients of all parameters.
function methods:zero_grad()
  check_self(self, "zero_grad")
  for _, parameter in ipairs(self:parameters()) do
    if parameter:requires_grad() then parameter:zero_grad() end
  end
end

-- ---- copies ---------------------------------------------------------------

local function shape_text(t) return table.concat(t:shape(), "x") end

local function is_generator(value)
  local own = debug.getmetatable(value)
  return type(value) == "userdata" and own and own.__name == "rng"
end

-- Tables are copied as they are nested; a table met twice stays one table.
local function deep_copy(value, seen)
  if is_generator(value) then
    seen[value] = seen[value] or value:copy()
    return seen[value]
  end
  if is_tensor(value) then
    if not seen[value] then
      local copy = value:detach():clone()
      seen[value] = value:requires_grad() and copy:requires_grad_() or copy
    end
    return seen[value]
  end
  local own = debug.getmetatable(value)
  if type(value) ~= "table" or (own and own ~= meta) then return value end
  if not seen[value] then
    local copy = {}
    seen[value] = copy
    for key, item in next, value do copy[key] = deep_copy(item, seen) end
    copy._fresh = nil -- its weights are those of the original and stay so
    if own then debug.setmetatable(copy, meta) end
  end
  return seen[value]
end

--- An independent copy: own parameters, buffers and generators (of dropout), the
-- same functions.
function methods:copy()
  check_self(self, "copy")
  return deep_copy(self, {})
end

-- ---- initialisation ---------------------------------------------------------

-- Whether layers draw their parameters when they are made.
local drawing = true

--- Calls build(...) for what will be drawn as a whole afterwards: the layers
-- made meanwhile draw nothing.
local function undrawn(build, ...)
  local before = drawing
  local _ <close> = setmetatable({}, {__close = function() drawing = before end})
  drawing = false
  return build(...)
end

-- Draws the parameters of all layers below (`fresh_only`: of those that were
-- made without a seed and not touched since) by their names, which begin with
-- `own_name`.
local function initialise(self, root, fresh_only, own_name)
  if not drawing then return self end
  walk(self, function(prefix, module)
    local draw, fresh = module.initialise_layer, rawget(module, "_fresh")
    local key = fresh and next(fresh)
    if not draw or (fresh_only and not (key and core.version(module[key]) == fresh[key])) then
      return
    end
    no_grad(draw, module, function(name) return root:at(join(prefix, name)) end)
    if fresh_only then
      for name in pairs(fresh) do fresh[name] = core.version(module[name]) end
    else
      module._fresh = nil
    end
  end, own_name or "")
  return self
end

--- Draws all parameters anew from their initial distributions: parameter NAME
-- from rng.new(seed):at(NAME). Returns the module.
function methods:initialise(seed)
  check_self(self, "initialise")
  return initialise(self, rng.new(options.argument("module:initialise", 1, seed, "integer")))
end

function meta.__tostring(self)
  return ("%s (%d parameters)"):format(rawget(self, "kind") or "module", self:count())
end

-- ---- running ----------------------------------------------------------------

--- Calls f(...) while the functions of `list` look on (see `watchers`); returns
-- what pcall does.
local function watching(list, f, ...)
  local before = watchers
  watchers = list
  local results = table.pack(pcall(f, ...))
  watchers = before
  return table.unpack(results, 1, results.n)
end

--- Whether somebody looks at the output of this module.
local function is_watched(self) return watchers ~= nil and watchers[self] ~= nil end

-- A layer that does in one pass what was asked to follow it (its further
-- arguments) does the two apart when its own output is looked at.
local function run_watched(self, watch, x, ...)
  local follow = ... ~= nil and self.follow
  local y
  if follow then y = self:forward(x) else y = self:forward(x, ...) end
  watch(self, x, y, ...)
  if follow then y = follow(self, y, ...) end
  return y
end

-- Calls again with all float32 tensors in bfloat16.
local function in_half(self, ...)
  local inputs = table.pack(...)
  for i = 1, inputs.n do inputs[i] = converted(inputs[i], "float32", "bfloat16") end
  return converted(self(table.unpack(inputs, 1, inputs.n)), "bfloat16", "float32")
end

-- Whether a call with the input x is to be done in bfloat16 and is not yet.
local function wants_half(self, x)
  local precision = rawget(self, "precision")
  if precision ~= nil and precision ~= "float32" and precision ~= "bf16" then
    error(('module: its precision is %s, "float32" or "bf16" expected')
      :format(options.describe(precision)), 3)
  end
  return precision == "bf16" and is_tensor(x) and x:dtype() == "float32"
end

--- Runs the module's forward(self, x, ...). Where its field `precision` is
-- "bf16", float32 inputs are converted to bfloat16 and the result back, so that
-- what lies between is computed in bfloat16.
function meta.__call(self, x, ...)
  if wants_half(self, x) then return in_half(self, x, ...) end
  local forward = self.forward
  if x == nil then error("module: it was called without an input", 2) end
  if not forward then
    error("module: it has no function `forward`, so it cannot be called", 2)
  end
  local watch = watchers and watchers[self]
  if watch then return run_watched(self, watch, x, ...) end
  return (forward(self, x, ...))
end

function meta.__index(self, key)
  local own = methods[key]
  if own ~= nil then return own end
  local kind = rawget(self, "_class")
  return kind and kind[key]
end

--- Makes a module of a table: its tensors become parameters (unless the list
-- `buffers` names them), its modules children, `forward(self, x)` what a call
-- does. `order` (optional) is the order of parameters and children; otherwise
-- it is alphabetical. `names` (optional) gives fields other names in state
-- dicts: field -> name.
local function new(definition)
  options.argument("nn.module", 1, definition, "table")
  if debug.getmetatable(definition) ~= nil then
    error("nn.module: argument 1: plain table expected, got "
      .. options.describe(definition), 2)
  end
  local self, buffers = {}, {}
  for _, key in ipairs {"buffers", "order", "names"} do
    if definition[key] ~= nil and type(definition[key]) ~= "table" then
      error(("nn.module: `%s` is %s, table expected"):format(key,
        options.describe(definition[key])), 2)
    end
  end
  for key, value in pairs(definition) do
    if type(key) == "string" and methods[key] then
      error(('nn.module: "%s" is a method of modules, choose another name'):format(key), 2)
    end
    self[key] = value
  end
  for _, name in ipairs(definition.buffers or {}) do buffers[name] = true end
  self.buffers, self.order, self.names = nil, nil, nil
  self._buffers, self._order, self._names = buffers, definition.order, definition.names
  self.training = true
  for _, key in ipairs(fields(self, is_tensor)) do
    local t = self[key]
    if not buffers[key] and not t:requires_grad() then t:requires_grad_() end
  end
  debug.setmetatable(self, meta)
  return initialise(self, rng.new(1), true)
end

return {
  new = new,
  is_module = is_module,
  no_grad = no_grad,
  undrawn = undrawn,
  watching = watching,
  is_watched = is_watched,
  -- for the other files that add methods
  methods = methods,
  check_self = check_self,
  draw = function(self, seed, name) return initialise(self, rng.new(seed), false, name) end,
  find = find,
  fields = fields,
  is_tensor = is_tensor,
  converted = converted,
  shape_text = shape_text,
  tensors = tensors,
  walk = walk,
}
