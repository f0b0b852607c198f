-- What a results folder holds, as a list of texts: rows, the bytes of all files, how
-- the database is, and how many steps are in which state.
local base = require "invar.core.base"
local files = require "support.files"
local store = require "invar.store"

return function(folder)
  local db <close> = store.database(folder .. "/invar.db", {readonly = true})
  local list = {}
  for _, row in ipairs(db:rows "select step, n, fields from rows order by step, n") do
    list[#list + 1] = ("%s %d %s"):format(row.step, row.n, row.fields)
  end
  for _, row in ipairs(db:rows "select * from artifacts order by step, name") do
    list[#list + 1] = row.file .. base.hash(files.read(folder .. "/" .. row.file))
  end
  list[#list + 1] = db:rows("pragma integrity_check")[1].integrity_check
  for _, row in ipairs(db:rows "select name, state, count(*) as n from steps group by 1, 2") do
    list[#list + 1] = ("%s %s %d"):format(row.name, row.state, row.n)
  end
  return list
end
