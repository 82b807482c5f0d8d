package dev.tronie.request;

import dev.tronie.match.DecisionPolicy;

/**
 * What uploads are answered by.
 *
 * @param facesMax         faces a photo
 * @param faceMinPx        smallest face, height in pixels
 * @param candidatesMax    subjects a face
 * @param policy           how to decide
 * @param enrollQualityMin lowest overall quality of a template, 0 to 1
 */
public record RequestSettings(int facesMax, float faceMinPx, int candidatesMax, DecisionPolicy policy, float enrollQualityMin) {
}
