"""PyTorch as one side of paired.py. Usage: bench_torch.py VARIANT n m models batch threads [DEVICE]

notebook  the official notebook's layout and two uniforms, einsum, autograd, AdamW
bmm       models first, torch.bmm and baddbmm, one uniform a feature: the best found by hand
compile   torch.compile of the bmm variant's loss
graph     the bmm variant's whole step as one CUDA graph; on a GPU only
compile-graph  the compiled loss, its backward pass and AdamW as one CUDA graph; on a GPU only
compile-graph-tf32  the same with products on tensor cores, whose factors have 11 bits
"""

import torch
from torch import nn
from torch.nn import functional as F

import peer

variant, n, m, models, batch, threads, device = peer.arguments()
torch.set_num_threads(threads)
torch.set_default_device(device)
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


if variant.startswith("compile"):
    loss = torch.compile(loss)
if variant.endswith("tf32"):
    torch.set_float32_matmul_precision("high")
on_gpu = device == "cuda"
options = {"fused": True, "capturable": True} if on_gpu else {}
optimizer = torch.optim.AdamW([W, b], lr=1e-3, weight_decay=0.01, **options)


def step():
    optimizer.zero_grad(set_to_none=True)
    loss().backward()
    optimizer.step()


def captured():
    """The step as a CUDA graph, as PyTorch's documentation captures one."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(11):  # as many as compiled code may take to settle
            step()
    torch.cuda.current_stream().wait_stream(side)
    optimizer.zero_grad(set_to_none=True)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        loss().backward()
        optimizer.step()
    return graph.replay


if "graph" in variant:
    step = captured()


def steps():
    if not on_gpu:
        step()
        return 1
    for _ in range(20):
        step()
    torch.cuda.synchronize()
    return 20


where = torch.cuda.get_device_name() if on_gpu else f"{threads} threads"
peer.serve(models, f"torch {torch.__version__} {variant}, {where}", steps)
