#!/usr/bin/env bash
# Builds the CUDA driver emulator and the cuBLAS double.
#
#   build.sh KERNELS OUT
#
# KERNELS  directory of build.sh, which makes PTX of the planted bugs
# OUT      gets libcuda.so.1, libcublas.so.12 and .13, and the PTX of the planted bugs
#
# Nothing is rebuilt when no source has changed. Prints one line and succeeds when g++ is missing: the
# tests that need the emulator then say so themselves.
set -euo pipefail
shopt -s nullglob
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kernels=$(cd "$1" && pwd)
out=$2
cxx=${CXX:-g++}

skip() {
  echo "emulator: not built ($1)"
  exit 0
}
[ "$(uname -sm)" = "Linux x86_64" ] || skip "it runs on Linux x86-64 only"
command -v "$cxx" >/dev/null || skip "no $cxx on the PATH"
mkdir -p "$out/objects"
bash "$kernels/build.sh" "$out/ptx" "$here/planted"

# Each float operation rounds by itself, as --fmad=false has nvcc make it; fmaf is an instruction.
flags=(-std=c++20 -g -fPIC -fno-extern-tls-init -fno-gnu-unique -ffp-contract=off -mavx2 -mfma -Wall -Wextra -Wno-restrict)
optimised=(-O2)
# The interpreter's loops over 32 lanes become vector instructions.
vectorised=(-O3 -fno-trapping-math -fno-math-errno)

# Copies $1 to $2 only if they differ, so that unchanged sources keep their age.
refresh() {
  if cmp -s "$1" "$2"; then rm "$1"; else mv "$1" "$2"; fi
}

# Compiles $2... unless a stamp says that the same inputs made $1 before.
cached() {
  local target=$1 inputs=$2
  shift 2
  local stamp
  stamp=$( (echo "$@"; "$cxx" --version | head -1; cat $inputs) | sha256sum)
  if [ -f "$target" ] && [ -f "$target.stamp" ] && [ "$stamp" = "$(cat "$target.stamp")" ]; then return; fi
  "$@"
  echo "$stamp" > "$target.stamp"
  echo built > "$out/built"
}
rm -f "$out/built"

# Waits for a job where as many run as there are cores.
jobs=()
throttled() {
  "$@" &
  jobs+=($!)
  if [ ${#jobs[@]} -ge "$(getconf _NPROCESSORS_ONLN)" ]; then
    wait "${jobs[0]}"
    jobs=("${jobs[@]:1}")
  fi
}
finish() {
  for job in ${jobs+"${jobs[@]}"}; do wait "$job"; done
  jobs=()
}

# Every driver function that JCuda binds must resolve, or the JVM ends at the call.
{
  echo "extern \"C\" int emulator_not_supported(const char*);"
  while read -r symbol; do
    if ! grep -qrE "^CUDA_API $symbol\(" "$here/driver"; then
      echo "extern \"C\" __attribute__((visibility(\"default\"))) int $symbol() { return emulator_not_supported(\"$symbol\"); }"
    fi
  done < "$here/driver_symbols.txt"
} > "$out/stubs.new"
refresh "$out/stubs.new" "$out/stubs.cpp"

objects=()
compile() { # SOURCE HEADERS FLAGS...
  local source=$1 headers=$2 object
  object=$out/objects/$(basename "$source" .cpp).o
  shift 2
  objects+=("$object")
  throttled cached "$object" "$source $headers" "$cxx" "${flags[@]}" "$@" -c "$source" -o "$object"
}
for source in "$here"/interpreter/*.cpp; do compile "$source" "$here/interpreter/*.h" "${vectorised[@]}"; done
for source in "$here"/driver/*.cpp "$out/stubs.cpp"; do
  compile "$source" "$here/driver/*.h $here/interpreter/*.h" "${optimised[@]}"
done
finish
cached "$out/libcuda.so.1" "${objects[*]}" \
  "$cxx" -shared -Wl,-soname,libcuda.so.1 -o "$out/libcuda.so.1" "${objects[@]}" -ldl -lpthread

# The cuBLAS double, under the name of either version that JCublas can be made to ask for.
cublas_stubs() {
  echo "extern \"C\" int cublas_not_supported(const char*);"
  while read -r symbol; do
    if ! grep -qrE "^(CUBLAS_API |extern .*[ *])$symbol\(" "$here/cublas" --include=*.cpp; then
      echo "extern \"C\" __attribute__((visibility(\"default\"))) int $symbol() { return cublas_not_supported(\"$symbol\"); }"
    fi
  done < "$here/cublas/symbols.txt"
}
cublas_stubs > "$out/cublas_stubs.new"
refresh "$out/cublas_stubs.new" "$out/cublas_stubs.cpp"
for major in 12 13; do
  name=libcublas.so.$major
  echo "$name { global: cublas*; local: *; };" > "$out/$name.map"
  cached "$out/$name" "$here/cublas/* $here/driver/*.h $out/cublas_stubs.cpp" \
    "$cxx" "${flags[@]}" "${optimised[@]}" -DCUBLAS_VERSION=${major}0000 -shared "-Wl,-soname,$name" \
    "-Wl,--version-script=$out/$name.map" -o "$out/$name" "$here"/cublas/*.cpp "$out/cublas_stubs.cpp" \
    -L"$out" -l:libcuda.so.1
done

[ ! -f "$out/built" ] || echo "emulator: built in $out"
rm -f "$out/built"
