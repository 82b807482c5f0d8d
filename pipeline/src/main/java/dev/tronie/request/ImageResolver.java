package dev.tronie.request;

import dev.tronie.image.Outcome;
import dev.tronie.schema.ImageReference;

/** Fetches pictures that records only refer to. Safe to call from many threads. */
public interface ImageResolver {

    /**
     * Fetches a picture.
     *
     * @param reference where it is, how long, and its digest
     * @return the bytes, or REFERENCE_REFUSED, REFERENCE_UNREACHABLE, REFERENCE_MISMATCH or TOO_LARGE
     */
    Outcome<byte[]> fetch(ImageReference reference);
}
