package dev.tronie.topology;

import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.event.ModelIdentity;
import dev.tronie.match.DecisionPolicies;
import dev.tronie.match.DecisionPolicy;
import dev.tronie.match.ThresholdRule;
import dev.tronie.request.AllowedReferences;
import dev.tronie.request.RequestSettings;
import dev.tronie.request.UploadService;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.Recognize;
import dev.tronie.schema.UploadReply;
import dev.tronie.vision.QualityBar;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Settings that change while the stream runs hold from the next record on, and say so. */
class SettingsChangeTest extends CameraHarness {
    @Test
    void whoIsBeforeACameraIsDecidedAnewAtOnce() {
        // Given
        enrolInGallery("Ada");
        play("lobby", 0, 3_000, "Ada");
        Recognition before = recognitions.readValuesToList().get(0);

        // When: higher than any cosine
        stages = with(1.01f, "beefcafe");
        play("lobby", 3_200, 4_000, "Ada");

        // Then
        assertThat(before.getDecision().getKind()).isEqualTo(DecisionKind.MATCH);
        assertThat(before.getProvenance().getConfigVersion()).isEqualTo("c0ffee00");
        assertThat(recognitions.readValuesToList()).singleElement().satisfies(e -> {
            assertThat(e.getKind()).isEqualTo(EventKind.UPDATED);
            assertThat(e.getAppearanceId()).isEqualTo(before.getAppearanceId());
            assertThat(e.getDecision().getKind()).isEqualTo(DecisionKind.UNKNOWN);
            assertThat(e.getDecision().getThreshold()).isEqualTo(1.01f);
            assertThat(e.getProvenance().getConfigVersion()).isEqualTo("beefcafe");
            assertThat(e.getCapturedAt()).isEqualTo(NOW.plusMillis(3_200));
        });
    }

    @Test
    void aPhotoIsDecidedOnByTheNewSettings() {
        // Given
        enrolInGallery("Ada");

        // When
        stages = with(1.01f, "beefcafe");
        uploads.pipeInput("r", upload("r", Recognize.newBuilder().build(), pictureOf("Ada")));

        // Then
        UploadReply reply = replies.readValue();
        assertThat(reply.getFaces().get(0).getDecision().getKind()).isEqualTo(DecisionKind.UNKNOWN);
        assertThat(reply.getProvenance().getConfigVersion()).isEqualTo("beefcafe");
        assertThat(recognitions.readValue().getProvenance().getConfigVersion()).isEqualTo("beefcafe");
    }

    @Test
    void camerasAreWatchedByTheNewSettings() {
        // Given
        play("lobby", 0, 1_000);
        tick(5);
        boolean staleBefore = statuses.readValuesToList().stream().anyMatch(s -> s.getState().name().equals("STALE"));

        // When
        Stages s = stages;
        stages = new Stages(s.analyzer(), s.images(), s.uploads(), s.answered(), s.galleryLog(), s.policies(), s.frames(), s.framesTopic(), s.arrivals(), s.appearances(),
                new Stages.CameraSettings(2_000, 30_000, 2_000, 10_000, 86_400_000), s.identity(), s.metrics(), s.clock());
        tick(1);

        // Then
        assertThat(staleBefore).isFalse();
        assertThat(statuses.readValuesToList()).anyMatch(status -> status.getState().name().equals("STALE"));
    }

    @Test
    void nothingIsToldWhereTheAnswerStays() {
        // Given
        enrolInGallery("Ada");
        play("lobby", 0, 3_000, "Ada");
        recognitions.readValuesToList();

        // When
        stages = with(0.4f, "beefcafe");
        play("lobby", 3_200, 5_000, "Ada");

        // Then
        assertThat(recognitions.readValuesToList()).isEmpty();
    }

    private Stages with(float threshold, String configVersion) {
        Stages s = stages;
        DecisionPolicies policies = DecisionPolicies.of(new DecisionPolicy(ThresholdRule.fixed(threshold), null, 0.03f, QualityBar.overall(0.05f), null));
        ModelIdentity identity = new ModelIdentity("fake-1", 128, "fp32", "00", configVersion);
        AllowedReferences references = new AllowedReferences(List.of(), 10 << 20);
        UploadService service = new UploadService(analyzer, references, new RequestSettings(64, 24, 5, policies, QualityBar.overall(0.1f)), identity, clock);
        return new Stages(s.analyzer(), s.images(), service, s.answered(), s.galleryLog(), policies, s.frames(), s.framesTopic(), s.arrivals(), s.appearances(), s.cameras(), identity,
                s.metrics(), s.clock());
    }
}
