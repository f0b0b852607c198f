#!/usr/bin/env python3
"""Makes tests/fixtures/nn/: what PyTorch computes for resnet-8, so that the
tests can compare. Run from the repository root: scripts/make_nn_fixtures.py

Written: input.npy (8 x 32 x 32 x 3), labels.npy (int32, from 1), and, for
resnet-8 with 7 classes whose weights are those of Invar's seed 3 (read from
weights/, one .npy per name, exported by scripts/export_state.lua): logits in
evaluation mode, gradients of three parameters, running statistics after one
step, and the losses of ten steps of each optimiser."""
import os
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

FOLDER = "tests/fixtures/nn"


class Block(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != width:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, width, 1, stride, bias=False),
                nn.BatchNorm2d(width))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


class ResNet8(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(Block(16, 16, 1))
        self.layer2 = nn.Sequential(Block(16, 32, 2))
        self.layer3 = nn.Sequential(Block(32, 64, 2))
        self.linear = nn.Linear(64, classes)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.layer3(self.layer2(self.layer1(y)))
        return self.linear(y.mean((2, 3)))


def save(name, value):
    if torch.is_tensor(value):
        value = value.detach().numpy()
    np.save(os.path.join(FOLDER, name + ".npy"), np.ascontiguousarray(value))


def make_net(weights):
    net = ResNet8(7)
    state = net.state_dict()
    for name in state:
        if not name.endswith("num_batches_tracked"):
            path = os.path.join(weights, name + ".npy")
            state[name] = torch.from_numpy(np.load(path))
    net.load_state_dict(state)
    return net


def step_losses(weights, x, y, make_optimizer):
    net = make_net(weights)
    optimizer = make_optimizer(net.parameters())
    losses = []
    for _ in range(10):
        loss = F.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def main(weights):
    torch.manual_seed(0)
    os.makedirs(FOLDER, exist_ok=True)
    images = torch.randn(8, 32, 32, 3).round(decimals=2)
    labels = torch.tensor([1, 7, 3, 2, 5, 4, 6, 1])
    save("input", images)
    save("labels", labels.to(torch.int32))
    x, y = images.permute(0, 3, 1, 2).contiguous(), labels - 1

    net = make_net(weights).eval()
    save("logits", net(x))
    net.train()
    F.cross_entropy(net(x), y).backward()
    save("gradient_conv1", net.conv1.weight.grad)
    save("gradient_shortcut", net.layer2[0].shortcut[0].weight.grad)
    save("gradient_bn", net.layer3[0].bn2.weight.grad)
    save("running_var", net.layer1[0].bn1.running_var)
    optimizers = {
        "sgd": lambda p: torch.optim.SGD(p, 0.05, momentum=0.9,
                                         weight_decay=5e-4, nesterov=True),
        "momentum": lambda p: torch.optim.SGD(p, 0.02, momentum=0.8),
        "adam": lambda p: torch.optim.Adam(p, 1e-3, weight_decay=1e-3),
        "adamw": lambda p: torch.optim.AdamW(p, 1e-3, weight_decay=0.1),
    }
    for name, make in optimizers.items():
        losses = step_losses(weights, x, y, make)
        save("losses_" + name, np.array(losses, np.float64))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "weights")
