#!/usr/bin/python3
"""Makes tests/fixtures/store/ with PyTorch and a writer of the safetensors format after its
specification (github.com/huggingface/safetensors, README, "Format"):
  python3 scripts/make_store_fixtures.py
and checks that PyTorch takes what Invar wrote: the state of the net below
  python3 scripts/make_store_fixtures.py check FILE
"""
import json
import sys

import torch
from torch import nn

FOLDER = "tests/fixtures/store/"
# In the order in which the reference library lays them.
TYPES = {"U64": None, "I64": torch.int64, "F64": torch.float64, "F32": torch.float32, "U32": None,
         "I32": torch.int32, "BF16": torch.bfloat16, "F16": torch.float16, "U16": None,
         "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool}


def as_bytes(tensor):
    return bytes(tensor.detach().contiguous().view(-1).view(torch.uint8).tolist())


def save(path, tensors, metadata=None):
    names = {dtype: name for name, dtype in TYPES.items() if dtype}
    order = sorted(tensors, key=lambda n: (list(TYPES).index(names[tensors[n].dtype]), n))
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for name in order:
        raw = as_bytes(tensors[name].reshape(-1)) if tensors[name].numel() else b""
        header[name] = {"dtype": names[tensors[name].dtype], "shape": list(tensors[name].shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + data)


def load(path):
    with open(path, "rb") as file:
        raw = file.read()
    end = 8 + int.from_bytes(raw[:8], "little")
    tensors = {}
    for name, about in json.loads(raw[8:end]).items():
        if name != "__metadata__":
            begin, stop = (end + offset for offset in about["data_offsets"])
            flat = torch.tensor(list(raw[begin:stop]), dtype=torch.uint8)
            tensors[name] = flat.view(TYPES[about["dtype"]]).reshape(about["shape"])
    return tensors


def network():
    torch.manual_seed(1)
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))


def make():
    numbers = torch.tensor([[-2.0, -1.0, 0.0], [1.0, 2.0, 3.0]])
    types = {dtype: numbers.to(TYPES[dtype]) for dtype in TYPES if TYPES[dtype]}
    types["U8"] = numbers.abs().to(torch.uint8)
    save(FOLDER + "types.safetensors", types)
    ours = {"weight": numbers, "bias.ü": numbers[0].bfloat16(), "count": torch.tensor(7),
            "rate": torch.tensor(0.1, dtype=torch.float64), "labels": numbers[1].int(),
            "none": torch.zeros(0, 4), "bytes": numbers[1].to(torch.uint8)}
    save(FOLDER + "layout.safetensors", ours, {"a": "1", "b": "\"quoted\"\n"})
    net = network()
    for _ in range(3):
        net(torch.randn(8, 3, 6, 6))
    x = torch.randn(2, 3, 6, 6)
    save(FOLDER + "net.safetensors", net.state_dict())
    save(FOLDER + "logits.safetensors",
         {"x": x.permute(0, 2, 3, 1), "logits": net.eval()(x).detach()})


def check(path):
    net, state, wanted = network(), load(path), load(FOLDER + "logits.safetensors")
    net.load_state_dict(state, strict=True)
    x = wanted["x"].permute(0, 3, 1, 2)
    worst = (net.eval()(x) - wanted["logits"]).abs().max().item()
    print("num_batches_tracked", int(net[1].num_batches_tracked), "logits differ by", worst)
    return worst < 1e-6


if __name__ == "__main__":
    if sys.argv[1:2] == ["check"]:
        sys.exit(0 if check(sys.argv[2]) else 1)
    make()
