#!/usr/bin/env bash
# Compiles every kernel to PTX: build.sh OUT [SOURCES]
#
# OUT gets compute_80/NAME.ptx and compute_90/NAME.ptx for each NAME.cu of this directory, or of
# SOURCES; only sources that changed are compiled again. Without nvcc one line says so, and the build goes on: asking for the CUDA
# backend then explains it.
set -euo pipefail
shopt -s nullglob
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$1
sources=${2:-$here}

nvcc=${NVCC:-nvcc}
if ! command -v "$nvcc" >/dev/null; then
  for candidate in "${CUDA_HOME:-}" /usr/local/cuda; do
    [ -x "$candidate/bin/nvcc" ] && nvcc=$candidate/bin/nvcc && break
  done
fi
if ! command -v "$nvcc" >/dev/null; then
  echo "kernels: not compiled, nvcc was not found; everything but the CUDA backend works without"
  exit 0
fi

# compute_80 runs on every GPU since Ampere, compute_90 on Hopper and later. --fmad=false: a fused
# multiply-add only where the source says fmaf, so that bits are those of the CPU.
flags=(-ptx -std=c++17 -O3 --fmad=false -lineinfo -I"$here")
architectures=(compute_80 compute_90)
version=$("$nvcc" --version | tail -1)

compile() {
  local source=$1 architecture=$2 ptx=$out/$2/$(basename "$1" .cu).ptx stamp
  stamp=$( (echo "${flags[@]}" "$architecture" "$version"; cat "$here"/*.cuh "$source") | sha256sum | cut -c1-64)
  if [ -f "$ptx" ] && grep -q "^// source $stamp$" "$ptx"; then return; fi
  echo "kernels: compiling $(basename "$source") for $architecture"
  mkdir -p "$out/$architecture"
  "$nvcc" "${flags[@]}" -arch="$architecture" "$source" -o "$ptx.new"
  # -lineinfo writes the place of the sources; a jar must not depend on where it was built.
  sed -i "s|$here/||; s|$(dirname "$source")/||" "$ptx.new"
  echo "// source $stamp" >>"$ptx.new"
  mv "$ptx.new" "$ptx"
}

jobs=()
for source in "$sources"/*.cu; do
  for architecture in "${architectures[@]}"; do
    compile "$source" "$architecture" &
    jobs+=($!)
    if [ ${#jobs[@]} -ge "$(getconf _NPROCESSORS_ONLN)" ]; then
      wait "${jobs[0]}"
      jobs=("${jobs[@]:1}")
    fi
  done
done
for job in ${jobs+"${jobs[@]}"}; do wait "$job"; done
