package dev.tronie.request;

import dev.tronie.gallery.Galleries;

/** The galleries of this instance and how far they have come. Safe to call from many threads. */
public interface GalleryView {

    /** The enrolled faces. */
    Galleries galleries();

    /** Records of gallery-faces that have been applied: the same number means the same faces, on every instance. */
    long version();
}
