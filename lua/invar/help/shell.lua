return {
  {name = "help", call = "help([x])",
   summary = "What a function, method, type or module does.",
   text = [[Invar is Lua 5.4 with tensors, images, transformations and networks.
  help(tensor.zeros)   a function         help(x)          the type of a value
  help(tensor)         a module           help "resize"    names and texts with a word
At the prompt:
  Tab          completes names, fields, methods, modules and file names
  Ctrl-R       searches the history; Ctrl-C stops what runs; Ctrl-D leaves
  1 + 1        values are printed; a ; at the end keeps them silent
  _            the last value
  local x = 1  stays: at the prompt the outermost locals are globals
  ?name        the same as help "name"]]},
  {name = "exit", call = "exit([code])", summary = "Leaves the prompt.",
   text = [[code: the exit code of the program (default 0). Only at the prompt; Ctrl-D
does the same.]]},
}
