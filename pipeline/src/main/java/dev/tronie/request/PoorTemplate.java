package dev.tronie.request;

import dev.tronie.image.Refusal;
import dev.tronie.schema.ErrorCode;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.QualityBar;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says what a face lacks to become a template, figure by figure. Pure. */
final class PoorTemplate {
    private PoorTemplate() {
    }

    static Refusal refusal(Analysis.Face face, List<String> failed, QualityBar bar) {
        return new Refusal(ErrorCode.LOW_QUALITY, "The face is too poor for a template: "
                + failed.stream().map(name -> figure(name, face, bar)).collect(Collectors.joining(", ")) + ".",
                "Send a sharper, larger, well-lit, frontal photo, or insist (force).");
    }

    private static String figure(String name, Analysis.Face face, QualityBar bar) {
        return switch (name) {
            case "size" -> text("%s %.0f px of at least %.0f", name, face.detection().box().height(), bar.facePxMin());
            case "sharpness" -> text("%s %.2f of at least %.2f", name, face.quality().sharpness(), bar.sharpnessMin());
            case "brightness" -> text("%s %.2f of at least %.2f", name, face.quality().brightness(), bar.brightnessMin());
            case "pose" -> text("%s %.0f degrees of at most %.0f", name,
                    Math.max(Math.abs(face.pose().yawDeg()), Math.abs(face.pose().pitchDeg())), bar.poseMaxDeg());
            case "detection" -> text("%s score %.2f of at least %.2f", name, face.quality().detection(), bar.detectionMin());
            default -> text("%s quality %.2f of at least %.2f", name, face.quality().overall(), bar.overallMin());
        };
    }

    private static String text(String format, String name, double is, double needed) {
        return String.format(Locale.ROOT, format, name, is, needed);
    }
}
