package dev.tronie.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.avro.Schema;

/** Writes this release's schemas, self-contained, into a folder: a release's last step. */
public final class WriteRelease {
    private WriteRelease() {
    }

    /** Usage: WriteRelease FOLDER. */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        for (Map.Entry<String, Schema> entry : ReleasedSchemas.current().entrySet()) {
            Files.writeString(folder.resolve(entry.getKey() + ".avsc"), entry.getValue().toString(true) + "\n");
        }
    }
}
