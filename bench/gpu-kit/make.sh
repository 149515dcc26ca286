#!/usr/bin/env bash
# Makes the GPU kit: one archive that proves and times this checkout on a machine with an NVIDIA
# driver and nothing else. make.sh [OUT.tar.xz], default target/gpu-kit.tar.xz; at most 30 MiB.
#
# In it: a Java runtime, the classes and kernels of target/, the tests, JUnit's console, JCuda with
# its natives, and run.sh. Build first: mvn -DskipTests package.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
out=${1:-$root/target/gpu-kit.tar.xz}
kit=$root/target/gpu-kit
limit=$((30 * 1024 * 1024))

fail() {
  echo "gpu-kit: $1" >&2
  exit 1
}
java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
[ -x "$java_home/bin/jlink" ] || fail "no jlink in $java_home: install a JDK of version 17 or newer"
compgen -G "$root/target/classes/kernels/compute_80/*.ptx" >/dev/null || fail "no kernels in target/classes: build with nvcc first"
[ -d "$root/target/test-classes" ] || fail "no test classes: mvn -DskipTests package first"

rm -rf "$kit"
mkdir -p "$kit/lib"
modules=java.base,java.logging,java.xml,java.management,java.naming,java.sql,jdk.unsupported
"$java_home/bin/jlink" --add-modules "$modules,jdk.incubator.vector" --strip-debug --no-header-files \
  --no-man-pages --output "$kit/jre"

# Only what training and its tests need: no viewer, no reports.
(cd "$root" && mvn -B -q -ntp dependency:copy-dependencies -DincludeScope=test \
  -DincludeGroupIds=org.jcuda,org.junit.jupiter,org.junit.platform,org.opentest4j,org.apiguardian \
  -DoutputDirectory="$kit/lib")
console=$(basename "$(ls "$kit"/lib/junit-platform-commons-*.jar)" .jar | sed 's/.*-//')
(cd "$root" && mvn -B -q -ntp dependency:copy -DoutputDirectory="$kit/lib" \
  -Dartifact="org.junit.platform:junit-platform-console-standalone:$console")
rm -f "$kit"/lib/junit-jupiter-*.jar "$kit"/lib/junit-platform-[!c]*.jar "$kit"/lib/junit-platform-commons-*.jar

# The driver's library alone: the compiler and the runtime beside it are 24 MB that nothing here uses.
natives=$(ls "$kit"/lib/jcuda-natives-*.jar)
python3 - "$natives" <<'PYTHON'
import sys, zipfile
path = sys.argv[1]
with zipfile.ZipFile(path) as jar:
    kept = [(i, jar.read(i)) for i in jar.infolist() if "JCudaDriver" in i.filename]
with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as jar:
    for info, data in kept:
        jar.writestr(info.filename, data)
PYTHON

mkdir -p "$kit/classes" "$kit/test-classes/toymodels"
for part in model data train backend natives; do
  mkdir -p "$kit/classes/toymodels"
  cp -r "$root/target/classes/toymodels/$part" "$kit/classes/toymodels/"
done
cp -r "$root/target/classes/kernels" "$root/target/classes/natives.sha256" "$kit/classes/"
cp -r "$root/target/test-classes/toymodels/backend" "$kit/test-classes/toymodels/"
cp "$root"/bench/gpu-kit/run.sh "$root"/bench/gpu-kit/peer_torch.py "$kit/"
(cd "$root" && git describe --always --dirty 2>/dev/null || echo unknown) >"$kit/commit"

tar -C "$(dirname "$kit")" -cf - "$(basename "$kit")" | xz -6 -T0 >"$out"
size=$(stat -c %s "$out")
[ "$size" -le "$limit" ] || fail "$out has $size bytes, allowed are $limit"
echo "gpu-kit: $out, $((size / 1024)) KiB; there: tar xf gpu-kit.tar.xz && gpu-kit/run.sh results"
