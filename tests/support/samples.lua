-- Comparing datasets in specs.
local samples = {}

--- Whether two tensors have the same values.
function samples.equal(a, b) return a:eq(b):to("int32"):min():item() == 1 end

--- All samples of a set of pictures, as bytes, and their labels.
function samples.all(ds)
  local x, y = ds:batch(1, -1, {dtype = "uint8"})
  return x, y
end

--- Whether two sets have the same samples and labels.
function samples.same(a, b)
  local xa, ya = samples.all(a)
  local xb, yb = samples.all(b)
  return samples.equal(xa, xb) and samples.equal(ya, yb)
end

return samples
