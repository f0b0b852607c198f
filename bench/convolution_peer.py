#!/usr/bin/python3
"""PyTorch's side of bench/convolution.lua: answers the lines

  shape BATCH KERNEL STRIDE INPUTS OUTPUTS SIZE
  forward | input | weights SECONDS     seconds per run, run so long
  exit

  bench/convolution_peer.py PRECISION THREADS"""
import sys
import time

import torch

dtype = getattr(torch, sys.argv[1])
torch.set_num_threads(int(sys.argv[2]))


def prepare(batch, kernel, stride, inputs, outputs, size):
    """What is timed, by direction; data and weights in channels_last."""
    def draw(*shape):
        return torch.randn(*shape).to(dtype).to(memory_format=torch.channels_last)

    padding = [kernel // 2] * 2
    x, w = draw(batch, inputs, size, size), draw(outputs, inputs, kernel, kernel)
    settings = (None, [stride] * 2, padding, [1, 1], False, [0, 0], 1)

    def forward():
        return torch.ops.aten.convolution(x, w, *settings)

    gradient = draw(*forward().shape)

    def backward(*wanted):
        return lambda: torch.ops.aten.convolution_backward(
            gradient, x, w, *settings, [*wanted, False])

    return {"forward": forward, "input": backward(True, False),
            "weights": backward(False, True)}


def timed(once, seconds):
    once()
    count, start = 0, time.perf_counter()
    while True:
        once()
        count += 1
        passed = time.perf_counter() - start
        if passed >= seconds:
            return passed / count


print("ready", flush=True)
with torch.no_grad():
    for line in sys.stdin:
        command, *words = line.split()
        if command == "exit":
            break
        if command == "shape":
            runs = prepare(*map(int, words))
            print("prepared", flush=True)
        else:
            print(timed(runs[command], float(words[0])), flush=True)
