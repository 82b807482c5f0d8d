#!/usr/bin/env bash
# Makes the image's file tree without a container engine, prints its size by layer, and runs it as it runs in a container: as user 10001,
# its root read-only, only /tmp writable. Needs root on Debian, debootstrap (apt-get install debootstrap) and a JDK 25 in JAVA_HOME.
# Usage: pipeline/image/try.sh [--keep] [--base DIR] [--staged] -- COMMAND...   e.g. -- demo --bootstrap localhost:9092 --out /tmp/demo
#   --base DIR: a Debian with the base's packages instead of one made by debootstrap (DEBIAN_MIRROR: from where; TRONIE_IMAGE_SUITE: trixie)
#   beside a broker: java -Dtronie.home=HOME -cp 'HOME/lib/*:HOME/broker/*' pipeline/image/Beside.java pipeline/image/try.sh -- demo --bootstrap {broker} --out /tmp/demo
#   (HOME: pipeline/target/tronie)
#   --staged: the layers as they were laid out by the last call; --keep: leaves them mounted in pipeline/target/image/root
set -euo pipefail

usage() { sed -n '2,8p' "$0" | cut -c3-; }
keep= base= staged= repository=$(cd "$(dirname "$0")/../.." && pwd)
while [ $# -gt 0 ]; do
  case $1 in
    --keep) keep=1; shift ;;
    --base) base=$2; shift 2 ;;
    --staged) staged=1; shift ;;
    --help) usage; exit 0 ;;
    --) shift; break ;;
    *) usage >&2; exit 2 ;;
  esac
done
[ "$(id -u)" = 0 ] || { echo "try.sh: mounts and chroot need root." >&2; exit 3; }
work=$repository/pipeline/target/image
mkdir -p "$work"

# The same packages that the Dockerfile installs, and of them what it copies.
if [ -z "$base" ]; then
  base=$work/debian
  if [ ! -e "$base/made" ]; then
    command -v debootstrap >/dev/null || { echo "try.sh: debootstrap is needed (apt-get install debootstrap)." >&2; exit 3; }
    echo "Making the base ..." >&2
    rm -rf "$base"
    debootstrap --variant=minbase --include=libjemalloc2,libstdc++6,ca-certificates "${TRONIE_IMAGE_SUITE:-trixie}" "$base" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} >"$work/debootstrap.log" 2>&1 ||
      { tail -3 "$work/debootstrap.log" >&2; exit 3; }
    touch "$base/made"
  fi
fi
if [ -z "$staged" ]; then
  "$repository/pipeline/image/stage.sh" "$work/layers"
  "$repository/pipeline/image/base.sh" "$base" "$work/layers/base"
fi

layers="base java natives libraries models samples tronie"
sizes() {
  printf '%-12s %12s %12s\n' layer 'MB' 'MB, gzip'
  local total=0 packed=0 layer folder size zipped
  for layer in $layers; do
    folder=$work/layers/$layer
    size=$(du -sb --apparent-size "$folder" | cut -f1)
    zipped=$(tar -C "$folder" -cf - . | gzip -6 | wc -c)
    printf '%-12s %12.1f %12.1f\n' "$layer" "$(awk "BEGIN{print $size/1e6}")" "$(awk "BEGIN{print $zipped/1e6}")"
    total=$((total + size)) packed=$((packed + zipped))
  done
  printf '%-12s %12.1f %12.1f\n' all "$(awk "BEGIN{print $total/1e6}")" "$(awk "BEGIN{print $packed/1e6}")"
}
[ -n "$staged" ] && [ $# -gt 0 ] || sizes
[ $# -gt 0 ] || exit 0

# The very layers, one above the other, read-only.
root=$work/root
finish() { umount -q -R "$root" 2>/dev/null || umount -q -l -R "$root" || true; }
finish
mkdir -p "$root"
lower=
for layer in $layers; do lower=$work/layers/$layer${lower:+:$lower}; done
trap '[ -n "$keep" ] || finish' EXIT
mount -t overlay overlay -o "lowerdir=$lower" "$root"
mount -t tmpfs -o size=1g,mode=1777 tmpfs "$root/tmp"
for file in hosts resolv.conf; do mount --bind "/etc/$file" "$root/etc/$file"; done
mount -t proc proc "$root/proc"
mount -t tmpfs -o size=1m tmpfs "$root/dev"
for device in null zero random urandom; do touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done

# Environment and entry point are those of the Dockerfile, read from it.
dockerfile=$repository/pipeline/Dockerfile
mapfile -t environment < <(sed -n 's/^ENV //p' "$dockerfile" | tr ' ' '\n')
mapfile -t entry < <(sed -n 's/^ENTRYPOINT //p' "$dockerfile" | grep -o '"[^"]*"' | tr -d '"')
mapfile -t given < <(env | grep '^TRONIE_' || true)
env -i HOME=/nonexistent "${environment[@]}" "${given[@]}" /usr/sbin/chroot --userspec=10001:10001 "$root" "${entry[@]}" "$@" &
child=$!
trap 'kill -TERM $child 2>/dev/null || true' TERM INT
status=0
wait $child || status=$?
# A signal ends the first wait; what counts is how the program ends.
while kill -0 $child 2>/dev/null; do status=0; wait $child || status=$?; done
exit $status
