"""The 18 transformations of Transforms-2D in Pillow and torchvision, as the
authors' code makes them (https://github.com/tillspeicher/
representation-invariance-transfer): functions of a Placed, drawing from
torch's random state."""
from dataclasses import dataclass

import torch
import torchvision.transforms as T
import torchvision.transforms.functional as F
from PIL import Image

SHARE = 0.7   # of the canvas, that objects have
ERASED = 14   # side of the square


@dataclass
class Placed:
    """An image and the box of the object in it: scale and translate change the
    box, all others hand it on."""
    image: Image.Image
    x: int
    y: int
    width: int
    height: int


def clear(width, height):
    return Image.new("RGBA", (width, height), (0, 0, 0, 0))


def half():
    return torch.rand(1).item() < 0.5


# ---- geometric ---------------------------------------------------------------


def scale_by(placed, factor):
    width, height = placed.image.size
    new_width, new_height = round(width * factor), round(height * factor)
    x, y = (width - new_width) // 2, (height - new_height) // 2
    canvas = clear(width, height)
    small = placed.image.resize((new_width, new_height)).convert("RGBA")
    canvas.paste(small, box=(x, y))
    return Placed(canvas, placed.x + x, placed.y + y,
                  round(placed.width * factor), round(placed.height * factor))


def scale(placed):
    return scale_by(placed, 0.4 + 0.6 * torch.rand(1).item())


def translate(placed):
    width, height = placed.image.size
    x = int(torch.rand(1).item() * (width - placed.width))
    y = int(torch.rand(1).item() * (height - placed.height))
    canvas = clear(width, height)
    canvas.paste(placed.image, box=(x - placed.x, y - placed.y))
    return Placed(canvas, x, y, placed.width, placed.height)


# ---- of the image alone --------------------------------------------------------


def handing_on(change):
    return lambda p: Placed(change(p.image), p.x, p.y, p.width, p.height)


def keeping_alpha(change):
    """The colours alone are changed and then pasted with the image's alpha."""
    def changed(image):
        canvas = clear(*image.size)
        canvas.paste(change(image.convert("RGB")), box=(0, 0), mask=image)
        return canvas
    return changed


def add_noise(image):
    if not half():
        return image
    width, height = image.size
    field = torch.clip(torch.randn(3, height, width), 0, 1)
    return F.to_pil_image(F.to_tensor(image) + field)


def pixelate(image):
    if not half():
        return image
    width, height = image.size
    small = image.resize((int(width * 0.3), int(height * 0.3)), Image.BOX)
    return small.resize((width, height), Image.NEAREST)


def erase(image):
    if not half():
        return image
    width, height = image.size
    x = int(torch.rand(1).item() * (width - ERASED))
    y = int(torch.rand(1).item() * (height - ERASED))
    erased = image.copy()
    erased.paste(clear(ERASED, ERASED), box=(x, y))
    return erased


TRANSFORMS = {
    "scale": scale,
    "translate": translate,
    "v_flip": handing_on(T.RandomVerticalFlip()),
    "h_flip": handing_on(T.RandomHorizontalFlip()),
    "rotate": handing_on(T.RandomRotation((0, 360))),
    "shear": handing_on(T.RandomAffine(0, shear=(-50, 50, -50, 50))),
    "hue": handing_on(keeping_alpha(T.ColorJitter(hue=0.5))),
    "brightness": handing_on(keeping_alpha(T.ColorJitter(brightness=1.0))),
    "grayscale": handing_on(keeping_alpha(T.RandomGrayscale(p=0.5))),
    "posterize": handing_on(keeping_alpha(T.RandomPosterize(bits=1))),
    "invert": handing_on(keeping_alpha(T.RandomInvert())),
    "sharpen": handing_on(T.RandomAdjustSharpness(7)),
    "blur": handing_on(T.GaussianBlur(7, sigma=(0.1, 1.5))),
    "noise": handing_on(keeping_alpha(add_noise)),
    "pixelate": handing_on(pixelate),
    "elastic": handing_on(T.RandomApply(
        torch.nn.ModuleList([T.ElasticTransform(alpha=150.0)]), p=0.5)),
    "erasing": handing_on(erase),
    "contrast": handing_on(keeping_alpha(T.ColorJitter(contrast=1.0))),
}


def compose(names):
    return T.Compose([TRANSFORMS[name] for name in names])
