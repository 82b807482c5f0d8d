package dev.tronie.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private static final HttpAnswer ANSWER = new HttpAnswer(200, JsonNodeFactory.instance.objectNode(), null, 0);

    @Test
    void oneCallMoreThanThereArePlacesIsRefused() {
        // Given
        Places places = new Places(1, 1 << 20);

        // When / Then
        assertThatThrownBy(() -> places.serve(0, () -> places.serve(0, () -> ANSWER))).isInstanceOf(Refused.class).extracting(e -> ((Refused) e).status()).isEqualTo(503);
    }

    @Test
    void bodiesThatTogetherTakeTooMuchMemoryAreRefused() {
        // Given
        Places places = new Places(10, 1 << 20);

        // When / Then
        assertThatThrownBy(() -> places.serve(200_000, () -> places.serve(200_000, () -> ANSWER))).isInstanceOf(Refused.class);
    }

    @Test
    void aPlaceIsFreeAgainHoweverItsCallEnded() {
        // Given
        Places places = new Places(1, 1 << 20);
        assertThatThrownBy(() -> places.serve(300_000, () -> {
            throw Refused.invalid("no");
        })).isInstanceOf(Refused.class);

        // When
        HttpAnswer answer = places.serve(300_000, () -> ANSWER);

        // Then
        assertThat(answer).isSameAs(ANSWER);
    }

    @Test
    void onePictureIsLetInWhateverItsSize() {
        // When
        HttpAnswer answer = new Places(1, 1 << 20).serve(100L << 20, () -> ANSWER);

        // Then
        assertThat(answer).isSameAs(ANSWER);
    }
}
