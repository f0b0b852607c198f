-- Everything public: the functions of all modules and the methods of all types.
local public = {}

local invar = require "invar"

local modules

--- The modules that are there: name -> table.
function public.modules()
  if modules then return modules end
  modules = {invar = invar}
  for _, name in ipairs(invar.modules) do
    modules[name] = invar[name]
  end
  return modules
end

local function is_public(name)
  return type(name) == "string" and name:sub(1, 1) ~= "_"
end

-- Functions in a table and the tables in it ("data.objects.builtin").
local function collect(found, prefix, t, depth, seen)
  if seen[t] or depth > 3 then return end
  seen[t] = true
  for name, value in next, t do
    if is_public(name) then
      if type(value) == "function" then
        found[prefix .. name] = value
      elseif type(value) == "table" then
        collect(found, prefix .. name .. ".", value, depth + 1, seen)
      end
    end
  end
end

--- The types with methods that Lua can get hold of: name -> table of methods.
function public.types()
  public.modules()
  local types = {}
  for name, meta in pairs(debug.getregistry()) do
    local methods = type(name) == "string" and type(meta) == "table"
      and rawget(meta, "methods")
    if type(methods) == "table" then types[name] = methods end
  end
  return types
end

--- All of them: public name -> function.
function public.functions()
  local found, seen = {}, {}
  for name, module in pairs(public.modules()) do seen[module] = name ~= "invar" or nil end
  seen[invar] = nil
  collect(found, "invar.", invar, 1, seen)
  for name, module in pairs(public.modules()) do
    if name ~= "invar" then
      seen[module] = nil
      collect(found, name .. ".", module, 1, seen)
    end
  end
  for name, methods in pairs(public.types()) do
    for method, f in pairs(methods) do
      if is_public(method) then found[name .. ":" .. method] = f end
    end
  end
  return found
end

return public
