package dev.tronie.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * The schemas of the topics: those of this release, and those of every release so far, which travel in the jar under
 * {@code released/VERSION/NAME.avsc}. Immutable.
 */
public final class ReleasedSchemas {
    /** Releases whose schemas differ from the release before, oldest first. */
    public static final List<Integer> VERSIONS = List.of(1, 2, 3, 4);

    private ReleasedSchemas() {
    }

    /** The schemas of this release by name, one a topic. */
    public static Map<String, Schema> current() {
        Map<String, Schema> schemas = new LinkedHashMap<>();
        for (Schema schema : List.of(Frame.getClassSchema(), Upload.getClassSchema(), GalleryFace.getClassSchema(),
                Recognition.getClassSchema(), UploadReply.getClassSchema(), CameraStatus.getClassSchema(), Setting.getClassSchema())) {
            schemas.put(schema.getName(), schema);
        }
        return schemas;
    }

    /**
     * One released schema.
     *
     * @return null where that release had no such schema
     */
    public static Schema released(int version, String name) {
        try (InputStream in = ReleasedSchemas.class.getResourceAsStream("released/" + version + "/" + name + ".avsc")) {
            return in == null ? null : new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This release's schemas and all released ones. */
    public static List<Schema> all() {
        List<Schema> all = new ArrayList<>(current().values());
        for (int version : VERSIONS) {
            for (String name : current().keySet()) {
                Schema schema = released(version, name);
                if (schema != null) {
                    all.add(schema);
                }
            }
        }
        return all;
    }
}
