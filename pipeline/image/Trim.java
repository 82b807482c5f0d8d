import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Takes out of the jars of a distribution what one platform's container never loads: natives of other platforms, OpenCV's modules beyond
 * pictures, headers, executables, RocksDB's native (every store is in memory), and the symbol tables of what is left (binutils' strip).
 * {@code java Trim.java LIB amd64|arm64}; what is left is proved by running it, see {@code try.sh}.
 */
public final class Trim {
    private static final Pattern NATIVE = Pattern.compile("\\.so(\\.[0-9]+)*$");

    private Trim() {
    }

    /** Jar, by the beginning of its name, to the entries that go; and what of them stays. */
    private record Rule(Pattern goes, Pattern stays) {
        static Rule of(String goes, String stays) {
            return new Rule(Pattern.compile(goes), Pattern.compile(stays));
        }

        boolean drops(String entry) {
            return goes.matcher(entry).lookingAt() && !stays.matcher(entry).lookingAt();
        }
    }

    private static Map<String, Rule> rules(boolean arm) {
        String bytedeco = "org/bytedeco/[a-z]+/linux-[^/]+/";
        Map<String, Rule> rules = new LinkedHashMap<>();
        rules.put("rocksdbjni-", Rule.of("librocksdbjni", "$"));
        rules.put("zstd-jni-", Rule.of("(aix|darwin|freebsd|linux|win)/", arm ? "linux/aarch64/" : "linux/amd64/"));
        rules.put("snappy-java-", Rule.of("org/xerial/snappy/native/", "org/xerial/snappy/native/Linux/" + (arm ? "aarch64/" : "x86_64/")));
        rules.put("lz4-java-", Rule.of("net/jpountz/util/[a-z0-9]+/", "net/jpountz/util/linux/" + (arm ? "aarch64/" : "amd64/")));
        rules.put("jna-", Rule.of("com/sun/jna/[a-z0-9]+-[a-z0-9-]+/", "com/sun/jna/linux-" + (arm ? "aarch64/" : "x86-64/")));
        rules.put("pytorch-jni-", Rule.of("jnilib/[a-z0-9]+-", "jnilib/linux-" + (arm ? "aarch64" : "x86_64") + "/cpu/"));
        rules.put("opencv-", Rule.of(bytedeco, bytedeco + "lib(jni)?opencv_(core|imgproc|imgcodecs)\\.so"));
        rules.put("openblas-", Rule.of(bytedeco, bytedeco + "lib(jniopenblas(_nolapack)?|openblas|gfortran|quadmath)\\.so"));
        rules.put("pytorch-native-", Rule.of("$", "$"));
        rules.put("javacpp-", Rule.of("$", "$"));
        rules.put("ffmpeg-", Rule.of(bytedeco, bytedeco + "lib.*\\.so"));
        return rules;
    }

    /** Trims. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2 || !List.of("amd64", "arm64").contains(args[1])) {
            System.err.println("Usage: java Trim.java LIB amd64|arm64");
            System.exit(2);
        }
        Map<String, Rule> rules = rules(args[1].equals("arm64"));
        List<Path> jars;
        try (Stream<Path> files = Files.list(Path.of(args[0]))) {
            jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
        long saved = 0;
        for (Path jar : jars) {
            String name = jar.getFileName().toString();
            Rule rule = rules.entrySet().stream().filter(r -> name.startsWith(r.getKey())).map(Map.Entry::getValue).findFirst().orElse(null);
            if (rule != null) {
                long before = Files.size(jar);
                rewrite(jar, rule);
                saved += before - Files.size(jar);
            }
        }
        System.out.printf(Locale.ROOT, "%.0f MB of natives and headers taken out%n", saved / 1e6);
    }

    private static void rewrite(Path jar, Rule rule) throws IOException {
        Path trimmed = jar.resolveSibling(jar.getFileName() + ".part");
        try (ZipFile from = new ZipFile(jar.toFile()); OutputStream file = Files.newOutputStream(trimmed); ZipOutputStream to = new ZipOutputStream(file)) {
            to.setLevel(9);
            for (ZipEntry entry : (Iterable<ZipEntry>) from.stream().map(e -> (ZipEntry) e)::iterator) {
                if (rule.drops(entry.getName())) {
                    continue;
                }
                ZipEntry kept = new ZipEntry(entry.getName());
                kept.setTime(entry.getTime());
                to.putNextEntry(kept);
                try (InputStream content = from.getInputStream(entry)) {
                    if (NATIVE.matcher(entry.getName()).find()) {
                        to.write(stripped(content));
                    } else {
                        content.transferTo(to);
                    }
                }
                to.closeEntry();
            }
        }
        Files.move(trimmed, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] stripped(InputStream content) throws IOException {
        Path file = Files.createTempFile("native", ".so");
        try {
            Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
            if (new ProcessBuilder("strip", "--strip-unneeded", file.toString()).inheritIO().start().waitFor() != 0) {
                throw new IOException("strip failed");
            }
            return Files.readAllBytes(file);
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(file);
        }
    }
}
