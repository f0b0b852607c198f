-- Every public function with bad arguments: never a crash, never a hang, always
-- an error that names the function. INVAR_MISUSE_CALLS (calls per function,
-- default 60) and INVAR_MISUSE_SEED make other runs of it.
local files = require "support.files"
local program = require "support.program"
local sets = require "support.sets"
local with_folder = require "support.folder"

describe("every public function", function()
  it("answers bad arguments with an error that names it", function()
    local seed = tonumber(os.getenv "INVAR_MISUSE_SEED") or 1
    local calls = tonumber(os.getenv "INVAR_MISUSE_CALLS") or 60
    local script = package.searchpath("support.misuse", package.path)
    local pipe = assert(io.popen "pwd")
    if script:sub(1, 1) ~= "/" then script = pipe:read "l" .. "/" .. script end
    pipe:close()
    -- In a folder of its own: what is written by chance goes away with it.
    local last, output, code = with_folder(function(folder)
      sets.fashion_mnist(folder) -- the true one takes half a second each time
      local text, result = program.shell(([[
        export INVAR_PROGRESS=0 INVAR_OFFLINE=1 INVAR_CACHE=%s INVAR_DATA=%s
        mkdir %s/here; cd %s/here; timeout 120 %s %s %d %d ../log]]):format(folder, folder, folder,
        folder, program.quote(program.path), program.quote(script), seed, calls))
      return files.read(folder .. "/log"), text, result
    end)
    assert(code == 0, ("ended with %d in %s\n%s"):format(code, last, output))
    local faults = {}
    for line in output:gmatch "FAULT ([^\n]*)" do faults[#faults + 1] = line end
    assert.same({}, faults)
    assert.is_truthy(output:find "%d+ calls of %d+ functions")
  end)
end)
