#!/usr/bin/python3
"""Reference values for photo10, computed in float64 by the module of its training script.

    /usr/bin/python3 make_photo10.py SAMPLES/Photo10 OUT_DIR PHOTO.png ...      # chelsea and coffee (CC0) of python3-skimage

Writes photo10_NAME.json: as a golden file of make_golden.py, with the pixels of the 32x32 input instead of a filled one (base64, RGB,
row by row), and the labels' names from the training script. One more input, named noise, is uniform(name) * 256.
"""
import base64, json, os, struct, sys
import numpy as np, torch
from PIL import Image
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from make_golden import maps, uniform

def safetensors(path):
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0])); data = f.read()
    for name, t in header.items():
        if name != "__metadata__":
            assert t["dtype"] == "F16"
            yield name, torch.from_numpy(np.frombuffer(data[slice(*t["data_offsets"])], np.float16).astype(np.float64).reshape(t["shape"]))

def main():
    folder, out = sys.argv[1:3]
    sys.path.insert(0, folder)
    import train
    model = train.Photo10().eval().double()
    weights = dict(safetensors(os.path.join(folder, "photo10.safetensors")))
    missing = model.load_state_dict(weights, strict=False)
    assert not missing.unexpected_keys and all(k.endswith("num_batches_tracked") for k in missing.missing_keys)
    photos = {os.path.splitext(os.path.basename(p))[0]: np.asarray(Image.open(p).convert("RGB").resize((32, 32), Image.BILINEAR)) for p in sys.argv[3:]}
    photos["noise"] = (uniform("photo10 noise", 32 * 32 * 3) * 256).astype(np.uint8).reshape(32, 32, 3)
    for name, pixels in photos.items():
        mean, std = (torch.tensor(v, dtype=torch.float64).view(3, 1, 1) for v in (train.MEAN, train.STD))
        x = ((torch.from_numpy(pixels.copy()).permute(2, 0, 1).double() / 255 - mean) / std)[None].requires_grad_(True)
        layers = {"layer3": model.layer3, "layer2": model.layer2, "layer1": model.layer1}
        kept = {}
        hooks = [m.register_forward_hook(lambda m, i, o, l=l: (o.retain_grad(), kept.__setitem__(l, o))[0]) for l, m in layers.items()]
        y = model(x)
        best = int(y[0].argmax())
        y[0, best].backward()
        r = {"arch": "photo10", "input_shape": list(x.shape), "classes": y.shape[1], "weights": {k: list(v.shape) for k, v in weights.items()},
             "labels": train.CLASSES, "pixels": base64.b64encode(pixels.tobytes()).decode(), "logits": y[0].tolist(), "class_index": best, "layers": {}}
        for l in layers:
            A, g = kept[l].detach()[0], kept[l].grad[0]
            r["layers"][l] = {"shape": list(A.shape), "act_mean": A.mean((1, 2)).tolist(), "grad_mean": g.mean((1, 2)).tolist(),
                              "maps": {k: v.flatten().tolist() for k, v in maps(A, g).items()}}
        gi = x.grad[0].abs().amax(0)
        r["input_gradient"] = {"abs_max_per_pixel_8x8": torch.nn.functional.adaptive_max_pool2d(gi[None, None], 8).flatten().tolist(), "l2": float(x.grad.norm())}
        r = json.loads(json.dumps(r), parse_float=lambda s: float("%.9g" % float(s)))
        with open(os.path.join(out, "photo10_%s.json" % name), "w") as f: json.dump(r, f, separators=(",", ":"))
        print(name, train.CLASSES[best], "%.3f" % y[0].softmax(0)[best])
        for h in hooks: h.remove()

if __name__ == "__main__":
    main()
