package dev.tronie.vision;

import java.util.ArrayList;
import java.util.List;

/**
 * What a face must be like to be used. Enrolment and probes have bars of their own: a poor template draws strangers for as long as it
 * is enrolled, a poor probe only once. Pure.
 *
 * @param facePxMin     smallest height of the box, pixels
 * @param sharpnessMin  least sharpness, 0 to 1
 * @param brightnessMin least brightness, 0 to 1
 * @param poseMaxDeg    largest turn or nod of the head, degrees
 * @param detectionMin  least detection score, 0 to 1
 * @param overallMin    least overall quality, 0 to 1
 */
public record QualityBar(float facePxMin, float sharpnessMin, float brightnessMin, float poseMaxDeg, float detectionMin, float overallMin) {
    /** No bar but the overall quality. */
    public static QualityBar overall(float least) {
        return new QualityBar(0, 0, 0, 180, 0, least);
    }

    /** What a face fails, in a fixed order: size, sharpness, brightness, pose, detection, overall; empty = it passes. */
    public List<String> failedBy(Analysis.Face face) {
        List<String> failed = new ArrayList<>();
        FaceQuality q = face.quality();
        add(failed, "size", face.detection().box().height() < facePxMin);
        add(failed, "sharpness", q.sharpness() < sharpnessMin);
        add(failed, "brightness", q.brightness() < brightnessMin);
        add(failed, "pose", Math.max(Math.abs(face.pose().yawDeg()), Math.abs(face.pose().pitchDeg())) > poseMaxDeg);
        add(failed, "detection", q.detection() < detectionMin);
        add(failed, "overall", q.overall() < overallMin);
        return List.copyOf(failed);
    }

    private static void add(List<String> failed, String name, boolean fails) {
        if (fails) {
            failed.add(name);
        }
    }
}
