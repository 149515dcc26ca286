#!/usr/bin/env bash
# Proves and times toymodels on this machine's GPU: run.sh OUT [--emulator DIRECTORY]
#     run.sh --plan    prints the parts and their limits, and runs nothing
#
# One call of at most nine and a half minutes. It begins with a preflight: without a GPU it says so in
# a line and ends with 3. Every part has its own limit, below; together they fit LIMIT, which is checked.
# OUT gets at most eight files: summary.json, how each part ended, written after each; the parts' main
# results; and parts.tar.gz with all else, also when the call is ended early. With --emulator the
# emulated driver stands in, to try the kit itself where no GPU is.
set -u
kit=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LIMIT=555 # seconds for all parts; 570 are allowed, and packing takes some
GRACE=3   # seconds between the request to end and the end of a part that is too late

# Seconds of each part, in order.
parts=(preflight device doctor ladder suite fast peers
  sanitizer-memcheck sanitizer-racecheck sanitizer-initcheck sanitizer-synccheck ncu interop)
declare -A limit=(
  [preflight]=30 [device]=10 [doctor]=15 [ladder]=60 [suite]=110 [fast]=30 [peers]=130
  [sanitizer-memcheck]=25 [sanitizer-racecheck]=25 [sanitizer-initcheck]=15 [sanitizer-synccheck]=15
  [ncu]=30 [interop]=20)
sum=0
for name in "${parts[@]}"; do sum=$((sum + ${limit[$name]} + GRACE)); done
if [ "${1:-}" = --plan ]; then
  for name in "${parts[@]}"; do printf '%-20s %4d s\n' "$name" "${limit[$name]}"; done
  printf '%-20s %4d s, allowed are %d\n' "all, at worst" "$sum" "$LIMIT"
fi
if [ "$sum" -gt "$LIMIT" ]; then
  echo "gpu-kit: the parts take up to $sum s, allowed are $LIMIT" >&2
  exit 2
fi
[ "${1:-}" != --plan ] || exit 0

out=${1:?run.sh OUT}
emulator=
[ "${2:-}" != --emulator ] || emulator=$(cd "$3" && pwd)
started=$SECONDS
java=("$kit/jre/bin/java" --add-modules=jdk.incubator.vector -Xmx8g "-Dtoymodels.commit=$(cat "$kit/commit")")
tests=("${java[@]}")
if [ -n "$emulator" ]; then
  export LD_LIBRARY_PATH=$emulator
  tests+=(-Demulator=required "-Dtoymodels.emulator=$emulator")
  effort=(--seconds 0.05 --models 4 --batch 64) fast=(64 10)
else
  tests+=(-Dgpu=required)
  effort=() fast=(1024 1000)
fi
classes=$kit/classes:$kit/lib/*
toymodels=("${java[@]}" -cp "$classes" toymodels.cli.Main)
package=toymodels.backend.cuda
preflight=("${tests[@]}" -cp "$kit/peers:$kit/test-classes:$classes:$kit/test-lib/*" $package.Preflight)

# Before anything is written or waited for.
said=$(timeout -k $GRACE "${limit[preflight]}" "${preflight[@]}" 2>&1)
status=$?
if [ $status = 3 ]; then
  echo "$said" | tail -n 1
  exit 3
fi

mkdir -p "$out/parts"
out=$(cd "$out" && pwd)
work=$out/parts
summary=()
running=
clocks=

write_summary() {
  {
    echo "{\"commit\": \"$(cat "$kit/commit")\", \"emulated\": $([ -n "$emulator" ] && echo true || echo false),"
    echo " \"seconds\": $((SECONDS - started)), \"parts\": ["
    (IFS=$'\n'; echo "${summary[*]}" | sed '$!s/$/,/; s/^/  /')
    echo "]}"
  } >"$out/summary.json.new" && mv "$out/summary.json.new" "$out/summary.json"
}

ended() { # NAME STATUS SECONDS
  summary+=("{\"part\": \"$1\", \"exit\": $2, \"seconds\": $3}")
  write_summary
}

skipped() { # NAME WHY
  summary+=("{\"part\": \"$1\", \"skipped\": \"$2\"}")
  write_summary
}

# Leaves the main results and one archive, however the call ends.
pack() {
  trap - EXIT
  [ -z "$running" ] || kill "$running" 2>/dev/null
  [ -z "$clocks" ] || kill "$clocks" 2>/dev/null
  for file in report.txt ladder.json peers.json fast.json; do
    [ ! -s "$work/$file" ] || cp "$work/$file" "$out/$file"
  done
  tar -C "$out" -czf "$out/parts.tar.gz" parts && rm -rf "$work"
}
trap pack EXIT
trap 'exit 143' TERM INT HUP

# part FILE COMMAND...: runs the part of that name within its limit and what is left of all; its
# output is FILE, or of NAME.json its standard output.
part() {
  local file=$1 name=${1%.*} left=$((LIMIT - SECONDS + started)) allowed begin=$SECONDS status=0
  allowed=${limit[$name]}
  shift
  [ "$allowed" -le "$left" ] || allowed=$left
  echo "== $name" | tee -a "$work/report.txt"
  if [ "$left" -lt 5 ]; then
    skipped "$name" "no time was left"
    return
  fi
  case $file in
  *.json) timeout -k $GRACE "$allowed" "$@" >"$work/$file" 2>"$work/$name.log" & ;;
  *) timeout -k $GRACE "$allowed" "$@" >"$work/$file" 2>&1 & ;;
  esac
  running=$!
  wait "$running" || status=$?
  running=
  tail -n 3 "$work/$file" | cut -c1-200
  ended "$name" "$status" $((SECONDS - begin))
}

have() { command -v "$1" >/dev/null 2>&1; }

tool() { # finds a tool of the CUDA toolkit
  command -v "$1" || ls /usr/local/cuda*/bin/"$1" /opt/nvidia/*/*/"$1" 2>/dev/null | head -1
}

junit() { # junit NAME CLASS...
  local name=$1 selected=()
  shift
  for class in "$@"; do selected+=(--select-class "$class"); done
  part "$name.txt" "${tests[@]}" -cp "$kit/test-classes:$classes:$kit/test-lib/*" \
    org.junit.platform.console.ConsoleLauncher execute --disable-banner --details=summary \
    --reports-dir "$work/$name" "${selected[@]}"
}

{
  echo "commit $(cat "$kit/commit")"
  date -u
  uname -a
  have nvidia-smi && nvidia-smi
  "$kit/jre/bin/java" -version
  echo "== preflight"
  echo "$said"
} >"$work/report.txt" 2>&1
echo "$said" | tail -n 6
ended preflight $status $((SECONDS - started))

if have nvidia-smi; then
  part device.txt nvidia-smi -q
  # A rate means little without the clock it was reached at.
  nvidia-smi --query-gpu=timestamp,clocks.sm,clocks.mem,power.draw,temperature.gpu,clocks_throttle_reasons.active \
    --format=csv -lms 500 >"$work/clocks.csv" 2>&1 &
  clocks=$!
else
  skipped device "no nvidia-smi"
fi

# cuBLAS where only pip's packages have it, as with PyTorch.
pip=$(python3 -c 'import nvidia; print(":".join(f"{p}/{d}/lib" for p in nvidia.__path__ for d in ("cu13", "cublas")))' 2>/dev/null)
[ -z "$pip" ] || export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$pip"

part doctor.json "${toymodels[@]}" doctor --json
part ladder.json "${toymodels[@]}" bench cuda --json "${effort[@]}"
suite=("$package.KernelVariantTest" "$package.internal.driver.PtxTest" "$package.internal.cublas.CublasTest" "$package.internal.driver.StagingTest")
[ -n "$emulator" ] || suite+=("$package.CudaBackendTest" "$package.CudaPromisesTest" "$package.CublasContractTest")
junit suite "${suite[@]}"
part fast.txt "${tests[@]}" -cp "$kit/test-classes:$classes:$kit/test-lib/*" "$package.FastRun" "${fast[@]}"
sed -n '/^{"cublas"/,$p' "$work/fast.txt" >"$work/fast.json"

if [ -n "$emulator" ]; then
  # The dialogue itself, with the reference in the place of a peer.
  if have python3; then
    part peers.txt python3 "$kit/peers/paired.py" --java "$kit/jre/bin/java" --classes "$kit/peers:$classes" --compiled \
      --backend cpu --device cuda --commit "$(cat "$kit/commit")" --rounds 2 --seconds 0.1 --warm-up 0.2 --batch 32 \
      --peers toymodels:reference --shapes 5x2x4 --start-limit 60 --limit 100 --out "$work/peers.json"
  else
    skipped peers "no python3"
  fi
elif have python3 && python3 -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
  part peers.txt python3 "$kit/peers/paired.py" --java "$kit/jre/bin/java" --classes "$kit/peers:$classes" \
    --compiled --backend cuda --device cuda --commit "$(cat "$kit/commit")" --rounds 3 --seconds 0.4 --warm-up 1 \
    --peers torch:compile-graph,jax:scan,torch:graph,torch:compile,torch:notebook \
    --shapes 20x5x4096,80x20x264,5x2x16384 --start-limit 40 --limit 100 --out "$work/peers.json"
else
  skipped peers "no PyTorch that sees a GPU"
fi

sanitizer=$(tool compute-sanitizer)
for check in memcheck racecheck initcheck synccheck; do
  if [ -z "$sanitizer" ] || [ -n "$emulator" ]; then
    skipped "sanitizer-$check" "no compute-sanitizer, or emulated"
    continue
  fi
  # Our own kernels: cuBLAS is not ours to check, and takes most of the time.
  part "sanitizer-$check.txt" "$sanitizer" --tool "$check" --error-exitcode 9 "${toymodels[@]}" \
    bench cuda --seconds 0 --models 4 --batch 32 --rungs resident,block,tiled
done

ncu=$(tool ncu)
if [ -n "$ncu" ] && [ -z "$emulator" ]; then
  # A launch as they are in training: ten steps of full waves, after one that warms up.
  part ncu.txt "$ncu" --clock-control none --launch-skip 1 --launch-count 1 --set full \
    --export "$work/ncu" "${preflight[@]}" train 20 5 4224 1024 2
else
  skipped ncu "no ncu, or emulated"
fi

if ldconfig -p 2>/dev/null | grep -q libEGL.so.1; then
  junit interop toymodels.interop.InteropTest
else
  skipped interop "no libEGL.so.1"
fi

write_summary
cat "$out/summary.json"
! grep -q '"exit": [1-9]' "$out/summary.json"
