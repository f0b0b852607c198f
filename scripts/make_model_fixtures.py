#!/usr/bin/env python3
"""Makes tests/fixtures/models/: what PyTorch computes with the networks of
scripts/torch_networks.py, so that the tests can compare. Run from the
repository root: scripts/make_model_fixtures.py [NAME ...]

Weights and inputs are not stored: both sides fill them by the formula of
filling() here and tests/support/filling.lua. For each network, 10 classes:
NAME.txt         the state dict: a name and a shape per line
NAME_logits.npy  evaluation mode, after two training passes that move the
                 running statistics (momentum 0.8)
NAME_update.npy  of each parameter in the order of NAME.txt: norm of the change
                 by one step of SGD with lr 1, and its products with two fixed
                 vectors (training mode)
losses_adam.npy  of resnet-18, ten steps (lr 1e-3), each with a new batch"""
import copy
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

import torch_networks

FOLDER = "tests/fixtures/models"
BATCH = 8
PERIOD = 10007  # a prime: no row of a weight is like another


def make_table():
    values, state = np.empty(PERIOD), 1
    for i in range(PERIOD):
        state = (state * 1103515245 + 12345) % 2 ** 31
        values[i] = state / 2 ** 30 - 1
    return values.astype(np.float32)


TABLE = make_table()


def filling(count, start):
    """`count` numbers of U(-1, 1): the table from position `start` on, over
    and over."""
    turns = -(-(count + PERIOD) // PERIOD)
    return torch.from_numpy(np.tile(TABLE, turns)[start:start + count])


def start_of(name):
    return sum((i + 1) * ord(c) for i, c in enumerate(name)) % PERIOD


def fill(net):
    for name, tensor in net.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        values = filling(tensor.numel(), start_of(name)).view(tensor.shape)
        if name.endswith("running_var") or (tensor.dim() == 1
                                            and name.endswith("weight")):
            values = 1 + values / 4
        elif tensor.dim() == 1:
            values = values / 8
        elif tensor.dim() != 3:  # not the tokens of a transformer
            values = values / (tensor.numel() // tensor.size(0)) ** 0.5
        tensor.copy_(values)
    return net


def calm(net):
    """Most ReLUs open. Where many inputs are near zero, rounding opens some and
    closes others: PyTorch's own gradients in float32 then differ from those in
    float64 by up to 1e-2 (resnet-50), and no comparison is sharper than that."""
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.weight.mul_(0.25)
            module.bias.add_(1)
    return net


def sample(start):
    """Eight images, N x 3 x 32 x 32, of growing contrast, and their labels."""
    x = filling(BATCH * 32 * 32 * 3, start).view(BATCH, 32, 32, 3)
    x = x * torch.arange(1, BATCH + 1).view(-1, 1, 1, 1) / 2
    labels = torch.tensor([(start + 3 * i) % 10 for i in range(BATCH)])
    return x.permute(0, 3, 1, 2).contiguous(), labels


def save(name, value):
    np.save(os.path.join(FOLDER, name + ".npy"), np.ascontiguousarray(value))


def save_names(name, net):
    with open(os.path.join(FOLDER, name + ".txt"), "w") as file:
        for key, tensor in net.state_dict().items():
            if not key.endswith("num_batches_tracked"):
                file.write("%s %s\n" % (key, "x".join(map(str, tensor.shape))))


def logits_of(net, x):
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 0.8
    net.train()
    net(x), net(x)
    return net.eval()(x)


def update_of(net, x, labels):
    """Norm of each parameter's change, and its products with two vectors."""
    F.cross_entropy(net.train()(x), labels).backward()
    rows = []
    for parameter in net.parameters():
        change = -parameter.grad.double().flatten()
        n = change.numel()
        rows.append([change.norm()] + [filling(n, start).double() @ change
                                       for start in (17, 4711)])
    return np.array(rows, np.float32)


def adam_losses(net):
    optimizer = torch.optim.Adam(net.train().parameters(), 1e-3)
    losses = []
    for step in range(1, 11):
        x, labels = sample(step)
        loss = F.cross_entropy(net(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses)


def main(names):
    os.makedirs(FOLDER, exist_ok=True)
    x, labels = sample(1)
    for name in names:
        def make():
            return fill(torch_networks.build(name, 10))
        with torch.no_grad():
            net = make()
            save_names(name, net)
            save(name + "_logits", logits_of(net, x))
            net = calm(make())
        if name == "resnet-18":
            save("losses_adam", adam_losses(copy.deepcopy(net)))
        if name != "resnet-34":
            save(name + "_update", update_of(net, x, labels))


if __name__ == "__main__":
    main(sys.argv[1:] or torch_networks.NETWORKS)
