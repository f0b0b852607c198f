#!/usr/bin/python3
"""Makes tests/fixtures/tensor/*.npy with NumPy: run from the repository root.

functions.npy: float64, row 0 the arguments (exact in float32), then one row
per function, in the order that tests/tensor/functions_spec.lua names them.
The others: operands and results of operations that are easy to get wrong,
and files in every layout that NumPy writes.
"""
import math
import os

import numpy as np

OUT = "tests/fixtures/tensor"
rng = np.random.default_rng(20240607)


def save(name, array):
    np.save(os.path.join(OUT, name + ".npy"), array)


def functions():
    x = np.concatenate([
        rng.normal(0, 1, 60), rng.normal(0, 10, 40), rng.uniform(-88, 88, 30),
        10.0 ** rng.uniform(-30, 30, 30), -(10.0 ** rng.uniform(-30, 5, 20)),
        [0.0, 1.0, -1.0, 0.5, -0.5, 1e-40, np.inf, -np.inf, np.nan, 2.0],
    ]).astype(np.float32).astype(np.float64)
    with np.errstate(all="ignore"):
        rows = [x, np.exp(x), np.expm1(x), np.log(x), np.log1p(x), np.sqrt(x),
                1 / np.sqrt(x), 1 / x, np.sin(x), np.cos(x), np.tan(x),
                np.tanh(x), 1 / (1 + np.exp(-x)),
                np.array([math.erf(v) for v in x]), np.floor(x), np.ceil(x),
                np.rint(x), np.sign(x), np.abs(x),
                x * (1 / (1 + np.exp(-x))), np.logaddexp(0, x)]
    save("functions", np.stack(rows))


def operands():
    a = rng.normal(size=(3, 4, 5)).astype(np.float32)
    b = rng.normal(size=(4, 1)).astype(np.float32)
    save("a", a)
    save("b", b)
    save("a_mod_b", np.mod(a, b))
    save("a_floordiv_b", np.floor(a / b))
    save("a_pow", np.abs(a) ** b)
    save("a_var_02", a.astype(np.float64).var(axis=(0, 2), ddof=1))
    save("a_cumsum_1", a.astype(np.float64).cumsum(axis=1))
    save("a_argsort_1", (a.argsort(axis=1) + 1).astype(np.int32))
    c = rng.normal(size=(2, 1, 5, 6))
    save("c", c)
    save("a_matmul_c", np.matmul(a.astype(np.float64), c))


def files():
    x = np.arange(-3, 9).reshape(3, 4)
    for descr in ("<f2", ">f4", "<f8", ">f8", "i1", ">i2", "<i4", ">i8"):
        save("read_" + descr.replace("<", "l").replace(">", "b"),
             x.astype(descr))
    save("read_u2", (x + 3).astype("<u2"))
    save("read_b1", x > 0)
    save("read_fortran", np.asfortranarray(x.astype("<f4")))
    save("read_scalar", np.float32(2.5))
    for version in (2, 3):
        path = os.path.join(OUT, "read_v%d.npy" % version)
        with open(path, "wb") as f:
            np.lib.format.write_array(f, x.astype("<f4"), (version, 0))


os.makedirs(OUT, exist_ok=True)
functions()
operands()
files()
