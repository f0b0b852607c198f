-- CSV files: what they hold, numbers to the bit, and what is wrong with bad ones.
require "invar.data"
local core = require "invar.core.data"
local files = require "support.files"
local picture = require "support.picture"
local report = require "invar.report"
local scarcity = require "support.scarcity"

local function rows(text, options)
  return files.with_file(text, function(path) return report.read_csv(path, options) end)
end

local function refused(wanted, text, options)
  local ok, message = pcall(rows, text, options)
  assert.is_false(ok, "accepted; wanted: " .. wanted)
  assert.is_truthy(message:find(wanted, 1, true), message)
  assert.is_truthy(message:find "report%.read_csv: ")
end

describe("report.read_csv", function()
  it("gives rows by the names of the columns", function()
    local list, names = rows("net,accuracy,n\nresnet-8,0.91,3\nmlp,1e-1,-2\n")
    assert.same({"net", "accuracy", "n"}, names)
    assert.same({{net = "resnet-8", accuracy = 0.91, n = 3}, {net = "mlp", accuracy = 0.1, n = -2}},
      list)
    assert.equal("integer", math.type(list[1].n))
    assert.equal("float", math.type(rows("x\n3.0\n")[1].x))
    assert.equal(123456789012345678, rows("x\n123456789012345678\n")[1].x)
  end)

  it("gives lists without a header", function()
    local list, names = rows("1,a\n2,b", {header = false})
    assert.same({{1, "a"}, {2, "b"}}, list)
    assert.is_nil(names)
  end)

  it("knows quotes, line ends and the byte order mark", function()
    assert.same({{a = 'x, "y"\r\nz', b = "7"}, {a = "", b = 8}},
      rows('\xef\xbb\xbfa,b\r\n"x, ""y""\r\nz","7"\r\n\r\n"",8\r\n'))
    assert.same({{a = 1}, {a = 2}}, rows("a\r1\r2"))
    assert.same({{["a b"] = 1}}, rows('"a b"\n1'))
    assert.same({{a = '"'}}, rows('a\n""""'))
  end)

  it("knows missing values", function()
    assert.same({{a = 1}, {b = 2}, {}, {a = "NA"}},
      rows('a,b\n1,\nNA,2\nnan,?\n"NA",NULL\n'))
  end)

  it("knows other separators", function()
    assert.same({{a = 1, b = 2}}, rows("a;b\n1;2\n", {separator = ";"}))
    assert.same({{1, 2}, {3, 4}}, rows("  1   2\n3\t4  \n\n", {separator = " ", header = false}))
    local path = os.tmpname()
    report.write(path .. ".tsv", "a\tb\n1\t2\n")
    assert.same({{a = 1, b = 2}}, report.read_csv(path .. ".tsv"))
    os.remove(path .. ".tsv")
    os.remove(path)
  end)

  it("reads what report.csv writes", function()
    files.with_path(function(path)
      local written = {{name = 'a "b", c\nd', x = 0.123456789, n = 5}, {name = "e"}}
      report.csv(path, written, {"name", "x", "n"})
      assert.same(written, (report.read_csv(path)))
    end)
  end)

  it("reads numbers as Python does, to the bit, in any locale", function()
    local path = picture.fixtures .. "data/numbers.csv"
    local function check()
      local list = report.read_csv(path)
      assert.equal(456, #list)
      for _, row in ipairs(list) do
        local bits = (">d"):pack(row.number):gsub(".", function(c)
          return ("%02x"):format(c:byte())
        end)
        local minus_zero = row.text:match "^%-0*$"
        assert.equal(minus_zero and "0000000000000000" or row.bits, bits, row.text)
      end
    end
    check()
    local before = os.setlocale(nil)
    for _, name in ipairs {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"} do
      if os.setlocale(name) then check() end
    end
    os.setlocale(before)
  end)

  it("takes nothing else for a number", function()
    for _, text in ipairs {"0x10", "1_000", "1,5", "1e", "e5", "--1", "1.2.3", ".", "+", "1 2",
      "infinit", "1d5", "١"} do
      assert.equal(text, rows("a\n" .. '"' .. text .. '"')[1].a)
      if not text:find "," then assert.equal(text, rows("a\n" .. text)[1].a) end
    end
  end)
end)

describe("bad CSV", function()
  it("is an error that names file, line and field", function()
    refused("line 3: 1 fields, the first line has 2", "a,b\n1,2\n3\n")
    refused("line 2: 3 fields, the first line has 2", "a,b\n1,2,3")
    refused("line 2: field 2 begins with a quote that is never closed", 'a,b\n1,"2\n3,4\n')
    refused("line 4: something follows the quotes of field 1", 'a\n"x\ny"\n"1"2\n')
    refused("line 2: a quote inside field 1", 'a,b\n1"2,3\n')
    refused("line 2: a byte 0 where text is wanted (UTF-16?)", "a,b\n1\0,2\n")
    refused('column 2 is called "a", as one before it', "a,a\n1,2\n")
    refused('column 2 is called ""', "a,\n1,2\n")
  end)

  it("as no file or a folder is one too", function()
    assert.error_matches(function() report.read_csv "no/such.csv" end,
      "report.read_csv: no/such.csv: No such file")
    assert.error_matches(function() report.read_csv "/" end, "report.read_csv: /: ")
    assert.error_matches(function() report.read_csv(3) end, "report.read_csv: argument 1")
    assert.error_matches(function() report.read_csv("x", {sep = ","}) end,
      "there is no option")
  end)

  it("of a million columns is read", function()
    local list = rows((",1"):rep(999999):sub(2) .. ",2\n", {header = false})
    assert.equal(1000000, #list[1])
    refused("line 2: 1 fields, the first line has 1000000", ("x,"):rep(999999) .. "y\n1\n",
      {header = false})
  end)

  it("without rows has none", function()
    for _, text in ipairs {"", "\n\n\r\n", "\xef\xbb\xbf"} do
      assert.same({}, rows(text))
    end
    assert.same({}, rows("a,b\n"))
  end)

  it("is no danger: cut anywhere, it is read or refused", function()
    local text = 'a,"b ""c""",d\r\n1,"x\ny",3.5e2\r\n-4,,"z"\r\n'
    for length = 0, #text do pcall(rows, text:sub(1, length)) end
    for i = 1, #text do
      for _, byte in ipairs {0, 10, 13, 34, 44, 255} do
        pcall(rows, text:sub(1, i - 1) .. string.char(byte) .. text:sub(i + 1))
      end
    end
  end)
end)

describe("columns of CSV", function()
  local text = {"t,name,x"}
  for i = 1, 500 do text[i + 1] = ("%d,n%d,%g"):format(i, i * 7 % 100, i / 8) end
  text = table.concat(text, "\n")

  it("are numbers and numbered names", function()
    files.with_file(text, function(path)
      local x, codes, names = core.csv_columns(core.csv_open(path, ","), {3, 1}, {2}, true, false)
      assert.same({500, 2}, x:shape())
      assert.same({0.125, 1}, x[1]:totable())
      assert.equal(100, #names)
      for i, code in ipairs(codes:totable()) do
        assert.equal("n" .. i * 7 % 100, names[code])
      end
    end)
  end)

  it("raise without memory", function()
    files.with_file(text, function(path)
      scarcity(function()
        return core.csv_columns(core.csv_open(path, ","), {3}, {2}, true, false)
      end, {most = 200})
    end)
  end)
end)
