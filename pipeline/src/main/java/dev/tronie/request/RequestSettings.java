package dev.tronie.request;

import dev.tronie.match.DecisionPolicies;
import dev.tronie.vision.QualityBar;

/**
 * What uploads are answered by.
 *
 * @param facesMax         faces a photo
 * @param faceMinPx        smallest face, height in pixels
 * @param candidatesMax    subjects a face
 * @param policies         how to decide in which gallery
 * @param enrollBar        what a face must be like to become a template
 */
public record RequestSettings(int facesMax, float faceMinPx, int candidatesMax, DecisionPolicies policies, QualityBar enrollBar) {
}
