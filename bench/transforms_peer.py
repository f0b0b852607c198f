#!/usr/bin/python3
"""The same samples as bench/data.lua, made as the authors of Transforms-2D make
them: Pillow images, torchvision's functional transformations, ToTensor and
Normalize, one sample at a time on one core, stacked into batches of 512.

  bench/transforms_peer.py [seconds per list]

Objects and backgrounds are prepared once, outside the clock, as in Invar."""
import random
import sys
import time

import numpy
import torch
import torchvision.transforms as T
import torchvision.transforms.functional as F
from PIL import Image

SIZE, SHARE, BATCH = 32, 0.7, 512
seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
torch.set_num_threads(1)
torch.set_grad_enabled(False)


def scale_by(image, factor):
    new = round(SIZE * factor)
    canvas = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    canvas.paste(image.resize((new, new), Image.BICUBIC),
                 ((SIZE - new) // 2, (SIZE - new) // 2))
    return canvas


def keep_alpha(image, changed):
    """`changed` (RGB) pasted with the alpha of `image` as the mask."""
    canvas = Image.new("RGBA", image.size, (0, 0, 0, 0))
    canvas.paste(changed, (0, 0), image.getchannel("A"))
    return canvas


def scale(image):
    return scale_by(image, random.uniform(0.4, 1))


def rotate(image):
    return F.rotate(image, random.uniform(0, 360))


def shear(image):
    return F.affine(image, 0, [0, 0], 1,
                    [random.uniform(-50, 50), random.uniform(-50, 50)])


def hue(image):
    return keep_alpha(image, F.adjust_hue(image.convert("RGB"),
                                          random.uniform(-0.5, 0.5)))


def contrast(image):
    return keep_alpha(image, F.adjust_contrast(image.convert("RGB"),
                                               random.uniform(0, 2)))


def posterize(image):
    if random.random() < 0.5:
        return keep_alpha(image, F.posterize(image.convert("RGB"), 1))
    return image


def blur(image):
    return F.gaussian_blur(image, [7, 7], random.uniform(0.1, 1.5))


def noise(image):
    if random.random() < 0.5:
        values = numpy.asarray(image.convert("RGB"), dtype=numpy.float32) / 255
        field = numpy.clip(numpy.random.normal(size=values.shape), 0, 1)
        values = ((values + field) * 255).astype(numpy.int64).astype(numpy.uint8)
        return keep_alpha(image, Image.fromarray(values))
    return image


def pixelate(image):
    if random.random() < 0.5:
        small = image.resize((int(SIZE * 0.3), int(SIZE * 0.3)), Image.BOX)
        return small.resize((SIZE, SIZE), Image.NEAREST)
    return image


def elastic(image):
    """Displacements of U(-1, 1), blurred with sigma 5, times 150 / size."""
    if random.random() >= 0.5:
        return image
    field = 2 * torch.rand(1, 2, SIZE, SIZE) - 1
    field = F.gaussian_blur(field, [41, 41], [5.0, 5.0]) if SIZE > 20 else field
    field = (field * 150 / SIZE).permute(0, 2, 3, 1)
    line = (2 * torch.arange(SIZE) + 1) / SIZE - 1
    grid = torch.stack(torch.meshgrid(line, line, indexing="xy"), dim=-1)
    values = F.pil_to_tensor(image).float()[None]
    values = torch.cat([values, torch.ones_like(values[:, :1])], dim=1)
    made = torch.nn.functional.grid_sample(values, grid[None] + field,
                                           align_corners=False)[0]
    made = torch.round(made[:4] * made[4:]).to(torch.uint8)
    return Image.fromarray(made.permute(1, 2, 0).numpy(), "RGBA")


LISTS = [[], [rotate], [hue], [blur], [elastic], [rotate, hue, blur],
         [scale, contrast, noise], [shear, posterize, pixelate]]


def pictures(count, channels, mode):
    """Smooth random pictures, prepared as the pipeline wants them."""
    draw = numpy.random.default_rng(1)
    made = []
    for _ in range(count):
        coarse = draw.integers(0, 256, (8, 8, channels), dtype=numpy.uint8)
        made.append(Image.fromarray(coarse, mode).resize((SIZE, SIZE), Image.BILINEAR))
    return made


objects = [scale_by(image, SHARE) for image in pictures(61, 4, "RGBA")]
backgrounds = pictures(867, 3, "RGB")
to_tensor, normalize = T.ToTensor(), T.Normalize([0.5] * 3, [0.5] * 3)


def sample(transforms):
    label = random.randrange(len(objects))
    image = objects[label]
    for transform in transforms:
        image = transform(image)
    canvas = backgrounds[random.randrange(len(backgrounds))].copy()
    canvas.paste(image, (0, 0), image)
    return normalize(to_tensor(canvas)), label


def rate(transforms):
    count, start = 0, time.perf_counter()
    while True:
        batch = [sample(transforms) for _ in range(BATCH)]
        torch.stack([image for image, _ in batch])
        torch.tensor([label for _, label in batch])
        count += BATCH
        passed = time.perf_counter() - start
        if passed >= seconds:
            return count / passed


for transforms in LISTS:
    name = "+".join(t.__name__ for t in transforms) or "none"
    print(f"{name} {rate(transforms):.0f}", flush=True)
