package dev.tronie.appearance;

/**
 * A frame of a camera, without its picture.
 *
 * @param cameraId    the camera
 * @param frameId     the frame
 * @param gallery     where its faces are looked for
 * @param offset      of its record
 * @param capturedMs  capture time, epoch milliseconds
 * @param clockSkewMs how far the camera's clock is ahead, where that is too far; else 0
 */
public record Sighting(String cameraId, String frameId, String gallery, long offset, long capturedMs, long clockSkewMs) {
}
