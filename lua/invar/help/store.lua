return {
  {name = "store", call = 'local store = require "invar".store',
    summary = "Files of tensors by name: the safetensors format.",
    text = [[PyTorch, JAX and NumPy read and write the same files (Python package
safetensors). A file is written under another name and renamed when it is whole, so
that it is never half written. Loading runs no code.]]},
  {name = "store.save", call = "store.save(path, tensors[, metadata])",
    summary = "Writes tensors by name into a safetensors file.",
    text = [[tensors: {name = tensor}; tables in it flatten to names with dots, as in
{optimizer = {mean = t}}: "optimizer.mean". Integers are written as I64, other
numbers as F64, without dimensions. metadata: strings by string. float32, float64,
bfloat16, int32 and uint8 are written as F32, F64, BF16, I32 and U8.]],
    example = [[store.save("features.safetensors", {x = x, y = y}, {layer = "penultimate"})]]},
  {name = "store.load", call = "store.load(path)",
    summary = "The tensors of a safetensors file by name, and its metadata.",
    text = [[F32, F64, BF16, I32 and U8 keep their bits; BOOL becomes uint8, F16 float32, and
I8, I16, I64, U16, U32 and U64 become int32: a value that does not fit is an error.
A damaged file is an error that says what is wrong with it.]],
    example = [[local tensors, metadata = store.load("features.safetensors")]]},
  {name = "store.describe", call = "store.describe(path)",
    summary = "What is in a safetensors file, without reading its data.",
    text = [[Returns {name = {dtype, shape}} and the metadata; dtype as in the file ("F32").]],
    example = [[for name, about in pairs((store.describe("net.safetensors"))) do
  print(name, about.dtype, table.concat(about.shape, " x "))
end]]},
}
