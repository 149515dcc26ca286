#!/usr/bin/env bash
# Makes the GPU kit: one archive that proves and times this checkout on a machine with an NVIDIA
# driver and nothing else. make.sh [OUT.tar.gz], default target/gpu-kit.tar.gz; at most 40 MiB.
#
# In it: a Java runtime, the classes and kernels of target/, the tests, JUnit's console, JCuda with
# its natives, and run.sh. Build first: mvn -DskipTests package.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
out=${1:-$root/target/gpu-kit.tar.gz}
kit=$root/target/gpu-kit
limit=$((40 * 1024 * 1024))

fail() {
  echo "gpu-kit: $1" >&2
  exit 1
}
java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
[ -x "$java_home/bin/jlink" ] || fail "no jlink in $java_home: install a JDK of version 17 or newer"
compgen -G "$root/target/classes/kernels/compute_80/*.ptx" >/dev/null || fail "no kernels in target/classes: build with nvcc first"
[ -d "$root/target/test-classes" ] || fail "no test classes: mvn -DskipTests package first"

rm -rf "$kit"
mkdir -p "$kit/lib" "$kit/test-lib"
modules=java.base,java.logging,java.xml,java.management,java.naming,java.sql,jdk.management,jdk.unsupported
"$java_home/bin/jlink" --add-modules "$modules,jdk.incubator.vector" --strip-debug --no-header-files \
  --no-man-pages --output "$kit/jre"

# All but the charts of reports.
(cd "$root" && mvn -B -q -ntp dependency:copy-dependencies -DincludeScope=runtime \
  -DexcludeArtifactIds=echarts,checker-qual -DoutputDirectory="$kit/lib")
junit=$(sed -n 's|.*<junit.version>5\.\(.*\)</junit.version>.*|1.\1|p' "$root/pom.xml")
(cd "$root" && mvn -B -q -ntp dependency:copy -DoutputDirectory="$kit/test-lib" \
  -Dartifact="org.junit.platform:junit-platform-console-standalone:$junit")

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

mkdir -p "$kit/test-classes/toymodels" "$kit/peers"
cp -r "$root/target/classes" "$kit/"
for part in backend interop; do
  cp -r "$root/target/test-classes/toymodels/$part" "$kit/test-classes/toymodels/"
done
"$java_home/bin/javac" -nowarn -cp "$kit/classes:$kit/test-classes:$kit/lib/*:$kit/test-lib/*" -d "$kit/peers" \
  "$root/bench/peers/toymodels_peer.java" "$root/bench/gpu-kit/Preflight.java"
cp "$root"/bench/peers/*.py "$kit/peers/"
cp "$root/bench/gpu-kit/run.sh" "$kit/"
(cd "$root" && git describe --always --dirty 2>/dev/null || echo unknown) >"$kit/commit"

# gzip, since a machine that has a driver need not have xz.
tar -C "$(dirname "$kit")" -cf - "$(basename "$kit")" | gzip -9 >"$out"
size=$(stat -c %s "$out")
[ "$size" -le "$limit" ] || fail "$out has $size bytes, allowed are $limit"
echo "gpu-kit: $out, $((size / 1024)) KiB; there: tar xf gpu-kit.tar.gz && gpu-kit/run.sh results"
