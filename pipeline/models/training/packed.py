"""Convolutions whose weights are laid out for this processor when a graph is loaded, not at every call (oneDNN).

A plain TorchScript convolution converts its weights at each call; for small networks that and the bookkeeping around it
are a third of the time. Such graphs run on x86-64 processors under Linux only: elsewhere the plain ones do.
"""
from typing import List, Tuple

import torch
from torch import Tensor, fx, nn


class PackedConv(nn.Module):
    """A convolution, with a rectifier after it where `attr` is 'relu'.

    What is saved is the weights as they are; they are packed anew by whoever loads them, for the processor there. PyTorch
    saves packed weights by itself too, but forgets the attribute, and cannot load them again.
    """

    def __init__(self, conv: nn.Conv2d, size: List[int], attr: str):
        """size: of the example input N,C,H,W; the layout is chosen for it, others work as well."""
        super().__init__()
        self.weight = conv.weight.detach().contiguous()
        self.bias = torch.zeros(conv.out_channels, dtype=conv.weight.dtype) if conv.bias is None else conv.bias.detach()
        self.stride: List[int] = list(conv.stride)
        self.padding: List[int] = list(conv.padding)
        self.dilation: List[int] = list(conv.dilation)
        self.groups: int = conv.groups
        self.size: List[int] = size
        self.attr: str = attr
        self.packed = torch.ops.mkldnn_prepacked.conv2d_prepack(self.weight, self.bias, self.stride, self.padding,
                                                                self.dilation, self.groups, self.size, self.attr)

    def forward(self, x: Tensor) -> Tensor:
        """x: N,C,H,W."""
        return torch.ops.mkldnn_prepacked.conv2d_run(x, self.packed)

    @torch.jit.export
    def __getstate__(self):
        return (self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups, self.size, self.attr, self.training)

    @torch.jit.export
    def __setstate__(self, state: Tuple[Tensor, Tensor, List[int], List[int], List[int], int, List[int], str, bool]):
        self.weight = state[0]
        self.bias = state[1]
        self.stride = state[2]
        self.padding = state[3]
        self.dilation = state[4]
        self.groups = state[5]
        self.size = state[6]
        self.attr = state[7]
        self.training = state[8]
        self.packed = torch.ops.mkldnn_prepacked.conv2d_prepack(state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7])


def is_relu(node: fx.Node, modules) -> bool:
    """Whether a node of a traced network is a plain rectifier."""
    return (node.op == 'call_module' and isinstance(modules.get(node.target), nn.ReLU)
            or node.op == 'call_function' and node.target in (torch.relu, nn.functional.relu)
            or node.op == 'call_method' and node.target in ('relu', 'relu_'))


def pack(net: fx.GraphModule, example: Tensor) -> fx.GraphModule:
    """Replaces every convolution of a network (batch normalisation folded, in its final precision), and rectifiers after them."""
    modules = dict(net.named_modules())
    sizes = {}
    hooks = [module.register_forward_pre_hook(lambda _, inputs, name=name: sizes.__setitem__(name, list(inputs[0].shape)))
             for name, module in modules.items() if isinstance(module, nn.Conv2d)]
    with torch.no_grad():
        net(example)
    for hook in hooks:
        hook.remove()
    for node in list(net.graph.nodes):
        if node.op == 'call_module' and isinstance(modules[node.target], nn.Conv2d):
            users = list(node.users)
            fused = len(users) == 1 and is_relu(users[0], modules)
            if fused:
                users[0].replace_all_uses_with(node)
                net.graph.erase_node(users[0])
            parent, _, name = node.target.rpartition('.')
            conv = PackedConv(modules[node.target], sizes[node.target], 'relu' if fused else 'none')
            setattr(net.get_submodule(parent), name, torch.jit.script(conv.eval()))
    net.graph.lint()
    net.recompile()
    return net
