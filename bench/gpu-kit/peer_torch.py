"""PyTorch on the same GPU, the same work: eager, compiled, in a CUDA graph. Prints JSON.

The official notebook's step: fresh sparse batch, forward, mean of importance times squared error,
backward, AdamW. Model-steps a second, each the best number of instances of a few.
"""

import json
import time

import torch

BATCH = 1024
SECONDS = 0.6
SHAPES = [(5, 2), (20, 5), (80, 20), (400, 30)]


def trainer(features, hidden, instances):
    weights = torch.nn.Parameter(0.3 * torch.randn(instances, features, hidden, device="cuda"))
    biases = torch.nn.Parameter(torch.zeros(instances, features, device="cuda"))
    importance = 0.9 ** torch.arange(features, device="cuda")
    optimizer = torch.optim.AdamW([weights, biases], lr=1e-3, fused=True, capturable=True)

    def step():
        values = torch.rand(BATCH, instances, features, device="cuda")
        active = torch.rand(BATCH, instances, features, device="cuda") <= 0.2
        x = torch.where(active, values, torch.zeros((), device="cuda"))
        h = torch.einsum("bif,ifh->bih", x, weights)
        y = torch.relu(torch.einsum("bih,ifh->bif", h, weights) + biases)
        loss = (importance * (x - y) ** 2).mean((0, 2)).sum()
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()

    return step


def rate(step, instances):
    for _ in range(3):
        step()
    torch.cuda.synchronize()
    begin, steps = time.perf_counter(), 0
    while time.perf_counter() - begin < SECONDS:
        for _ in range(5):
            step()
        steps += 5
        torch.cuda.synchronize()
    return instances * steps / (time.perf_counter() - begin)


def captured(step):
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def main():
    rows = []
    for features, hidden in SHAPES:
        for form, wrap in (("eager", lambda s: s), ("graph", captured), ("compiled", torch.compile)):
            best = 0.0
            for instances in (64, 1024):
                try:
                    best = max(best, rate(wrap(trainer(features, hidden, instances)), instances))
                except Exception as error:  # a form that this version lacks is no result
                    rows.append({"n": features, "m": hidden, "form": form, "error": str(error)[:200]})
                    break
            if best:
                rows.append({"n": features, "m": hidden, "form": form, "model_steps_per_second": best})
    print(json.dumps({"torch": torch.__version__, "device": torch.cuda.get_device_name(), "rows": rows}, indent=1))


main()
