package dev.tronie.vision;

import dev.tronie.image.Outcome;

/** From a picture's bytes to its faces. Safe to call from many threads. */
public interface FaceAnalyzer {

    /**
     * Finds, aligns and embeds the faces of a picture.
     *
     * @param image   an encoded picture, any bytes
     * @param options what is wanted
     * @return the faces (possibly none), or why the picture cannot be used
     * @throws dev.tronie.inference.InferenceUnavailable when no worker was free in time: try again
     */
    Outcome<Analysis> analyse(byte[] image, AnalysisOptions options);

    /**
     * Finds the faces of a frame, faint ones too, and embeds those that are worth it.
     *
     * @param image   an encoded picture, any bytes
     * @param options what is wanted; {@code crops} and {@code secondLook} have no effect
     * @param look    which faces are worth a closer look
     * @return what was found, or why the picture cannot be used
     * @throws dev.tronie.inference.InferenceUnavailable when no worker was free in time: try again
     */
    Outcome<Glance> glance(byte[] image, AnalysisOptions options, CloseLook look);
}
