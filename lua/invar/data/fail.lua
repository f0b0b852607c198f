--- Raises "NAME: message" (a format and its values) at the line that called the
-- public function `name`: the first one outside the files of `data`.
local data_files = debug.getinfo(1, "S").source:gsub("/fail%.lua$", "")

return function(name, ...)
  local level, info = 2, debug.getinfo(2, "S")
  while info and info.source:sub(1, #data_files) == data_files do
    level = level + 1
    info = debug.getinfo(level, "S")
  end
  error(("%s: %s"):format(name, (...):format(select(2, ...))), level)
end
