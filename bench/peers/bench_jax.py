"""JAX as one side of paired.py: jit(scan(vmap(step))). Usage: bench_jax.py scan n m models batch threads [DEVICE]

A GPU is given many steps a dispatch, so that dispatching costs it nothing. AdamW is written out, since optax is one more thing to install and XLA fuses it just as well.
"""

import os

import peer

variant, n, m, models, batch, threads, device = peer.arguments()
os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"  # other sides need memory, too
os.environ["JAX_PLATFORMS"] = device
if threads == 1 and device == "cpu":
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

SCAN = 200 if device == "cuda" else 10
RATE, DECAY, BETA1, BETA2, EPSILON = 1e-3, 0.01, 0.9, 0.999, 1e-8

density = 20 ** -jnp.linspace(0, 1, models)
importance = 0.9 ** jnp.arange(n)


def loss(parameters, x):
    W, b = parameters
    return jnp.mean(importance * (x - jax.nn.relu(x @ W.T @ W + b)) ** 2)


def adamw(t, p, g, mean, square):
    mean = BETA1 * mean + (1 - BETA1) * g
    square = BETA2 * square + (1 - BETA2) * g * g
    root = jnp.sqrt(square / (1 - BETA2**t)) + EPSILON
    return p - RATE * (mean / (1 - BETA1**t) / root + DECAY * p), mean, square


def one(parameters, means, squares, key, p, t):
    u = jax.random.uniform(key, (batch, n))
    g = jax.grad(loss)(parameters, jnp.where(u < p, u / p, 0.0))
    moved = [adamw(t, *leaves) for leaves in zip(parameters, g, means, squares)]
    return tuple(zip(*moved))


every = jax.vmap(one, (0, 0, 0, 0, 0, None))


@jax.jit
def advance(state):
    def body(carry, _):
        (parameters, means, squares), key, t = carry
        key, drawn = jax.random.split(key)
        moved = every(parameters, means, squares, jax.random.split(drawn, models), density, t)
        return (moved, key, t + 1), None

    return jax.lax.scan(body, state, None, length=SCAN)[0]


W = jax.random.normal(jax.random.key(1), (models, m, n)) * (2 / (n + m)) ** 0.5
parameters = (W, jnp.zeros((models, n)))
zeros = jax.tree.map(jnp.zeros_like, parameters)
state = ((parameters, zeros, zeros), jax.random.key(0), jnp.float32(1))


def steps():
    global state
    state = jax.block_until_ready(advance(state))
    return SCAN


where = f"{threads} threads" if device == "cpu" else jax.devices()[0].device_kind
peer.serve(models, f"jax {jax.__version__} jit(scan(vmap)), {where}", steps)
