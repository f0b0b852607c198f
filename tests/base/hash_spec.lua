local base = require "invar.core.base"

describe("hashes", function()
  -- XXH3's 128 bits as the reference program prints them (xxhsum -H2).
  it("are XXH3's", function()
    assert.equal("99aa06d3014798d86001c324468d497f", base.hash "")
    assert.equal("06b05ab6733a618578af5f94892f3950", base.hash "abc")
  end)
end)
