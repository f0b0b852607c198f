--- Debian's packages as folders: fetched by apt-get and unpacked into the cache,
-- as any user may; nothing is installed.

local base = require "invar.core.base"

local packages = {}

--- A text as one word for the shell.
function packages.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Runs a command of the shell, its %s filled with words. Returns whether it
-- ended well, and what it wrote.
function packages.run(command, ...)
  local words = table.pack(...)
  for i = 1, words.n do words[i] = packages.quote(words[i]) end
  local pipe = assert(io.popen(("{ LC_ALL=C; export LC_ALL; %s\n} 2>&1 </dev/null")
    :format(command:format(table.unpack(words)))))
  local output = pipe:read "a"
  return pipe:close() == true, output
end

local run = packages.run

--- A new empty folder beside `path`, in which to make what is to be renamed to
-- it. Those that were left by processes killed a day ago go away.
function packages.temporary(path)
  local parent, name = path:match "^(.*)/([^/]+)$"
  if not parent then parent, name = ".", path end
  base.folder(parent == "" and "/" or parent)
  run("find %s -maxdepth 1 -name %s -mmin +1440 -exec rm -rf {} +", parent .. "/",
    name .. ".??????.part")
  local made, output = run("mktemp -d --suffix=.part %s", path .. ".XXXXXX")
  if not made then error("data.build_pack: " .. output:gsub("%s+$", ""), 0) end
  return (output:gsub("\n$", ""))
end

--- Removes a folder with all that is in it.
function packages.remove(folder) run("rm -rf %s", folder) end

-- The folder of a package that is there, and its version: the last by name
-- where there are several.
local function find(folder, name)
  local there, output = run("ls -d %s/%s_*", folder, name)
  local found = there and output:match "([^\n]+)\n$"
  if found then return found, (found:match("_([^_/]+)$"):gsub("%%3a", ":")) end
end

local function fetch(folder, name)
  if os.getenv "INVAR_OFFLINE" == "1" then
    error(("data.build_pack: the package %s is not in %s, and INVAR_OFFLINE=1 forbids to fetch it")
      :format(name, folder), 0)
  end
  local work = packages.temporary(folder .. "/" .. name)
  local fetched, output = run("cd %s && apt-get download %s && dpkg-deb -x *.deb tree", work, name)
  if fetched then
    local _, file = run("cd %s && ls *.deb", work)
    -- NAME_VERSION_ARCHITECTURE.deb; another process may have been faster
    os.rename(work .. "/tree", folder .. "/" .. file:match "^(.*)_[^_]*$")
  end
  packages.remove(work)
  if not fetched then
    error(("data.build_pack: the package %s could not be fetched from Debian: %s\n(needed once: "
      .. "apt-get, dpkg-deb and a network; where lists are old or missing: apt-get update)")
      :format(name, output:match "([^\n]*)%s*$"), 0)
  end
end

--- The folder of an unpacked package and its version; fetched where need be.
function packages.find(name)
  local folder = base.cache_folder() .. "/packages"
  local path, version = find(folder, name)
  if not path then
    fetch(folder, name)
    path, version = find(folder, name)
  end
  return path, version
end

return packages
