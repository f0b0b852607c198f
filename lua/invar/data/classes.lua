--- Lists of classes, given by names or numbers.
local base = require "invar.core.base"
local fail = require("invar.data.failure").raise
local options = require "invar.options"

local classes = {}

--- ' (did you mean "x"?)' where one of `names` is near, else "".
function classes.near_text(wrong, names)
  local near = base.nearest(wrong, names)
  return near and (' (did you mean "%s"?)'):format(near) or ""
end

--- The place in `names` of `value`, a name or a number; `what` is for messages:
-- "option classes".
function classes.find(name, what, value, names)
  if math.type(value) == "integer" and value >= 1 and value <= #names then
    return value
  end
  if type(value) ~= "string" then
    fail(name, "%s: classes are names or integers in 1 .. %d, got %s", what,
      #names, options.describe(value))
  end
  for i, known in ipairs(names) do
    if known == value then return i end
  end
  fail(name, '%s: there is no class "%s"%s', what, value, classes.near_text(value, names))
end

--- The places of all elements of `list`, each a different one.
function classes.find_all(name, what, list, names)
  local found, seen = {}, {}
  for i, value in ipairs(list) do
    found[i] = classes.find(name, what, value, names)
    if seen[found[i]] then
      fail(name, "%s: %s is there twice", what, options.describe(value))
    end
    seen[found[i]] = true
  end
  if #found == 0 then fail(name, "%s: no class is named", what) end
  return found
end

--- A copy of option class_names, strings: as many as there are classes, where
-- that is known (`count`).
function classes.check_names(name, names, count)
  if type(names) ~= "table" then
    fail(name, "option class_names: list of strings expected, got %s", options.describe(names))
  end
  local copy = {}
  for i, value in ipairs(names) do
    if type(value) ~= "string" then
      fail(name, "option class_names: strings expected, element %d is %s", i,
        options.describe(value))
    end
    copy[i] = value
  end
  if #copy == 0 or count and #copy ~= count then
    fail(name, "option class_names: %s names expected, got %d", count or "one or more", #copy)
  end
  return copy
end

return classes
