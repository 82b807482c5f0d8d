package dev.tronie.app;

import dev.tronie.config.InvalidConfig;
import dev.tronie.config.TronieConfig;
import dev.tronie.inference.ModelFolder;
import dev.tronie.match.Calibration;
import dev.tronie.match.CalibrationFile;
import dev.tronie.match.DecisionPolicies;
import dev.tronie.match.DecisionPolicy;
import dev.tronie.match.FalseMatchCurve;
import dev.tronie.match.SimilarityScale;
import dev.tronie.match.ThresholdRule;
import dev.tronie.vision.QualityBar;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How is decided, from the settings and from what is known of the model. */
final class DecisionSetup {
    /** POSSIBLE may be so many times as lax as MATCH where the gallery is small. */
    private static final double POSSIBLE_RATE_FACTOR = 10;
    private static final double RATE_LAXEST = 0.1;

    private DecisionSetup() {
    }

    /**
     * The model's calibration; empty where its folder has none.
     *
     * @throws InvalidConfig where there is one that cannot be used
     */
    static Optional<Calibration> calibration(ModelFolder model) {
        try {
            Optional<Calibration> found = CalibrationFile.read(model.directory());
            if (found.isPresent() && !found.get().embedderSha256().equals(model.embedderSha256())) {
                throw new InvalidConfig(model.directory().resolve(CalibrationFile.NAME) + " was measured with another embedder. Make it anew with: tronie calibrate");
            }
            return found;
        } catch (IOException e) {
            throw new InvalidConfig(e.getMessage());
        }
    }

    /** How often strangers reach a cosine: as calibrated, else through the one point of the model's properties. */
    static FalseMatchCurve strangers(ModelFolder model, Optional<Calibration> calibration) {
        return calibration.map(Calibration::strangers).orElseGet(() -> FalseMatchCurve.through(model.matchThreshold(), model.falseMatchRate()));
    }

    /** The policies of all galleries. */
    static DecisionPolicies policies(TronieConfig.Match m, ModelFolder model) {
        Optional<Calibration> calibration = calibration(model);
        FalseMatchCurve curve = strangers(model, calibration);
        SimilarityScale scale = calibration.map(Calibration::scale).orElse(null);
        Map<String, DecisionPolicy> own = new HashMap<>();
        m.galleries().forEach((gallery, o) -> {
            // A gallery's own rate is meant even where everywhere else a fixed threshold is set.
            Double threshold = o.threshold() != null ? o.threshold() : o.fpir() != null ? null : m.threshold();
            own.put(gallery, policy(curve, model.falseMatchRate(), threshold, o.fpir() != null ? o.fpir() : m.fpir(), m,
                    o.margin() != null ? o.margin() : m.margin(), scale));
        });
        return new DecisionPolicies(policy(curve, model.falseMatchRate(), m.threshold(), m.fpir(), m, m.margin(), scale), Map.copyOf(own));
    }

    private static DecisionPolicy policy(FalseMatchCurve curve, double rateMax, Double threshold, double fpir, TronieConfig.Match m, double margin,
            SimilarityScale scale) {
        ThresholdRule rule = threshold != null ? ThresholdRule.fixed(threshold.floatValue()) : new ThresholdRule(curve, rateMax, fpir, null);
        ThresholdRule possible = threshold != null || m.possibleFpir() <= fpir ? null
                : rule.holding(m.possibleFpir(), Math.min(RATE_LAXEST, POSSIBLE_RATE_FACTOR * rateMax));
        return new DecisionPolicy(rule, possible, (float) margin, bar(m.probe()), scale);
    }

    /** A bar of the settings. */
    static QualityBar bar(TronieConfig.Bar b) {
        return new QualityBar(b.faceMinPx(), (float) b.sharpnessMin(), (float) b.brightnessMin(), (float) b.poseMaxDeg(), (float) b.detectionMin(),
                (float) b.qualityMin());
    }
}
