"""Training faces made on the device that trains: mixed into new faces, moved, degraded and lit as cameras do.

Everything is a batch operation in PyTorch, so that a GPU is not kept waiting for a processor; on a CPU it is about as fast
as a picture at a time. All randomness comes from one generator of the device, seeded by the batch's step.
Shapes are written N,H,W; pixels are float in 0..255.
"""
import math
from typing import NamedTuple

import torch
import torch.nn.functional as F

import faces

SIDE = faces.CROP_SIDE
"""Pixels of a side of a crop."""

MIXED, BY_HALVES, WARPED = .5, .15, .35
"""Shares of the faces that are mixed of two crops at all, and by halves; and whose landmarks are moved."""

WARP_REACH_PX, WARP_MOST_PX = 14.0, 5.0
"""How far around a landmark the picture follows it (standard deviation), and how far a landmark is moved (the same)."""

SMALL_SIDES_PX = (20, 24, 28, 32, 40, 48, 64, 80)
"""Sides that faces are brought down to and up again, an equal part of the small ones each."""

SMALL, BLURRED, SMEARED, COMPRESSED, NOISY, COVERED, DARK = .4, .25, .1, .4, .4, .2, .15
"""Shares of the faces that are small, out of focus, moving, compressed, grainy, partly covered, badly lit."""

BLUR_REACH_PX = 7
"""Half the width of the largest blur."""

JPEG_LUMINANCE = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99)
"""The quantisation of brightness that JPEG's standard (ITU-T T.81, annex K) suggests, row by row."""


class Batch(NamedTuple):
    """Faces of one step: as they are, and as a camera would give them."""

    clean: torch.Tensor  # N,112,112
    seen: torch.Tensor  # N,112,112


class Draws:
    """Random numbers of one device from one generator."""

    def __init__(self, device, seed, step):
        """Every step of a seed has numbers of its own."""
        self.device = device
        self.generator = torch.Generator(device).manual_seed((seed << 32) + step)

    def uniform(self, low, high, *shape):
        """Evenly in low..high."""
        return torch.rand(shape, device=self.device, generator=self.generator) * (high - low) + low

    def normal(self, *shape):
        """Mean 0, standard deviation 1."""
        return torch.randn(shape, device=self.device, generator=self.generator)

    def index(self, below, count):
        """count whole numbers of 0..below-1."""
        return torch.randint(below, (count,), device=self.device, generator=self.generator)

    def some(self, share, count):
        """count times yes or no, yes with this share."""
        return torch.rand(count, device=self.device, generator=self.generator) < share


class FaceBatches:
    """Batches of training faces by step; the same seed and step give the same faces on the same kind of device."""

    def __init__(self, crops, seed, batch, simple=False):
        """crops: uint8 tensor N,112,112 on the device that trains; simple: only what the first pair of networks was trained with."""
        self.crops = crops
        self.seed = seed
        self.batch = batch
        self.simple = simple
        rows = torch.arange(SIDE, device=crops.device, dtype=torch.float32)
        self.y, self.x = torch.meshgrid(rows, rows, indexing='ij')
        landmarks = torch.tensor(faces.ARCFACE_TEMPLATE, device=crops.device)
        far = (self.x[None] - landmarks[:, 0, None, None]) ** 2 + (self.y[None] - landmarks[:, 1, None, None]) ** 2
        self.follows = torch.exp(-far / (2 * WARP_REACH_PX ** 2)).reshape(len(landmarks), -1)

    def __call__(self, step):
        """The batch of a step."""
        draws = Draws(self.crops.device, self.seed, step)
        clean = self.moved(self.mixed(draws), draws, not self.simple)
        return Batch(clean, camera_simple(clean, draws) if self.simple else camera(clean, draws, self.x, self.y))

    def one(self, draws):
        """Any crops, mirrored half of the time: N,112,112."""
        chosen = self.crops[draws.index(len(self.crops), self.batch)].float()
        return torch.where(draws.some(.5, self.batch)[:, None, None], chosen.flip(2), chosen)

    def mixed(self, draws):
        """Crops, and new faces of two of them: blended as a whole, or the upper half of one with the lower of the other."""
        n = self.batch
        a, b = self.one(draws), self.one(draws)
        own = draws.uniform(.2, .8, n, 1, 1).expand(-1, SIDE, SIDE)
        upper = ((self.y[None] - draws.uniform(45, 80, n, 1, 1)) / 10 + .5).clamp(0, 1)
        kind = draws.uniform(0, 1, n, 1, 1)
        weight = torch.where(kind < BY_HALVES, upper, torch.where(kind < MIXED, own, torch.ones_like(own)))
        return a * weight + b * (1 - weight)

    def moved(self, img, draws, landmarks):
        """Turned, scaled and shifted as detectors misjudge faces; landmarks: some with their features moved as well."""
        n = self.batch
        most_turn, most_scale, most_shift = (10, .1, 5) if landmarks else (7, .07, 4)
        angle = draws.uniform(-most_turn, most_turn, n) * math.pi / 180
        scale = 1 / draws.uniform(1 - most_scale, 1 + most_scale, n)
        c, s = (scale * torch.cos(angle))[:, None, None], (scale * torch.sin(angle))[:, None, None]
        shift = draws.uniform(-most_shift, most_shift, n, 2)
        x, y = self.x[None] - 55.5 - shift[:, 0, None, None], self.y[None] - 55.5 - shift[:, 1, None, None]
        from_x, from_y = c * x + s * y + 55.5, c * y - s * x + 55.5
        if landmarks:
            push = draws.normal(n, 2, len(self.follows)) * WARP_MOST_PX * .5 * draws.some(WARPED, n)[:, None, None]
            field = (push @ self.follows).reshape(n, 2, SIDE, SIDE)
            from_x, from_y = from_x + field[:, 0], from_y + field[:, 1]
        grid = torch.stack([from_x, from_y], -1) * (2 / (SIDE - 1)) - 1
        return F.grid_sample(img[:, None], grid, mode='bilinear', padding_mode='border', align_corners=True)[:, 0]


def camera_simple(img, draws):
    """What the first pair of networks saw: some blurred or small, contrast and brightness, grain, a covered square."""
    n = len(img)
    img = small(img, draws, .15, (36, 48, 64, 80))
    img = blurred(img, draws.uniform(.5, 1.8, n) * draws.some(.15, n))
    img = 255 * (img / 255).clamp(0, 1) ** draws.uniform(.7, 1.4, n, 1, 1)
    img = (img - 127) * draws.uniform(.7, 1.25, n, 1, 1) + 127 + draws.uniform(-22, 22, n, 1, 1)
    img = img + draws.normal(*img.shape) * (draws.uniform(2, 9, n) * draws.some(.3, n))[:, None, None]
    return covered(img, draws, .15).clamp(0, 255)


def camera(img, draws, x, y):
    """What cameras give of faces: far, out of focus, moving, dark, half lit, grainy, compressed, covered. x, y: pixels' places."""
    n = len(img)
    img = covered(img, draws, COVERED)
    # Light comes before the lens: a slope over the face, gamma, contrast; some nearly in the dark.
    slope = draws.uniform(-.5, .5, n, 2) * draws.some(.3, n)[:, None]
    img = img * (1 + slope[:, 0, None, None] * (x[None] / SIDE - .5) * 2 + slope[:, 1, None, None] * (y[None] / SIDE - .5) * 2)
    img = 255 * (img / 255).clamp(0, 1) ** draws.uniform(.6, 1.6, n, 1, 1)
    img = (img - 127) * draws.uniform(.6, 1.3, n, 1, 1) + 127 + draws.uniform(-30, 30, n, 1, 1)
    dark = torch.where(draws.some(DARK, n), draws.uniform(.12, .5, n), torch.ones(n, device=img.device))
    img = img.clamp(0, 255) * dark[:, None, None]
    img = small(img, draws, SMALL, SMALL_SIDES_PX)
    img = blurred(img, draws.uniform(.4, 2.2, n) * draws.some(BLURRED, n))
    img = smeared(img, draws)
    img = img + draws.normal(*img.shape) * (draws.uniform(1, 10, n) * draws.some(NOISY, n))[:, None, None] * dark.sqrt()[:, None, None]
    img = compressed(img.clamp(0, 255), draws)
    return img.clamp(0, 255).round()


def small(img, draws, share, sides):
    """Some brought down to one of these sides and up again. Faces come in random order, so a part of them stands for any."""
    part = int(len(img) * share / len(sides))
    if not part:
        return img
    done = []
    for i, side in enumerate(sides):
        few = img[i * part:(i + 1) * part, None]
        few = F.interpolate(few, size=(side, side), mode='bilinear', antialias=True, align_corners=False)
        done.append(F.interpolate(few, size=(SIDE, SIDE), mode='bicubic' if i % 2 else 'bilinear', align_corners=False)[:, 0])
    return torch.cat([*done, img[len(sides) * part:]])


def filtered(img, kernels):
    """Each picture with a kernel of its own: img N,H,W; kernels N,h,w with odd sides that add up to 1."""
    n, height, width = kernels.shape
    padded = F.pad(img[None], (width // 2, width // 2, height // 2, height // 2), mode='replicate')
    return F.conv2d(padded, kernels[:, None], groups=n)[0]


def blurred(img, sigma):
    """Gaussian blur; sigma: N, 0 = none."""
    reach = torch.arange(-BLUR_REACH_PX, BLUR_REACH_PX + 1, device=img.device)
    kernel = torch.exp(-reach ** 2 / (2 * sigma.clamp(min=.05)[:, None] ** 2))
    kernel = kernel / kernel.sum(1, keepdim=True)
    return filtered(filtered(img, kernel[:, None, :]), kernel[:, :, None])


def smeared(img, draws):
    """Some blurred along a line, as of a face that moves."""
    n = int(len(img) * SMEARED)
    if not n:
        return img
    angle, length = draws.uniform(0, math.pi, n, 1, 1), draws.uniform(3, 2 * BLUR_REACH_PX, n, 1, 1)
    reach = torch.arange(-BLUR_REACH_PX, BLUR_REACH_PX + 1, device=img.device, dtype=torch.float32)
    y, x = torch.meshgrid(reach, reach, indexing='ij')
    along, across = x * torch.cos(angle) + y * torch.sin(angle), y * torch.cos(angle) - x * torch.sin(angle)
    kernel = torch.exp(-across ** 2) * (along.abs() <= length / 2)
    # The last faces, since the first are small already.
    return torch.cat([img[:-n], filtered(img[-n:], kernel / kernel.sum((1, 2), keepdim=True))])


def compressed(img, draws):
    """Some through JPEG's cosine transform and quantisation, quality 10 to 70; others as they are."""
    n, height, width = img.shape
    k = torch.arange(8, device=img.device, dtype=torch.float32)
    cosine = torch.cos((2 * k[None] + 1) * k[:, None] * math.pi / 16) * math.sqrt(2 / 8)
    cosine[0] /= math.sqrt(2)
    quality = draws.uniform(10, 70, n)
    factor = torch.where(quality < 50, 50 / quality, 2 - quality / 50)
    table = torch.tensor(JPEG_LUMINANCE, device=img.device, dtype=torch.float32).view(8, 8)
    step = (table[None] * factor[:, None, None]).round().clamp(1, 255)[:, None, None]
    blocks = (img - 128).view(n, height // 8, 8, width // 8, 8).transpose(2, 3)
    spectrum = cosine @ blocks @ cosine.T
    restored = cosine.T @ ((spectrum / step).round() * step) @ cosine
    restored = restored.transpose(2, 3).reshape(n, height, width) + 128
    return torch.where(draws.some(COMPRESSED, n)[:, None, None], restored, img)


def covered(img, draws, share):
    """Some with a rectangle of one grey over them: a hand, a scarf, a bar, glasses."""
    n = len(img)
    top, left = draws.uniform(0, 90, n, 1, 1), draws.uniform(0, 90, n, 1, 1)
    height, width = draws.uniform(10, 44, n, 1, 1), draws.uniform(10, 60, n, 1, 1)
    rows = torch.arange(SIDE, device=img.device)
    inside = ((rows[None, :, None] >= top) & (rows[None, :, None] < top + height)
              & (rows[None, None, :] >= left) & (rows[None, None, :] < left + width))
    inside = inside & draws.some(share, n)[:, None, None]
    return torch.where(inside, draws.uniform(0, 255, n, 1, 1), img)
