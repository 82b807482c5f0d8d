package dev.tronie.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ProofTest {
    private static final float[] RIGHT = {0.6f, 0.8f};
    private static final Proof PROOF = new Proof(List.of(0.6f, 0.8f), List.of(0.9f, 0.7f));

    @Test
    void theFaceIsThatOfTheTrainingCode() {
        // Given: sums that proof.py's pictures have
        // When
        long crop = sum(Proof.crop());
        long picture = sum(Proof.picture());

        // Then
        assertThat(crop).isEqualTo(1_663_274);
        assertThat(picture).isEqualTo(37_588_309);
    }

    @Test
    void rightAnswersPass() {
        // When, Then
        assertThat(PROOF.wrong(new Answers(8, RIGHT, 0.901f), 1, "fp32")).isEmpty();
        assertThat(PROOF.wrong(new Answers(8, RIGHT, 0.915f), 1, "bf16")).isEmpty();
        assertThat(Proof.NONE.wrong(new Answers(8, RIGHT, 0f), 3, "fp32")).isEmpty();
    }

    @Test
    void anEmbeddingThatIsOffIsTold() {
        // When, Then: a cosine of 0.96 with the right one, in every batch
        assertThat(PROOF.wrong(new Answers(0, new float[] {0.8f, 0.6f}, 0.9f), 1, "fp32")).hasValueSatisfying(why -> assertThat(why).contains("batches of 1").contains("0.960"));
        assertThat(PROOF.wrong(new Answers(8, new float[] {Float.NaN, 0f}, 0.9f), 1, "fp32")).isPresent();
    }

    @Test
    void batchesThatAnswerOtherwiseThanSingleFacesAreToldEvenWhereNothingIsSaid() {
        // When, Then
        assertThat(Proof.NONE.wrong(new Answers(4, RIGHT, 0f), 1, "fp32")).hasValueSatisfying(why -> assertThat(why).contains("batches of 8"));
        assertThat(PROOF.wrong(new Answers(1, RIGHT, 0.9f), 1, "fp32")).hasValueSatisfying(why -> assertThat(why).contains("batches of 2"));
    }

    @Test
    void scoresThatAreOffAreTold() {
        // When, Then: the mean of both scores, of which one is right
        assertThat(PROOF.wrong(new Answers(8, RIGHT, 0.88f), 1, "fp32")).hasValueSatisfying(why -> assertThat(why).contains("0.010 off"));
        assertThat(PROOF.wrong(new Answers(8, RIGHT, 0.8f), 1, "bf16")).hasValueSatisfying(why -> assertThat(why).contains("0.050 off"));
        assertThat(PROOF.wrong(new Answers(8, RIGHT, Float.NaN), 1, "bf16")).isPresent();
    }

    @Test
    void whatIsNoNumberIsRefused() {
        // Given
        Properties properties = new Properties();
        properties.setProperty("embedder.proof", "0.1, x");

        // When, Then
        assertThatThrownBy(() -> Proof.of(properties)).isInstanceOf(NumberFormatException.class);
    }

    private static long sum(byte[] picture) {
        long sum = 0;
        for (byte value : picture) {
            sum += value & 0xff;
        }
        return sum;
    }

    /** Networks that embed right up to some batch, and find two faces. */
    private record Answers(int rightUpTo, float[] embedding, float score) implements Networks {
        @Override
        public List<RawFaces> detect(List<PixelBlock> pictures) {
            return List.of(new RawFaces(new float[8], new float[] {score, 0.7f}, new float[20]));
        }

        @Override
        public List<float[]> embed(List<PixelBlock> crops) {
            int count = crops.get(0).count();
            List<float[]> answers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                answers.add(count <= rightUpTo || rightUpTo == 0 ? embedding : new float[] {embedding[1], -embedding[0]});
            }
            return answers;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
