package dev.tronie.app;

import dev.tronie.appearance.AppearanceRules;
import dev.tronie.config.TronieConfig;
import dev.tronie.event.EventIds;
import dev.tronie.event.ModelIdentity;
import dev.tronie.inference.ModelFolder;
import dev.tronie.match.DecisionPolicies;
import dev.tronie.match.FalseMatchCurve;
import dev.tronie.ops.PipelineMetrics;
import dev.tronie.request.AllowedReferences;
import dev.tronie.request.RequestSettings;
import dev.tronie.request.UploadService;
import dev.tronie.topology.AnsweredRequests;
import dev.tronie.topology.FrameArrivals;
import dev.tronie.topology.GalleryReading;
import dev.tronie.topology.Stages;
import dev.tronie.topology.Topics;
import dev.tronie.vision.FaceAnalyzer;
import java.time.InstantSource;
import java.util.TreeMap;
import org.apache.kafka.streams.StreamsConfig;

/** What the processors work with, from the settings, the model and the running parts. */
final class StageSetup {
    /** An event must outlive what a crash can bring again: two commits, and the time that a frame may wait for its worker. */
    private static final long OUTBOX_COMMITS = 2;
    private static final long OUTBOX_SPARE_MS = 15_000;
    /** Strangers who reach these cosines: faces in passing are poor, and strangers' poor shots resemble each other more than portraits do. */
    private static final double SAME_RATE = 1e-5;
    private static final double UNLIKE_RATE = 1e-3;

    private StageSetup() {
    }

    static Stages of(TronieConfig config, ModelFolder model, FaceAnalyzer analyzer, AnsweredRequests answered, GalleryReading galleryLog, FrameArrivals arrivals, PipelineMetrics metrics,
            InstantSource clock) {
        ModelIdentity identity = identity(config, model);
        DecisionPolicies policies = DecisionSetup.policies(config.match(), model);
        TronieConfig.Vision v = config.vision();
        int candidatesMax = config.match().candidatesMax();
        AllowedReferences images = new AllowedReferences(config.images().referencesAllow(), config.images().maxBytes());
        UploadService uploads = new UploadService(analyzer, images, new RequestSettings(v.facesMax(), v.faceMinPx(), candidatesMax, policies,
                DecisionSetup.bar(config.match().enroll())), identity, clock);
        TronieConfig.Frames f = config.frames();
        TronieConfig.Cameras c = config.cameras();
        boolean once = config.processing().guarantee().equals(StreamsConfig.EXACTLY_ONCE_V2);
        return new Stages(analyzer, images, uploads, answered, galleryLog, policies, new Stages.FrameSettings(f.maxAgeMs(), f.lagMaxMs(), v.facesMax(), v.faceMinPx(),
                candidatesMax, f.every(), f.replay(), once ? 0 : OUTBOX_COMMITS * config.processing().commitIntervalMs() + OUTBOX_SPARE_MS, config.aws().enabled()),
                Topics.framesName(config), arrivals, appearances(config, model),
                new Stages.CameraSettings(c.staleMs(), c.statusMs(), c.skewMaxMs(), c.reorderMaxMs(), c.forgetMs()), identity, metrics, clock);
    }

    /** How appearances are followed; who is the same person within one camera's gap is told at a laxer rate than who is enrolled. */
    static AppearanceRules appearances(TronieConfig config, ModelFolder model) {
        TronieConfig.Appearances a = config.appearances();
        FalseMatchCurve strangers = DecisionSetup.strangers(model, DecisionSetup.calibration(model));
        return new AppearanceRules(a.gapMs(), a.decideMs(), a.framesMin(), a.shotsMax(), a.embeddingsMax(), a.tracksMax(), model.detectorThreshold(),
                (float) strangers.cosineAt(SAME_RATE), (float) strangers.cosineAt(UNLIKE_RATE), DecisionSetup.bar(config.match().probe()));
    }

    /** The model, and a digest of all that decisions depend on. */
    static ModelIdentity identity(TronieConfig config, ModelFolder model) {
        DecisionPolicies policies = DecisionSetup.policies(config.match(), model);
        return new ModelIdentity(model.modelId(), model.embeddingSize(), model.precision(), model.embedderSha256(),
                EventIds.digest(policies.standard().toString(), new TreeMap<>(policies.byGallery()).toString(), config.vision().toString(),
                        config.match().enroll().toString(), Integer.toString(config.match().candidatesMax()), config.appearances().toString(), config.cameras().toString(),
                        config.frames().maxAgeMs() + " " + config.frames().lagMaxMs()).substring(0, 8));
    }
}
