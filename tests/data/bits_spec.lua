-- Samples have the same bits on every machine, with every compiler, however
-- they are asked for: hashes recorded once with gcc -O3. `make bits` runs this
-- with gcc and clang, optimised and not.
local data = require "invar.data"
local invar = require "invar"
local picture = require "support.picture"

local recorded = {
  none = "711efa97",
  ["rotate+hue+blur"] = "3aeffe9c",
  ["scale+contrast+noise"] = "bb9f44c4",
  ["shear+posterize+pixelate"] = "e94b1b2c",
  ["elastic+translate+erasing"] = "88c9fd3c",
  all = "1c780785",
}

local function names_of(list)
  if list == "all" then return picture.published() end
  local names = {}
  for name in list:gmatch "[^+]+" do names[#names + 1] = name end
  return names
end

describe("bits of datasets:", function()
  local threads = invar.threads()
  after_each(function() invar.threads(threads) end)

  for list, hash in pairs(recorded) do
    it(list, function()
      local ds = data.transforms2d {transforms = names_of(list), n = 200, seed = 3}
      local bytes = {dtype = "uint8"}
      invar.threads(1)
      local x = ds:batch(1, 200, bytes)
      assert.equal(hash, ("%08x"):format(picture.hash(x:flatten())))
      invar.threads(2)
      assert.is_true(x:equal((ds:batch(1, 200, bytes))))
      for first = 200, 7, -7 do -- other batches, backwards
        assert.is_true(x[{{first - 6, first}}]:equal((ds:batch(first - 6, first, bytes))))
      end
      assert.is_true(x[77]:equal((ds:sample(77)))) -- alone
    end)
  end

  it("a hash sees one changed bit", function()
    local ds = data.transforms2d {n = 2, seed = 3}
    local x = ds:batch(1, 2, {dtype = "uint8"})
    local before = picture.hash(x:flatten())
    x[{1, 5, 5, 2}] = (x[{1, 5, 5, 2}]:item() + 1) % 256
    assert.not_equal(before, picture.hash(x:flatten()))
  end)
end)
