package dev.tronie.request;

import dev.tronie.event.Faces;
import dev.tronie.event.ModelIdentity;
import dev.tronie.image.Refusal;
import dev.tronie.schema.FaceReport;
import dev.tronie.schema.OperationKind;
import dev.tronie.schema.Upload;
import dev.tronie.schema.UploadError;
import dev.tronie.schema.UploadReply;
import dev.tronie.vision.Analysis;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/** Replies in the making. */
final class Replies {
    private final ModelIdentity identity;
    private final InstantSource clock;

    Replies(ModelIdentity identity, InstantSource clock) {
        this.identity = identity;
        this.clock = clock;
    }

    /** A reply that says what was asked, and nothing yet of what was found. */
    UploadReply to(Upload upload, GalleryView gallery) {
        SpecificRecord operation = (SpecificRecord) upload.getOperation();
        return UploadReply.newBuilder().setRequestId(upload.getRequestId()).setOperation(kind(operation))
                .setGallery(text(operation, "gallery")).setSubjectId(text(operation, "subjectId"))
                .setRequestedAt(upload.getRequestedAt()).setRepliedAt(clock.instant())
                .setTimings(Faces.timings(Analysis.Timings.NONE, 0)).setProvenance(identity.provenance(gallery.version())).build();
    }

    /** Adds the faces that were seen. */
    void report(UploadReply reply, Analysis analysis) {
        List<FaceReport> reports = new ArrayList<>();
        for (int i = 0; i < analysis.faces().size(); i++) {
            reports.add(FaceReport.newBuilder()
                    .setFace(Faces.of(i, analysis.faces().get(i), analysis.widthPx(), analysis.heightPx())).build());
        }
        reply.setFrameWidthPx(analysis.widthPx());
        reply.setFrameHeightPx(analysis.heightPx());
        reply.setFaces(reports);
        reply.setTimings(Faces.timings(analysis.timings(), 0));
    }

    /** The answer of a request that cannot be served. */
    Answer refused(UploadReply reply, Refusal refusal) {
        reply.setError(new UploadError(refusal.code(), refusal.message(), refusal.remedy()));
        return done(Answer.of(reply));
    }

    /** Stamps a finished answer. */
    Answer done(Answer answer) {
        answer.reply().setRepliedAt(clock.instant());
        return answer;
    }

    /** A text field of an operation that may not have it. */
    static String text(SpecificRecord operation, String field) {
        Schema.Field found = operation.getSchema().getField(field);
        return found == null ? null : (String) operation.get(found.pos());
    }

    /** The enum constant of an operation's record: Enroll is ENROLL, ListGalleries is LIST_GALLERIES. */
    private static OperationKind kind(SpecificRecord operation) {
        return OperationKind.valueOf(operation.getSchema().getName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
    }
}
