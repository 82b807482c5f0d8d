"""A drawn face, and what a network answers to it: whoever loads a graph can see whether it computes right there.

Some processors, versions of the engine and forms of a graph do not go together: the answers are wrong, and nothing is said. The picture is drawn
by whole numbers alone, so that Java draws the very same (dev.tronie.inference.Proof).
"""
import numpy as np

CROP_SIDE = 112
"""Pixels of a side of the crop."""

PICTURE_WIDTH, PICTURE_HEIGHT = 640, 480
"""Pixels of the picture for detectors."""

FACES = ((40, 40, 112), (220, 30, 160), (430, 40, 64), (520, 60, 40), (60, 220, 80), (200, 260, 48), (300, 240, 200), (530, 200, 96),
         (520, 340, 56), (40, 380, 32), (140, 380, 28))
"""Left, top and size in pixels of the faces on it."""

SCORES = 160
"""Of the best scores that are compared."""

OVALS = ((56, 60, 42, 54, 170), (38, 51, 9, 5, 60), (74, 51, 9, 5, 60), (38, 42, 12, 3, 90), (74, 42, 12, 3, 90),
         (56, 70, 7, 10, 140), (56, 76, 8, 3, 105), (56, 92, 17, 5, 80), (56, 5, 44, 18, 50))
"""Centre x, y, half-axes x, y and grey of what is drawn, in pixels of the crop, one over the other: head, eyes, brows, nose, mouth, hair."""


def drawn(width, height, faces):
    """Faces, each a square of `size` pixels at (left, top), on a grey picture: uint8 height,width."""
    y, x = np.mgrid[:height, :width].astype(np.int64)
    img = 100 + (x * 3 + y * 2) // 16 % 40
    for left, top, size in faces:
        # In parts of a pixel of the crop, so that all numbers are whole ones: (x - left) / size * 112, times size.
        u, v = (x - left) * CROP_SIDE, (y - top) * CROP_SIDE
        for cx, cy, rx, ry, grey in OVALS:
            inside = ((u - cx * size) * ry) ** 2 + ((v - cy * size) * rx) ** 2 <= (rx * ry * size) ** 2
            img = np.where(inside, grey + (x * 5 + y * 7) % 13, img)
    return img.astype(np.uint8)


def crop(channels):
    """The crop: uint8 1,112,112,channels."""
    return np.repeat(drawn(CROP_SIDE, CROP_SIDE, ((0, 0, CROP_SIDE),))[None, ..., None], channels, 3)


def picture(channels):
    """The picture for detectors: uint8 1,480,640,channels."""
    return np.repeat(drawn(PICTURE_WIDTH, PICTURE_HEIGHT, FACES)[None, ..., None], channels, 3)
