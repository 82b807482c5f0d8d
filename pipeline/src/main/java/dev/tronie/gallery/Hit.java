package dev.tronie.gallery;

/**
 * A subject that resembles a probe, by its best face.
 *
 * @param template the enrolled face
 * @param cosine   -1 to 1
 */
public record Hit(Template template, float cosine) {
}
