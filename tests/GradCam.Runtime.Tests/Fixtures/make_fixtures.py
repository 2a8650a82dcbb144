#!/usr/bin/env python3
"""Writes operations.json: small random cases of every operation, forward and input gradient, by PyTorch in float64.

Maps are [channels, height, width]. Parameters that the runtime keeps as float32 are rounded to it first.
"""
import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(20)
cases = []


def rand(*shape):
    """Values with three decimals, so that the file stays small and is read exactly."""
    return (torch.randn(*shape, dtype=torch.float64) * 1000).round() / 1000


def f32(x):
    return float(torch.tensor(x, dtype=torch.float32))


def flat(t):
    return [float(v) for v in t.detach().reshape(-1)]


def chw(t):
    t = t.detach()
    t = t[0] if t.dim() == 4 else t.reshape(-1, 1, 1)
    return {"shape": list(t.shape), "data": flat(t)}


def case(op, function, x, params=None, weights=None):
    """function maps x (batch 1) to y; the gradient is that of sum(y * dy)."""
    x = x.clone().requires_grad_(True)
    y = function(x)
    dy = rand(*y.shape)
    (dx,) = torch.autograd.grad(y, x, dy)
    cases.append({
        "op": op,
        "params": params or {},
        "weights": {k: flat(v) for k, v in (weights or {}).items()},
        "x": chw(x), "y": chw(y), "dy": chw(dy), "dx": chw(dx),
    })


def window(kernel, stride=(1, 1), pad=(0, 0, 0, 0), dilation=(1, 1)):
    return {"kernel": kernel, "stride": stride, "pad": pad, "dilation": dilation}


def padded(x, pad):
    top, left, bottom, right = pad
    return F.pad(x, (left, right, top, bottom))


# Convolution: channels in, out, groups, size, kernel, stride, pad (top, left, bottom, right), dilation, bias, batch norm
for cin, cout, groups, size, kernel, stride, pad, dilation, bias, bn in [
    (3, 4, 1, (5, 4), (3, 3), (1, 1), (1, 1, 1, 1), (1, 1), True, False),
    (2, 3, 1, (6, 7), (3, 2), (2, 3), (0, 1, 2, 0), (1, 1), False, True),
    (4, 6, 2, (5, 5), (1, 3), (1, 2), (0, 1, 0, 1), (1, 2), True, True),
    (3, 6, 3, (4, 6), (3, 3), (2, 1), (2, 2, 2, 2), (2, 2), True, False),
    (5, 2, 1, (1, 1), (3, 3), (1, 1), (1, 1, 1, 1), (1, 1), False, False),
    (4, 3, 1, (4, 3), (1, 1), (2, 2), (0, 0, 0, 0), (1, 1), True, True),
]:
    w = rand(cout, cin // groups, *kernel)
    weights = {"weight": w}
    b = None
    if bias:
        b = weights["bias"] = rand(cout)
    if bn:
        weights["gamma"], weights["beta"], weights["mean"], weights["variance"] = rand(cout), rand(cout), rand(cout), rand(cout).abs() + 0.5

    def conv(x):
        y = F.conv2d(padded(x, pad), w, b, stride, 0, dilation, groups)
        return F.batch_norm(y, weights["mean"], weights["variance"], weights["gamma"], weights["beta"], False, 0, 1e-3) if bn else y

    case("convolution", conv, rand(1, cin, *size), dict(window(kernel, stride, pad, dilation), groups=groups, epsilon=1e-3), weights)

for cin, cout, groups, size, kernel, stride, pad, outpad, dilation, bias in [
    (3, 2, 1, (3, 4), (3, 3), (2, 2), (1, 1), (1, 0), (1, 1), True),
    (4, 6, 2, (3, 3), (2, 3), (1, 3), (0, 1), (0, 2), (2, 1), False),
    (2, 3, 1, (1, 2), (4, 4), (2, 2), (1, 1), (0, 0), (1, 1), True),
]:
    w = rand(cin, cout // groups, *kernel)
    weights = {"weight": w}
    b = None
    if bias:
        b = weights["bias"] = rand(cout)
    case("transposed_convolution", lambda x: F.conv_transpose2d(x, w, b, stride, pad, outpad, groups, dilation), rand(1, cin, *size),
         dict(window(kernel, stride, (pad[0], pad[1], pad[0], pad[1]), dilation), groups=groups), weights)

for cin, cout, bias in [(7, 5, True), (3, 1, False)]:
    w = rand(cout, cin)
    weights = {"weight": w}
    b = None
    if bias:
        b = weights["bias"] = rand(cout)
    case("linear", lambda x: F.linear(x, w, b), rand(1, cin), {}, weights)

bn = {"gamma": rand(5), "beta": rand(5), "mean": rand(5), "variance": rand(5).abs() + 0.2}
case("affine", lambda x: F.batch_norm(x, bn["mean"], bn["variance"], bn["gamma"], bn["beta"], False, 0, 1e-5), rand(1, 5, 2, 3), {"epsilon": 1e-5}, bn)
bare = {"mean": rand(3), "variance": rand(3).abs() + 0.2, "scale": rand(3), "shift": rand(1)}
case("affine", lambda x: F.batch_norm(x, bare["mean"], bare["variance"], None, None, False, 0, 1e-2) * bare["scale"].view(3, 1, 1) + bare["shift"],
     rand(1, 3, 2, 2), {"epsilon": 1e-2}, bare)

activations = {
    "Relu": (0, 0, F.relu),
    "Clip": (-1, 1.5, lambda x: F.hardtanh(x, -1, 1.5)),
    "LeakyRelu": (f32(0.1), 0, lambda x: F.leaky_relu(x, f32(0.1))),
    "Sigmoid": (0, 0, torch.sigmoid),
    "Tanh": (0, 0, torch.tanh),
    "Silu": (0, 0, F.silu),
    "HardSigmoid": (f32(0.2), 0.5, lambda x: F.hardtanh(f32(0.2) * x + 0.5, 0, 1)),
    "HardSwish": (0, 0, F.hardswish),
    "Gelu": (0, 0, F.gelu),
    "GeluTanh": (0, 0, lambda x: F.gelu(x, approximate="tanh")),
    "Elu": (0.75, 0, lambda x: F.elu(x, 0.75)),
    "Selu": (0, 0, F.selu),
    "Mish": (0, 0, F.mish),
    "Softplus": (1, 20, F.softplus),
}
for name, (alpha, beta, function) in activations.items():
    x = torch.cat([rand(1, 1, 1, 12) * 2, torch.tensor([-40, -8, -5, -2.5, -0.125, 0.125, 2.5, 5, 8, 40], dtype=torch.float64).view(1, 1, 1, 10)], 3)
    case("activation", function, x, {"kind": name, "alpha": alpha, "beta": beta})
kinks = {"Relu": [0.0], "LeakyRelu": [0.0], "Elu": [0.0], "Selu": [0.0], "Clip": [-1, 1.5]}
for name, points in kinks.items():
    alpha, beta, function = activations[name]
    case("activation", function, torch.tensor(points, dtype=torch.float64).view(1, 1, 1, -1), {"kind": name, "alpha": alpha, "beta": beta})

for slopes in (3, 1):
    slope = rand(slopes)
    case("parametric_relu", lambda x: F.prelu(x, slope), rand(1, 3, 2, 3), {}, {"slope": slope})

for size, kernel, stride, pad, dilation, ceil in [
    ((6, 5), (3, 3), (2, 2), (1, 1), (1, 1), False),
    ((7, 6), (2, 3), (2, 2), (0, 1), (1, 1), True),
    ((7, 7), (2, 2), (1, 3), (1, 0), (2, 3), True),
]:
    x = rand(1, 3, *size)
    x[0, 0] = x[0, 0].round()
    case("max_pool", lambda x: F.max_pool2d(x, kernel, stride, pad, dilation, ceil), x, window(kernel, stride, (pad[0], pad[1], pad[0], pad[1]), dilation))

for size, kernel, stride, pad, ceil, count in [
    ((6, 5), (3, 3), (2, 2), (1, 1), False, True),
    ((6, 5), (3, 3), (2, 2), (1, 1), False, False),
    ((7, 6), (2, 3), (2, 2), (1, 1), True, True),
    ((7, 6), (2, 3), (2, 2), (1, 1), True, False),
]:
    case("average_pool", lambda x: F.avg_pool2d(x, kernel, stride, pad, ceil, count), rand(1, 2, *size),
         dict(window(kernel, stride, (pad[0], pad[1], pad[0], pad[1])), countPadding=count))

for size, out in [((5, 7), (2, 3)), ((3, 2), (1, 1)), ((2, 3), (4, 3))]:
    case("adaptive_average_pool", lambda x: F.adaptive_avg_pool2d(x, out), rand(1, 2, *size))
    case("adaptive_max_pool", lambda x: F.adaptive_max_pool2d(x, out), rand(1, 2, *size))

case("flatten", lambda x: x.flatten(1), rand(1, 3, 2, 4))
case("softmax", lambda x: F.softmax(x, 1), rand(1, 5, 2, 2) * 3)
ln = {"weight": rand(6), "bias": rand(6)}
case("layer_norm", lambda x: F.layer_norm(x.permute(0, 2, 3, 1), (6,), ln["weight"], ln["bias"], 1e-6).permute(0, 3, 1, 2), rand(1, 6, 2, 3), {"epsilon": 1e-6}, ln)
case("layer_norm", lambda x: F.layer_norm(x.permute(0, 2, 3, 1), (4,), None, None, 1e-2).permute(0, 3, 1, 2), rand(1, 4, 2, 1), {"epsilon": 1e-2})
for n, alpha, beta, k in [(5, f32(0.1), 0.75, 1), (2, 0.5, 1.5, 2), (3, 1.0, 0.5, 0.25)]:
    case("local_response_norm", lambda x: F.local_response_norm(x, n, alpha, beta, k), rand(1, 6, 2, 2), {"size": n, "alpha": alpha, "beta": beta, "k": k})
for groups in (2, 3):
    case("channel_shuffle", lambda x: x.view(1, groups, 6 // groups, 2, 2).transpose(1, 2).reshape(1, 6, 2, 2), rand(1, 6, 2, 2), {"groups": groups})
for pad, reflect in [((1, 2, 0, 1), False), ((-1, 1, 2, -1), False), ((1, 2, 2, 1), True)]:
    top, left, bottom, right = pad
    case("pad", lambda x: F.pad(x, (left, right, top, bottom), mode="reflect" if reflect else "constant"), rand(1, 2, 3, 4), {"edges": pad, "reflect": reflect})
for size, out in [((3, 2), (6, 4)), ((3, 4), (7, 5)), ((5, 4), (2, 3)), ((1, 2), (3, 1))]:
    case("upsample", lambda x: F.interpolate(x, out, mode="nearest"), rand(1, 2, *size), {"interpolation": "Nearest"})
    case("upsample", lambda x: F.interpolate(x, out, mode="bilinear", align_corners=False), rand(1, 2, *size), {"interpolation": "Bilinear"})
    case("upsample", lambda x: F.interpolate(x, out, mode="bilinear", align_corners=True), rand(1, 2, *size), {"interpolation": "BilinearAlignCorners"})

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "operations.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
