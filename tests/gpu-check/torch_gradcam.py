"""Times PyTorch's Grad-CAM at the last convolutional layer, from photos' pixels on the host to heatmaps there: hooks, backward, bilinear upsampling.

python3 torch_gradcam.py [--network resnet50,resnet18,mobilenet_v2,vgg16] [--batch 1,8,64] [--precision fp32,tf32,fp16] [--seconds 0.5]

The networks are written here, with random weights, as torchvision has them: only torch is needed.
"""
import argparse
import sys
import time

try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError as error:
    print(f"no torch: {error}")
    sys.exit(0)


def norm(channels):
    return nn.BatchNorm2d(channels)


class Residual(nn.Module):
    """A block of ResNet: two 3x3 convolutions, or 1x1, 3x3, 1x1."""

    def __init__(self, inputs, width, outputs, stride):
        super().__init__()
        if outputs == width:
            layers = [nn.Conv2d(inputs, width, 3, stride, 1, bias=False), norm(width), nn.ReLU(True), nn.Conv2d(width, width, 3, 1, 1, bias=False), norm(width)]
        else:
            layers = [nn.Conv2d(inputs, width, 1, bias=False), norm(width), nn.ReLU(True), nn.Conv2d(width, width, 3, stride, 1, bias=False), norm(width),
                      nn.ReLU(True), nn.Conv2d(width, outputs, 1, bias=False), norm(outputs)]
        self.body = nn.Sequential(*layers)
        self.skip = nn.Sequential() if inputs == outputs and stride == 1 else nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), norm(outputs))

    def forward(self, x):
        return F.relu(self.body(x) + self.skip(x))


def resnet(blocks, expansion):
    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), norm(64), nn.ReLU(True), nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for stage, count in enumerate(blocks):
        width = 64 << stage
        for block in range(count):
            layers.append(Residual(inputs, width, width * expansion, 2 if block == 0 and stage > 0 else 1))
            inputs = width * expansion
    return nn.Sequential(*layers), nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 1000))


def vgg16():
    layers, inputs = [], 3
    for outputs, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(count):
            layers += [nn.Conv2d(inputs, outputs, 3, 1, 1), nn.ReLU(False)]
            inputs = outputs
        layers.append(nn.MaxPool2d(2))
    pool = layers.pop()
    head = nn.Sequential(pool, nn.Flatten(), nn.Linear(25088, 4096), nn.ReLU(True), nn.Linear(4096, 4096), nn.ReLU(True), nn.Linear(4096, 1000))
    return nn.Sequential(*layers), head


class Inverted(nn.Module):
    """A block of MobileNetV2."""

    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        width = inputs * expansion
        layers = [] if expansion == 1 else [nn.Conv2d(inputs, width, 1, bias=False), norm(width), nn.ReLU6(True)]
        layers += [nn.Conv2d(width, width, 3, stride, 1, groups=width, bias=False), norm(width), nn.ReLU6(True), nn.Conv2d(width, outputs, 1, bias=False), norm(outputs)]
        self.body = nn.Sequential(*layers)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.body(x) if self.adds else self.body(x)


def mobilenet_v2():
    layers, inputs = [nn.Conv2d(3, 32, 3, 2, 1, bias=False), norm(32), nn.ReLU6(True)], 32
    for expansion, outputs, count, stride in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)):
        for block in range(count):
            layers.append(Inverted(inputs, outputs, stride if block == 0 else 1, expansion))
            inputs = outputs
    layers += [nn.Conv2d(inputs, 1280, 1, bias=False), norm(1280), nn.ReLU6(False)]
    return nn.Sequential(*layers), nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, 1000))


NETWORKS = {
    "resnet50": lambda: resnet((3, 4, 6, 3), 4),
    "resnet18": lambda: resnet((2, 2, 2, 2), 1),
    "mobilenet_v2": mobilenet_v2,
    "vgg16": vgg16,
}


class GradCam:
    """The usual way: hooks on the last layer keep its output and its gradient."""

    def __init__(self, features, head, device, half):
        self.network = nn.Sequential(features, head).eval().to(device)
        for parameter in self.network.parameters():
            parameter.requires_grad_(False)
        self.device = device
        self.half = half
        self.mean = torch.tensor([0.485, 0.456, 0.406], device=device).view(1, 3, 1, 1)
        self.std = torch.tensor([0.229, 0.224, 0.225], device=device).view(1, 3, 1, 1)
        features.register_forward_hook(self.keep)

    def keep(self, _module, _inputs, output):
        self.activation = output
        output.requires_grad_(True) if output.is_leaf else output.retain_grad()

    def explain(self, photos):
        """Photos [n, height, width, 3] of bytes on the host to heatmaps [n, 224, 224] there."""
        x = photos.to(self.device, non_blocking=True).permute(0, 3, 1, 2).float()
        height, width = x.shape[2:]
        scale = 256 / min(height, width)
        x = F.interpolate(x, size=(int(height * scale), int(width * scale)), mode="bilinear", antialias=True, align_corners=False)
        top, left = (x.shape[2] - 224) // 2, (x.shape[3] - 224) // 2
        x = (x[:, :, top:top + 224, left:left + 224] / 255 - self.mean) / self.std
        with torch.autocast("cuda", dtype=torch.float16, enabled=self.half):
            logits = self.network(x)
        best = logits.argmax(1)
        gradient, = torch.autograd.grad(logits.gather(1, best[:, None]).sum(), self.activation)
        weights = gradient.mean((2, 3), keepdim=True)
        maps = F.relu((weights * self.activation.detach()).sum(1, keepdim=True))
        low, high = maps.amin((2, 3), keepdim=True), maps.amax((2, 3), keepdim=True)
        maps = (maps - low) / (high - low).clamp_min(1e-12)
        return F.interpolate(maps.float(), size=(224, 224), mode="bilinear", align_corners=False)[:, 0].cpu()


def measure(name, batch, precision, seconds):
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.benchmark = True
    features, head = NETWORKS[name]()
    cam = GradCam(features, head, torch.device("cuda"), precision == "fp16")
    photos = torch.randint(0, 256, (batch, 375, 500, 3), dtype=torch.uint8).pin_memory()
    for _ in range(5):
        cam.explain(photos)
    times, began = [], time.perf_counter()
    while len(times) < 3 or time.perf_counter() - began < seconds:
        start = time.perf_counter()
        cam.explain(photos)
        times.append(1000 * (time.perf_counter() - start))
    times.sort()
    print(f"{name} batch={batch} {precision} gradcam={times[len(times) // 2]:.3f} ms best={times[0]:.3f} ms runs={len(times)}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--network", default=",".join(NETWORKS))
    parser.add_argument("--batch", default="1,8,64")
    parser.add_argument("--precision", default="fp32,tf32,fp16")
    parser.add_argument("--seconds", type=float, default=0.5)
    arguments = parser.parse_args()
    if not torch.cuda.is_available():
        print(f"torch {torch.__version__} without a CUDA device")
        return
    print(f"torch {torch.__version__}, {torch.cuda.get_device_name()}", flush=True)
    for batch in (int(text) for text in arguments.batch.split(",")):
        for name in arguments.network.split(","):
            for precision in arguments.precision.split(","):
                measure(name, batch, precision, arguments.seconds)


if __name__ == "__main__":
    main()
