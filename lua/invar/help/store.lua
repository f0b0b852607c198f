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
  {name = "store.database", call = "store.database(path[, options])",
    summary = "Opens an SQLite database; makes the file where there is none.",
    text = [[Options: readonly (false; true: it must be there), timeout (60 seconds of
patience with another process's lock), journal ("auto": what the place of the file
allows; "wal", "rollback", or "exclusive": without locks, for one process). Many
processes may use a database at once; on a shared file system (NFS and others) that
is slower, and where locks do not work only one process may: a second result says so.
A damaged file, a full disk, a read-only folder are errors that say what to do.]],
    example = [[local db = store.database("notes.db")
db:execute("CREATE TABLE IF NOT EXISTS notes (name, value)")]]},
  {name = "database:execute", call = "db:execute(sql, ...)",
    summary = "Runs statements of SQL; returns how many rows the last one changed.",
    text = [[The values after the SQL take the places of its question marks: nil, booleans (as
0 and 1), integers, floats and strings. With values there is one statement; without,
any number of them.]],
    example = [[db:execute("INSERT INTO notes VALUES (?, ?)", "seed", 7)]]},
  {name = "database:rows", call = "db:rows(sql, ...)",
    summary = "The rows that a query gives: a list of tables by column.",
    text = [[NULL is nil. The second result is the list of the columns' names in their order.]],
    example = [[for _, row in ipairs(db:rows("SELECT * FROM notes WHERE value > ?", 3)) do
  print(row.name, row.value)
end]]},
  {name = "database:transaction", call = "db:transaction(f)",
    summary = "Calls f(); what it wrote is there wholly or, after an error, not at all.",
    text = [[Returns what f returns. Other processes wait meanwhile.]],
    example = [[db:transaction(function()
  db:execute("INSERT INTO notes VALUES ('a', 1)")
  db:execute("INSERT INTO notes VALUES ('b', 2)")
end)]]},
  {name = "database:close", call = "db:close()",
    summary = "Closes a database; an open transaction is rolled back.",
    text = [[It also closes when it is collected.]], example = [[db:close()]]},
}
