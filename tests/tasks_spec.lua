local invar = require "invar"
local tasks, transforms = invar.tasks, invar.transforms

describe("tasks.transforms", function()
  it("has the paper's 18, whatever is defined beside them", function()
    transforms.define {name = "spec_beside", category = "spec_of_tasks",
      apply = function(i) return i end}
    local names = tasks.transforms()
    assert.equal(18, #names)
    assert.is_nil(table.concat(names, " "):find("spec_beside", 1, true))
    for _, category in ipairs {"geometric", "photometric", "corruption"} do
      assert.equal(6, #tasks.transforms(category))
    end
    assert.matches("spec_beside", table.concat(transforms.names "spec_of_tasks", " "))
  end)
end)
