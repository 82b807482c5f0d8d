import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Lists under which licence each library of an image stands, from its bill of materials (CycloneDX), and what the natives inside them
 * add. {@code java -cp LIB/* Licences.java bom.json OUT}; a library without a licence fails it.
 */
public final class Licences {
    /** What the jars' own entries do not say: the licences of the native libraries that they carry. */
    private static final String NATIVES = """

            Native libraries inside these:
            libtorch, c10 (pytorch-native-cpu)  BSD-3-Clause; with oneDNN (Apache-2.0), oneMKL (Intel Simplified Software License), fbgemm, XNNPACK, sleef and others: pytorch.org, NOTICE
            libgomp (pytorch-native-cpu)        GPL-3.0 with the GCC runtime library exception
            OpenCV                              Apache-2.0; with libjpeg-turbo (IJG, BSD-3-Clause, Zlib), libpng, libwebp (BSD-3-Clause), zlib
            OpenBLAS                            BSD-3-Clause; libgfortran, libquadmath: GPL-3.0 with the GCC runtime library exception
            FFmpeg                              LGPL-3.0-or-later as built by JavaCPP Presets (no GPL parts); it is linked dynamically and can be replaced
            RocksDB                             Apache-2.0 or GPL-2.0; with lz4 (BSD-2-Clause), snappy, zstd (BSD-3-Clause), bzip2, zlib
            The Java runtime (OpenJDK)          GPL-2.0 with the Classpath exception: /opt/java/legal
            Debian's packages                   /usr/share/doc/*/copyright
            """;

    private Licences() {
    }

    /** Writes the list. */
    public static void main(String[] args) throws IOException {
        Set<String> lines = new TreeSet<>();
        List<String> without = new ArrayList<>();
        for (JsonNode component : new ObjectMapper().readTree(Path.of(args[0]).toFile()).get("components")) {
            String name = component.path("group").asText() + ":" + component.path("name").asText() + ":" + component.path("version").asText();
            List<String> licences = new ArrayList<>();
            for (JsonNode choice : component.path("licenses")) {
                JsonNode licence = choice.path("license");
                licences.add(choice.hasNonNull("expression") ? choice.get("expression").asText() : licence.path("id").asText(licence.path("name").asText()));
            }
            if (licences.isEmpty()) {
                without.add(name);
            }
            lines.add(name + "  " + String.join(" or ", licences));
        }
        if (!without.isEmpty()) {
            System.err.println("No licence is named by " + without);
            System.exit(1);
        }
        Files.writeString(Path.of(args[1]), String.join("\n", lines) + "\n" + NATIVES);
    }
}
