package dev.tronie.app;

import dev.tronie.config.TronieConfig;
import dev.tronie.event.EventIds;
import dev.tronie.event.ModelIdentity;
import dev.tronie.inference.ModelFolder;
import dev.tronie.match.DecisionPolicies;
import dev.tronie.ops.PipelineMetrics;
import dev.tronie.request.AllowedReferences;
import dev.tronie.request.RequestSettings;
import dev.tronie.request.UploadService;
import dev.tronie.topology.AnsweredRequests;
import dev.tronie.topology.Stages;
import dev.tronie.vision.FaceAnalyzer;
import java.time.InstantSource;
import java.util.TreeMap;

/** What the processors work with, from the settings, the model and the running parts. */
final class StageSetup {
    private StageSetup() {
    }

    static Stages of(TronieConfig config, ModelFolder model, FaceAnalyzer analyzer, AnsweredRequests answered, PipelineMetrics metrics, InstantSource clock) {
        ModelIdentity identity = identity(config, model);
        DecisionPolicies policies = DecisionSetup.policies(config.match(), model);
        TronieConfig.Vision v = config.vision();
        int candidatesMax = config.match().candidatesMax();
        AllowedReferences images = new AllowedReferences(config.images().referencesAllow(), config.images().maxBytes());
        UploadService uploads = new UploadService(analyzer, images, new RequestSettings(v.facesMax(), v.faceMinPx(), candidatesMax, policies,
                DecisionSetup.bar(config.match().enroll())), identity, clock);
        return new Stages(analyzer, images, uploads, answered, policies, new Stages.FrameSettings(config.frames().maxAgeMs(), v.facesMax(), v.faceMinPx(),
                candidatesMax, config.aws().enabled()), identity, metrics, clock);
    }

    /** The model, and a digest of all that decisions depend on. */
    static ModelIdentity identity(TronieConfig config, ModelFolder model) {
        DecisionPolicies policies = DecisionSetup.policies(config.match(), model);
        return new ModelIdentity(model.modelId(), model.embeddingSize(), model.precision(), model.embedderSha256(),
                EventIds.digest(policies.standard().toString(), new TreeMap<>(policies.byGallery()).toString(), config.vision().toString(),
                        config.match().enroll().toString()).substring(0, 8));
    }
}
