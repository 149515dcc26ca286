#!/usr/bin/env bash
# Prints the table of what ptxas gives each kernel: resources.sh PTX
#
# Registers and bytes of spills a thread, and static shared memory, on sm_80 and sm_90, as Markdown.
# PTX is what build.sh made.
set -euo pipefail
ptx=$1
ptxas=$(command -v ptxas || echo "${CUDA_HOME:-/usr/local/cuda}/bin/ptxas")

measure() { # prints: entry registers spills shared
  "$ptxas" -v -arch="sm_$2" "$1" -o /dev/null 2>&1 | awk '
    /Compiling entry function/ { split($0, part, "\047"); entry = part[2] }
    /bytes spill stores/ { for (i = 2; i <= NF; i++) if ($i == "bytes" && $(i + 1) == "spill") spills += $(i - 1) }
    /Used [0-9]+ registers/ {
      shared = 0
      for (i = 1; i <= NF; i++) {
        if ($i == "registers," || $i == "registers") registers = $(i - 1)
        if ($i == "bytes" && $(i + 1) ~ /^smem/) shared = $(i - 1)
      }
      print entry, registers, spills + 0, shared
      spills = 0
    }' | sort
}

echo "| kernel | registers, sm_80 | spilled | registers, sm_90 | spilled | static shared bytes |"
echo "|---|---|---|---|---|---|"
for module in "$ptx"/compute_80/train_step_*.ptx; do
  join <(measure "$module" 80) <(measure "$module" 90) |
    awk '{ printf "| `%s` | %s | %s | %s | %s | %s |\n", $1, $2, $3, $5, $6, $7 }'
done
echo
echo "By $("$ptxas" --version | grep -o 'release [0-9.]*'), \`kernels/resources.sh target/classes/kernels\`."
