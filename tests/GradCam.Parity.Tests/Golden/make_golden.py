#!/usr/bin/python3
"""Reference values for the parity tests, computed by PyTorch in float64.

    apt-get install python3-torch python3-torchvision      # Debian's packages
    /usr/bin/python3 make_golden.py OUT_DIR ARCH[@SIZE]:layer,layer... ...

Weights and inputs are not stored: both sides make them from the tensor's name (see `fill`), so a golden file
holds results alone. One JSON file per architecture:

  arch, input_shape [1,C,H,W], classes
  weights: {name: shape}            the state_dict, in its order; num_batches_tracked left out
  logits: [classes]                 before any softmax
  class_index                       the class explained (an arbitrary fixed one, not the arg max)
  layers: {layer: {shape: [C,h,w], maps: {method: [h*w]}, grad_mean: [C], act_mean: [C]}}
  input_gradient: {abs_max_per_pixel_8x8: [64], l2: x}   d logit / d input

Maps are raw: before ReLU, normalising and resizing. A = activation, g = d logit / d A, sums over h,w per channel:
  gradcam      sum_c mean(g_c) A_c
  hirescam     sum_c g_c A_c
  gradcam++    alpha = g^2 / (2 g^2 + g^3 * sum(A_c) + 1e-6), alpha = 0 where g == 0; w_c = sum(alpha * relu(g)); sum_c w_c A_c
  xgradcam     w_c = sum(g_c A_c) / (sum(A_c) + 1e-7); sum_c w_c A_c
  layercam     sum_c relu(g_c) A_c
  elementwise  sum_c relu(g_c A_c)
"""
import json, sys, os
import torch, torchvision

MASK = (1 << 64) - 1

def fnv1a(text):
    h = 0xcbf29ce484222325
    for b in text.encode():
        h = ((h ^ b) * 0x100000001b3) & MASK
    return h

def uniform(name, count):
    """count doubles in [0,1): element i is splitmix64(fnv1a(name) + (i+1)*gamma) >> 11, times 2^-53."""
    import numpy as np
    with np.errstate(over="ignore"):
        z = np.uint64(fnv1a(name)) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0 ** -53

def fill(name, shape):
    """The value of the tensor `name`, rounded to float32. u is uniform(name) in [0,1).
       running_var and one-dimensional *.weight: 0.75 + u/2;  layer_scale: 0.1 + u/10
       other one-dimensional tensors:            (u - 0.5) / 5
       two and more dimensions:                  (2u - 1) * sqrt(6 / fan_in), fan_in = product of shape[1:]
       input:                                    4u - 2"""
    n = 1
    for d in shape: n *= d
    u = torch.from_numpy(uniform(name, n))
    if name == "input": v = 4 * u - 2
    elif name.endswith("layer_scale"): v = 0.1 + u / 10
    elif name.endswith("running_var") or (len(shape) == 1 and name.endswith(".weight")): v = 0.75 + u / 2
    elif len(shape) <= 1: v = (u - 0.5) / 5
    else: v = (2 * u - 1) * (6.0 / (n // shape[0])) ** 0.5
    return v.to(torch.float32).to(torch.float64).reshape(shape)

def build(arch):
    kw = dict(weights=None)
    if arch in ("inception_v3", "googlenet"): kw.update(init_weights=False, aux_logits=False)
    m = getattr(torchvision.models, arch)(**kw).eval().double()
    sd = m.state_dict()
    weights = {k: list(v.shape) for k, v in sd.items() if not k.endswith("num_batches_tracked")}
    with torch.no_grad():
        for k, s in weights.items(): sd[k].copy_(fill(k, s))
    return m, weights

def maps(A, g):
    mean, S = g.mean((1, 2), keepdim=True), A.sum((1, 2), keepdim=True)
    out = {"gradcam": (mean * A).sum(0), "hirescam": (g * A).sum(0)}
    a = g ** 2 / (2 * g ** 2 + g ** 3 * S + 1e-6); a = torch.where(g != 0, a, torch.zeros_like(a))
    out["gradcam++"] = ((a * g.relu()).sum((1, 2), keepdim=True) * A).sum(0)
    out["xgradcam"] = (((g * A).sum((1, 2), keepdim=True) / (S + 1e-7)) * A).sum(0)
    out["layercam"] = (g.relu() * A).sum(0)
    out["elementwise"] = (g * A).relu().sum(0)
    return out

def module(m, path):
    for p in path.split("."): m = m[int(p)] if p.isdigit() else getattr(m, p)
    return m

def golden(arch, layers, out, size=0):
    m, weights = build(arch)
    size = size or (299 if arch == "inception_v3" else 224)
    x = fill("input", [1, 3, size, size]).requires_grad_(True)
    kept = {}
    hooks = [module(m, l).register_forward_hook(lambda mod, i, o, l=l: (o.retain_grad(), kept.__setitem__(l, o))[0]) for l in layers]
    for mod in m.modules():
        if hasattr(mod, "inplace"): mod.inplace = False
    y = m(x)
    cls = fnv1a(arch) % y.shape[1]
    y[0, cls].backward()
    r = {"arch": arch, "input_shape": list(x.shape), "classes": y.shape[1], "weights": weights,
         "logits": y[0].tolist(), "class_index": int(cls), "layers": {}}
    for l in layers:
        A, g = kept[l].detach()[0], kept[l].grad[0]
        r["layers"][l] = {"shape": list(A.shape), "act_mean": A.mean((1, 2)).tolist(), "grad_mean": g.mean((1, 2)).tolist(),
                          "maps": {k: v.flatten().tolist() for k, v in maps(A, g).items()}}
    gi = x.grad[0].abs().amax(0)
    r["input_gradient"] = {"abs_max_per_pixel_8x8": torch.nn.functional.adaptive_max_pool2d(gi[None, None], 8).flatten().tolist(), "l2": float(x.grad.norm())}
    r = json.loads(json.dumps(r), parse_float=lambda s: float("%.9g" % float(s)))
    with open(os.path.join(out, arch + ".json"), "w") as f: json.dump(r, f, separators=(",", ":"))
    L = y[0].detach()
    print(arch, "params %.1fM" % (sum(p.numel() for p in m.parameters()) / 1e6), "logit abs max %.3g" % L.abs().max(), "std %.3g" % L.std(),
          {l: "%s gcam %.2g" % (tuple(v["shape"]), max(map(abs, v["maps"]["gradcam"]))) for l, v in r["layers"].items()}, flush=True)

if __name__ == "__main__":
    for spec in sys.argv[2:]:
        a, _, ls = spec.partition(":")
        a, _, size = a.partition("@")
        golden(a, ls.split(","), sys.argv[1], int(size or 0))
