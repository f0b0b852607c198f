#!/usr/bin/python3
"""Makes tests/fixtures/data: one sample of Transforms-2D without any
transformation, composed by Pillow from pictures that are not square."""
import os

import numpy
from PIL import Image

SIZE, SHARE = 32, 0.7
folder = os.path.join(os.path.dirname(__file__), "../tests/fixtures/data")
draw = numpy.random.default_rng(7)


def smooth(height, width, channels):
    """Coarse noise enlarged: like a picture, and small in the repository."""
    coarse = draw.integers(0, 256, (6, 7, channels), dtype=numpy.uint8)
    planes = [Image.fromarray(coarse[:, :, c]).resize((width, height), Image.BICUBIC)
              for c in range(channels)]
    return numpy.stack([numpy.asarray(plane) for plane in planes], axis=2)


def shrink(image):
    new = round(SIZE * SHARE)
    small = image.resize((new, new), Image.BICUBIC)
    canvas = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    canvas.paste(small, ((SIZE - new) // 2, (SIZE - new) // 2))
    return canvas


picture = Image.fromarray(smooth(48, 40, 4), "RGBA")
scene = Image.fromarray(smooth(50, 70, 3), "RGB")
side = min(scene.size)
sample = scene.crop((0, 0, side, side)).resize((SIZE, SIZE), Image.BILINEAR)
prepared = shrink(picture.resize((SIZE, SIZE), Image.BILINEAR))
sample.paste(prepared, (0, 0), prepared)

for name, image in [("object", picture), ("background", scene), ("sample", sample)]:
    numpy.save(os.path.join(folder, name + ".npy"), numpy.asarray(image))
