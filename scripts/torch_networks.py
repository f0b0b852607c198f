"""The networks of lua/invar/models in PyTorch, for golden files and benchmarks:
the shapes, names and defaults of the implementations they are known by
(kuangliu/pytorch-cifar; omihub666/ViT-CIFAR). Input: N x 3 x 32 x 32."""
import torch
import torch.nn as nn
import torch.nn.functional as F


def conv(inputs, outputs, kernel, stride=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)


# ---- residual networks -------------------------------------------------------

class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1 = conv(inputs, width, 3, stride)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = conv(width, width, 3)
        self.bn2 = nn.BatchNorm2d(width)
        self.shortcut = shortcut(inputs, width, stride)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1 = conv(inputs, width, 1)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = conv(width, width, 3, stride)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = conv(width, 4 * width, 1)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.shortcut = shortcut(inputs, 4 * width, stride)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + self.shortcut(x))


def shortcut(inputs, outputs, stride):
    if stride == 1 and inputs == outputs:
        return nn.Sequential()
    return nn.Sequential(conv(inputs, outputs, 1, stride),
                         nn.BatchNorm2d(outputs))


class ResNet(nn.Module):
    def __init__(self, classes, block, blocks, widths):
        super().__init__()
        self.stages = len(blocks)
        self.conv1 = conv(3, widths[0], 3)
        self.bn1 = nn.BatchNorm2d(widths[0])
        inputs = widths[0]
        for stage, (count, width) in enumerate(zip(blocks, widths), 1):
            layers = []
            for i in range(count):
                stride = 2 if stage > 1 and i == 0 else 1
                layers.append(block(inputs, width, stride))
                inputs = width * block.expansion
            setattr(self, "layer%d" % stage, nn.Sequential(*layers))
        self.linear = nn.Linear(inputs, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for stage in range(1, self.stages + 1):
            x = getattr(self, "layer%d" % stage)(x)
        return self.linear(F.adaptive_avg_pool2d(x, 1).flatten(1))


# ---- densely connected networks ----------------------------------------------

class DenseLayer(nn.Module):
    def __init__(self, inputs, growth):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = conv(inputs, 4 * growth, 1)
        self.bn2 = nn.BatchNorm2d(4 * growth)
        self.conv2 = conv(4 * growth, growth, 3)

    def forward(self, x):
        y = self.conv1(F.relu(self.bn1(x)))
        return torch.cat([self.conv2(F.relu(self.bn2(y))), x], 1)


class Transition(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.bn = nn.BatchNorm2d(inputs)
        self.conv = conv(inputs, outputs, 1)

    def forward(self, x):
        return F.avg_pool2d(self.conv(F.relu(self.bn(x))), 2)


class DenseNet(nn.Module):
    def __init__(self, classes, blocks, growth):
        super().__init__()
        self.blocks = len(blocks)
        width = 2 * growth
        self.conv1 = conv(3, width, 3)
        for i, count in enumerate(blocks, 1):
            layers = [DenseLayer(width + j * growth, growth)
                      for j in range(count)]
            width += count * growth
            setattr(self, "dense%d" % i, nn.Sequential(*layers))
            if i < len(blocks):
                setattr(self, "trans%d" % i, Transition(width, width // 2))
                width //= 2
        self.bn = nn.BatchNorm2d(width)
        self.linear = nn.Linear(width, classes)

    def forward(self, x):
        x = self.conv1(x)
        for i in range(1, self.blocks):
            x = getattr(self, "trans%d" % i)(getattr(self, "dense%d" % i)(x))
        x = self.bn(getattr(self, "dense%d" % self.blocks)(x))
        return self.linear(F.avg_pool2d(F.relu(x), 4).flatten(1))


# ---- VGG -----------------------------------------------------------------------

class VGG(nn.Module):
    def __init__(self, classes, plan):
        super().__init__()
        layers, inputs = [], 3
        for width in plan:
            if width == "M":
                layers.append(nn.MaxPool2d(2))
                continue
            layers += [nn.Conv2d(inputs, width, 3, padding=1),
                       nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
            inputs = width
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(inputs, classes)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


# ---- vision transformer ----------------------------------------------------------

class Attention(nn.Module):
    def __init__(self, features, heads):
        super().__init__()
        self.heads = heads
        # of all features, not of one head's: so in the authors' code
        self.scale = features ** -0.5
        self.q = nn.Linear(features, features)
        self.k = nn.Linear(features, features)
        self.v = nn.Linear(features, features)
        self.o = nn.Linear(features, features)

    def forward(self, x):
        def split(y):
            return y.unflatten(2, (self.heads, -1)).transpose(1, 2)

        q, k, v = split(self.q(x)), split(self.k(x)), split(self.v(x))
        score = F.softmax(q @ k.transpose(2, 3) * self.scale, -1)
        return self.o((score @ v).transpose(1, 2).flatten(2))


class Encoder(nn.Module):
    def __init__(self, features, hidden, heads):
        super().__init__()
        self.la1 = nn.LayerNorm(features)
        self.msa = Attention(features, heads)
        self.la2 = nn.LayerNorm(features)
        self.mlp = nn.Sequential(
            nn.Linear(features, hidden), nn.GELU(), nn.Dropout(0.0),
            nn.Linear(hidden, features), nn.GELU(), nn.Dropout(0.0))

    def forward(self, x):
        x = x + self.msa(self.la1(x))
        return x + self.mlp(self.la2(x))


class Transformer(nn.Module):
    def __init__(self, classes, patch=4, features=384, layers=7, heads=8,
                 hidden=1536):
        super().__init__()
        self.patch = patch
        self.cls_token = nn.Parameter(torch.randn(1, 1, features))
        tokens = (32 // patch) ** 2 + 1
        self.pos_emb = nn.Parameter(torch.randn(1, tokens, features))
        self.emb = nn.Linear(patch * patch * 3, features)
        self.enc = nn.Sequential(
            *[Encoder(features, hidden, heads) for _ in range(layers)])
        self.fc = nn.Sequential(nn.LayerNorm(features),
                                nn.Linear(features, classes))

    def forward(self, x):
        p, n = self.patch, x.size(0)
        x = x.unfold(2, p, p).unfold(3, p, p).permute(0, 2, 3, 4, 5, 1)
        x = self.emb(x.reshape(n, -1, p * p * 3))
        x = torch.cat([self.cls_token.expand(n, -1, -1), x], 1) + self.pos_emb
        return self.fc(self.enc(x)[:, 0])


class ViT(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.model = Transformer(classes)

    def forward(self, x):
        return self.model(x)


# ---- multilayer perceptron ------------------------------------------------------

def mlp(classes, hidden=256):
    return nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, hidden), nn.ReLU(),
                         nn.Linear(hidden, hidden), nn.ReLU(),
                         nn.Linear(hidden, classes))


# ---- by name -------------------------------------------------------------------

WIDTHS = (64, 128, 256, 512)
NETWORKS = {
    "resnet-8": lambda c: ResNet(c, BasicBlock, (1, 1, 1), (16, 32, 64)),
    "resnet-18": lambda c: ResNet(c, BasicBlock, (2, 2, 2, 2), WIDTHS),
    "resnet-34": lambda c: ResNet(c, BasicBlock, (3, 4, 6, 3), WIDTHS),
    "resnet-50": lambda c: ResNet(c, Bottleneck, (3, 4, 6, 3), WIDTHS),
    "densenet-121": lambda c: DenseNet(c, (6, 12, 24, 16), 12),
    "vgg-11": lambda c: VGG(c, (64, "M", 128, "M", 256, 256, "M", 512, 512,
                                "M", 512, 512, "M")),
    "vit": ViT,
    "mlp": mlp,
}


def build(name, classes):
    """The network `name` with PyTorch's default initialisation."""
    return NETWORKS[name](classes)
