#!/usr/bin/env python3
"""Writes the same weights as ONNX files, for `tronie bench networks` to measure another engine with.

OUT/detector.onnx: pixels float32 1,C,H,W (0..255, BGR or grey) -> raw boxes, scores, raw landmarks of every prior
OUT/embedder.onnx: pixels float32 N,C,112,112 -> float32 N,D, not of unit length

Normalisation of pixels is inside; the choice of the best priors and their decoding, which the project's own graphs do as
well, is left out: the other engine has less to do.
"""
import argparse
import os
import sys

import torch
from torch import nn
from torch.fx.experimental.optimization import fuse

import export


class Normalised(nn.Module):
    """(pixels - mean) * scale, in the order the network wants its channels, then the network."""

    def __init__(self, core, mean, scale, reverse):
        """mean, scale: one number a channel, in the network's order. reverse: the network wants RGB, pixels come as BGR."""
        super().__init__()
        self.core = core
        self.reverse = reverse
        self.register_buffer('mean', torch.tensor(mean).view(1, -1, 1, 1))
        self.register_buffer('factor', torch.tensor(scale).view(1, -1, 1, 1))

    def forward(self, pixels):
        """pixels: float32 N,C,H,W, 0..255."""
        if self.reverse:
            pixels = torch.cat([pixels[:, 2:3], pixels[:, 1:2], pixels[:, 0:1]], 1)
        return self.core((pixels - self.mean) * self.factor)


def write(kind, weights, out):
    """Writes both files of a Kind."""
    os.makedirs(out, exist_ok=True)
    detector, embedder = export.networks(kind, weights)
    net = Normalised(fuse(detector), list(kind.detector_mean), [kind.detector_scale] * len(kind.detector_mean), False).eval()
    torch.onnx.export(net, torch.zeros(1, kind.channels, 480, 640), os.path.join(out, 'detector.onnx'), opset_version=13,
                      input_names=['pixels'], output_names=['boxes', 'scores', 'landmarks'])
    net = Normalised(fuse(embedder), list(kind.embedder_mean), [1 / s for s in kind.embedder_std], kind.channels == 3).eval()
    torch.onnx.export(net, torch.zeros(8, kind.channels, 112, 112), os.path.join(out, 'embedder.onnx'), opset_version=13,
                      input_names=['pixels'], output_names=['embeddings'], dynamic_axes={'pixels': {0: 'n'}, 'embeddings': {0: 'n'}})


def main(argv=None):
    """Answers the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--kind', required=True, choices=sorted(export.KINDS), help='which networks')
    parser.add_argument('--weights', required=True, metavar='DIR', help='folder of the checkpoints')
    parser.add_argument('--out', required=True, metavar='DIR', help='folder for the two files')
    args = parser.parse_args(argv)
    with torch.no_grad():
        write(export.KINDS[args.kind], args.weights, args.out)
    return 0


if __name__ == '__main__':
    sys.exit(main())
