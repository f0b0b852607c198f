local report = require "invar.report"

describe("report", function()
  local rows = {{name = "same", value = 0.5}, {name = "dis,joint"}}

  it("lays out a table with numbers to the right and gaps left empty", function()
    assert.equal(table.concat({
      "| name      | value |",
      "|-----------|------:|",
      "| same      |  0.50 |",
      "| dis,joint |       |",
    }, "\n"), report.table(rows, {{"name", "name"}, {"value", "value", "%.2f"}}))
  end)

  it("writes CSV that quotes what must be quoted", function()
    local path = os.tmpname()
    report.csv(path, {{a = 1, b = 'x "y"'}, {a = 1 / 3, b = "p,q"}}, {"a", "b"})
    local file = assert(io.open(path))
    assert.equal('a,b\n1,"x ""y"""\n0.333333333,"p,q"\n', file:read("a"))
    file:close()
    os.remove(path)
  end)

  it("names the file that cannot be written and leaves nothing behind", function()
    assert.error_matches(function() report.csv("/nowhere/x.csv", {}, {"a"}) end,
      "report.write: /nowhere/x.csv: No such file or directory")
  end)

  it("keeps the old file when the disk is full", function()
    if not io.open("/dev/full") then pending("no /dev/full") end
    assert.error_matches(function() report.write("/dev/full/x", "text") end,
      "report.write: /dev/full/x")
  end)

  it("makes folders, also where they are already", function()
    local path = os.tmpname()
    os.remove(path)
    report.folder(path .. "/a/b")
    report.folder(path .. "/a/b")
    report.write(path .. "/a/b/c.txt", "text")
    assert.error_matches(function() report.folder(path .. "/a/b/c.txt") end,
      "report.folder: .*not a folder")
    os.execute("rm -r " .. path)
  end)
end)
