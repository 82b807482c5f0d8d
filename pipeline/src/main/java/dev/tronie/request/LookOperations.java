package dev.tronie.request;

import dev.tronie.event.Faces;
import dev.tronie.event.ModelIdentity;
import dev.tronie.event.Recognitions;
import dev.tronie.event.Source;
import dev.tronie.gallery.Found;
import dev.tronie.gallery.Hit;
import dev.tronie.image.Outcome;
import dev.tronie.image.Refusal;
import dev.tronie.match.DecisionPolicy;
import dev.tronie.schema.Detect;
import dev.tronie.schema.ErrorCode;
import dev.tronie.schema.FaceReport;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.Recognize;
import dev.tronie.schema.Upload;
import dev.tronie.schema.UploadReply;
import dev.tronie.schema.Verify;
import dev.tronie.vision.Analysis;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** DETECT, VERIFY and RECOGNIZE: look at a photo and change nothing. Stateless. */
final class LookOperations {
    private final Photos photos;
    private final Replies replies;
    private final RequestSettings settings;
    private final ModelIdentity identity;
    private final InstantSource clock;

    LookOperations(Photos photos, Replies replies, RequestSettings settings, ModelIdentity identity, InstantSource clock) {
        this.photos = photos;
        this.replies = replies;
        this.settings = settings;
        this.identity = identity;
        this.clock = clock;
    }

    Answer detect(Upload upload, Detect detect, GalleryView gallery) {
        return look(upload, gallery, detect.getMinFaceRatio(), detect.getMaxFaces(), Optional.empty(), (reply, analysis) -> Answer.of(reply));
    }

    Answer verify(Upload upload, Verify verify, GalleryView gallery) {
        Optional<Refusal> refusal = thresholds(verify.getThreshold(), verify.getSimilarityThreshold(), verify.getGallery()).or(() -> unknownGallery(verify.getGallery(), gallery))
                .or(() -> gallery.galleries().ofSubject(verify.getGallery(), verify.getSubjectId()).isEmpty()
                        ? Optional.of(new Refusal(ErrorCode.UNKNOWN_SUBJECT, "This subject is not enrolled in the gallery.",
                                "Enrol the subject first, or check its id."))
                        : Optional.empty());
        return look(upload, gallery, null, null, refusal, (reply, analysis) -> {
            long start = System.nanoTime();
            Found found = gallery.galleries().compare(verify.getGallery(), verify.getSubjectId(), identity.modelId(), probes(analysis));
            float matchMs = (System.nanoTime() - start) / 1e6f;
            DecisionPolicy policy = policy(verify.getGallery(), verify.getThreshold(), verify.getSimilarityThreshold());
            for (int i = 0; i < analysis.faces().size(); i++) {
                FaceReport report = reply.getFaces().get(i);
                List<Hit> hits = found.hits().get(i);
                // One claimed identity is one comparison, however many templates it has.
                report.setDecision(policy.decide(analysis.faces().get(i), hits, 1));
                report.setCandidates(Faces.candidates(hits, policy));
            }
            reply.setTimings(Faces.timings(analysis.timings(), matchMs));
            return Answer.of(reply);
        });
    }

    Answer recognize(Upload upload, Recognize recognize, Source source, GalleryView gallery) {
        Integer wanted = recognize.getMaxCandidates();
        Optional<Refusal> refusal = thresholds(recognize.getThreshold(), recognize.getSimilarityThreshold(), recognize.getGallery())
                .or(() -> wanted != null && wanted < 1 ? invalid("maxCandidates must be at least 1.") : Optional.empty())
                .or(() -> unknownGallery(recognize.getGallery(), gallery));
        int top = wanted == null ? settings.candidatesMax() : Math.min(settings.candidatesMax(), wanted);
        return look(upload, gallery, recognize.getMinFaceRatio(), null, refusal, (reply, analysis) -> {
            long version = gallery.version();
            long start = System.nanoTime();
            // The second subject is always looked for: the margin to it belongs to the decision.
            Found found = gallery.galleries().search(recognize.getGallery(), identity.modelId(), probes(analysis), Math.max(2, top));
            float matchMs = (System.nanoTime() - start) / 1e6f;
            List<Recognition> events = Recognitions.of(source, analysis, found,
                    policy(recognize.getGallery(), recognize.getThreshold(), recognize.getSimilarityThreshold()), matchMs, clock.instant(), identity, version);
            for (int i = 0; i < events.size(); i++) {
                Recognition event = events.get(i);
                event.setCandidates(event.getCandidates().stream().limit(top).toList());
                reply.getFaces().get(i).setDecision(event.getDecision());
                reply.getFaces().get(i).setCandidates(event.getCandidates());
            }
            reply.setTimings(Faces.timings(analysis.timings(), matchMs));
            return new Answer(reply, List.of(), List.of(), events);
        });
    }

    private interface Step {
        Answer answer(UploadReply reply, Analysis analysis);
    }

    /** What all three share: check, find faces, report them, go on. */
    private Answer look(Upload upload, GalleryView gallery, Float minFaceRatio, Integer facesMax, Optional<Refusal> refusal, Step step) {
        UploadReply reply = replies.to(upload, gallery);
        if (refusal.isPresent()) {
            return replies.refused(reply, refusal.get());
        }
        Function<byte[], Outcome<Analysis>> find = photo -> photos.faces(photo, minFaceRatio, facesMax, false);
        Outcome<Answer> answer = photos.bytes(upload).then(find).then(photos::some).then(analysis -> {
            replies.report(reply, analysis);
            return Outcome.ok(step.answer(reply, analysis));
        });
        return answer instanceof Outcome.Ok<Answer> ok ? replies.done(ok.value())
                : replies.refused(reply, ((Outcome.Refused<Answer>) answer).refusal());
    }

    /** The gallery's policy, or the one at the threshold that the request names. */
    private DecisionPolicy policy(String gallery, Float cosine, Float similarity) {
        DecisionPolicy policy = settings.policies().of(gallery);
        return cosine != null ? policy.at(cosine) : similarity != null ? policy.at(policy.scale().cosine(similarity)) : policy;
    }

    private static List<float[]> probes(Analysis analysis) {
        return analysis.faces().stream().map(Analysis.Face::embedding).toList();
    }

    private Optional<Refusal> thresholds(Float cosine, Float similarity, String gallery) {
        if (cosine != null && similarity != null) {
            return invalid("threshold and similarityThreshold exclude each other.");
        } else if (cosine != null && !(cosine >= -1 && cosine <= 1)) {
            return invalid("threshold must be within -1 to 1.");
        } else if (similarity != null && !(similarity >= 0 && similarity <= 1)) {
            return invalid("similarityThreshold must be within 0 to 1.");
        } else if (similarity != null && settings.policies().of(gallery).scale() == null) {
            return Optional.of(new Refusal(ErrorCode.NOT_SUPPORTED, "The pipeline's model is not calibrated: it knows no similarities.",
                    "Send a threshold (cosine), or calibrate the model with tronie calibrate."));
        }
        return Optional.empty();
    }

    private static Optional<Refusal> invalid(String message) {
        return Optional.of(new Refusal(ErrorCode.INVALID_REQUEST, message, "Correct the request."));
    }

    static Optional<Refusal> unknownGallery(String name, GalleryView gallery) {
        return gallery.galleries().contains(name) ? Optional.empty() : Optional.of(new Refusal(ErrorCode.UNKNOWN_GALLERY,
                "Nobody is enrolled in this gallery.", "Enrol somebody first, or check the gallery's name."));
    }
}
