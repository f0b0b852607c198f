--- What is optimised: parameters with their names.

local module = require "invar.nn.module"
local options = require "invar.options"

--- A list of {name=, tensor=} from a module, a list of tensors (named "1", "2",
-- ...), or such a list: argument 1 of the public function `caller`.
return function(caller, given)
  if module.is_module(given) then return given:named_parameters() end
  options.argument(caller, 1, given, {"module", "table"})
  local list = {}
  for i, item in ipairs(given) do
    if type(item) == "table" then
      list[i] = {name = options.argument(caller, 1, item.name, "string"),
        tensor = options.argument(caller, 1, item.tensor, "tensor")}
    else
      list[i] = {name = tostring(i), tensor = options.argument(caller, 1, item, "tensor")}
    end
  end
  return list
end
