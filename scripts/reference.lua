-- Prints the reference in Markdown, from the records of help():
--   make reference
local help = require "invar.help"

local function section(title, module)
  local list = {}
  for _, record in ipairs(help.records()) do
    if record.module == module then list[#list + 1] = record end
  end
  if #list == 0 then return end
  print(("## %s\n"):format(title))
  for _, record in ipairs(list) do
    print(("### %s\n"):format(record.name))
    print(("    %s\n"):format((record.call or record.name):gsub("\n", "\n    ")))
    print(record.summary .. "\n")
    if record.text and record.text ~= "" then print(record.text .. "\n") end
    if record.example then
      print(("```lua\n%s\n```\n"):format((record.example:gsub("%s+$", ""))))
    end
  end
end

print("# Invar " .. require("invar").version .. ": reference\n")
section("The prompt", "shell")
section("invar", "invar")
for _, name in ipairs(require("invar").modules) do section(name, name) end
