#!/usr/bin/env bash
# Lays out what the image holds above its base, a folder a layer, what changes least first. Run by the Dockerfile and by try.sh.
# Usage: pipeline/image/stage.sh OUT       (after mvn package; JAVA_HOME: a JDK 25 with jlink)
set -euo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)
built=$repository/pipeline/target/tronie
out=${1:?Where to?}
java=${JAVA_HOME:?JAVA_HOME must name a JDK 25}
case $(uname -m) in
  x86_64) platform=amd64 ;;
  aarch64) platform=arm64 ;;
  *) echo "stage.sh: no image is made for $(uname -m)." >&2; exit 2 ;;
esac

rm -rf "$out"
mkdir -p "$out"/{java/opt,natives/opt/tronie/lib,libraries/opt/tronie/lib,models/opt/tronie,samples/opt/tronie,tronie/opt/tronie/lib,tronie/usr/share/doc/tronie}

# What jdeps cannot see is named too: SASL, elliptic curves, management, Unsafe, zip file systems.
"$java/bin/jlink" --strip-debug --no-header-files --no-man-pages --compress zip-6 --generate-cds-archive --output "$out/java/opt/java" \
  --add-modules java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.crypto.ec,jdk.httpserver,jdk.management,jdk.net,jdk.security.auth,jdk.unsupported,jdk.zipfs

cp "$built"/lib/*.jar "$out/libraries/opt/tronie/lib/"
"$java/bin/java" "$repository/pipeline/image/Trim.java" "$out/libraries/opt/tronie/lib" "$platform"
mv "$out"/libraries/opt/tronie/lib/{pytorch-native-,opencv-,openblas-,ffmpeg-,javacpp-,rocksdbjni-}*.jar "$out/natives/opt/tronie/lib/"
mv "$out"/libraries/opt/tronie/lib/tronie-*.jar "$out/tronie/opt/tronie/lib/"
cp -r "$built/models" "$out/models/opt/tronie/"
cp -r "$built/samples" "$out/samples/opt/tronie/"
cp "$repository/LICENSE" "$built/bom.json" "$out/tronie/usr/share/doc/tronie/"
chmod -R u=rwX,go=rX "$out"
