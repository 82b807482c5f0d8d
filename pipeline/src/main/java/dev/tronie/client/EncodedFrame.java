package dev.tronie.client;

/**
 * One picture of a source.
 *
 * @param name  its file name, or its number in a video
 * @param bytes JPEG, PNG or WebP
 */
public record EncodedFrame(String name, byte[] bytes) {
}
