--- Reports as documents: headings, text, tables, figures and settings, written as
-- text, Markdown, LaTeX, CSV or HTML.

local aggregate = require "invar.report.aggregate"
local base = require "invar.core.base"
local class = require "invar.class"
local guarded = require "invar.guarded"
local options = require "invar.options"

local methods = {}
local meta = class("document", {__index = methods}, methods)

local formats = {"text", "markdown", "latex", "csv", "html"}
local endings = {text = "txt", markdown = "md", latex = "tex", html = "html"}
local figure_endings = {text = "png", markdown = "png", latex = "pdf", html = "svg"}

local fail = aggregate.fail

local function method(name, f)
  local full = "document:" .. name
  methods[name] = guarded(full, function(self, ...)
    options.argument(full, 0, self, "document")
    return f(self, ...)
  end)
end

local function add(self, block)
  self.blocks[#self.blocks + 1] = block
  return self
end

-- How many blocks of a kind there are already, plus one.
local function next_number(self, kind)
  local count = 1
  for _, block in ipairs(self.blocks) do
    if block.kind == kind then count = count + 1 end
  end
  return count
end

-- Names of files: unique, and nothing that means something to anybody.
local function file_name(self, who, given, kind, number)
  local name = given or ("%s-%d"):format(kind, number)
  if not name:find "^%w[%w_-]*$" or #name > 100 then
    fail(who, "option name: letters, digits, - and _ expected, got %s", options.describe(name))
  end
  for _, block in ipairs(self.blocks) do
    if block.kind == kind and block.name == name then
      fail(who, "there is a %s named %q already", kind, name)
    end
  end
  return name
end

--- A heading; level 1 (below the title) to 3.
method("heading", function(self, text, level)
  options.argument("document:heading", 1, text, "string")
  level = level == nil and 1
    or options.argument("document:heading", 2, level, "integer", {min = 1, max = 3})
  return add(self, {kind = "heading", text = text, level = math.tointeger(level)})
end)

--- Text; empty lines divide paragraphs.
method("text", function(self, text)
  options.argument("document:text", 1, text, "string")
  for paragraph in (text .. "\n\n"):gmatch "(.-)\n%s*\n" do
    paragraph = paragraph:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
    if paragraph ~= "" then add(self, {kind = "text", text = paragraph}) end
  end
  return self
end)

local table_rules = {
  rows = {type = "table"}, columns = {type = "table"}, pivot = {type = "table"},
  published = {type = "table"}, format = {type = "string"}, corner = {type = "string"},
  name = {type = "string"},
}

--- A table, from rows and columns or from a pivot table.
method("table", function(self, given)
  local settings = options.check("document:table", given, {caption = "", note = ""}, table_rules)
  local number = next_number(self, "table")
  local made = require("invar.report.cells").table(settings)
  local note = {}
  if settings.note ~= "" then note[1] = settings.note end
  if made.note ~= "" then note[#note + 1] = made.note end
  return add(self, {kind = "table", number = number, caption = settings.caption, made = made,
    note = table.concat(note, " "),
    name = file_name(self, "document:table", settings.name, "table", number)})
end)

--- A figure: plot = "line", "bar", "heat" or "image_grid", and its settings.
method("figure", function(self, given)
  local who = "document:figure"
  options.argument(who, 1, given, "table")
  local kind = options.check(who, {plot = given.plot}, {}, {plot = {required = true,
    choices = {"line", "bar", "heat", "image_grid"}}}).plot
  local settings = {}
  for key, value in pairs(given) do settings[key] = value end
  local caption, name = settings.caption or "", settings.name
  options.check(who, {caption = caption, name = name}, {caption = ""}, {name = {type = "string"}})
  settings.plot, settings.caption, settings.name = nil, nil, nil
  if settings.file ~= nil then fail(who, "option file: figures are named by name") end
  local ok, model = pcall(require("invar.plot." .. kind).read, settings)
  if not ok then error(options.renamed(model, who), 0) end
  local number = next_number(self, "figure")
  return add(self, {kind = "figure", plot = kind, model = model, caption = caption,
    number = number, name = file_name(self, who, name, "figure", number)})
end)

local function value_text(value)
  if math.type(value) == "float" then return ("%.14g"):format(value) end
  return (tostring(value):gsub("%c+", " "))
end

-- A nested table as a list of {"a.b", "value"}, sorted; lists of plain values
-- are one value.
local function flatten(values, prefix, list, depth)
  if depth > 12 then fail("document:provenance", "tables within tables, more than 12 deep") end
  local keys = {}
  for key in next, values do keys[#keys + 1] = key end
  table.sort(keys, function(a, b)
    if math.type(a) and math.type(b) then return a < b end
    return tostring(a) < tostring(b)
  end)
  for _, key in ipairs(keys) do
    local value, name = values[key], prefix .. value_text(key)
    local plain, parts = type(value) == "table" and #value > 0, {}
    if plain then
      for i, item in ipairs(value) do
        plain = plain and type(item) ~= "table"
        parts[i] = value_text(item)
      end
      for item in next, value do plain = plain and math.type(item) == "integer" end
    end
    if plain then
      list[#list + 1] = {name, table.concat(parts, ", ")}
    elseif type(value) == "table" and next(value) ~= nil then
      flatten(value, name .. ".", list, depth + 1)
    else
      list[#list + 1] = {name, type(value) == "table" and "{}" or value_text(value)}
    end
    if #list > 10000 then fail("document:provenance", "more than 10000 values") end
  end
  return list
end

--- Settings, or where results come from: a table of plain values, also nested.
method("provenance", function(self, values, title)
  options.argument("document:provenance", 1, values, "table")
  if title ~= nil then options.argument("document:provenance", 2, title, "string") end
  return add(self, {kind = "provenance", title = title or "Settings and provenance",
    values = flatten(values, "", {}, 1)})
end)

local render_defaults = {columns = 100, colours = false}
local render_rules = {columns = {min = 40, max = 1000}}

local function check_format(who, format)
  return options.argument(who, 1, format, "string", {choices = formats})
end

-- Draws the figures into `folder`/figures: block.file is the path from `folder`.
local function draw(self, who, folder, ending, written)
  local gnuplot = require "invar.plot.gnuplot"
  for _, block in ipairs(self.blocks) do
    if block.kind == "figure" then
      base.folder(folder .. "/figures")
      block.file = ("figures/%s.%s"):format(block.name, ending)
      local made = require("invar.plot." .. block.plot).figure(block.model)
      local paths = gnuplot.draw(who, folder .. "/" .. block.file, made, block.model.settings.scale)
      block.width = made.width
      for _, key in ipairs {"file", "data", "script"} do written[#written + 1] = paths[key] end
    end
  end
end

local function render(self, format, settings)
  return require("invar.report." .. format).render(self, settings)
end

-- Calls f with a folder that is there for this call only.
local function with_folder(f)
  local folder, written = os.tmpname(), {}
  os.remove(folder)
  local results = table.pack(pcall(f, folder, written))
  for _, path in ipairs(written) do os.remove(path) end
  os.remove(folder .. "/figures")
  os.remove(folder)
  if not results[1] then error(results[2], 0) end
  return table.unpack(results, 2, results.n)
end

--- The document as one text in a format.
method("render", function(self, format, given)
  local who = "document:render"
  check_format(who, format)
  local settings = options.check(who, given, render_defaults, render_rules)
  if format ~= "html" then
    for _, block in ipairs(self.blocks) do
      if block.kind == "figure" then
        block.file = ("figures/%s.%s"):format(block.name, figure_endings[format] or "png")
      end
    end
    return render(self, format, settings)
  end
  return with_folder(function(folder, written)
    draw(self, who, folder, "svg", written)
    settings.folder = folder
    return render(self, format, settings)
  end)
end)

--- Writes the document into a folder; gives the paths of the files.
method("write", function(self, format, folder, given)
  local who = "document:write"
  check_format(who, format)
  options.argument(who, 2, folder, "string")
  local settings = options.check(who, given, {columns = 100, name = "report"},
    {columns = {min = 40, max = 1000}, figures = {choices = {"png", "svg", "pdf"}}})
  if format == "html" and settings.figures == "pdf" then
    fail(who, "pages show png and svg, not pdf")
  elseif format == "latex" and settings.figures == "svg" then
    fail(who, "LaTeX includes pdf and png, not svg")
  end
  if not settings.name:find "^%w[%w_.-]*$" then
    fail(who, "option name: letters, digits, -, _ and . expected, got %s",
      options.describe(settings.name))
  end
  local written = {}
  local ok, message = pcall(function()
    base.folder(folder)
    draw(self, who, folder, settings.figures or figure_endings[format] or "png", written)
    if format == "csv" then
      for _, file in ipairs(require("invar.report.csv").files(self)) do
        base.folder(folder .. "/tables")
        written[#written + 1] = folder .. "/tables/" .. file.name .. ".csv"
        base.write(written[#written], file.text)
      end
    else
      settings.folder = folder
      local path = ("%s/%s.%s"):format(folder, settings.name, endings[format])
      base.write(path, render(self, format, settings))
      table.insert(written, 1, path)
    end
  end)
  if not ok then error(options.renamed(message, who), 0) end
  return written
end)

--- Prints the document, in colours where the terminal has them.
method("show", function(self)
  local columns = require("invar.core.terminal").size()
  print(render(self, "text", {columns = math.max(40, columns),
    colours = require("invar.repl.show").colours()}))
end)

function meta.__tostring(self) return render(self, "text", render_defaults) end

--- report.document{title=}: an empty document.
return guarded("report.document", function(given)
  local settings = options.check("report.document", given, {subtitle = ""},
    {title = {type = "string", required = true}})
  return setmetatable({title = settings.title, subtitle = settings.subtitle, blocks = {}}, meta)
end)
