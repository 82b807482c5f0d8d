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
out=$(cd "$out" && pwd)

# What jdeps cannot see is named too: SASL, elliptic curves, management, Unsafe, zip file systems. Pictures are OpenCV's: java.desktop stays out.
"$java/bin/jlink" --strip-debug --no-header-files --no-man-pages --compress zip-9 --output "$out/java/opt/java" \
  --add-modules java.base,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.crypto.ec,jdk.httpserver,jdk.management,jdk.net,jdk.security.auth,jdk.unsupported,jdk.zipfs
# Nothing here is started but java itself.
find "$out/java/opt/java/bin" -type f ! -name java -delete
rm -f "$out"/java/opt/java/lib/{jexec,src.zip}
find "$out/java/opt/java/lib" -name '*.so' -exec chmod u+w {} + -exec strip --strip-unneeded {} +

cp "$built"/lib/*.jar "$out/libraries/opt/tronie/lib/"
"$java/bin/java" "$repository/pipeline/image/Trim.java" "$out/libraries/opt/tronie/lib" "$platform"
mv "$out"/libraries/opt/tronie/lib/{pytorch-native-,opencv-,openblas-,ffmpeg-,javacpp-,rocksdbjni-}*.jar "$out/natives/opt/tronie/lib/"
mv "$out"/libraries/opt/tronie/lib/tronie-*.jar "$out/tronie/opt/tronie/lib/"
cp -r "$built/models" "$out/models/opt/tronie/"
cp -r "$built/samples" "$out/samples/opt/tronie/"
cp "$repository/LICENSE" "$built/bom.json" "$out/tronie/usr/share/doc/tronie/"
"$java/bin/java" -cp "$built/lib/*" "$repository/pipeline/image/Licences.java" "$built/bom.json" "$out/tronie/usr/share/doc/tronie/THIRD-PARTY"

# How Java is started, in files of its own: the class path must be the very one that the archive of classes was made with.
classpath=$(cd "$out" && ls -1 {tronie,libraries,natives}/opt/tronie/lib/*.jar | sed 's,^[a-z]*/,/,' | paste -sd:)
options() { # name, then the options that are its own
  local file=$out/tronie/opt/tronie/$1; shift
  printf '%s\n' "$@" -XX:SharedArchiveFile=/opt/tronie/tronie.jsa -Xlog:cds=off -Xlog:aot=off -Dtronie.home=/opt/tronie \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp "$classpath" >"$file"
}
options java.options -Dorg.bytedeco.javacpp.cachedir=/tmp/javacpp -Djava.awt.headless=true -XX:+UseG1GC -XX:MaxRAMPercentage=40 -XX:+ExitOnOutOfMemoryError
options health.options -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx32m
chmod -R u=rwX,go=rX "$out"
# One date for all: the same sources give the same layers, and the archive below is refused where a jar's date is another.
find "$out" -exec touch -h -d "${SOURCE_DATE_EPOCH:+@}${SOURCE_DATE_EPOCH:-2026-01-01T00:00:00Z}" {} +

# The classes of the health check, parsed and laid out beforehand (AppCDS): it starts every few seconds, and takes a quarter less with them. The
# pipeline's own would be 75 MB instead of 28, and its start, which is unpacking and warming networks up, took as long with them as without.
trial=$out/trial
mkdir -p "$trial/opt/tronie/lib"
cp -al "$out"/{tronie,libraries,natives}/opt/tronie/lib/*.jar "$trial/opt/tronie/lib/"
for options in java health; do
  sed -e '/SharedArchiveFile/d' -e "s,/opt/tronie,$trial/opt/tronie,g" "$out/tronie/opt/tronie/$options.options" >"$trial/$options.options"
done
# Nobody answers, which is what ends it: 3.
"$out/java/opt/java/bin/java" -Xshare:off -XX:DumpLoadedClassList="$trial/classes" "@$trial/health.options" dev.tronie.app.Main health -D ops.port=1 >"$trial/log" 2>&1 || [ $? = 3 ]
"$out/java/opt/java/bin/java" -Xshare:dump -XX:SharedClassListFile="$trial/classes" -XX:SharedArchiveFile="$out/tronie/opt/tronie/tronie.jsa" "@$trial/java.options" >"$trial/dump.log" 2>&1 ||
  { tail -20 "$trial/log" "$trial/dump.log" >&2; exit 3; }
chmod a=r "$out/tronie/opt/tronie/tronie.jsa"
touch -d "${SOURCE_DATE_EPOCH:+@}${SOURCE_DATE_EPOCH:-2026-01-01T00:00:00Z}" "$out/tronie/opt/tronie/tronie.jsa"
rm -rf "$trial"
