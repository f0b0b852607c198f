local help = require "invar.help"
local invar = require "invar"
local public = require "support.public"

describe("help", function()
  local records, names = help.records(), {}
  for _, record in ipairs(records) do names[record.name] = record end

  it("has a record for every public function and method", function()
    local without = {}
    for name in pairs(public.functions()) do
      if not names[name] then without[#without + 1] = name end
    end
    table.sort(without)
    assert.same({}, without)
  end)

  it("has records only for what exists, each once", function()
    local functions, wrong, seen = public.functions(), {}, {}
    for _, record in ipairs(records) do
      local name = record.name
      local known = functions[name] or record.module == "shell"
        or help.resolve(name, true) ~= nil
      if not known then wrong[#wrong + 1] = name end
      if seen[name] then wrong[#wrong + 1] = name .. " (twice)" end
      seen[name] = true
    end
    assert.same({}, wrong)
  end)

  it("has whole records", function()
    for _, record in ipairs(records) do
      assert.equal("string", type(record.summary), record.name)
      assert.is_truthy(#record.summary <= 90, record.name .. ": long summary")
      if record.example then
        assert(load(record.example, record.name) or load("return " .. record.example),
          record.name .. ": the example is no Lua")
      end
    end
  end)

  it("finds by function, name, type, module and words", function()
    assert.is_truthy(help.text(invar.clock):find("^invar%.clock%(%)"))
    assert.is_truthy(help.text "invar.threads":find("number of threads", 1, true))
    assert.is_truthy(help.text(invar):find("invar.memory", 1, true))
    assert.is_truthy(help.text(invar.progress {}):find("progress:update", 1, true))
    assert.is_truthy(help.text "monotonic":find("^invar%.clock%(%)"))
    assert.is_truthy(help.text():find("Modules:", 1, true))
  end)

  it("offers the nearest name", function()
    assert.equal('There is no help on "invar.clok" (did you mean "invar.clock"?)',
      help.text "invar.clok")
    assert.is_truthy(help.text(nil):find("nil", 1, true))
    assert.is_truthy(help.text {}:find("no help on this table", 1, true))
  end)
end)
