package dev.tronie.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReloadableTest {
    private final TronieConfig base = TronieConfig.of(Map.of("match.threshold", "0.4", "frames.max.age.ms", "5000"));

    @Test
    void whatTheTopicSaysStandsOverTheFile() {
        // When
        Reloadable.Outcome now = Reloadable.over(base, Reloadable.Outcome.of(base), Map.of("match.threshold", "0.7", "match.gallery.staff.margin", "0.1", "cameras.stale.ms", "3000"));

        // Then
        assertThat(now.config().match().threshold()).isEqualTo(0.7);
        assertThat(now.config().match().galleries().get("staff").margin()).isEqualTo(0.1);
        assertThat(now.config().cameras().staleMs()).isEqualTo(3_000);
        assertThat(now.config().frames().maxAgeMs()).isEqualTo(5_000);
        assertThat(now.refused()).isEmpty();
    }

    @Test
    void whatTheTopicNoLongerSaysIsTheFilesAgain() {
        // Given
        Reloadable.Outcome before = Reloadable.over(base, Reloadable.Outcome.of(base), Map.of("match.threshold", "0.7"));

        // When
        Reloadable.Outcome now = Reloadable.over(base, before, Map.of());

        // Then
        assertThat(now.config().match().threshold()).isEqualTo(0.4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "much", "NaN"})
    void aBadValueIsRefusedByNameAndLeavesInForceWhatWas(String bad) {
        // Given
        Reloadable.Outcome before = Reloadable.over(base, Reloadable.Outcome.of(base), Map.of("match.threshold", "0.7", "match.margin", "0.2"));

        // When
        Reloadable.Outcome now = Reloadable.over(base, before, Map.of("match.threshold", bad, "match.margin", "0.3"));

        // Then
        assertThat(now.refused()).containsOnlyKeys("match.threshold");
        assertThat(now.refused().get("match.threshold")).contains("match.threshold");
        assertThat(now.config().match().threshold()).isEqualTo(0.7);
        assertThat(now.config().match().margin()).isEqualTo(0.3);
    }

    @ParameterizedTest
    @CsvSource({"kafka.bootstrap.servers,evil:9092", "images.references.allow,http://169.254.169.254/", "ops.host,0.0.0.0", "gateway.keys.file,/dev/null", "appearances.tracks.max,1000",
        "match.thresold,0.1", "models.dir,/tmp", "frames.replay,true"})
    void whatGrantsSizesOrConnectsIsNoSettingOfTheTopic(String key, String value) {
        // When / Then
        assertThatThrownBy(() -> Reloadable.check(base, key, value)).isInstanceOf(InvalidConfig.class).hasMessageContaining(key);
    }

    @Test
    void nothingIsMadeAnewWhereNothingHasChanged() {
        // Given
        Reloadable.Outcome before = Reloadable.over(base, Reloadable.Outcome.of(base), Map.of("match.threshold", "0.7"));

        // When
        Reloadable.Outcome now = Reloadable.over(base, before, Map.of("match.threshold", "0.7", "nonsense", "1"));

        // Then
        assertThat(now.config()).isSameAs(before.config());
    }
}
