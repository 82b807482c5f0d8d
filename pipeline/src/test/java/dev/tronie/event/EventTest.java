package dev.tronie.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.schema.Enroll;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Frame;
import dev.tronie.schema.Upload;
import dev.tronie.vision.FaceBox;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventTest {

    @Test
    void idsDependOnEveryPartAndOnNothingElse() {
        // When
        String id = EventIds.event("cam", "f1", 0, EventKind.SEEN);

        // Then
        assertThat(id).hasSize(32).isEqualTo(EventIds.event("cam", "f1", 0, EventKind.SEEN));
        assertThat(java.util.List.of(EventIds.event("cam2", "f1", 0, EventKind.SEEN), EventIds.event("cam", "f2", 0, EventKind.SEEN),
                EventIds.event("cam", "f1", 1, EventKind.SEEN), EventIds.event("cam", "f1", 0, EventKind.RECOGNIZED),
                EventIds.event("camf1", "", 0, EventKind.SEEN))).doesNotContain(id).doesNotHaveDuplicates();
    }

    @Test
    void theFormulaOfIdsIsPartOfTheContract() {
        // When
        String event = EventIds.event("lobby", "1", 0, EventKind.SEEN);
        String face = EventIds.face("default", "Ada", "00", new FaceBox(1, 2, 3, 4));

        // Then: consumers have stored ids like these
        assertThat(event).isEqualTo("b409aa9e3e5ac93be6cffdd7c33bbdf4");
        assertThat(face).isEqualTo("1149183c2fe4e69da9514426dbeea92b");
    }

    @Test
    void plainJsonHasNoUnionWrappersAndNoBytes() {
        // Given
        Upload upload = Upload.newBuilder().setRequestId("r").setRequestedAt(Instant.ofEpochMilli(5)).setImage(ByteBuffer.wrap(new byte[3]))
                .setOperation(Enroll.newBuilder().setSubjectId("Zoë").build()).build();
        Frame frame = Frame.newBuilder().setFrameId("f").setCapturedAt(Instant.EPOCH).setImage(ByteBuffer.allocate(1)).build();

        // When
        ObjectNode json = PlainJson.of(upload);

        // Then
        assertThat(json.toString()).isEqualTo("{\"requestId\":\"r\",\"requestedAt\":5,\"operation\":{\"gallery\":\"default\",\"subjectId\":\"Zoë\","
                + "\"multipleFaces\":false,\"box\":null,\"force\":false,\"minFaceRatio\":null}}");
        assertThat(PlainJson.of(frame).has("image")).isFalse();
    }
}
