#!/usr/bin/env bash
# Copies out of a Debian what a running pipeline needs of it and nothing else: no shell, no package manager, no perl. Each package's entry
# goes to var/lib/dpkg/status.d, where scanners look for what an image without dpkg holds. Run by the Dockerfile and by try.sh.
# Usage: pipeline/image/base.sh ROOT OUT      (ROOT has the packages installed)
set -euo pipefail

root=${1:?From where?} out=${2:?Where to?}
# Java brings its own time zones and certificates; FFmpeg asks for the system's.
packages=(libc6 libgcc-s1 libstdc++6 libjemalloc2 $(cd "${1:?From where?}" && sed -n 's/^Package: \(gcc-[0-9]*-base\)$/\1/p' var/lib/dpkg/status))

rm -rf "$out"
mkdir -p "$out"
root=$(cd "$root" && pwd) out=$(cd "$out" && pwd)
[ "$root" != / ] || root=
mkdir -p "$out"/{etc/ssl/certs,usr/bin,usr/lib,usr/lib64,usr/sbin,opt,keys,tmp,proc,sys,dev,var/lib/dpkg/status.d,usr/share/doc}
for link in bin lib lib64 sbin; do ln -s "usr/$link" "$out/$link"; done
for package in "${packages[@]}"; do
  lists=("$root"/var/lib/dpkg/info/"$package"{,:*}.list)
  for list in "${lists[@]}"; do
    [ -e "$list" ] || continue
    # Conversions between character sets, message catalogues and manuals are nobody's here.
    grep -vE '/(gconv|locale|man|lintian|bug|gdb|gcc)(/|$)|^/(etc|usr)/(ld|init)|/changelog|/README|/NEWS|^/usr/s?bin/' "$list" | while read -r file; do
      if [ -L "$root$file" ] || [ -f "$root$file" ]; then (cd "$root/" && cp -a --parents ".$file" "$out/"); fi
    done
  done
  awk -v name="$package" 'BEGIN { RS = ""; ORS = "\n\n" } index($0, "Package: " name "\n") == 1' "$root/var/lib/dpkg/status" >"$out/var/lib/dpkg/status.d/$package"
  [ -s "$out/var/lib/dpkg/status.d/$package" ] || { echo "base.sh: $package is not installed in $root." >&2; exit 3; }
done
cp -aL "$root/etc/ssl/certs/ca-certificates.crt" "$out/etc/ssl/certs/" 2>/dev/null || echo "base.sh: no ca-certificates in $root: FFmpeg will know no authority." >&2
cp -aL "$root/etc/os-release" "$out/etc/os-release"
printf 'root:x:0:0::/nonexistent:/usr/sbin/nologin\ntronie:x:10001:10001::/nonexistent:/usr/sbin/nologin\n' >"$out/etc/passwd"
printf 'root:x:0:\ntronie:x:10001:\n' >"$out/etc/group"
printf 'hosts: files dns\n' >"$out/etc/nsswitch.conf"
# An engine mounts its own over these.
touch "$out"/etc/{hosts,hostname,resolv.conf}
chmod 1777 "$out/tmp"
chown 10001:10001 "$out/keys"
