--- class(name, meta, methods): makes the metatable of a type that is written in
-- Lua known beside those of the types in C, so that completion, help and the
-- tests of the public surface find its methods. Returns `meta`.
return function(name, meta, methods)
  meta.__name = name
  meta.methods = methods
  debug.getregistry()[name] = meta
  return meta
end
