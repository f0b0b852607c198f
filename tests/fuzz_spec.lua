-- The kept inputs of fuzzing (make fuzz) through every decoder and reader: what
-- once led somewhere new, or astray, is read again at each test.
local program = require "support.program"

local root = program.root:match "^(.*)/"
local corpus = root .. "/tests/fixtures/fuzz/"

local function names(folder)
  local list = {}
  local pipe <close> = assert(io.popen("ls " .. program.quote(folder)))
  for name in pipe:lines() do list[#list + 1] = name end
  return list
end

describe("kept inputs of", function()
  for _, target in ipairs(names(corpus)) do
    it(target .. " are read without fault", function()
      local inputs = names(corpus .. target)
      assert.is_true(#inputs > 0)
      local output, code = program.shell(("cd %s && %s ./*"):format(
        program.quote(corpus .. target),
        program.quote(program.path:gsub("invar$", "fuzz/" .. target))))
      assert.equal(0, code, output)
      assert.equal(#inputs, tonumber(output))
    end)
  end

  it("every target there is", function()
    local targets = {}
    for _, name in ipairs(names(root .. "/tests/fuzz")) do
      targets[#targets + 1] = name:match "^(.*)_target%.c$"
    end
    assert.same(targets, names(corpus))
  end)
end)
