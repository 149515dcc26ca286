#!/usr/bin/env bash
# Proves and times toymodels on this machine's GPU: run.sh OUT [--emulator DIRECTORY]
#
# OUT gets one text or JSON for each part, and summary.json, which says how each ended and how long it
# took. Every part has its own time limit; together they end within nine minutes. With --emulator the
# emulated driver stands in, to try the kit itself where no GPU is.
set -u
kit=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:?run.sh OUT}
mkdir -p "$out"
out=$(cd "$out" && pwd)
emulator=
[ "${2:-}" != --emulator ] || emulator=$(cd "$3" && pwd)
started=$SECONDS
LIMIT=530 # seconds for all parts

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
summary=()

# part NAME SECONDS COMMAND...: runs it within its limit and what is left of all; its output is
# NAME.txt, or NAME.json of its standard output if NAME ends so.
part() {
  local file=$1 name=${1%.*} left=$((LIMIT - SECONDS + started)) allowed=$2 begin=$SECONDS status=0
  shift 2
  [ "$allowed" -le "$left" ] || allowed=$left
  echo "== $name" | tee -a "$out/report.txt"
  if [ "$left" -lt 5 ]; then
    summary+=("{\"part\": \"$name\", \"exit\": 124, \"seconds\": 0}")
    return
  fi
  case $file in
  *.json) timeout "$allowed" "$@" >"$out/$file" 2>"$out/$name.log" || status=$? ;;
  *) timeout "$allowed" "$@" >"$out/$file" 2>&1 || status=$? ;;
  esac
  tail -n 3 "$out/$file" | cut -c1-200
  summary+=("{\"part\": \"$name\", \"exit\": $status, \"seconds\": $((SECONDS - begin))}")
}

# skipped NAME WHY
skipped() { summary+=("{\"part\": \"$1\", \"skipped\": \"$2\"}"); }

have() { command -v "$1" >/dev/null 2>&1; }

tool() { # finds a tool of the CUDA toolkit
  command -v "$1" || ls /usr/local/cuda*/bin/"$1" /opt/nvidia/*/*/"$1" 2>/dev/null | head -1
}

junit() { # junit NAME SECONDS CLASS...
  local name=$1 allowed=$2 selected=()
  shift 2
  for class in "$@"; do selected+=(--select-class "$class"); done
  part "$name.txt" "$allowed" "${tests[@]}" -cp "$kit/test-classes:$classes:$kit/test-lib/*" \
    org.junit.platform.console.ConsoleLauncher execute --disable-banner --details=summary \
    --reports-dir "$out/$name" "${selected[@]}"
}

{
  echo "commit $(cat "$kit/commit")"
  date -u
  uname -a
  have nvidia-smi && nvidia-smi
  "$kit/jre/bin/java" -version
} >"$out/report.txt" 2>&1

# cuBLAS where only pip's packages have it, as with PyTorch.
pip=$(python3 -c 'import nvidia; print(":".join(f"{p}/{d}/lib" for p in nvidia.__path__ for d in ("cu13", "cublas")))' 2>/dev/null)
[ -z "$pip" ] || export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$pip"

if have nvidia-smi; then part device.txt 20 nvidia-smi -q; else skipped device "no nvidia-smi"; fi
part doctor.json 30 "${toymodels[@]}" doctor --json
part ladder.json 60 "${toymodels[@]}" bench cuda --json "${effort[@]}"
suite=("$package.RungTest" "$package.PtxTest" "$package.CublasTest")
[ -n "$emulator" ] || suite+=("$package.CudaBackendTest" "$package.CudaPromisesTest" "$package.CublasContractTest")
junit suite 150 "${suite[@]}"
part fast.txt 40 "${tests[@]}" -cp "$kit/test-classes:$classes:$kit/test-lib/*" "$package.FastRun" "${fast[@]}"
sed -n '/^{"cublas"/,$p' "$out/fast.txt" >"$out/fast.json"

if [ -n "$emulator" ]; then
  skipped peers "emulated"
elif have python3 && python3 -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
  part peers.txt 130 python3 "$kit/peers/paired.py" --java "$kit/jre/bin/java" --classes "$kit/peers:$classes" \
    --compiled --backend cuda --device cuda --commit "$(cat "$kit/commit")" --rounds 5 --seconds 0.4 \
    --peers torch:notebook,torch:bmm,torch:compile,torch:graph,jax:scan \
    --shapes 20x5x4096,5x2x16384,80x20x256 --out "$out/peers.json"
else
  skipped peers "no PyTorch that sees a GPU"
fi

sanitizer=$(tool compute-sanitizer)
for check in memcheck racecheck initcheck synccheck; do
  if [ -z "$sanitizer" ] || [ -n "$emulator" ]; then
    skipped "sanitizer-$check" "no compute-sanitizer, or emulated"
    continue
  fi
  part "sanitizer-$check.txt" 30 "$sanitizer" --tool "$check" --error-exitcode 9 "${toymodels[@]}" \
    bench cuda --seconds 0 --models 4 --batch 32
done

ncu=$(tool ncu)
if [ -n "$ncu" ] && [ -z "$emulator" ]; then
  part ncu.txt 40 "$ncu" --kernel-name regex:resident --launch-count 2 --set full "${toymodels[@]}" \
    bench cuda --seconds 0
else
  skipped ncu "no ncu, or emulated"
fi

if ldconfig -p 2>/dev/null | grep -q libEGL.so.1; then
  junit interop 60 toymodels.interop.InteropTest
else
  skipped interop "no libEGL.so.1"
fi

{
  echo "{\"commit\": \"$(cat "$kit/commit")\", \"emulated\": $([ -n "$emulator" ] && echo true || echo false),"
  echo " \"seconds\": $((SECONDS - started)), \"parts\": ["
  (IFS=$'\n'; echo "${summary[*]}" | sed '$!s/$/,/; s/^/  /')
  echo "]}"
} >"$out/summary.json"
cat "$out/summary.json"
! grep -q '"exit": [1-9]' "$out/summary.json"
