-- What is no regular file: pipes, which whoever opens them waits at, devices and
-- links, where files are read and written.
local data = require "invar.data"
local files = require "support.files"
local image = require "invar.image"
local in_folder = require "support.folder"
local program = require "support.program"
local sets = require "support.sets"
local tensor = require "invar.tensor"

local function make_pipe(path) assert(os.execute("mkfifo " .. program.quote(path))) end

--- The message of a failure in a program of its own, which must not wait.
local function refusal(code)
  return files.with_file(code, function(path)
    local output, status = program.shell(("timeout 10 %s %s"):format(
      program.quote(program.path), path))
    assert.equal(1, status, output)
    return output
  end)
end

local picture = tensor.full({4, 4, 3}, 7):to "uint8"

describe("a pipe in the place of a file", function()
  it("is refused by the readers of sets and packs", function()
    in_folder(function(folder)
      make_pipe(folder .. "/data_batch_1.bin")
      make_pipe(folder .. "/train-images-idx3-ubyte")
      make_pipe(folder .. "/manifest.csv")
      local wanted = {
        cifar10 = "data_batch_1.bin: not a regular file",
        mnist = "train-images-idx3-ubyte: not a regular file",
        ["objects.pack"] = "manifest.csv: not a regular file",
      }
      for name, reason in pairs(wanted) do
        assert.matches(reason, refusal(('require("invar.data").%s {path = %q}'):format(name,
          folder)), 1, true)
      end
    end)
  end)

  it("is not waited at where names of classes may be", function()
    in_folder(function(folder)
      local record = sets.cifar_record(1, 3)
      for i = 1, 5 do sets.write(("%s/data_batch_%d.bin"):format(folder, i), record) end
      sets.write(folder .. "/test_batch.bin", record)
      make_pipe(folder .. "/batches.meta.txt")
      assert.equal(5, #data.cifar10 {path = folder, validation = 0})
    end)
  end)

  it("is not replaced by what is saved", function()
    in_folder(function(folder)
      local path = folder .. "/pipe.png"
      make_pipe(path)
      local ok, message = pcall(image.save, path, picture)
      assert.is_false(ok)
      assert.matches("image.save: " .. path .. ": not a regular file", message, 1, true)
      assert.is_true(os.execute("test -p " .. path))
    end)
  end)
end)

describe("a link", function()
  it("stays one when its file is saved anew", function()
    in_folder(function(folder)
      local link, far = folder .. "/x.png", folder .. "/far.png"
      files.write(far, "old")
      assert(os.execute(("ln -s far.png %s"):format(link)))
      image.save(link, picture)
      assert.is_true(os.execute("test -L " .. link))
      assert.is_true(image.load(far):eq(picture):all():item() == 1)
    end)
  end)

  it("that leads nowhere is replaced", function()
    in_folder(function(folder)
      local link = folder .. "/x.png"
      assert(os.execute(("ln -s none.png %s; ln -s loop.png %s/loop.png"):format(link, folder)))
      image.save(link, picture)
      image.save(folder .. "/loop.png", picture)
      assert.is_true(image.load(link):eq(picture):all():item() == 1)
    end)
  end)
end)
