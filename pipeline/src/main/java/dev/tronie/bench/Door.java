package dev.tronie.bench;

import java.util.concurrent.CompletableFuture;

/** A way for photos to come in. Safe to call from many threads. */
interface Door {
    /** Asks who is on a photo; completed with whether the answer was good. */
    CompletableFuture<Boolean> recognise(byte[] photo);
}
