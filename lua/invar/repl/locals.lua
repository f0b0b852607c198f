--- Local variables of the prompt live on: each input is a chunk of its own, in
-- which a local would end with the line, so that `local` at the top level of
-- an input is taken as if it were not there, and the variable is global.
-- Locals inside blocks and functions stay what they are.

-- Splits Lua code into tokens: name, other, or nil at its end; with positions.
local function next_token(code, at)
  at = code:find("%S", at)
  if not at then return nil end
  local level = code:match("^%-%-%[(=*)%[", at) or code:match("^%[(=*)%[", at)
  if level then
    local _, stop = code:find("]" .. level .. "]", at, true)
    return code:find("^%-%-", at) and "comment" or "string", at, stop or #code
  end
  if code:find("^%-%-", at) then
    return "comment", at, (code:find("\n", at, true) or #code + 1) - 1
  end
  local mark = code:match("^[\"']", at)
  if mark then
    local stop = at + 1
    while stop <= #code and code:sub(stop, stop) ~= mark do
      stop = stop + (code:sub(stop, stop) == "\\" and 2 or 1)
    end
    return "string", at, math.min(stop, #code)
  end
  local _, stop = code:find("^[%a_][%w_]*", at)
  if stop then return "name", at, stop end
  _, stop = code:find("^%d[%w.]*", at)
  return "other", at, stop or at
end

local opens = {["do"] = 1, ["if"] = 1, ["function"] = 1,
  ["repeat"] = 1, ["end"] = -1, ["until"] = -1}

-- Tokens of the code without comments.
local function tokens_of(code)
  local list, at = {}, 1
  while true do
    local kind, from, to = next_token(code, at)
    if not kind then return list end
    if kind ~= "comment" then
      list[#list + 1] = {kind = kind, from = from, to = to, text = code:sub(from, to)}
    end
    at = to + 1
  end
end

-- Where the list of names after a `local` at token `i` ends: the index of the
-- token behind it, the attributes in it, and whether one of them is <close>.
local function names_after(tokens, i)
  local attributes, closes = {}, false
  while tokens[i] and tokens[i].kind == "name" do
    i = i + 1
    if tokens[i] and tokens[i].text == "<" then
      closes = closes or (tokens[i + 1] or {}).text == "close"
      attributes[#attributes + 1] = {from = tokens[i].from, to = (tokens[i + 2] or tokens[i]).to}
      i = i + 3
    end
    if not (tokens[i] and tokens[i].text == ",") then break end
    i = i + 1
  end
  return i, attributes, closes
end

--- The code with its top-level locals made global; lines stay where they are.
return function(code)
  if not code:find("local", 1, true) then return code end
  local tokens, depth, edits = tokens_of(code), 0, {}
  for i, token in ipairs(tokens) do
    if token.kind == "name" then
      depth = depth + (opens[token.text] or 0)
      local following = tokens[i + 1]
      if token.text == "local" and depth == 0 and following then
        local behind, attributes, closes = names_after(tokens, i + 1)
        if following.text == "function" then
          edits[#edits + 1] = {from = token.from, to = token.to, text = ""}
        elseif not closes then
          edits[#edits + 1] = {from = token.from, to = token.to, text = ""}
          for _, a in ipairs(attributes) do
            edits[#edits + 1] = {from = a.from, to = a.to, text = ""}
          end
          if not (tokens[behind] and tokens[behind].text == "=") then
            local last = tokens[behind - 1]
            edits[#edits + 1] = {from = last.to + 1, to = last.to, text = " = nil"}
          end
        end
      end
    end
  end
  local parts, at = {}, 1
  for _, edit in ipairs(edits) do
    parts[#parts + 1] = code:sub(at, edit.from - 1) .. edit.text
    at = edit.to + 1
  end
  return table.concat(parts) .. code:sub(at)
end
