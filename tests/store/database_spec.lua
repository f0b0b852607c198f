-- SQLite databases; the sqlite3 program and SQLite's own rules are the truth.
local invar = require "invar"
local store = invar.store
local program = require "support.program"
local scarcity = require "support.scarcity"
local with_folder = require "support.folder"

local function fails(pattern, f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  assert.matches(pattern, message, 1, true)
end

local function with_database(f, given)
  with_folder(function(folder)
    local db <close> = store.database(folder .. "/a.db", given)
    f(db, folder .. "/a.db", folder)
  end)
end

local function contents(path)
  return (program.shell(("sqlite3 %s 'select * from t' 'pragma integrity_check'"):format(path)))
end

describe("a database", function()
  it("keeps values with their types and bits", function()
    with_database(function(db, path)
      db:execute "create table t (value)"
      local values = {1, -7, math.maxinteger, math.mininteger, 0.1, -1e300, math.huge, "", "é",
        "a'b", "nul\0inside", true, false}
      for _, value in ipairs(values) do
        assert.equal(1, db:execute("insert into t values (?)", value))
      end
      db:execute("insert into t values (?)", nil)
      local rows, columns = db:rows "select value, typeof(value) as type from t order by rowid"
      assert.same({"value", "type"}, columns)
      for i, value in ipairs(values) do
        local wanted = value
        if value == true then wanted = 1 elseif value == false then wanted = 0 end
        assert.equal(wanted, rows[i].value)
        assert.equal(math.type(wanted), math.type(rows[i].value))
      end
      assert.same({type = "null"}, rows[#values + 1])
      db:close()
      assert.matches("^1\n%-7\n9223372036854775807\n", contents(path))
    end)
  end)

  it("runs several statements, and the same one again", function()
    with_database(function(db)
      db:execute "create table t (a); insert into t values (1); insert into t values (2);"
      for i = 1, 200 do -- more than are kept ready
        assert.equal(i, db:rows("select " .. i .. " as n")[1].n)
        assert.equal(2, #db:rows "select a from t")
      end
      assert.equal(2, db:execute "update t set a = 3")
      assert.same({}, db:rows "select a from t where a = 9")
    end)
  end)

  it("does a transaction wholly or not at all", function()
    with_database(function(db)
      db:execute "create table t (a unique)"
      assert.equal("x", db:transaction(function()
        db:execute "insert into t values (1)"
        return "x"
      end))
      fails("stop", db.transaction, db, function()
        db:execute "insert into t values (2)"
        error "stop"
      end)
      fails("UNIQUE constraint failed: t.a", db.transaction, db, function()
        db:execute "insert into t values (3)"
        db:execute "insert into t values (1)"
      end)
      assert.equal(1, #db:rows "select * from t")
      fails("a transaction is under way", db.transaction, db, function()
        db:transaction(print)
      end)
    end)
  end)

  it("refuses what makes no sense", function()
    with_database(function(db)
      fails("database:rows: no such table: t", db.rows, db, "select * from t")
      fails("database:execute: near \"selct\": syntax error", db.execute, db, "selct 1")
      fails("the statement has 1 parameters, got 2 values", db.rows, db, "select ?", 1, 2)
      fails("database:rows: argument 2: nil, boolean, number or string expected, got table",
        db.rows, db, "select ?", {})
      fails("one statement expected", db.rows, db, "select 1; select 2")
      fails("one statement expected", db.rows, db, "  ")
      fails("SQL without NUL", db.rows, db, "select 1\0")
      db:close()
      fails("the database is closed", db.rows, db, "select 1")
      fails('there is no option "timeot" (did you mean "timeout"?)', store.database, "x",
        {timeot = 1})
      fails("store.database: argument 1: string expected, got nothing", store.database)
    end)
  end)

  it("says what is wrong with its file", function()
    with_folder(function(folder)
      local path = folder .. "/a.db"
      fails("cannot be opened: No such file or directory", store.database,
        folder .. "/none/a.db")
      fails("cannot be opened: No such file or directory", store.database, path,
        {readonly = true})
      local file = assert(io.open(path, "wb"))
      file:write(("no database "):rep(500))
      file:close()
      fails(path .. " is damaged (file is not a database): move it away", store.database, path)
      os.remove(path)
      local db = store.database(path)
      db:execute "create table t (a); create index i on t (a)"
      for i = 1, 3000 do db:execute("insert into t values (?)", ("x"):rep(i % 90)) end
      db:close()
      file = assert(io.open(path, "r+b"))
      file:seek("set", 8192)
      file:write(("\xff"):rep(30000))
      file:close()
      db = store.database(path)
      fails("is damaged (database disk image is malformed): move it away, or save", db.rows, db,
        "select count(*), max(a) from t order by a")
      db:close()
    end)
  end)

  it("says when the disk is full, and keeps what was there", function()
    with_folder(function(folder)
      local path = folder .. "/a.db"
      local db = store.database(path)
      db:execute "create table t (a); insert into t values (1)"
      db:close()
      local output, code = program.shell(([[trap '' XFSZ; ulimit -f 100; invar -e '
        local db = require("invar").store.database(%q)
        for _ = 1, 100 do db:execute("insert into t values (?)", ("x"):rep(5000)) end']])
        :format(path))
      assert.equal(1, code)
      assert.matches("a.db: writing failed (disk I/O error): is there space left on the disk?",
        output, 1, true)
      assert.matches("ok\n$", contents(path))
      assert.matches("^1\n", contents(path))
    end)
  end)

  it("can be read where nothing can be written", function()
    with_folder(function(folder)
      local path = folder .. "/a.db"
      local db = store.database(path)
      db:execute "create table t (a); insert into t values (7)"
      db:close()
      os.execute(("chmod a-w %s %s"):format(path, folder))
      local reader <close> = store.database(path, {readonly = true})
      assert.equal(7, reader:rows("select a from t")[1].a)
      fails("the file or its folder is read-only", reader.execute, reader,
        "insert into t values (8)")
    end)
  end)
end)

describe("several processes", function()
  it("write to one database, and nothing is lost", function()
    with_database(function(db, path)
      db:execute "create table t (who, n)"
      local script = ([[local db = require("invar").store.database(%q)
        for i = 1, 60 do db:transaction(function()
          local n = db:rows("select count(*) as n from t")[1].n
          db:execute("insert into t values (?, ?)", tonumber(arg[1]), n)
        end) end]]):format(path)
      local file = program.file(script)
      local output, code = program.shell(
        ("for i in 1 2 3; do invar %s $i & done; wait"):format(file))
      os.remove(file)
      assert.equal("", output)
      assert.equal(0, code)
      -- each saw what all before it had written
      local rows = db:rows "select n from t order by rowid"
      assert.equal(180, #rows)
      for i, row in ipairs(rows) do assert.equal(i - 1, row.n) end
    end)
  end)

  it("wait for each other only so long", function()
    with_database(function(db, path)
      local other <close> = store.database(path, {timeout = 0.2})
      db:execute "create table t (a)"
      db:execute "begin immediate"
      local start = invar.clock()
      fails("another program has kept it locked for 0.2 seconds", other.execute, other,
        "insert into t values (1)")
      assert.is_true(invar.clock() - start > 0.15)
      db:execute "commit"
      other:execute "insert into t values (1)"
    end)
  end)

  it("are told where locks cannot be had", function()
    with_database(function(db, path)
      db:execute "create table t (a); insert into t values (4)"
      db:close()
      assert.matches("^4\nok\n", contents(path))
    end, {journal = "exclusive"})
    with_database(function(db)
      assert.equal("delete", db:rows("pragma journal_mode")[1].journal_mode)
    end, {journal = "rollback"})
  end)
end)

describe("a file system that other machines use", function()
  -- A library that says so to the program: statfs tells NFS, locks fail if wanted.
  local source = [[
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <fcntl.h>
    #include <stdarg.h>
    #include <stdlib.h>
    #include <sys/vfs.h>
    int statfs(const char *path, struct statfs *about) {
      int (*real)(const char *, struct statfs *) = dlsym(RTLD_NEXT, "statfs");
      int result = real(path, about);
      about->f_type = 0x6969;
      return result;
    }
    int fcntl(int file, int command, ...) {
      int (*real)(int, int, ...) = dlsym(RTLD_NEXT, "fcntl");
      va_list list;
      va_start(list, command);
      void *argument = va_arg(list, void *);
      va_end(list);
      if (getenv("NO_LOCKS") && command == F_SETLK) { errno = ENOLCK; return -1; }
      return real(file, command, argument);
    }
    int fcntl64(int file, int command, ...) {
      va_list list;
      va_start(list, command);
      void *argument = va_arg(list, void *);
      va_end(list);
      return fcntl(file, command, argument);
    }]]

  it("is noticed, and used as it can be", function()
    if require "support.sanitized" () then return pending "no preloading under the sanitizer" end
    with_folder(function(folder)
      local file = assert(io.open(folder .. "/nfs.c", "w"))
      file:write(source)
      file:close()
      local output, code = program.shell(("cc -shared -fPIC -o %s/nfs.so %s/nfs.c -ldl")
        :format(folder, folder))
      if code ~= 0 then return pending("no compiler: " .. output) end
      local script = ([[local db, note = require("invar").store.database("%s/a.db")
        db:execute "create table if not exists t (a)"
        print(db:rows("pragma journal_mode")[1].journal_mode, note)]]):format(folder)
      local run = ("LD_PRELOAD=%s/nfs.so invar -e %s"):format(folder, program.quote(script))
      assert.equal("delete\tit lies on a shared file system (NFS): several processes may use "
        .. "it, but more slowly than on a local disk\n", (program.shell(run)))
      assert.equal("delete\tit lies on a file system (NFS) on which locks do not work: only one "
        .. "process at a time may use it\n", (program.shell("export NO_LOCKS=1; " .. run)))
      assert.equal("", (program.shell(("ls %s | grep lock"):format(folder))))
    end)
  end)
end)

describe("without memory a database", function()
  it("is opened, or an error says so", function()
    with_folder(function(folder)
      scarcity(function()
        local db <close> = store.database(folder .. "/a.db")
        db:execute "create table if not exists t (a)"
      end)
    end)
  end)
end)
