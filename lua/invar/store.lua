--- store: files of tensors by name, in the safetensors format, which PyTorch,
-- JAX and NumPy read and write too. Files are written whole or not at all.
-- And SQLite databases.

local core = require "invar.core.store"
local databases = require "invar.core.database"
local options = require "invar.options"
require "invar.tensor" -- what load returns

local store = {
  load = core.load,
  describe = core.describe,
  database = databases.database,
}

-- Fills the lists of names and values with all that is in a table of tables,
-- keys joined by dots; returns what is wrong, if anything. `above`: the tables
-- that hold this one.
local function flatten(tree, prefix, above, names, values)
  if above[tree] then return "a table holds itself" end
  above[tree] = true
  for key, value in next, tree do
    if type(key) ~= "string" and math.type(key) ~= "integer" then
      return "names are strings or integers, got " .. options.describe(key)
    end
    local name, kind = prefix .. key, options.describe(value)
    if kind == "table" then
      local problem = flatten(value, name .. ".", above, names, values)
      if problem then return problem end
    elseif kind == "tensor" or type(value) == "number" then
      names[#names + 1], values[#values + 1] = name, value
    else
      return ("%s: tensor, number or table of them expected, got %s"):format(name:sub(1, 200), kind)
    end
  end
  above[tree] = nil
end

-- The text in `list` that is not UTF-8, if there is one.
local function broken(list)
  for _, text in ipairs(list) do
    if not utf8.len(text) then return ("%q is not UTF-8"):format(text:sub(1, 200)) end
  end
end

-- Keys in their order, values, and what is wrong.
local function texts(metadata)
  local keys, values = {}, {}
  for key, value in next, metadata do
    if type(key) ~= "string" or type(value) ~= "string" then
      return keys, values, ("strings by string expected, got %s = %s"):format(
        options.describe(key), options.describe(value))
    end
    keys[#keys + 1] = key
  end
  table.sort(keys)
  for i, key in ipairs(keys) do values[i] = metadata[key] end
  return keys, values, broken(keys) or broken(values)
end

--- Writes tensors by name: {name = tensor}. Tables in the table flatten to
-- names with dots ({optimizer = {mean = t}} is "optimizer.mean"); integers
-- become I64 and other numbers F64 without dimensions. `metadata` (optional)
-- is a table of strings by string. dtypes and bits are kept.
function store.save(path, tensors, metadata)
  options.argument("store.save", 1, path, "string")
  options.argument("store.save", 2, tensors, "table")
  metadata = options.argument("store.save", 3, metadata or {}, "table")
  local names, values = {}, {}
  local problem = flatten(tensors, "", {}, names, values) or broken(names)
  if problem then error("store.save: argument 2: " .. problem, 2) end
  local keys, notes, wrong = texts(metadata)
  if wrong then error("store.save: argument 3: " .. wrong, 2) end
  return core.save(path, names, values, keys, notes)
end

-- ---- databases --------------------------------------------------------------

--- Calls f() within a transaction and gives what it gives: all that it wrote is
-- there in the end or, where it raises an error, nothing.
function databases.methods.transaction(db, f)
  options.argument("database:transaction", 0, db, "database")
  options.argument("database:transaction", 1, f, "function")
  if databases.in_transaction(db) then
    error("database:transaction: a transaction is under way already", 2)
  end
  db:execute "BEGIN IMMEDIATE"
  local results = table.pack(pcall(f))
  if not results[1] then
    if databases.in_transaction(db) then db:execute "ROLLBACK" end
    error(results[2], 0)
  end
  local ok, problem = pcall(db.execute, db, "COMMIT")
  if not ok then
    if databases.in_transaction(db) then db:execute "ROLLBACK" end
    error(options.renamed(problem, "database:transaction"), 2)
  end
  return table.unpack(results, 2, results.n)
end

return store
