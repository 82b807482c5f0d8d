package dev.tronie.gateway;

import dev.tronie.client.BrokerProblem;
import dev.tronie.client.Requests;
import dev.tronie.event.ModelIdentity;
import dev.tronie.event.Source;
import dev.tronie.fixture.FakeFaceAnalyzer;
import dev.tronie.gallery.FaceKey;
import dev.tronie.gallery.Galleries;
import dev.tronie.gallery.Template;
import dev.tronie.event.Faces;
import dev.tronie.match.DecisionPolicies;
import dev.tronie.match.DecisionPolicy;
import dev.tronie.match.SimilarityScale;
import dev.tronie.match.ThresholdRule;
import dev.tronie.request.AllowedReferences;
import dev.tronie.request.Answer;
import dev.tronie.vision.Embeddings;
import dev.tronie.request.GalleryView;
import dev.tronie.request.RequestSettings;
import dev.tronie.request.UploadService;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.TrustedClasses;
import dev.tronie.schema.Upload;
import dev.tronie.schema.UploadReply;
import dev.tronie.vision.QualityBar;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;

/** Answers as the pipeline would, at once and in memory, by its own upload service over a fake vision path. */
final class FakeUpstream implements Upstream, GalleryView {
    static {
        TrustedClasses.install();
    }

    final Map<String, Requests.Found> given = new ConcurrentHashMap<>();
    final Galleries galleries = new Galleries();
    volatile boolean silent;
    volatile boolean away;
    /** What becomes of requests that are sent; null = they are answered. */
    volatile BrokerProblem fault;
    volatile int asked;

    private final InstantSource clock = () -> Instant.parse("2026-01-02T03:04:05Z");
    private final DecisionPolicy policy = new DecisionPolicy(ThresholdRule.fixed(0.5f), null, 0.03f, QualityBar.overall(0.05f), new SimilarityScale(20, -8));
    private final UploadService service = new UploadService(new FakeFaceAnalyzer(), new AllowedReferences(List.of(), 10 << 20),
            new RequestSettings(64, 24, 5, DecisionPolicies.of(policy), QualityBar.overall(0.1f)), new ModelIdentity("fake-1", 128, "fp32", "00", "c0ffee00"), clock);

    @Override
    public synchronized Asked ask(String key, SpecificRecord operation, byte[] photo, String caller) {
        if (away) {
            throw new BrokerProblem("away");
        }
        asked++;
        String id = UUID.randomUUID().toString();
        Upload upload = Upload.newBuilder().setRequestId(id).setRequestedAt(clock.instant()).setImage(photo == null ? null : ByteBuffer.wrap(photo))
                .setOperation(operation).build();
        Answer answer = service.answer(upload, new Source(EventKind.RECOGNIZED, id, null, UploadService.galleryOf(upload), "photo-uploads", 0, 0,
                clock.instant(), clock.instant(), false), this);
        answer.enrolled().forEach(face -> galleries.put(new Template(new FaceKey(face.getGallery(), face.getSubjectId(), face.getFaceId()), face.getModelId(),
                face.getQuality().getOverall(), new Template.Origin(face.getSource().getImageSha256(), Faces.box(face.getSource().getBox()), 0.9f, 640, 480),
                face.getEnrolledAt().toEpochMilli()), Embeddings.fromBytes(face.getEmbedding()).orElseThrow()));
        answer.erased().forEach(galleries::remove);
        given.put(id, new Requests.Found(answer.reply(), caller));
        CompletableFuture<UploadReply> reply = new CompletableFuture<>();
        if (fault != null) {
            reply.completeExceptionally(fault);
        } else if (!silent) {
            reply.complete(answer.reply());
        }
        return new Asked(id, reply);
    }

    @Override
    public Optional<Requests.Found> find(String requestId, Duration patience) {
        return Optional.ofNullable(given.get(requestId));
    }

    @Override
    public boolean ready() {
        return !away;
    }

    @Override
    public Galleries galleries() {
        return galleries;
    }

    @Override
    public long version() {
        return 1;
    }

    @Override
    public Set<FaceKey> pending() {
        return Set.of();
    }

    @Override
    public boolean isBeingErased(FaceKey key) {
        return false;
    }
}
