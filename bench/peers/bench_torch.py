"""PyTorch as one side of paired.py. Usage: bench_torch.py VARIANT n m models batch threads

notebook  the official notebook's layout and two uniforms, einsum, autograd, AdamW
bmm       models first, torch.bmm and baddbmm, one uniform a feature: the best found by hand
compile   torch.compile of the bmm variant's loss
"""

import torch
from torch import nn
from torch.nn import functional as F

import peer

variant, n, m, models, batch, threads = peer.arguments()
torch.set_num_threads(threads)
torch.manual_seed(0)
density = 20 ** -torch.linspace(0, 1, models)
importance = 0.9 ** torch.arange(n)
W = nn.Parameter(nn.init.xavier_normal_(torch.empty(models, n, m)))

if variant == "notebook":
    b = nn.Parameter(torch.zeros(models, n))

    def loss():
        features = torch.rand((batch, models, n))
        mask = torch.rand((batch, models, n)) <= density[:, None]
        x = torch.where(mask, features, torch.zeros(()))
        h = torch.einsum("...if,ifh->...ih", x, W)
        out = F.relu(torch.einsum("...ih,ifh->...if", h, W) + b)
        error = importance * (x.abs() - out) ** 2
        return error.mean(dim=(0, 2)).sum()

else:
    b = nn.Parameter(torch.zeros(models, 1, n))

    def loss():
        p = density[:, None, None]
        u = torch.rand((models, batch, n))
        x = torch.where(u < p, u / p, torch.zeros(()))
        out = F.relu(torch.baddbmm(b, torch.bmm(x, W), W.transpose(1, 2)))
        return (importance * (x - out) ** 2).mean(dim=(1, 2)).sum()


if variant == "compile":
    loss = torch.compile(loss)
optimizer = torch.optim.AdamW([W, b], lr=1e-3, weight_decay=0.01)


def step():
    optimizer.zero_grad(set_to_none=True)
    loss().backward()
    optimizer.step()
    return 1


peer.serve(models, f"torch {torch.__version__} {variant}, {threads} threads", step)
