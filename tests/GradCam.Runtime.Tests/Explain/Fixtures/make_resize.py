#!/usr/bin/python3
"""Writes resize.json beside itself: what PyTorch's interpolate and torchvision's center_crop make of small pictures.

    apt-get install python3-torch python3-torchvision && /usr/bin/python3 make_resize.py

Pictures are not stored: pixel (y, x, c) is (37 y + 101 x + 53 c + 7 x y) % 256, on both sides.
"""
import json, os
import torch, torch.nn.functional as F
from torchvision.transforms import functional as T

def picture(h, w, channels=3):
    y, x, c = torch.meshgrid(torch.arange(h), torch.arange(w), torch.arange(channels), indexing="ij")
    return ((37 * y + 101 * x + 53 * c + 7 * x * y) % 256).double().permute(2, 0, 1)[None]

def antialiased(h, w, oh, ow):
    y = F.interpolate(picture(h, w), (oh, ow), mode="bilinear", align_corners=False, antialias=True)
    return {"photo": [h, w], "shorter": 0, "input": [oh, ow], "hwc": y[0].permute(1, 2, 0).flatten().tolist()}

def cropped(h, w, shorter, oh, ow):
    size = (shorter, int(shorter * w / h)) if h <= w else (int(shorter * h / w), shorter)
    y = F.interpolate(picture(h, w), size, mode="bilinear", align_corners=False, antialias=True)
    return {"photo": [h, w], "shorter": shorter, "input": [oh, ow], "hwc": T.center_crop(y, [oh, ow])[0].permute(1, 2, 0).flatten().tolist()}

def map_(h, w, oh, ow):
    x = picture(h, w, 1) / 255
    return {"map": [h, w], "size": [oh, ow], "values": F.interpolate(x, (oh, ow), mode="bilinear", align_corners=False)[0, 0].flatten().tolist()}

r = {
    "photos": [antialiased(*s) for s in [(7, 5, 3, 4), (5, 7, 8, 9), (13, 17, 4, 4), (1, 1, 4, 3), (6, 6, 6, 6), (40, 3, 5, 6), (3, 50, 6, 5), (64, 48, 7, 9), (2, 3, 11, 13)]]
            + [cropped(*s) for s in [(37, 23, 16, 12, 12), (23, 38, 16, 12, 12), (20, 20, 10, 7, 7), (9, 30, 14, 13, 11), (50, 41, 8, 8, 8), (31, 57, 13, 13, 13), (21, 50, 12, 9, 12)]],
    "maps": [map_(*s) for s in [(7, 7, 20, 24), (7, 7, 5, 3), (1, 1, 3, 4), (1, 5, 4, 11), (14, 14, 14, 14), (3, 2, 17, 5)]],
}
r = json.loads(json.dumps(r), parse_float=lambda s: float("%.8g" % float(s)))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "resize.json"), "w") as f: json.dump(r, f, separators=(",", ":"))
