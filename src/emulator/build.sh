#!/usr/bin/env bash
# Builds the CUDA driver emulator and the host builds of the kernels.
#
#   build.sh KERNELS PTX OUT [address|thread]
#
# KERNELS  directory of the .cu and .cuh files
# PTX      what kernels/build.sh made of them: it names the entry points
# OUT      gets libcuda.so.1, libkernels.so and the PTX of the planted bugs
#
# Nothing is rebuilt when no source has changed. Prints one line and succeeds when g++ or the PTX
# is missing: the tests that need the emulator then say so themselves.
set -euo pipefail
shopt -s nullglob
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kernels=$(cd "$1" && pwd)
ptx=$2/compute_80
out=$3
sanitizer=${4:-}
cxx=${CXX:-g++}

skip() {
  echo "emulator: not built ($1)"
  exit 0
}
[ "$(uname -sm)" = "Linux x86_64" ] || skip "it runs on Linux x86-64 only"
command -v "$cxx" >/dev/null || skip "no $cxx on the PATH"
bash "$kernels/build.sh" "$out/ptx" "$here/planted"
compgen -G "$ptx/*.ptx" >/dev/null || skip "there is no PTX: nvcc was not found"
mkdir -p "$out"

flags=(-std=c++17 -g -fPIC -fno-extern-tls-init -ffp-contract=off -mfma -Wall -Wno-unknown-pragmas)
runtime_flags=(-O2)
kernel_flags=(-O2)
case $sanitizer in
  "") ;;
  address) flags+=(-O1 -fno-omit-frame-pointer -fsanitize=address) runtime_flags=() kernel_flags=() ;;
  # The runtime switches stacks under the sanitizer's feet, so only the kernels are instrumented.
  thread) flags+=(-O1 -fno-omit-frame-pointer -DSIMT_TSAN) runtime_flags=() kernel_flags=(-fsanitize=thread) ;;
  *) echo "emulator: no sanitizer '$sanitizer': address or thread" >&2; exit 2 ;;
esac

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
  built=yes
}
built=no

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

# Each kernel source once more, with its entry points registered and its shared arena defined.
host_build() {
  local source=$1 module=$2
  echo "#include \"$source\""
  grep -oE '^\.visible \.entry [A-Za-z_0-9]+' "$module" | while read -r _ _ entry; do
    echo "SIMT_KERNEL($entry)"
  done
}
cat > "$out/arena.new" <<'ARENA'
// The dynamic shared memory of the block that runs on this thread, with what guards its end.
#include "runtime/launch.h"
#include "runtime/sanitizers.h"
#include <cstring>
static const size_t LIMIT = 232448, GUARD = 1024;
alignas(1024) thread_local unsigned char simt_arena[LIMIT + GUARD] asm("arena");
static void prepare(size_t bytes) {
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(simt_arena, LIMIT + GUARD);
  __asan_poison_memory_region(simt_arena + bytes, LIMIT + GUARD - bytes);
#else
  memset(simt_arena, 0xCD, bytes);
  memset(simt_arena + bytes, 0xC5, GUARD);
#endif
}
static bool overrun(size_t bytes) {
#if !defined(__SANITIZE_ADDRESS__)
  for (size_t i = 0; i < GUARD; i++) if (simt_arena[bytes + i] != 0xC5) return true;
#else
  (void)bytes;
#endif
  return false;
}
static const bool installed = (simt::prepareShared = prepare, simt::sharedOverrun = overrun, true);
ARENA
refresh "$out/arena.new" "$out/arena.cpp"

driver_inputs="$here/shim/*.h $here/runtime/* $here/driver/* $out/stubs.cpp"
cached "$out/libcuda.so.1" "$driver_inputs" \
  "$cxx" "${flags[@]}" "${runtime_flags[@]}" -fno-gnu-unique -shared -Wl,-soname,libcuda.so.1 \
  -o "$out/libcuda.so.1" "$here"/runtime/*.cpp "$here"/driver/*.cpp "$out/stubs.cpp" -ldl -lpthread &
driver_job=$!

compile=("$cxx" "${flags[@]}" "${kernel_flags[@]}" -I"$kernels" -I"$here" -include "$here/shim/cuda_shim.h")
objects=("$out/arena.o")
cached "$out/arena.o" "$out/arena.cpp $here/shim/*.h" \
  "$cxx" "${flags[@]}" "${kernel_flags[@]}" -I"$here" -c "$out/arena.cpp" -o "$out/arena.o"
for source in "$kernels"/*.cu "$here"/planted/*.cu; do
  name=$(basename "$source" .cu)
  module=$ptx/$name.ptx
  [ -f "$module" ] || module=$out/ptx/compute_80/$name.ptx
  host_build "$source" "$module" > "$out/$name.new"
  refresh "$out/$name.new" "$out/$name.cpp"
  objects+=("$out/$name.o")
  cached "$out/$name.o" "$source $kernels/*.cuh $out/$name.cpp $here/shim/*.h" \
    "${compile[@]}" -c "$out/$name.cpp" -o "$out/$name.o"
done
wait $driver_job

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
    "$cxx" "${flags[@]}" "${runtime_flags[@]}" -DCUBLAS_VERSION=${major}0000 -shared "-Wl,-soname,$name" \
    "-Wl,--version-script=$out/$name.map" -o "$out/$name" "$here"/cublas/*.cpp "$out/cublas_stubs.cpp" \
    -L"$out" -l:libcuda.so.1
done

link_flags=()
[ "$sanitizer" = address ] && link_flags=(-fsanitize=address)
[ "$sanitizer" = thread ] && link_flags=(-fsanitize=thread)
cached "$out/libkernels.so" "${objects[*]}" \
  "$cxx" -shared "${link_flags[@]}" -o "$out/libkernels.so" "${objects[@]}" -L"$out" -l:libcuda.so.1
[ $built = no ] || echo "emulator: built in $out${sanitizer:+ with the $sanitizer sanitizer}"
