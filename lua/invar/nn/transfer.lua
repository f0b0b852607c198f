--- What transfer does to a network: parts of it are frozen, its head is
-- replaced.

local layers = require "invar.nn.layers"
local module = require "invar.nn.module"
local options = require "invar.options"

local methods = module.methods

-- The modules that `names` names: a name, a list of names, or nil for all.
local function chosen(self, caller, names)
  if names == nil then return {self} end
  options.argument(caller, 1, names, {"string", "table"})
  local list = {}
  for i, name in ipairs(type(names) == "table" and names or {names}) do
    options.argument(caller, 1, name, "string")
    list[i] = module.find(self, name, caller, 3)
  end
  return list
end

local function set_trainable(part, trainable)
  for _, parameter in ipairs(part:parameters()) do parameter:requires_grad_(trainable) end
end

-- Evaluation mode until `release`; the mode that train() and eval() ask for in
-- the meantime is kept in _frozen.
local function hold(part)
  module.walk(part, function(_, member)
    if not rawget(member, "_frozen") then
      member._frozen, member.training = {training = member.training}, false
    end
  end, "")
end

local function release(part)
  module.walk(part, function(_, member)
    local frozen = rawget(member, "_frozen")
    if frozen then member._frozen, member.training = nil, frozen.training end
  end, "")
end

--- Makes the parameters of the named layers ("layer1", or a list of names; all
-- without a name) constants: no gradients are computed for them. The layers
-- stay in evaluation mode, also after train(): batch norm uses its running
-- statistics and leaves them as they are, dropout does nothing, so a frozen
-- body is one fixed function. With {statistics = false} they follow train()
-- (batch statistics in training, running ones move on), as PyTorch's layers
-- do whose parameters want no gradient. Returns the module.
function methods:freeze(names, given)
  module.check_self(self, "freeze")
  local o = options.check("module:freeze", given, {statistics = true})
  for _, part in ipairs(chosen(self, "module:freeze", names)) do
    set_trainable(part, false)
    if o.statistics then hold(part) else release(part) end
  end
  return self
end

--- Undoes freeze for the named layers (all without a name), which get the mode
-- last asked for. Returns the module.
function methods:unfreeze(names)
  module.check_self(self, "unfreeze")
  for _, part in ipairs(chosen(self, "module:unfreeze", names)) do
    set_trainable(part, true)
    release(part)
  end
  return self
end

-- The name of the head: the field `head`, or else the last linear layer.
local function head_name(self)
  local name = rawget(self, "head")
  if name then return name end
  module.walk(self, function(own, member)
    if member.kind == "linear" then name = own end
  end, "")
  return name
end

module.head_name = head_name

--- Replaces the head, a linear layer, by a fresh one for `classes` classes. The
-- head is what the field `head` names, or else the last linear layer. Option
-- seed (1): the new weights are those that models.create would draw. Returns
-- the module. (Any other head: assign it, as in net.linear = nn.sequential{}.)
function methods:replace_head(classes, given)
  module.check_self(self, "replace_head")
  local caller = "module:replace_head"
  classes = options.argument(caller, 1, classes, "integer", {min = 1, max = 1 << 24})
  local o = options.check(caller, given, {seed = 1})
  local name = head_name(self)
  if not name or name == "" then
    error(caller .. ": the module has no linear layer below it to replace", 2)
  end
  local head, parent, key = module.find(self, name, caller, 2)
  if head.kind ~= "linear" then
    error(("%s: the head %s is %s, linear expected: assign the new one"):format(caller, name,
      head.kind or "module"), 2)
  end
  local fresh = layers.linear(head.weight:size(2), classes, {bias = head.bias ~= nil})
  module.draw(fresh, o.seed, name)
  fresh.training = head.training
  parent[key] = fresh
  return self
end

-- Moves the entries of a state dict that belong to the module called `name`.
local function move_entries(name, from, to)
  local prefix = name .. "."
  for key, value in pairs(from) do
    if key:sub(1, #prefix) == prefix then to[key] = value end
  end
end

--- Copies parameters and buffers of another network, all but the heads': what
-- replace_head replaces here and there stays as it is. Everything else must
-- have the same names and shapes. Returns the module.
function methods:load_body(other)
  local caller = "module:load_body"
  module.check_self(self, "load_body")
  options.argument(caller, 1, other, "module")
  local own, state, heads = self:state_dict(), {}, {}
  move_entries(head_name(other) or "", other:state_dict(), heads)
  for key, value in pairs((other:state_dict())) do
    if not heads[key] then state[key] = value end
  end
  move_entries(head_name(self) or "", own, state)
  local ok, problem = pcall(self.load_state_dict, self, state)
  if not ok then error((problem:gsub("^.-load_state_dict", caller)), 2) end
  return self
end
