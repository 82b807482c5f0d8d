package dev.tronie.vision;

import java.util.BitSet;
import java.util.List;

/** Says which faces of a frame are worth more than being found. Called within {@link FaceAnalyzer#glance}, on its thread, once each. */
public interface CloseLook {
    /** Nothing is left out. */
    CloseLook AT_EVERYTHING = new CloseLook() {
        @Override
        public BitSet worthCutting(List<Detection> detections) {
            BitSet all = new BitSet();
            all.set(0, detections.size());
            return all;
        }

        @Override
        public boolean worthEmbedding(int index, Analysis.Face face) {
            return true;
        }
    };

    /**
     * The detections whose pixels are worth looking at: to cut them out is cheap where the decoded picture is fine enough, and means
     * decoding it once more where it is not.
     */
    BitSet worthCutting(List<Detection> detections);

    /**
     * Whether a face that was cut out is worth embedding.
     *
     * @param index which of the detections
     * @param face  the face, its quality known, its embedding null
     */
    boolean worthEmbedding(int index, Analysis.Face face);
}
