--- A table of texts, laid out so that it can be read and is Markdown too.

local width_of = require("invar.plot.style").width

--- heads: the titles; right: which columns stand to the right; rows: lists of
-- texts.
return function(heads, right, rows)
  local widths = {}
  for c, head in ipairs(heads) do widths[c] = width_of(head) end
  for _, row in ipairs(rows) do
    for c, text in ipairs(row) do widths[c] = math.max(widths[c], width_of(text)) end
  end
  local function line_of(row)
    local texts = {}
    for c, text in ipairs(row) do
      local padding = (" "):rep(widths[c] - width_of(text))
      texts[c] = right[c] and padding .. text or text .. padding
    end
    return "| " .. table.concat(texts, " | ") .. " |"
  end
  local rules = {}
  for c, width in ipairs(widths) do
    rules[c] = ("-"):rep(width + (right[c] and 1 or 2)) .. (right[c] and ":" or "")
  end
  local lines = {line_of(heads), "|" .. table.concat(rules, "|") .. "|"}
  for _, row in ipairs(rows) do lines[#lines + 1] = line_of(row) end
  return table.concat(lines, "\n")
end
