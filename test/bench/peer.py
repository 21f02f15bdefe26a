"""The peer of `npm run bench`: the same steps in PyTorch, from the same numbers.

A server on stdin and stdout, one JSON object a line: {"op": "load", "kind", "threads", "file", "manifest", "options"},
then {"op": "step"}, as often as wanted, and {"op": "memory"}. Needs PyTorch 1.13 or later, and nothing else. Images are [n, c, h, w] here.
"""

import json
import math
import os
import platform
import resource
import sys
import time
import traceback
import warnings

warnings.filterwarnings("ignore", message="Failed to initialize NumPy")

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402


# --- the U-Net of src/networks/unet.ts, with its names


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs, groups, width):
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.time_emb_proj = nn.Linear(width, 2 * outputs)
        self.norm2 = nn.GroupNorm(groups, outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x, embedding):
        scale, shift = self.time_emb_proj(embedding)[:, :, None, None].chunk(2, 1)
        h = self.conv1(F.silu(self.norm1(x)))
        h = self.norm2(h) * (1 + scale) + shift
        return self.conv_shortcut(x) + self.conv2(F.silu(h))


class Attention(nn.Module):
    def __init__(self, channels, groups):
        super().__init__()
        self.group_norm = nn.GroupNorm(groups, channels)
        self.to_q = nn.Linear(channels, channels)
        self.to_k = nn.Linear(channels, channels)
        self.to_v = nn.Linear(channels, channels)
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])

    def forward(self, x):
        n, c, h, w = x.shape
        tokens = self.group_norm(x).reshape(n, c, h * w).transpose(1, 2)
        q, k, v = self.to_q(tokens), self.to_k(tokens), self.to_v(tokens)
        mixed = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(c), -1) @ v
        return x + self.to_out[0](mixed).transpose(1, 2).reshape(n, c, h, w)


class TimeEmbedding(nn.Module):
    def __init__(self, frequencies, width):
        super().__init__()
        lowest, highest = 0.03, 8
        powers = torch.arange(frequencies, dtype=torch.float64) / (frequencies - 1)
        turns = 2 * math.pi * lowest * (highest / lowest) ** powers
        self.register_buffer("turns", turns.float(), persistent=False)
        self.linear_1 = nn.Linear(2 * frequencies, width)
        self.linear_2 = nn.Linear(width, width)

    def forward(self, c_noise, class_embedding):
        phase = c_noise[:, None] * self.turns
        h = self.linear_1(torch.cat([phase.sin(), phase.cos()], 1))
        if class_embedding is not None:
            h = h + class_embedding
        return F.silu(self.linear_2(F.silu(h)))


class Stage(nn.Module):
    def __init__(self, resnets, attentions=()):
        super().__init__()
        self.resnets = nn.ModuleList(resnets)
        if attentions:
            self.attentions = nn.ModuleList(attentions)


class UNet(nn.Module):
    """D(x; sigma, labels), with EDM's preconditioning."""

    def __init__(self, *, imageShape, channels, blocks, groups, embeddingWidth, classes, sigmaData):
        super().__init__()
        self.sigma_data = sigmaData
        skips, inputs = [], channels[0]

        def block(outputs, skip=0):
            nonlocal inputs
            made = ResidualBlock(inputs + skip, outputs, groups, embeddingWidth)
            inputs = outputs
            return made

        def down(outputs):
            skips.append(outputs)
            return block(outputs)

        self.time_embedding = TimeEmbedding(32, embeddingWidth)
        self.class_embedding = nn.Embedding(classes + 1, embeddingWidth) if classes else None
        self.conv_in = nn.Conv2d(imageShape[2], channels[0], 3, padding=1)
        self.down_blocks = nn.ModuleList(Stage([down(c) for _ in range(n)]) for c, n in zip(channels, blocks))
        middle = channels[-1]
        self.mid_block = Stage([block(middle), block(middle)], [Attention(middle, groups)])
        self.up_blocks = nn.ModuleList(
            Stage([block(c, skips.pop()) for _ in range(n)]) for c, n in zip(reversed(channels), reversed(blocks))
        )
        self.conv_norm_out = nn.GroupNorm(groups, channels[0])
        self.conv_out = nn.Conv2d(channels[0], imageShape[2], 3, padding=1)

    def forward(self, x_t, sigma, labels=None):
        s = sigma[:, None, None, None]
        variance = s**2 + self.sigma_data**2
        raw = self.raw(x_t / variance.sqrt(), sigma.log() / 4, labels)
        return self.sigma_data**2 / variance * x_t + s * self.sigma_data / variance.sqrt() * raw

    def raw(self, x, c_noise, labels):
        embedding = self.time_embedding(c_noise, self.class_embedding(labels) if self.class_embedding else None)
        h, skips = self.conv_in(x), []
        for level, stage in enumerate(self.down_blocks):
            if level > 0:
                h = F.avg_pool2d(h, 2)
            for resnet in stage.resnets:
                h = resnet(h, embedding)
                skips.append(h)
        h = self.mid_block.resnets[0](h, embedding)
        h = self.mid_block.attentions[0](h)
        h = self.mid_block.resnets[1](h, embedding)
        for level, stage in enumerate(self.up_blocks):
            if level > 0:
                h = F.interpolate(h, scale_factor=2, mode="nearest")
            for resnet in stage.resnets:
                h = resnet(torch.cat([h, skips.pop()], 1), embedding)
        return self.conv_out(F.silu(self.conv_norm_out(h)))


# --- numbers from the other side


class Numbers:
    """The tensors of a case: weights [height, width, in, out] and [in, out], images [n, h, w, c], vectors."""

    def __init__(self, file, manifest):
        with open(file, "rb") as f:
            self.bytes = bytearray(f.read())
        self.manifest = manifest

    def tensor(self, name):
        entry = self.manifest[name]
        dtype = getattr(torch, entry["dtype"])
        count = math.prod(entry["shape"])
        return torch.frombuffer(self.bytes, dtype=dtype, count=count, offset=entry["offset"]).reshape(entry["shape"])

    def image(self, name):
        return self.tensor(name).permute(0, 3, 1, 2).contiguous()

    def labels(self, name):
        return self.tensor(name).long() if name in self.manifest else None

    def weight(self, name):
        w = self.tensor(name)
        if w.ndim == 4:
            w = w.permute(3, 2, 0, 1)
        elif w.ndim == 2 and not name.endswith("class_embedding.weight"):
            w = w.t()
        return w.contiguous().clone()

    def network(self, prefix, options):
        network = UNet(**options)
        names = [name for name in self.manifest if name.startswith(prefix + "/")]
        network.load_state_dict({name[len(prefix) + 1 :]: self.weight(name) for name in names})
        return network


# --- the cases: each `step` returns milliseconds and what it computed


def elapsed_ms(started):
    return (time.perf_counter() - started) * 1e3


def numbers_of(values):
    return {name: float(value) for name, value in values.items()}


class Stack:
    def __init__(self, numbers, options):
        self.weights = [numbers.weight(f"w{i}").requires_grad_() for i in range(options["layers"])]
        self.x = numbers.image("x")

    def step(self):
        started = time.perf_counter()
        for w in self.weights:
            w.grad = None
        h = self.x
        for w in self.weights:
            h = h + F.conv2d(F.silu(h), w, padding=1)
        loss = h.square().mean()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.weights, math.inf)
        values = numbers_of({"loss": loss, "gradientNorm": norm})
        return elapsed_ms(started), values


class Distillation:
    """Algorithm 1: the generator by both losses, then the fake score."""

    def __init__(self, numbers, options):
        self.o = options
        self.G, self.real, self.fake = (
            numbers.network(name, options["network"]) for name in ("generator", "real", "fake")
        )
        self.real.requires_grad_(False)
        settings = {"lr": options["learning_rate"], "weight_decay": options["weight_decay"]}
        self.G_optimiser = torch.optim.AdamW(self.G.parameters(), **settings)
        self.fake_optimiser = torch.optim.AdamW(self.fake.parameters(), **settings)
        self.z, self.eps, self.z_ref, self.y_ref, self.fake_eps = map(
            numbers.image, ("z", "eps", "z_ref", "y_ref", "fake_eps")
        )
        self.sigma, self.fake_sigma = numbers.tensor("sigma"), numbers.tensor("fake_sigma")
        self.labels, self.labels_ref = numbers.labels("labels"), numbers.labels("labels_ref")

    def generate(self, z, labels):
        sigma_c = torch.full((len(z),), self.o["sigma_c"])
        return self.G(z * self.o["sigma_c"], sigma_c, labels)

    def step(self):
        started = time.perf_counter()
        x, G_values = self.generator_step()
        fake_values = self.fake_step(x)
        values = numbers_of({**G_values, **fake_values})
        return elapsed_ms(started), values

    def generator_step(self):
        x = self.generate(self.z, self.labels)
        with torch.no_grad():
            x_t = x + self.sigma[:, None, None, None] * self.eps
            mu_real = self.real(x_t, self.sigma, self.labels)
            mu_fake = self.fake(x_t, self.sigma, self.labels)
            gradient = (mu_fake - mu_real) / (mu_real - x).abs().mean((1, 2, 3), keepdim=True)
            target = x - gradient
        loss_dm = 0.5 * F.mse_loss(x, target)
        loss_reg = F.mse_loss(self.generate(self.z_ref, self.labels_ref), self.y_ref)

        self.G_optimiser.zero_grad(set_to_none=True)
        (self.o["lambda_dm"] * loss_dm + self.o["lambda_reg"] * loss_reg).backward()
        norm = nn.utils.clip_grad_norm_(self.G.parameters(), self.o["gradient_clip"])
        self.G_optimiser.step()
        x = x.detach()
        return x, {
            "lossDm": loss_dm,
            "lossReg": loss_reg,
            "gradientNorm": norm,
            "dmGradientNorm": gradient.norm(),
            "brightnessMean": x.mean(),
            "brightnessStd": x.std(unbiased=False),
        }

    def fake_step(self, x):
        sigma = self.fake_sigma[:, None, None, None]
        mu_fake = self.fake(x + sigma * self.fake_eps, self.fake_sigma, self.labels)
        loss = ((sigma**-2 + 0.5**-2) * (mu_fake - x) ** 2).mean()
        self.fake_optimiser.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.fake.parameters(), self.o["gradient_clip"])
        self.fake_optimiser.step()
        return {"lossFake": loss, "fakeGradientNorm": norm}


class Teacher:
    """One update of a denoiser and of its running average."""

    def __init__(self, numbers, options):
        self.o = options
        self.network = numbers.network("network", options["network"])
        self.average = [p.detach().clone() for p in self.network.parameters()]
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=options["learning_rate"], weight_decay=options["weight_decay"]
        )
        self.x, self.eps, self.sigma = numbers.image("x"), numbers.image("eps"), numbers.tensor("sigma")
        self.labels = numbers.labels("labels")

    def step(self):
        started = time.perf_counter()
        sigma, sigma_data = self.sigma[:, None, None, None], self.network.sigma_data
        denoised = self.network(self.x + sigma * self.eps, self.sigma, self.labels)
        loss = ((sigma**-2 + sigma_data**-2) * (denoised - self.x) ** 2).mean()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), self.o["gradient_clip"])
        self.optimiser.step()
        with torch.no_grad():
            for average, p in zip(self.average, self.network.parameters()):
                average.lerp_(p, 1 - self.o["decay"])
        values = numbers_of({"loss": loss, "gradientNorm": norm})
        return elapsed_ms(started), values


class Sampling:
    def __init__(self, numbers, options):
        self.o = options
        self.G = numbers.network("generator", options["network"])
        self.z, self.labels = numbers.image("z"), numbers.labels("labels")

    @torch.inference_mode()
    def step(self):
        started = time.perf_counter()
        for _ in range(self.o["runs"]):
            sigma_c = torch.full((len(self.z),), self.o["sigma_c"])
            x = self.G(self.z * self.o["sigma_c"], sigma_c, self.labels)
        ms = elapsed_ms(started) / self.o["runs"]
        return ms, numbers_of({"rootMeanSquare": x.square().mean().sqrt()})


CASES = {"stack": Stack, "distillation": Distillation, "teacher": Teacher, "sampling": Sampling}


def describe():
    return {
        "torch": torch.__version__,
        "python": platform.python_version(),
        "libc": " ".join(platform.libc_ver()),
        "allocator": {
            name: value
            for name, value in sorted(os.environ.items())
            if name.startswith("MALLOC_") or name in ("GLIBC_TUNABLES", "LD_PRELOAD")
        },
    }


def serve():
    case = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["op"] == "load":
                torch.set_num_threads(request["threads"])
                # the old case's memory goes before the new one's is taken
                case = None
                numbers = Numbers(request["file"], request["manifest"])
                case = CASES[request["kind"]](numbers, request["options"])
                answer = {}
            elif request["op"] == "memory":
                # Linux tells kilobytes
                answer = {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}
            else:
                ms, values = case.step()
                answer = {"ms": ms, "values": values}
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    print(json.dumps(describe()), flush=True)
    serve()
