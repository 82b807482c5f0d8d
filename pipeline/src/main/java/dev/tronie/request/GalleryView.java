package dev.tronie.request;

import dev.tronie.gallery.FaceKey;
import dev.tronie.gallery.Galleries;
import java.util.Set;

/** The galleries of this instance and how far they have come. Safe to call from many threads. */
public interface GalleryView {

    /** The enrolled faces. */
    Galleries galleries();

    /** Records of gallery-faces that have been applied: the same number means the same faces, on every instance. */
    long version();

    /** Faces that this instance has enrolled and not yet seen come back: a removal must reach them too. */
    Set<FaceKey> pending();

    /** Whether this instance has erased a face that the gallery may still hold, its erasure not having come back yet. */
    boolean isBeingErased(FaceKey key);
}
