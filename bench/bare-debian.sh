#!/usr/bin/env bash
# Trains, reports and verifies in a bare Debian whose root is no mount point, as in a plain chroot:
#   bench/bare-debian.sh [FOLDER]
# Needs root, debootstrap (apt-get install debootstrap) and 700 MB; builds the project first if it has to.
# What it makes lies in FOLDER, a new temporary one without it, and is removed at the end.
set -eu
home=$(cd "$(dirname "$0")/.." && pwd -P)
[ "$(id -u)" = 0 ] || { echo "bare-debian: chroot needs root" >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "bare-debian: debootstrap is not installed" >&2; exit 2; }
"$home/toymodels" --version >/dev/null

made=$(mktemp -d "${1:-/tmp}/bare-debian.XXXXXX")
root=$made/root
trap 'umount "$root/proc" 2>/dev/null || true; rm -rf --one-file-system "$made"' EXIT
java_home=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')

debootstrap --variant=minbase "${SUITE:-stable}" "$root" "${MIRROR:-http://deb.debian.org/debian}" >"$made/debootstrap.log" 2>&1 ||
  { tail -n 5 "$made/debootstrap.log" >&2; echo "bare-debian: debootstrap failed" >&2; exit 1; }
mkdir -p "$root/opt/toymodels/target" "$root/opt/java"
cp -a "$home/toymodels" "$root/opt/toymodels/"
cp -a "$home/target/toymodels.jar" "$home/target/lib" "$root/opt/toymodels/target/"
touch "$root/opt/toymodels/target/toymodels.built"
# Debian's JDK has links to packages that need not be installed, such as its sources.
cp -aL "$java_home/." "$root/opt/java/" 2>"$made/copy.log" || true
[ -x "$root/opt/java/bin/java" ] || { cat "$made/copy.log" >&2; exit 1; }

mount -t proc proc "$root/proc" # Java finds its own libraries by it; it lists no mount point for /.

inside() {
  chroot "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root JAVA_HOME=/opt/java "$@"
}
cat >"$root/tmp/try.sh" <<'TRY'
set -eu
cd /root
toymodels=/opt/toymodels/toymodels
$toymodels config example >pentagon.toml
$toymodels train pentagon.toml --set train.steps=200 --out runs/pentagon
$toymodels verify runs/pentagon
$toymodels report runs/pentagon
$toymodels export runs/pentagon --to npz
$toymodels verify runs/pentagon
$toymodels doctor >doctor.txt
TRY
inside bash /tmp/try.sh
(cd "$root/root" && sha256sum runs/pentagon/final.safetensors)
"$home/toymodels" train "$root/root/pentagon.toml" --set train.steps=200 --out "$made/outside" -q >/dev/null
cmp "$root/root/runs/pentagon/final.safetensors" "$made/outside/final.safetensors"
echo "bare-debian: trained, reported and verified to the same bits"
