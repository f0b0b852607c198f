#!/usr/bin/python3
"""PyTorch's side of bench/training.lua: answers the same lines as
support/training_server.lua, with the networks of scripts/torch_networks.py.

  bench/training_peer.py NET PRECISION train|eval|eager BATCH THREADS

Set up as is fastest in PyTorch 1.13 among what gives the right numbers:
images in channels_last, gradients set to None, Adam with foreach. bf16 trains
under autocast, which keeps float32 weights; whole modules in bfloat16 are not
faster, and lose the small steps of Adam. Convolutional networks are evaluated
traced and frozen, with batch norm folded into the convolutions (torch.jit): in
float32 then optimised for inference, in bf16 as whole modules converted. This
slows the ViT down, which is evaluated as it is written; "eager" does so with
all."""
import os
import sys
import time

import torch
import torch.nn.functional as F

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "scripts"))
import torch_networks  # noqa: E402

CLASSES = 30
name, precision, mode = sys.argv[1:4]
batch, threads = int(sys.argv[4]), int(sys.argv[5])
half = precision == "bf16"


def resident(field):
    """A field of /proc/self/status, in kB."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(field + ":"):
                return int(line.split()[1])


torch.set_num_threads(threads)
torch.manual_seed(1)
before = resident("VmRSS")

net = torch_networks.build(name, CLASSES).to(memory_format=torch.channels_last)
x = torch.randn(batch, 3, 32, 32).to(memory_format=torch.channels_last)
y = torch.randint(CLASSES, (batch,))


def autocast():
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=half)


def trainer():
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, foreach=True)

    def train():
        optimizer.zero_grad(set_to_none=True)
        with autocast():
            loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
    return train


def evaluator():
    net.eval()

    def evaluate():
        with torch.no_grad(), autocast():
            net(x)
    return evaluate


def frozen():
    dtype = torch.bfloat16 if half else torch.float32
    images = x.to(dtype)
    with torch.no_grad():
        traced = torch.jit.freeze(torch.jit.trace(net.eval().to(dtype), images))
        if not half:
            traced = torch.jit.optimize_for_inference(traced)

    def evaluate():
        with torch.no_grad():
            traced(x.to(dtype))
    return evaluate


if mode == "train":
    step = trainer()
elif mode == "eager" or name == "vit":
    step = evaluator()
else:
    step = frozen()


def steps(count):
    start = time.perf_counter()
    for _ in range(int(count)):
        step()
    return time.perf_counter() - start


def settle():
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")  # VmHWM begins anew
    except OSError:
        pass
    return "settled"


def memory():
    return "%d %d" % (before, resident("VmHWM"))


answers = {"step": steps, "settle": settle, "memory": memory,
           "processor": time.process_time}
print("ready", flush=True)
for line in sys.stdin:
    command, *words = line.split()
    if command == "exit":
        break
    print(answers[command](*words), flush=True)
