package dev.tronie.image;

/**
 * What is refused from a picture's header alone, before anything is allocated for it.
 *
 * @param maxBytes  encoded size, bytes
 * @param maxPixels width times height
 */
public record ImageLimits(int maxBytes, long maxPixels) {
}
