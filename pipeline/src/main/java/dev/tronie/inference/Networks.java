package dev.tronie.inference;

import java.util.List;

/**
 * A detector and an embedder ready to run, owned and called by one worker thread only.
 */
public interface Networks extends AutoCloseable {

    /**
     * Detects on a batch of pictures of one shape.
     *
     * @param pictures blocks of the same height and width
     * @return one answer a picture, in order
     */
    List<RawFaces> detect(List<PixelBlock> pictures);

    /**
     * Embeds a batch of aligned crops.
     *
     * @param crops blocks of 112 x 112 crops
     * @return one unit-length embedding a crop, in order
     */
    List<float[]> embed(List<PixelBlock> crops);

    @Override
    void close();
}
