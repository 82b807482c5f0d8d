package dev.tronie.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tronie.schema.AppearanceReport;
import dev.tronie.schema.Candidate;
import dev.tronie.schema.Decision;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Recognition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LivingListTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private final LivingList list = new LivingList();

    @Test
    void showsWhoIsWhereSinceWhenAndHowSure() {
        // Given
        list.add(event("a1", EventKind.OPENED, 0, DecisionKind.MATCH, NOW.minusSeconds(125)));

        // When
        List<String> lines = list.lines(NOW);

        // Then
        assertThat(lines.get(0)).isEqualTo("1 before the cameras, 0 gone:");
        assertThat(lines.get(1)).contains("lobby").contains("Ada").contains("2 min 5 s").contains("97 %, 3 shots");
    }

    @Test
    void aChangeReplacesAndAnEndRemoves() {
        // Given
        list.add(event("a1", EventKind.OPENED, 0, DecisionKind.UNKNOWN, NOW));
        list.add(event("a1", EventKind.UPDATED, 1, DecisionKind.MATCH, NOW));

        // When
        boolean repeated = list.add(event("a1", EventKind.OPENED, 0, DecisionKind.UNKNOWN, NOW));
        List<String> before = list.lines(NOW);
        list.add(event("a1", EventKind.CLOSED, 2, DecisionKind.MATCH, NOW));

        // Then
        assertThat(repeated).isFalse();
        assertThat(before.get(1)).contains("Ada").doesNotContain("unknown");
        assertThat(list.lines(NOW)).containsExactly("0 before the cameras, 1 gone");
    }

    private static Recognition event(String id, EventKind kind, int sequence, DecisionKind decision, Instant firstSeen) {
        Recognition event = new Recognition();
        event.setAppearanceId(id);
        event.setKind(kind);
        event.setSequence(sequence);
        event.setSourceId("lobby");
        event.setDecision(new Decision(decision, 0.4f, null, 3, null, List.of()));
        event.setCandidates(List.of(new Candidate("Ada", "f", 0.7f, 0.97f, NOW)));
        AppearanceReport report = new AppearanceReport();
        report.setFirstSeenAt(firstSeen);
        report.setLastSeenAt(NOW);
        event.setAppearance(report);
        return event;
    }
}
