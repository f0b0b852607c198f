#!/usr/bin/python3
"""The peer of bench/pictures.lua: a torchvision ImageFolder with Resize and
ToTensor, on Pillow, one thread. Answers the lines

  write FROM TO     the PNG files of folder FROM as TO/jpeg/all/*.jpg (quality
                    90) and TO/png/all/*.png, written by Pillow
  read FOLDER SIZE  processor seconds for each picture of an ImageFolder, each
                    resized so that its shorter side is SIZE
  exit
"""
import pathlib
import sys
import time

import torch
import torchvision.transforms as T
from PIL import Image
from torchvision.datasets import ImageFolder

torch.set_num_threads(1)


def write(source, target):
    for kind in "jpeg", "png":
        (pathlib.Path(target) / kind / "all").mkdir(parents=True)
    for path in sorted(pathlib.Path(source).glob("*.png")):
        picture = Image.open(path)
        stem = path.stem
        picture.save(f"{target}/jpeg/all/{stem}.jpg", quality=90)
        picture.save(f"{target}/png/all/{stem}.png")
    return "written"


def read(folder, size):
    change = T.Compose([T.Resize(int(size)), T.ToTensor()])
    pictures = ImageFolder(folder, change)
    start = time.process_time()
    for index in range(len(pictures)):
        pictures[index]
    return (time.process_time() - start) / len(pictures)


print("ready", flush=True)
for line in sys.stdin:
    command, *arguments = line.split()
    if command == "exit":
        break
    print({"write": write, "read": read}[command](*arguments), flush=True)
