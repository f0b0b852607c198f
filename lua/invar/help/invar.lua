return {
  {name = "invar.clock", call = "invar.clock()",
   summary = "Seconds since some fixed moment; only goes forward.",
   text = [[Monotonic, with a resolution of nanoseconds: for measuring durations.]],
   example = [[local start = invar.clock()
-- work
print(invar.clock() - start)]]},
  {name = "invar.threads", call = "invar.threads([n])",
   summary = "The number of threads; sets it where n is given.",
   text = [[n: integer in 1 .. 1024. The default is the number of processors, or the
variable OMP_NUM_THREADS. Data and results have the same bits for every n.]],
   example = [[invar.threads(2)]]},
  {name = "invar.backend", call = "invar.backend([name])",
   summary = "Who computes convolutions and matrix products; sets it where a name is given.",
   text = [[name: "onednn" (the library oneDNN, and Invar's own kernels where they are
faster) or "blas" (Invar's own kernels and OpenBLAS). The default is the variable
INVAR_BACKEND, then oneDNN, or "blas" where oneDNN is not installed. Bits repeat
with the same backend on the same kind of processor, for every number of threads;
two backends differ in rounding.]],
   example = [[invar.backend("blas")]]},
  {name = "invar.memory", call = "live, peak = invar.memory()",
   summary = "Bytes held by tensors and images: now, and at most so far.",
   example = [[print(invar.memory())]]},
  {name = "invar.progress", call = "invar.progress{name=, total=, unit=}",
   summary = "A line on stderr that says how far long work is.",
   text = [[name: what is going on (default "progress"). total: steps in all, a number
>= 0; 0 (the default) where nobody knows. unit: what is counted ("images").

On a terminal the line comes after half a second, is rewritten at most ten
times a second and removed at the end; elsewhere a plain line is written every
ten seconds. Short work shows nothing. INVAR_PROGRESS=0 switches it off.
The value can be a to-be-closed variable (local p <close> = ...).]],
   example = [[local p = invar.progress{name = "train", total = 100, unit = "batches"}
for i = 1, 100 do
  p:update(i, ("loss %.3f"):format(1 / i))
end
p:finish()]]},
  {name = "progress:update", call = "p:update(done[, text])",
   summary = "Sets how many steps are done, and the text at the end of the line.",
   text = [[done: number of steps so far, >= 0. Costs well under a microsecond, so it
can be called for each step.]]},
  {name = "progress:finish", call = "p:finish()",
   summary = "Ends the line: removed from a terminal, summed up in a log.",
   text = [[Also done when the value is closed or collected.]]},
}
