#!/usr/bin/env bash
# Proves and times toymodels on this machine's GPU: run.sh OUT [--emulator DIRECTORY]
#
# OUT gets report.txt, device.json, suite.txt, ladder.json, fast.json, peers.json, sanitizer-*.txt,
# ncu.txt and summary.json. Every part has its own time limit; together at most nine minutes. With --emulator the
# emulated driver stands in, to try the kit itself where no GPU is.
set -u
kit=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:?run.sh OUT}
mkdir -p "$out"
out=$(cd "$out" && pwd)
emulator=
[ "${2:-}" != --emulator ] || emulator=$(cd "$3" && pwd)
started=$SECONDS

java=("$kit/jre/bin/java" --add-modules=jdk.incubator.vector -Xmx8g)
if [ -n "$emulator" ]; then
  java+=(-Demulator=required "-Dtoymodels.emulator=$emulator")
  seconds=0.05 models=4 batch=64 steps=10 limit=420
else
  java+=(-Dgpu=required)
  seconds=0.7 models=65536 batch=1024 steps=1000 limit=200
fi
classes=$kit/classes:$kit/test-classes:$kit/lib/*
package=toymodels.backend.cuda
summary=()

# part NAME SECONDS COMMAND...: runs it, notes how it ended and how long it took.
part() {
  local name=$1 allowed=$2 begin=$SECONDS status=0
  shift 2
  echo "== $name" | tee -a "$out/report.txt"
  timeout "$allowed" "$@" >"$out/$name.txt" 2>&1 || status=$?
  tail -n 3 "$out/$name.txt" | cut -c1-200
  summary+=("{\"part\": \"$name\", \"exit\": $status, \"seconds\": $((SECONDS - begin))}")
}

have() { command -v "$1" >/dev/null 2>&1; }

tool() { # finds a tool of the CUDA toolkit
  command -v "$1" || ls /usr/local/cuda*/bin/"$1" 2>/dev/null | head -1
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

if have nvidia-smi; then part device 20 nvidia-smi -q; fi
tests=(--select-class "$package.CudaBackendTest" --select-class "$package.RungTest" --select-class "$package.PtxTest"
  --select-class "$package.CublasContractTest" --select-class "$package.CublasTest")
[ -z "$emulator" ] || tests=(--select-class "$package.RungTest" --select-class "$package.PtxTest" --select-class "$package.CublasTest")
part suite "$limit" "${java[@]}" -cp "$classes" org.junit.platform.console.ConsoleLauncher execute \
  --disable-banner --details=summary --reports-dir "$out/suite" "${tests[@]}"
part ladder 90 "${java[@]}" -cp "$classes" "$package.LadderRun" "$seconds" "$models" "$batch"
sed -n '/^{"device"/,$p' "$out/ladder.txt" >"$out/ladder.json"
part fast 60 "${java[@]}" -cp "$classes" "$package.FastRun" "$batch" "$steps"
sed -n '/^{"cublas"/,$p' "$out/fast.txt" >"$out/fast.json"
if python3 -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
  part peers 90 python3 "$kit/peer_torch.py"
  sed -n '/^{/,$p' "$out/peers.txt" >"$out/peers.json"
fi
sanitizer=$(tool compute-sanitizer)
if [ -n "$sanitizer" ] && [ -z "$emulator" ]; then
  for check in memcheck racecheck initcheck synccheck; do
    part "sanitizer-$check" 30 "$sanitizer" --tool "$check" --error-exitcode 9 "${java[@]}" -cp "$classes" \
      "$package.LadderRun" 0 4 32
  done
fi
ncu=$(tool ncu)
if [ -n "$ncu" ] && [ -z "$emulator" ]; then
  part ncu 40 "$ncu" --kernel-name regex:resident --launch-count 2 --set full "${java[@]}" -cp "$classes" \
    "$package.LadderRun" 0 65536 1024
fi

{
  echo "{\"commit\": \"$(cat "$kit/commit")\", \"emulated\": $([ -n "$emulator" ] && echo true || echo false),"
  echo " \"seconds\": $((SECONDS - started)), \"parts\": ["
  (IFS=$'\n'; echo "${summary[*]}" | sed '$!s/$/,/; s/^/  /')
  echo "]}"
} >"$out/summary.json"
cat "$out/summary.json"
! grep -q '"exit": [1-9]' "$out/summary.json"
