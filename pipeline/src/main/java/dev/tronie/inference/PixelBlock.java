package dev.tronie.inference;

import java.nio.ByteBuffer;

/**
 * 8-bit pixels for a network: {@code count} pictures of one size, one after the other, row by row, channels interleaved.
 *
 * @param bytes    a direct buffer whose owner keeps it alive until the answer is there
 * @param count    number of pictures
 * @param heightPx height of each
 * @param widthPx  width of each
 */
public record PixelBlock(ByteBuffer bytes, int count, int heightPx, int widthPx) {

    /** Whether pictures of both can run in one batch. */
    boolean sameShape(PixelBlock other) {
        return heightPx == other.heightPx && widthPx == other.widthPx;
    }
}
