#!/usr/bin/env python3
"""Makes tests/fixtures/measure/: what NumPy and PyTorch compute from dumped
representations and logits, so that the tests can compare. Run from the repository
root: scripts/make_measure_fixtures.py

Written: r1.npy and r2.npy (44 x 16 float32, representations of twins: the second
is the first, turned a little, with noise); l2.npy, cos.npy, dotprod.npy (44 x 45
float32: the metric of sample i of r1 with sample j of r1, and in the last column
with sample i of r2; which j is its random partner is Invar's draw); logits.npy
(60 x 5) and labels.npy (int32, from 1, classes of different sizes, class 4 empty);
values.lua: minibatch CKA with the unbiased HSIC of Song et al. 2012 (batches of 16),
loss, accuracies and confusion."""
import os

import numpy as np
import torch
import torch.nn.functional as F

FOLDER = "tests/fixtures/measure"
BATCH = 16


def centred_hsic(k, l):
    """Equation 5 of Song et al., as written: with traces and vectors of ones."""
    n = len(k)
    k, l = k.copy(), l.copy()
    np.fill_diagonal(k, 0)
    np.fill_diagonal(l, 0)
    one = np.ones((n, 1))
    inner = np.trace(k @ l) + (
        (one.T @ k @ one) * (one.T @ l @ one) / ((n - 1) * (n - 2))
    ).item() - (2 / (n - 2)) * (one.T @ k @ l @ one).item()
    return inner / (n * (n - 3))


def minibatch_cka(x, y):
    """Nguyen, Raghu, Kornblith 2021, equation 2."""
    xy = xx = yy = 0.0
    for first in range(0, len(x), BATCH):
        a = x[first:first + BATCH].astype(np.float64)
        b = y[first:first + BATCH].astype(np.float64)
        k, l = a @ a.T, b @ b.T
        xy += centred_hsic(k, l)
        xx += centred_hsic(k, k)
        yy += centred_hsic(l, l)
    return xy / np.sqrt(xx * yy)


METRICS = {
    "l2": lambda a, b: np.linalg.norm(a - b),
    "cos": lambda a, b: a @ b / (np.linalg.norm(a) * np.linalg.norm(b)),
    "dotprod": lambda a, b: a @ b,
}


def main():
    os.makedirs(FOLDER, exist_ok=True)
    rng = np.random.default_rng(5)
    r1 = (rng.standard_normal((44, 16)) + 0.5).astype(np.float32)
    turn, _ = np.linalg.qr(np.eye(16) + 0.1 * rng.standard_normal((16, 16)))
    r2 = (r1 @ turn + 0.2 * rng.standard_normal((44, 16))).astype(np.float32)
    np.save(f"{FOLDER}/r1.npy", r1)
    np.save(f"{FOLDER}/r2.npy", r2)
    a, b = r1.astype(np.float64), r2.astype(np.float64)
    for name, metric in METRICS.items():
        table = [[metric(x, y) for y in a] + [metric(x, b[i])] for i, x in enumerate(a)]
        np.save(f"{FOLDER}/{name}.npy", np.array(table, dtype=np.float32))

    sizes = [30, 3, 15, 0, 12]
    labels = rng.permutation(np.repeat(np.arange(5), sizes))
    logits = rng.standard_normal((60, 5)).astype(np.float32)
    logits[np.arange(60), labels] += 1
    np.save(f"{FOLDER}/logits.npy", logits)
    np.save(f"{FOLDER}/labels.npy", (labels + 1).astype(np.int32))
    confusion = np.zeros((5, 5), dtype=int)
    np.add.at(confusion, (labels, logits.argmax(1)), 1)
    recall = [confusion[c, c] / sizes[c] for c in range(5) if sizes[c]]
    loss = F.cross_entropy(torch.tensor(logits).double(), torch.tensor(labels)).item()
    rows = ", ".join("{" + ", ".join(map(str, row)) + "}" for row in confusion)
    with open(f"{FOLDER}/values.lua", "w") as out:
        out.write("-- Made by scripts/make_measure_fixtures.py.\nreturn {\n"
                  f"  cka = {minibatch_cka(r1, r2)!r},\n"
                  f"  loss = {loss!r},\n"
                  f"  accuracy = {np.trace(confusion) / 60!r},\n"
                  f"  macro_accuracy = {np.mean(recall)!r},\n"
                  f"  confusion = {{{rows}}},\n}}\n")


if __name__ == "__main__":
    main()
