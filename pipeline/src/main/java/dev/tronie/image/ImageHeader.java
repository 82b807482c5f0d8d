package dev.tronie.image;

/**
 * What a picture's header says.
 *
 * @param format   the format
 * @param widthPx  width of the upright picture (after EXIF orientation), pixels
 * @param heightPx height of the upright picture, pixels
 */
public record ImageHeader(ImageFormat format, int widthPx, int heightPx) {
}
