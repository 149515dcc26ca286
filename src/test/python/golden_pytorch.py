"""Makes src/test/resources/golden/pytorch.json: what PyTorch says of every kind of model.

For each kind: a model, ten batches, an importance; then the loss (mean over batch and features, as
in the official notebook) and its gradients on the first batch, and the parameters after ten AdamW
steps, one a batch. All in float64, from inputs and weights that are exact in float32.

Run: python3 src/test/python/golden_pytorch.py
"""

import json
import pathlib

import torch

FEATURES, HIDDEN, BATCH, STEPS = 5, 3, 16, 10
KINDS = ["linear", "relu-output", "relu-hidden", "absolute-value"]
ADAMW = dict(lr=1e-2, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)


def forward(kind, x, w, decoder, b):
    h = torch.einsum("bf,fh->bh", x, w)
    if kind in ("relu-hidden", "absolute-value"):
        h = torch.relu(h)
    out = torch.einsum("bh,fh->bf", h, decoder) + b
    return out if kind == "linear" else torch.relu(out)


def loss_of(kind, x, w, decoder, b, importance):
    target = x.abs() if kind == "absolute-value" else x
    return (importance * (target - forward(kind, x, w, decoder, b)) ** 2).mean()


def case(kind, generator):
    def normal(*shape):
        return torch.randn(*shape, generator=generator).mul(0.5).double()

    x = torch.rand(STEPS, BATCH, FEATURES, generator=generator)
    x = x * (torch.rand(x.shape, generator=generator) < 0.4)
    if kind == "absolute-value":
        x = x * torch.where(torch.rand(x.shape, generator=generator) < 0.5, -1.0, 1.0)
    x = x.double()
    importance = torch.tensor([1.0, 0.75, 0.5, 0.25, 2.0], dtype=torch.float64)
    w = normal(FEATURES, HIDDEN).requires_grad_()
    tied = kind != "absolute-value"
    decoder = w if tied else normal(FEATURES, HIDDEN).requires_grad_()
    b = normal(FEATURES).requires_grad_()
    parameters = [w, b] if tied else [w, decoder, b]

    start = {"encoder": w.tolist(), "decoder": decoder.tolist(), "biases": b.tolist()}
    loss = loss_of(kind, x[0], w, decoder, b, importance)
    loss.backward()
    gradient = {
        "encoder": w.grad.tolist(),
        "decoder": decoder.grad.tolist(),
        "biases": b.grad.tolist(),
    }
    optimizer = torch.optim.AdamW(parameters, **ADAMW)
    for step in range(STEPS):
        optimizer.zero_grad()
        loss_of(kind, x[step], w, decoder, b, importance).backward()
        optimizer.step()
    after = {"encoder": w.tolist(), "decoder": decoder.tolist(), "biases": b.tolist()}
    return {
        "kind": kind,
        "x": x.tolist(),
        "importance": importance.tolist(),
        "start": start,
        "loss": loss.item(),
        "gradient": gradient,
        "after": after,
    }


def main():
    generator = torch.Generator().manual_seed(20220914)
    document = {
        "made_by": "src/test/python/golden_pytorch.py",
        "torch": torch.__version__,
        "adamw": {key: value for key, value in ADAMW.items()},
        "cases": [case(kind, generator) for kind in KINDS],
    }
    path = pathlib.Path(__file__).parents[1] / "resources" / "golden" / "pytorch.json"
    path.write_text(json.dumps(document) + "\n")


if __name__ == "__main__":
    main()
