"""Reads a final and an archive with the packages their users have, and computes the loss again.

usage: check_export.py final.safetensors export.npz kind
"""

import sys

import numpy as np
from safetensors.numpy import load_file

TOLERANCE = 1e-6  # relative; both sides compute in double from the same floats

final, archive, kind = load_file(sys.argv[1]), np.load(sys.argv[2]), sys.argv[3]
for name in ("W", "b_final", "loss", "diverged_at", "model_id", "eval.loss"):
    np.testing.assert_array_equal(final[name], archive[name])
if kind == "absolute-value":
    np.testing.assert_array_equal(final["W_out"], archive["W_out"])

W = archive["W"].astype(np.float64)  # (models, features, hidden)
D = archive["W_out"].astype(np.float64) if kind == "absolute-value" else W
x = archive["eval.x"].astype(np.float64)[archive["task"]]  # (models, rows, features)
importance = archive["importance"][archive["task"]]
h = np.einsum("ksi,kij->ksj", x, W)
if kind in ("relu-hidden", "absolute-value"):
    h = np.maximum(h, 0)
y = np.einsum("ksj,kij->ksi", h, D) + archive["b_final"][:, None, :]
if kind != "linear":
    y = np.maximum(y, 0)
target = np.abs(x) if kind == "absolute-value" else x
loss = (importance[:, None, :] * (target - y) ** 2).sum(axis=2).mean(axis=1)
np.testing.assert_allclose(loss, archive["eval.loss_1024"], rtol=TOLERANCE)
print("agree: largest difference", np.abs(loss - archive["eval.loss_1024"]).max())
