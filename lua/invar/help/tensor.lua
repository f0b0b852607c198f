-- One record for each function and method of tensors.
return {
  {name = "tensor", call = "local tensor = require \"invar\".tensor",
    summary = "Dense tensors: numbers in a row-major grid of up to 8 dimensions.",
    text = [[
Dtypes float32 (default), bfloat16, uint8, int32 and float64. tensor{...} makes
one from nested lists. Dimensions and indices count from 1, below 0 from the end.
a[i] is the view of member i, a[{i, {first, last, step}, {}}] takes an index, an
inclusive range or {} for all per dimension; a[mask] and a[positions] pick
elements and rows; each may be assigned to. Indexing always gives a tensor: item()
gives the number of a single element. Operators work element by element with
NumPy's broadcasting; a < b compares tensors of one element only. Functions whose
names end in _ change the tensor they are called on.]],
    example = [=[a[{{}, {1, 3}}] = 0]=]},
  {name = "tensor.new",
    call = "tensor.new(values[, options]) or tensor(values[, options])",
    summary = "A tensor from a number or nested lists.",
    text = [[
values: a number (a tensor without dimensions) or lists of equal lengths, nested
up to 8 deep. Option dtype: float32 (default), bfloat16, uint8, int32 or float64.
For integer dtypes numbers are truncated toward zero and kept within the range.]],
    example = [[tensor{{1, 2}, {3, 4}}]]},
  {name = "tensor.zeros", call = "tensor.zeros(d1, d2, ...[, options])",
    summary = "A tensor of zeros.",
    text = [[
Sizes are integers >= 0, one by one or as a list; at most 8 dimensions. Option
dtype: float32 (default), bfloat16, uint8, int32 or float64.]],
    example = [[tensor.zeros(2, 3)]]},
  {name = "tensor.ones", call = "tensor.ones(d1, d2, ...[, options])",
    summary = "A tensor of ones.",
    text = [[
Sizes are integers >= 0, one by one or as a list; at most 8 dimensions. Option
dtype: float32 (default), bfloat16, uint8, int32 or float64.]],
    example = [[tensor.ones(2, 3, {dtype = "uint8"})]]},
  {name = "tensor.full", call = "tensor.full({d1, d2, ...}, value[, options])",
    summary = "A tensor with the same number everywhere.",
    text = [[
Sizes are integers >= 0, one by one or as a list; at most 8 dimensions. Option
dtype: float32 (default), bfloat16, uint8, int32 or float64.]],
    example = [[tensor.full({2, 3}, 0.5)]]},
  {name = "tensor.eye", call = "tensor.eye(n[, options])",
    summary = "The n x n matrix with ones on the diagonal.",
    text = [[Option dtype: float32 (default), bfloat16, uint8, int32 or float64.]],
    example = [[tensor.eye(3)]]},
  {name = "tensor.arange", call = "tensor.arange([first,] last[, step][, options])",
    summary = [[
The numbers first, first + step, ... up to last, which is included as
in Lua's for.]],
    text = [[
first is 1 and step 1 by default; step may be negative, not 0. Option dtype:
float32 (default), bfloat16, uint8, int32 or float64.]],
    example = [[tensor.arange(0, 1, 0.25)]]},
  {name = "tensor.linspace", call = "tensor.linspace(first, last, n[, options])",
    summary = "n numbers at equal distances, both ends included.",
    text = [[
n >= 1. Option dtype: float32 (default), bfloat16, uint8, int32 or float64.]],
    example = [[tensor.linspace(0, 1, 11)]]},
  {name = "tensor.rand", call = "tensor.rand(r, d1, d2, ...[, options])",
    summary = "Random numbers from U[low, high).",
    text = [[
r: a generator (rng.new), which moves on. Options low (0), high (1), dtype. 24
random bits each.]],
    example = [[tensor.rand(rng.new(1), 2, 3, {low = -1, high = 1})]]},
  {name = "tensor.randn", call = "tensor.randn(r, d1, d2, ...[, options])",
    summary = "Random numbers from the normal distribution.",
    text = [[
r: a generator (rng.new), which moves on. Options mean (0), deviation (1), dtype.]],
    example = [[tensor.randn(rng.new(1), 2, 3)]]},
  {name = "tensor.randint", call = "tensor.randint(r, low, high, d1, d2, ...[, options])",
    summary = "Random integers in low .. high, both included, without bias.",
    text = [[r: a generator (rng.new), which moves on. Option dtype: int32 by default.]],
    example = [[tensor.randint(rng.new(1), 1, 10, 512)]]},
  {name = "tensor.randperm", call = "tensor.randperm(rng, n[, {dtype = \"int32\"}])",
    summary = "The integers 1 .. n in random order.",
    text = [[All orders are equally likely (Fisher and Yates).]],
    example = [[x:index_select(1, tensor.randperm(rng.new(1), #x))]]},
  {name = "tensor.cat", call = "tensor.cat(list[, dim])",
    summary = "Tensors joined along a dimension (the first by default).",
    text = [[All other sizes must be equal. The dtype is the one they promote to.]],
    example = [[tensor.cat({a, b}, 2)]]},
  {name = "tensor.stack", call = "tensor.stack(list[, dim])",
    summary = [[
Tensors of one shape joined along a new dimension before `dim`
(default 1).]],
    example = [[tensor.stack{a, b}]]},
  {name = "tensor.where", call = "tensor.where(condition, a, b)",
    summary = "Elements of a where the condition is not 0, else of b.",
    text = [[a and b are tensors or numbers; all three broadcast.]],
    example = [[tensor.where(x:gt(0), x, 0)]]},
  {name = "tensor.load", call = "tensor.load(path)",
    summary = "Reads a .npy file of NumPy.",
    text = [[
Versions 1 to 3, either byte order, C and Fortran order. f4, f8, u1 and i4 keep
their dtype; f2 becomes float32, b1 uint8, i1, i2, u2, u4, i8 and u8 int32 (an
error for values beyond it). The header is checked against the size of the file
before memory is taken.]],
    example = [[tensor.load("x.npy")]]},
  {name = "tensor:save", call = "a:save(path)",
    summary = "Writes a .npy file; returns a.",
    text = [[bfloat16 is written as f4. The file appears under its name only when it is
complete.]],
    example = [[a:save("x.npy")]]},
  {name = "tensor:close", call = "a:close()",
    summary = "Frees the data now instead of when it is collected.",
    text = [[Views of the same data keep it. Using a closed tensor is an error.]],
    example = [[a:close()]]},
  {name = "tensor:shape", call = "a:shape()",
    summary = "The list of sizes.",
    example = [=[tensor.zeros(2, 3):shape()[2] == 3]=]},
  {name = "tensor:size", call = "a:size(dim)",
    summary = "The size of one dimension.",
    example = [[a:size(-1)]]},
  {name = "tensor:dim", call = "a:dim()",
    summary = "How many dimensions.",
    example = [[tensor(1):dim() == 0]]},
  {name = "tensor:count", call = "a:count()",
    summary = "How many elements.",
    example = [[tensor.zeros(2, 3):count() == 6]]},
  {name = "tensor:dtype", call = "a:dtype()",
    summary = "The name of the dtype.",
    example = [[tensor{1}:dtype() == "float32"]]},
  {name = "tensor:is_contiguous", call = "a:is_contiguous()",
    summary = "Whether the elements lie in row-major order without gaps.",
    example = [[a:t():is_contiguous()]]},
  {name = "tensor:clone", call = "a:clone()",
    summary = "A copy of its own, in row-major order.",
    example = [[local b = a:clone()]]},
  {name = "tensor:contiguous", call = "a:contiguous()",
    summary = [[
The tensor itself where it lies in row-major order, else a copy that
does.]],
    example = [[a:t():contiguous()]]},
  {name = "tensor:to", call = "a:to(dtype)",
    summary = [[
The tensor converted to another dtype; shares data where it has that
dtype already.]],
    text = [[
To integers: truncated toward zero and kept within the range; NaN becomes 0. To
bfloat16: rounded to nearest, ties to even.]],
    example = [[a:to("uint8")]]},
  {name = "tensor:item", call = "a:item()",
    summary = "The number in a tensor of one element.",
    text = [[An integer for integer dtypes.]],
    example = [[a:sum():item()]]},
  {name = "tensor:totable", call = "a:totable()",
    summary = "Nested lists of numbers; a number for a tensor without dimensions.",
    example = [[tensor.eye(2):totable()]]},
  {name = "tensor:select", call = "a:select(dim, index)",
    summary = "The view without dimension dim, at index.",
    text = [[Indices below 0 count from the end.]],
    example = [[a:select(2, -1)]]},
  {name = "tensor:narrow", call = "a:narrow(dim, first, size)",
    summary = "The view of `size` members of a dimension from `first` on.",
    example = [[a:narrow(1, 1, 10)]]},
  {name = "tensor:slice", call = "a:slice(dim, first, last[, step])",
    summary = "The view of members first, first + step, ... up to last, included.",
    text = [[Indices below 0 count from the end; a negative step goes backward.]],
    example = [[a:slice(1, -1, 1, -1)]]},
  {name = "tensor:permute", call = "a:permute(d1, d2, ...)",
    summary = "The view with the dimensions in another order.",
    example = [[images:permute(1, 4, 2, 3)]]},
  {name = "tensor:transpose", call = "a:transpose(d1, d2)",
    summary = "The view with two dimensions exchanged.",
    example = [[a:transpose(1, 2)]]},
  {name = "tensor:t", call = "a:t()",
    summary = "The view with the last two dimensions exchanged.",
    example = [[a:t()]]},
  {name = "tensor:reshape", call = "a:reshape(d1, d2, ...)",
    summary = "The same elements, in row-major order, in another shape.",
    text = [[
One size may be -1: it is worked out. A view where the layout allows it, else a
copy.]],
    example = [[tensor.arange(6):reshape(2, -1)]]},
  {name = "tensor:view", call = "a:view(d1, d2, ...)",
    summary = "The same elements, in row-major order, in another shape.",
    text = [[
One size may be -1: it is worked out. A view where the layout allows it, else a
copy.]],
    example = [[tensor.arange(6):view(2, -1)]]},
  {name = "tensor:flatten", call = "a:flatten([first[, last]])",
    summary = "Dimensions first to last made into one; all by default.",
    example = [[x:flatten(2)]]},
  {name = "tensor:squeeze", call = "a:squeeze([dim])",
    summary = "Drops dimensions of size 1: all of them or the one named.",
    example = [[a:squeeze()]]},
  {name = "tensor:unsqueeze", call = "a:unsqueeze(dim)",
    summary = "A new dimension of size 1 before dimension dim.",
    text = [[dim may be one more than there are, or -1: at the end.]],
    example = [[a:unsqueeze(1)]]},
  {name = "tensor:expand", call = "a:expand(d1, d2, ...)",
    summary = "Dimensions of size 1 repeated to a larger size, without copying.",
    text = [[-1 keeps a size. The result cannot be written to.]],
    example = [[tensor{{1}, {2}}:expand(2, 3)]]},
  {name = "tensor:add", call = "a:add(b) or a + b",
    summary = "a + b.",
    text = [[
b: a tensor (broadcast as in NumPy) or a number. Dtypes promote float64 > float32
> bfloat16 > int32 > uint8; uint8 with uint8 gives int32; a number does not change
the dtype, except that one with a fraction makes an integer tensor float32.]],
    example = [[a:add(2)]]},
  {name = "tensor:add_", call = "a:add_(b[, scale])",
    summary = "Changes a to a + scale * b; returns a.",
    text = [[The dtype of a stays. scale is 1 by default; with it b is a tensor.]],
    example = [[a:add_(b, 0.5)]]},
  {name = "tensor:sub", call = "a:sub(b) or a - b",
    summary = "a - b.",
    text = [[
b: a tensor (broadcast as in NumPy) or a number. Dtypes promote float64 > float32
> bfloat16 > int32 > uint8; uint8 with uint8 gives int32; a number does not change
the dtype, except that one with a fraction makes an integer tensor float32.]],
    example = [[a:sub(2)]]},
  {name = "tensor:sub_", call = "a:sub_(b[, scale])",
    summary = "Changes a to a - scale * b; returns a.",
    text = [[The dtype of a stays. scale is 1 by default; with it b is a tensor.]],
    example = [[a:sub_(b, 0.5)]]},
  {name = "tensor:mul", call = "a:mul(b) or a * b",
    summary = "a * b, element by element (matmul is the product of matrices).",
    text = [[
b: a tensor (broadcast as in NumPy) or a number. Dtypes promote float64 > float32
> bfloat16 > int32 > uint8; uint8 with uint8 gives int32; a number does not change
the dtype, except that one with a fraction makes an integer tensor float32.]],
    example = [[a:mul(2)]]},
  {name = "tensor:mul_", call = "a:mul_(b)",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:mul_(2)]]},
  {name = "tensor:div", call = "a:div(b) or a / b",
    summary = "a / b; of integers float32.",
    text = [[
b: a tensor (broadcast as in NumPy) or a number. Dtypes promote float64 > float32
> bfloat16 > int32 > uint8; uint8 with uint8 gives int32; a number does not change
the dtype, except that one with a fraction makes an integer tensor float32.]],
    example = [[a:div(2)]]},
  {name = "tensor:div_", call = "a:div_(b)",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:div_(2)]]},
  {name = "tensor:pow", call = "a:pow(b) or a ^ b",
    summary = "a ^ b; of integers float32.",
    text = [[
b: a tensor (broadcast as in NumPy) or a number. Dtypes promote float64 > float32
> bfloat16 > int32 > uint8; uint8 with uint8 gives int32; a number does not change
the dtype, except that one with a fraction makes an integer tensor float32.]],
    example = [[a:pow(2)]]},
  {name = "tensor:pow_", call = "a:pow_(b)",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:pow_(2)]]},
  {name = "tensor:mod", call = "a:mod(b) or a % b",
    summary = "The remainder of a / b, with the sign of b as in Lua.",
    text = [[
b: a tensor (broadcast as in NumPy) or a number. Dtypes promote float64 > float32
> bfloat16 > int32 > uint8; uint8 with uint8 gives int32; a number does not change
the dtype, except that one with a fraction makes an integer tensor float32.]],
    example = [[a:mod(2)]]},
  {name = "tensor:mod_", call = "a:mod_(b)",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:mod_(2)]]},
  {name = "tensor:floordiv", call = "a:floordiv(b) or a // b",
    summary = "a / b rounded down; division of integers by zero is an error.",
    text = [[
b: a tensor (broadcast as in NumPy) or a number. Dtypes promote float64 > float32
> bfloat16 > int32 > uint8; uint8 with uint8 gives int32; a number does not change
the dtype, except that one with a fraction makes an integer tensor float32.]],
    example = [[a:floordiv(2)]]},
  {name = "tensor:floordiv_", call = "a:floordiv_(b)",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:floordiv_(2)]]},
  {name = "tensor:maximum", call = "a:maximum(b)",
    summary = "The larger of a and b; NaN where one is NaN.",
    text = [[
b: a tensor (broadcast as in NumPy) or a number. Dtypes promote float64 > float32
> bfloat16 > int32 > uint8; uint8 with uint8 gives int32; a number does not change
the dtype, except that one with a fraction makes an integer tensor float32. uint8
stays uint8.]],
    example = [[a:maximum(0)]]},
  {name = "tensor:maximum_", call = "a:maximum_(b)",
    summary = "The same in place: changes a and returns it.",
    example = [[a:maximum_(0)]]},
  {name = "tensor:minimum", call = "a:minimum(b)",
    summary = "The smaller of a and b; NaN where one is NaN.",
    text = [[
b: a tensor (broadcast as in NumPy) or a number. Dtypes promote float64 > float32
> bfloat16 > int32 > uint8; uint8 with uint8 gives int32; a number does not change
the dtype, except that one with a fraction makes an integer tensor float32. uint8
stays uint8.]],
    example = [[a:minimum(0)]]},
  {name = "tensor:minimum_", call = "a:minimum_(b)",
    summary = "The same in place: changes a and returns it.",
    example = [[a:minimum_(0)]]},
  {name = "tensor:eq", call = "a:eq(b)",
    summary = "Where a is equal to b: uint8 0 or 1.",
    text = [[b: a tensor (broadcast) or a number. NaN is never so.]],
    example = [[a:eq(0)]]},
  {name = "tensor:ne", call = "a:ne(b)",
    summary = "Where a is different from b: uint8 0 or 1.",
    text = [[b: a tensor (broadcast) or a number. NaN is different from everything.]],
    example = [[a:ne(0)]]},
  {name = "tensor:lt", call = "a:lt(b)",
    summary = "Where a is less than b: uint8 0 or 1.",
    text = [[b: a tensor (broadcast) or a number. NaN is never so.]],
    example = [[a:lt(0)]]},
  {name = "tensor:le", call = "a:le(b)",
    summary = "Where a is at most b: uint8 0 or 1.",
    text = [[b: a tensor (broadcast) or a number. NaN is never so.]],
    example = [[a:le(0)]]},
  {name = "tensor:gt", call = "a:gt(b)",
    summary = "Where a is greater than b: uint8 0 or 1.",
    text = [[b: a tensor (broadcast) or a number. NaN is never so.]],
    example = [[a:gt(0)]]},
  {name = "tensor:ge", call = "a:ge(b)",
    summary = "Where a is at least b: uint8 0 or 1.",
    text = [[b: a tensor (broadcast) or a number. NaN is never so.]],
    example = [[a:ge(0)]]},
  {name = "tensor:logical_and", call = "a:logical_and(b)",
    summary = "Where both are not 0: uint8 0 or 1.",
    text = [[b: a tensor (broadcast) or a number.]],
    example = [[a:gt(0):logical_and(a:lt(1))]]},
  {name = "tensor:logical_or", call = "a:logical_or(b)",
    summary = "Where one is not 0: uint8 0 or 1.",
    text = [[b: a tensor (broadcast) or a number.]],
    example = [[a:gt(0):logical_or(a:lt(1))]]},
  {name = "tensor:logical_xor", call = "a:logical_xor(b)",
    summary = "Where exactly one is not 0: uint8 0 or 1.",
    text = [[b: a tensor (broadcast) or a number.]],
    example = [[a:gt(0):logical_xor(a:lt(1))]]},
  {name = "tensor:logical_not", call = "a:logical_not()",
    summary = "Where a is 0: uint8 0 or 1.",
    example = [[a:gt(0):logical_not()]]},
  {name = "tensor:isnan", call = "a:isnan()",
    summary = "Where a is NaN: uint8 0 or 1.",
    example = [[a:isnan():any():item()]]},
  {name = "tensor:isinf", call = "a:isinf()",
    summary = "Where a is infinite: uint8 0 or 1.",
    example = [[a:isinf():any():item()]]},
  {name = "tensor:isfinite", call = "a:isfinite()",
    summary = "Where a is neither NaN nor infinite: uint8 0 or 1.",
    example = [[a:isfinite():any():item()]]},
  {name = "tensor:neg", call = "a:neg()",
    summary = "-a.",
    text = [[Integers stay integers (uint8 becomes int32).]],
    example = [[a:neg()]]},
  {name = "tensor:neg_", call = "a:neg_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:neg_()]]},
  {name = "tensor:abs", call = "a:abs()",
    summary = "The absolute value.",
    text = [[Integers stay integers.]],
    example = [[a:abs()]]},
  {name = "tensor:abs_", call = "a:abs_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:abs_()]]},
  {name = "tensor:sign", call = "a:sign()",
    summary = "-1, 0 or 1.",
    text = [[Integers stay integers.]],
    example = [[a:sign()]]},
  {name = "tensor:sign_", call = "a:sign_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:sign_()]]},
  {name = "tensor:square", call = "a:square()",
    summary = "a * a.",
    text = [[Integers stay integers (uint8 becomes int32).]],
    example = [[a:square()]]},
  {name = "tensor:square_", call = "a:square_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:square_()]]},
  {name = "tensor:relu", call = "a:relu()",
    summary = "The larger of a and 0.",
    text = [[Integers stay integers.]],
    example = [[a:relu()]]},
  {name = "tensor:relu_", call = "a:relu_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:relu_()]]},
  {name = "tensor:floor", call = "a:floor()",
    summary = "Rounded down.",
    text = [[Integers stay integers.]],
    example = [[a:floor()]]},
  {name = "tensor:floor_", call = "a:floor_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:floor_()]]},
  {name = "tensor:ceil", call = "a:ceil()",
    summary = "Rounded up.",
    text = [[Integers stay integers.]],
    example = [[a:ceil()]]},
  {name = "tensor:ceil_", call = "a:ceil_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:ceil_()]]},
  {name = "tensor:round", call = "a:round()",
    summary = "Rounded to nearest, ties to even.",
    text = [[Integers stay integers.]],
    example = [[a:round()]]},
  {name = "tensor:round_", call = "a:round_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:round_()]]},
  {name = "tensor:trunc", call = "a:trunc()",
    summary = "Rounded toward zero.",
    text = [[Integers stay integers.]],
    example = [[a:trunc()]]},
  {name = "tensor:trunc_", call = "a:trunc_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:trunc_()]]},
  {name = "tensor:exp", call = "a:exp()",
    summary = "e^a.",
    text = [[
Integers give float32. Right to about two units in the last place, with the same
bits on every machine.]],
    example = [[a:exp()]]},
  {name = "tensor:exp_", call = "a:exp_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:exp_()]]},
  {name = "tensor:expm1", call = "a:expm1()",
    summary = "e^a - 1, exact near 0.",
    text = [[
Integers give float32. Right to about two units in the last place, with the same
bits on every machine.]],
    example = [[a:expm1()]]},
  {name = "tensor:expm1_", call = "a:expm1_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:expm1_()]]},
  {name = "tensor:log", call = "a:log()",
    summary = "The natural logarithm.",
    text = [[
Integers give float32. Right to about two units in the last place, with the same
bits on every machine.]],
    example = [[a:log()]]},
  {name = "tensor:log_", call = "a:log_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:log_()]]},
  {name = "tensor:log1p", call = "a:log1p()",
    summary = "log(1 + a), exact near 0.",
    text = [[
Integers give float32. Right to about two units in the last place, with the same
bits on every machine.]],
    example = [[a:log1p()]]},
  {name = "tensor:log1p_", call = "a:log1p_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:log1p_()]]},
  {name = "tensor:sqrt", call = "a:sqrt()",
    summary = "The square root.",
    text = [[
Integers give float32. Right to about two units in the last place, with the same
bits on every machine.]],
    example = [[a:sqrt()]]},
  {name = "tensor:sqrt_", call = "a:sqrt_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:sqrt_()]]},
  {name = "tensor:rsqrt", call = "a:rsqrt()",
    summary = "1 / sqrt(a).",
    text = [[
Integers give float32. Right to about two units in the last place, with the same
bits on every machine.]],
    example = [[a:rsqrt()]]},
  {name = "tensor:rsqrt_", call = "a:rsqrt_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:rsqrt_()]]},
  {name = "tensor:reciprocal", call = "a:reciprocal()",
    summary = "1 / a.",
    text = [[
Integers give float32. Right to about two units in the last place, with the same
bits on every machine.]],
    example = [[a:reciprocal()]]},
  {name = "tensor:reciprocal_", call = "a:reciprocal_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:reciprocal_()]]},
  {name = "tensor:sin", call = "a:sin()",
    summary = "The sine, of radians.",
    text = [[
Integers give float32. Right to about two units in the last place, with the same
bits on every machine.]],
    example = [[a:sin()]]},
  {name = "tensor:sin_", call = "a:sin_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:sin_()]]},
  {name = "tensor:cos", call = "a:cos()",
    summary = "The cosine, of radians.",
    text = [[
Integers give float32. Right to about two units in the last place, with the same
bits on every machine.]],
    example = [[a:cos()]]},
  {name = "tensor:cos_", call = "a:cos_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:cos_()]]},
  {name = "tensor:tan", call = "a:tan()",
    summary = "The tangent, of radians.",
    text = [[
Integers give float32. Right to about two units in the last place, with the same
bits on every machine.]],
    example = [[a:tan()]]},
  {name = "tensor:tan_", call = "a:tan_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:tan_()]]},
  {name = "tensor:tanh", call = "a:tanh()",
    summary = "The hyperbolic tangent.",
    text = [[
Integers give float32. Right to about two units in the last place, with the same
bits on every machine.]],
    example = [[a:tanh()]]},
  {name = "tensor:tanh_", call = "a:tanh_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:tanh_()]]},
  {name = "tensor:sigmoid", call = "a:sigmoid()",
    summary = "1 / (1 + e^-a).",
    text = [[
Integers give float32. Right to about two units in the last place, with the same
bits on every machine.]],
    example = [[a:sigmoid()]]},
  {name = "tensor:sigmoid_", call = "a:sigmoid_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:sigmoid_()]]},
  {name = "tensor:erf", call = "a:erf()",
    summary = "The error function.",
    text = [[
Integers give float32. Right to about two units in the last place, with the same
bits on every machine.]],
    example = [[a:erf()]]},
  {name = "tensor:erf_", call = "a:erf_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:erf_()]]},
  {name = "tensor:gelu", call = "a:gelu()",
    summary = "a Phi(a), Phi the distribution function of the normal distribution.",
    text = [[
Integers give float32. The exact one; in float32 the relative error is below 1e-6
from -5 on.]],
    example = [[a:gelu()]]},
  {name = "tensor:gelu_", call = "a:gelu_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:gelu_()]]},
  {name = "tensor:silu", call = "a:silu()",
    summary = "a sigmoid(a).",
    text = [[
Integers give float32.]],
    example = [[a:silu()]]},
  {name = "tensor:silu_", call = "a:silu_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:silu_()]]},
  {name = "tensor:softplus", call = "a:softplus()",
    summary = "log(1 + e^a), without overflow.",
    text = [[
Integers give float32. -softplus(-a) is the logarithm of sigmoid(a).]],
    example = [[a:softplus()]]},
  {name = "tensor:softplus_", call = "a:softplus_()",
    summary = "The same in place: changes a, whose dtype stays, and returns it.",
    example = [[a:softplus_()]]},
  {name = "tensor:clamp", call = "a:clamp(low, high)",
    summary = "Elements kept within low .. high; either may be nil.",
    text = [[NaN stays NaN.]],
    example = [[a:clamp(0, 1)]]},
  {name = "tensor:clamp_", call = "a:clamp_(low, high)",
    summary = "The same in place: changes a and returns it.",
    example = [[a:clamp_(0, nil)]]},
  {name = "tensor:fill_", call = "a:fill_(number)",
    summary = "Sets every element; returns a.",
    example = [[a:fill_(1)]]},
  {name = "tensor:zero_", call = "a:zero_()",
    summary = "Sets every element to 0; returns a.",
    example = [[a:zero_()]]},
  {name = "tensor:copy_", call = "a:copy_(b)",
    summary = "Copies the elements of b, converted and broadcast, into a; returns a.",
    example = [[a:copy_(b)]]},
  {name = "tensor:sum", call = "a:sum([dims[, options]])",
    summary = "The sum.",
    text = [[
dims: a dimension, a list of them, or nil for all. Option keepdim: they stay, with
size 1. Accumulated in double. Of integers int32; an error beyond its range.]],
    example = [[a:sum(1, {keepdim = true})]]},
  {name = "tensor:mean", call = "a:mean([dims[, options]])",
    summary = "The mean.",
    text = [[
dims: a dimension, a list of them, or nil for all. Option keepdim: they stay, with
size 1. Of integers float32; NaN of nothing.]],
    example = [[a:mean(1, {keepdim = true})]]},
  {name = "tensor:prod", call = "a:prod([dims[, options]])",
    summary = "The product.",
    text = [[
dims: a dimension, a list of them, or nil for all. Option keepdim: they stay, with
size 1. Accumulated in double. Of integers int32; an error beyond its range.]],
    example = [[a:prod(1, {keepdim = true})]]},
  {name = "tensor:any", call = "a:any([dims[, options]])",
    summary = "Whether any element is not 0: uint8.",
    text = [[
dims: a dimension, a list of them, or nil for all. Option keepdim: they stay, with
size 1.]],
    example = [[a:any(1, {keepdim = true})]]},
  {name = "tensor:all", call = "a:all([dims[, options]])",
    summary = "Whether no element is 0: uint8.",
    text = [[
dims: a dimension, a list of them, or nil for all. Option keepdim: they stay, with
size 1.]],
    example = [[a:all(1, {keepdim = true})]]},
  {name = "tensor:logsumexp", call = "a:logsumexp([dims[, options]])",
    summary = "log of the sum of e^a, without overflow.",
    text = [[
dims: a dimension, a list of them, or nil for all. Option keepdim: they stay, with
size 1.]],
    example = [[a:logsumexp(1, {keepdim = true})]]},
  {name = "tensor:var", call = "a:var([dims[, options]])",
    summary = "The variance.",
    text = [[
dims: a dimension, a list of them, or nil for all. Option keepdim: they stay, with
size 1. Option correction: 1 (default) divides by n - 1, 0 by n.]],
    example = [[a:var(1, {correction = 0})]]},
  {name = "tensor:std", call = "a:std([dims[, options]])",
    summary = "The standard deviation.",
    text = [[
dims: a dimension, a list of them, or nil for all. Option keepdim: they stay, with
size 1. Option correction: 1 (default) divides by n - 1, 0 by n.]],
    example = [[a:std(1, {correction = 0})]]},
  {name = "tensor:norm", call = "a:norm([dims[, options]])",
    summary = "The norm of the elements.",
    text = [[
dims: a dimension, a list of them, or nil for all. Option keepdim: they stay, with
size 1. Option p: 1, 2 (default) or math.huge.]],
    example = [[a:norm(2, {p = 1})]]},
  {name = "tensor:max", call = "a:max([dims[, options]])",
    summary = "The largest element; along one dimension also its position.",
    text = [[
dims: a dimension, a list of them, or nil for all. Option keepdim: they stay, with
size 1. With one dimension as a number: two tensors, values and positions (int32,
from 1; the first of equals). NaN among the elements is the result. Nothing has no
maximum: an error.]],
    example = [[local values, positions = a:max(2)]]},
  {name = "tensor:min", call = "a:min([dims[, options]])",
    summary = "The smallest element; along one dimension also its position.",
    text = [[
dims: a dimension, a list of them, or nil for all. Option keepdim: they stay, with
size 1. With one dimension as a number: two tensors, values and positions (int32,
from 1; the first of equals). NaN among the elements is the result. Nothing has no
minimum: an error.]],
    example = [[local values, positions = a:min(2)]]},
  {name = "tensor:argmax", call = "a:argmax([dim[, options]])",
    summary = [[
The position of the largest element: int32, from 1; the first of
equals.]],
    text = [[Without dim in row-major order over the whole tensor. Option keepdim.]],
    example = [[a:argmax(2)]]},
  {name = "tensor:argmin", call = "a:argmin([dim[, options]])",
    summary = [[
The position of the smallest element: int32, from 1; the first of
equals.]],
    text = [[Without dim in row-major order over the whole tensor. Option keepdim.]],
    example = [[a:argmin(2)]]},
  {name = "tensor:cumsum", call = "a:cumsum(dim)",
    summary = "Running sums along a dimension.",
    text = [[Of integers int32; an error beyond its range.]],
    example = [[a:cumsum(1)]]},
  {name = "tensor:matmul", call = "a:matmul(b)",
    summary = "The product of matrices, as in NumPy.",
    text = [[
Matrices are in the last two dimensions, the others broadcast. A vector is a row
on the left and a column on the right. bfloat16 is computed in float32; integers
exactly, kept within int32.]],
    example = [[a:matmul(b:t())]]},
  {name = "tensor:dot", call = "a:dot(b)",
    summary = "The scalar product of two vectors.",
    example = [[a:dot(a)]]},
  {name = "tensor:outer", call = "a:outer(b)",
    summary = "The matrix of all products of two vectors' elements.",
    example = [[a:outer(b)]]},
  {name = "tensor:svd", call = "a:svd()",
    summary = "The singular value decomposition: u, s, vt with a = (u * s):matmul(vt).",
    text = [[
a: m x n; u: m x r, s: r values, descending, vt: r x n; r = min(m, n). Computed in
float64 by LAPACK; the result is float64 for float64, else float32. NaN and
infinity are refused.]],
    example = [[local u, s, vt = a:svd()]]},
  {name = "tensor:svdvals", call = "a:svdvals()",
    summary = "The singular values, descending.",
    text = [[
Computed in float64 by LAPACK; the result is float64 for float64, else float32.
NaN and infinity are refused.]],
    example = [=[a:svdvals()[1]]=]},
  {name = "tensor:eigh", call = "a:eigh()",
    summary = [[
Eigenvalues (ascending) and eigenvectors (columns) of a symmetric
matrix.]],
    text = [[
Only the lower triangle is read. Computed in float64 by LAPACK; the result is
float64 for float64, else float32. NaN and infinity are refused.]],
    example = [[local values, vectors = a:eigh()]]},
  {name = "tensor:eigvalsh", call = "a:eigvalsh()",
    summary = "The eigenvalues of a symmetric matrix, ascending.",
    text = [[
Computed in float64 by LAPACK; the result is float64 for float64, else float32.
NaN and infinity are refused.]],
    example = [[a:eigvalsh()]]},
  {name = "tensor:qr", call = "a:qr()",
    summary = [[
q (m x r, orthonormal columns) and r (r x n, upper triangular) with a
= q r.]],
    text = [[
Computed in float64 by LAPACK; the result is float64 for float64, else float32.
NaN and infinity are refused.]],
    example = [[local q, r = a:qr()]]},
  {name = "tensor:cholesky", call = "a:cholesky()",
    summary = "The lower triangular l with a = l l^T.",
    text = [[
An error where a is not positive definite. Computed in float64 by LAPACK; the
result is float64 for float64, else float32. NaN and infinity are refused.]],
    example = [[a:cholesky()]]},
  {name = "tensor:solve", call = "a:solve(b)",
    summary = "x with a x = b; b is a vector or a matrix.",
    text = [[
An error where a is singular. Computed in float64 by LAPACK; the result is float64
for float64, else float32. NaN and infinity are refused.]],
    example = [[a:solve(b)]]},
  {name = "tensor:lstsq", call = "a:lstsq(b[, options])",
    summary = "x of least |a x - b|, the shortest of these.",
    text = [[
a may have any rank. Option rcond (1e-12): singular values below rcond times the
largest count as 0. Computed in float64 by LAPACK; the result is float64 for
float64, else float32. NaN and infinity are refused.]],
    example = [[a:lstsq(b)]]},
  {name = "tensor:inverse", call = "a:inverse()",
    summary = "The inverse matrix.",
    text = [[
An error where a is singular. To solve a x = b, solve is better. Computed in
float64 by LAPACK; the result is float64 for float64, else float32. NaN and
infinity are refused.]],
    example = [[a:inverse()]]},
  {name = "tensor:det", call = "a:det()",
    summary = "The determinant.",
    text = [[
Computed in float64 by LAPACK; the result is float64 for float64, else float32.
NaN and infinity are refused. The gradient at a singular matrix is an error.]],
    example = [[a:det():item()]]},
  {name = "tensor:index_select", call = "a:index_select(dim, positions)",
    summary = [[
The members of a dimension at the positions in a vector, repeats
allowed.]],
    text = [[
positions: int32 (or uint8), from 1; below 0 from the end. a[positions] is the
same for dimension 1.]],
    example = [[a:index_select(1, positions)]]},
  {name = "tensor:gather", call = "a:gather(dim, positions)",
    summary = "One element for each position, along a dimension.",
    text = [[
positions: int32 (or uint8), from 1; below 0 from the end. The result has their
shape: out[{i, j}] = a[{i, positions[{i, j}]}] for dim 2.]],
    example = [[logp:gather(2, labels:unsqueeze(2))]]},
  {name = "tensor:split", call = "a:split(size or sizes[, dim])",
    summary = [[
A list of views: pieces of one size (the last may be less), or of the
sizes in a list.]],
    text = [[dim is 1 by default.]],
    example = [[a:split({10, 90}, 1)]]},
  {name = "tensor:chunk", call = "a:chunk(n[, dim])",
    summary = "A list of at most n views of equal size (the last may be less).",
    text = [[dim is 1 by default.]],
    example = [[a:chunk(4)]]},
  {name = "tensor:masked_fill", call = "a:masked_fill(mask, number)",
    summary = "A copy with the number where the mask is not 0.",
    text = [[The mask broadcasts to a.]],
    example = [[a:masked_fill(a:lt(0), 0)]]},
  {name = "tensor:masked_fill_", call = "a:masked_fill_(mask, number)",
    summary = [[
The same in place: changes a and returns it. a[mask] = number does it
too.]],
    example = [[a:masked_fill_(a:lt(0), 0)]]},
  {name = "tensor:masked_select", call = "a:masked_select(mask)",
    summary = [[
The elements where a uint8 mask is not 0, as a vector; a[mask] is the
same.]],
    example = [[a:masked_select(a:gt(0))]]},
  {name = "tensor:one_hot", call = "labels:one_hot(classes)",
    summary = "float32 with a new last dimension: 1 at the label, else 0.",
    text = [[labels: integers in 1 .. classes, of any shape.]],
    example = [[labels:one_hot(10)]]},
  {name = "tensor:diag", call = "a:diag([k])",
    summary = [[
The diagonal of a matrix as a vector, or a vector as the diagonal of a
matrix.]],
    text = [[k > 0: above the main diagonal, k < 0: below it.]],
    example = [[tensor{1, 2}:diag()]]},
  {name = "tensor:tril", call = "a:tril([k])",
    summary = "A copy of the matrices with zeros above diagonal k (default 0).",
    example = [[a:tril()]]},
  {name = "tensor:triu", call = "a:triu([k])",
    summary = "A copy of the matrices with zeros below diagonal k (default 0).",
    example = [[a:triu(1)]]},
  {name = "tensor:sort", call = "a:sort([dim[, options]])",
    summary = "Sorted values along a dimension, and where they were (int32, from 1).",
    text = [[dim is the last by default. Stable; NaN comes last. Option descending.]],
    example = [[local values, positions = a:sort(1, {descending = true})]]},
  {name = "tensor:argsort", call = "a:argsort([dim[, options]])",
    summary = "The positions that sort a dimension (int32, from 1).",
    text = [[dim is the last by default. Stable; NaN comes last. Option descending.]],
    example = [[a:argsort(1)]]},
  {name = "tensor:topk", call = "a:topk(k[, dim[, options]])",
    summary = [[
The k largest values along a dimension, best first, and their
positions.]],
    text = [[dim is the last by default. Stable; NaN comes last. Option smallest: the k
smallest.]],
    example = [[local values, positions = a:topk(5)]]},
  {name = "tensor:unique", call = "a:unique()",
    summary = "The different elements, ascending, and how often each occurs (int32).",
    text = [[Each NaN counts as one.]],
    example = [[local values, counts = labels:unique()]]},
  {name = "tensor:equal", call = "a:equal(b)",
    summary = "Whether shapes and all elements are equal (NaN is equal to nothing).",
    example = [[a:equal(b)]]},
  {name = "tensor:allclose", call = "a:allclose(b[, options])",
    summary = "Whether shapes are equal and |a - b| <= atol + rtol |b| everywhere.",
    text = [[Options rtol (1e-5), atol (1e-8), equal_nan (false).]],
    example = [[a:allclose(b, {atol = 1e-6})]]},
}
