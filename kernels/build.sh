#!/usr/bin/env bash
# Gives every kernel's PTX: build.sh OUT [SOURCES]
#
# OUT gets compute_80/NAME.ptx for each NAME.cu of this directory, or of SOURCES. What nvcc made of a
# source is kept beside it as ptx/NAME.ptx.gz, and taken where its sources and options are still the
# same; so only who changes a kernel needs nvcc, which then makes it anew, and what is kept, too.
# Without nvcc a line says which kernels are missing, and the build goes on: asking for the CUDA
# backend then explains it.
set -euo pipefail
shopt -s nullglob
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$1
sources=$(cd "${2:-$here}" && pwd)

# compute_80 runs on every GPU since Ampere. --fmad=false: a fused multiply-add only where the source
# says fmaf, so that bits are those of the CPU.
architecture=compute_80
flags=(-ptx -std=c++17 -O3 --fmad=false -lineinfo -arch=$architecture)

# NVCC names another compiler, or with a name that is none has the build go without.
candidates=(nvcc "${CUDA_HOME:-/usr/local/cuda}/bin/nvcc" /usr/local/cuda/bin/nvcc)
[ -z "${NVCC:-}" ] || candidates=("$NVCC")
nvcc=
for candidate in "${candidates[@]}"; do
  [ -n "$nvcc" ] || nvcc=$(command -v "$candidate" || true)
done

# What a source's PTX depends on, but for the compiler: options, the source and all that it includes.
hash_of() {
  local queue=("$1") taken=" " file found
  {
    echo "${flags[@]}"
    while [ ${#queue[@]} -gt 0 ]; do
      file=${queue[0]} queue=("${queue[@]:1}")
      [[ $taken == *" $file "* ]] && continue
      taken+="$file "
      cat "$file"
      mapfile -t found < <(sed -nE 's/^#include "([^"]+)".*/\1/p' "$file")
      queue+=("${found[@]/#/$here/}")
    done
  } | sha256sum | cut -c1-64
}

compile() {
  local source=$1 name ptx kept hash
  name=$(basename "$source" .cu) ptx=$out/$architecture/$name.ptx kept=$sources/ptx/$name.ptx.gz
  hash=$(hash_of "$source")
  if [ -f "$ptx" ] && grep -q "^// source $hash$" "$ptx"; then return; fi
  if [ -f "$kept" ] && gzip -dc "$kept" >"$ptx.new" && grep -q "^// source $hash$" "$ptx.new"; then
    mv "$ptx.new" "$ptx"
    return
  fi
  rm -f "$ptx.new" "$ptx"
  if [ -z "$nvcc" ]; then
    echo "kernels: $name.cu is not compiled, nvcc was not found and its PTX was not kept; everything but the CUDA backend works without"
    return
  fi
  echo "kernels: compiling $name.cu"
  "$nvcc" "${flags[@]}" -I"$here" "$source" -o "$ptx.new"
  # The text must not depend on where it was made: paths of sources, and a number made of them.
  sed -i -E 's|^(\s*\.file\s+[0-9]+ ").*/|\1|; s|_INTERNAL_[0-9a-f]{8}_|_INTERNAL_00000000_|g' "$ptx.new"
  printf '// source %s\n// compiler %s\n' "$hash" "$("$nvcc" --version | grep -oE 'release [0-9.]+, V[0-9.]+')" >>"$ptx.new"
  mkdir -p "$sources/ptx"
  gzip -9n <"$ptx.new" >"$kept"
  mv "$ptx.new" "$ptx"
}

mkdir -p "$out/$architecture"
jobs=()
for source in "$sources"/*.cu; do
  compile "$source" &
  jobs+=($!)
  if [ ${#jobs[@]} -ge "$(getconf _NPROCESSORS_ONLN)" ]; then
    wait "${jobs[0]}"
    jobs=("${jobs[@]:1}")
  fi
done
for job in ${jobs+"${jobs[@]}"}; do wait "$job"; done
