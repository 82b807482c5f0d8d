package dev.tronie.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Records live longer than releases: every schema must read, and be read by, every released version of itself. */
class SchemaCompatibilityTest {

    static Stream<Arguments> releases() {
        return ReleasedSchemas.VERSIONS.stream().flatMap(version -> ReleasedSchemas.current().values().stream()
                .filter(schema -> ReleasedSchemas.released(version, schema.getName()) != null)
                .map(schema -> Arguments.of(schema.getName(), version, schema)));
    }

    @ParameterizedTest(name = "{0} reads what release {1} wrote")
    @MethodSource("releases")
    void isBackwardCompatibleWithEveryRelease(String name, int version, Schema current) {
        // Given
        Schema old = ReleasedSchemas.released(version, name);

        // When
        var result = SchemaCompatibility.checkReaderWriterCompatibility(current, old);

        // Then
        assertThat(result.getType()).as(result.getDescription()).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    @ParameterizedTest(name = "release {1} reads what {0} writes now")
    @MethodSource("releases")
    void isForwardCompatibleWithEveryRelease(String name, int version, Schema current) {
        // Given
        Schema old = ReleasedSchemas.released(version, name);

        // When
        var result = SchemaCompatibility.checkReaderWriterCompatibility(old, current);

        // Then
        assertThat(result.getType()).as(result.getDescription()).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    @Test
    void noticesABreakingEdit() {
        // Given
        Schema old = ReleasedSchemas.released(1, "Frame");
        Schema broken = new Schema.Parser().parse(old.toString().replace("\"frameId\"", "\"frameNumber\""));

        // When
        var result = SchemaCompatibility.checkReaderWriterCompatibility(broken, old);

        // Then
        assertThat(result.getType()).isEqualTo(SchemaCompatibilityType.INCOMPATIBLE);
    }

    @Test
    void everySchemaOfThisReleaseIsKeptBesideIt() {
        // Given
        int newest = ReleasedSchemas.VERSIONS.get(ReleasedSchemas.VERSIONS.size() - 1);

        // When
        List<String> changed = ReleasedSchemas.current().values().stream()
                .filter(schema -> !schema.equals(ReleasedSchemas.released(newest, schema.getName()))).map(Schema::getName).toList();

        // Then
        assertThat(changed).as("schemas that differ from schemas/released/%d: add a release folder (see schemas/README.md)", newest).isEmpty();
    }

    @Test
    void everyRecordAndFieldIsDocumented() {
        // Given
        List<Schema> schemas = List.copyOf(ReleasedSchemas.current().values());

        // When
        List<String> undocumented = schemas.stream().flatMap(s -> undocumented(s, s.getName())).distinct().toList();

        // Then
        assertThat(undocumented).isEmpty();
    }

    private static Stream<String> undocumented(Schema schema, String path) {
        return switch (schema.getType()) {
            case RECORD -> Stream.concat(schema.getDoc() == null ? Stream.of(path) : Stream.empty(),
                    schema.getFields().stream().flatMap(f -> Stream.concat(f.doc() == null ? Stream.of(path + "." + f.name()) : Stream.empty(),
                            undocumented(f.schema(), path + "." + f.name()))));
            case ENUM -> schema.getDoc() == null ? Stream.of(path) : Stream.empty();
            case UNION -> schema.getTypes().stream().flatMap(s -> undocumented(s, path));
            case ARRAY -> undocumented(schema.getElementType(), path);
            case MAP -> undocumented(schema.getValueType(), path);
            default -> Stream.empty();
        };
    }
}
