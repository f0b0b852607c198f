-- Files that tests write and read.

local files = {}

--- The whole file.
function files.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  return text
end

--- Makes or replaces a file; gives its path.
function files.write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  return path
end

--- Calls f with a path of its own and gives what f gives; the file is removed.
function files.with_path(f)
  local path = os.tmpname()
  local results = table.pack(pcall(f, path))
  os.remove(path)
  assert(results[1], results[2])
  return table.unpack(results, 2, results.n)
end

--- The same with a file that holds `text`.
function files.with_file(text, f)
  return files.with_path(function(path)
    return f(files.write(path, text))
  end)
end

return files
