package dev.tronie.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tronie.event.Source;
import dev.tronie.gallery.FaceKey;
import dev.tronie.request.Answer;
import dev.tronie.request.UploadService;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.GalleryFace;
import dev.tronie.schema.Recognition;
import dev.tronie.schema.RemoveFace;
import dev.tronie.schema.RemoveGallery;
import dev.tronie.schema.RemoveSubject;
import dev.tronie.schema.Upload;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One upload in; one reply out, and what it enrolled and recognised. Blocks on inference; keeps nothing between records but the ids
 * it has answered. A request that was sent twice is left alone; a record that is replayed completes what a crash may have cut off,
 * and gets no second reply.
 */
final class UploadProcessor implements Processor<String, Upload, String, Object> {
    private static final Logger LOG = LoggerFactory.getLogger(UploadProcessor.class);
    private static final int FORWARDED_MAX = 10_000;

    private final Supplier<Stages> current;
    /** Those of the record that is processed. */
    private Stages stages;
    private ProcessorContext<String, Object> context;
    private GalleryStore gallery;
    /** Requests answered since the task began whose replies may not have been read back yet, by record. */
    private final Map<String, String> forwarded = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > FORWARDED_MAX;
        }
    };

    UploadProcessor(Supplier<Stages> current) {
        this.current = current;
    }

    @Override
    public void init(ProcessorContext<String, Object> taskContext) {
        this.context = taskContext;
        this.stages = current.get();
        this.gallery = taskContext.getStateStore(GalleryStore.NAME);
        // What was forwarded before a failure may never have been written: only the log knows.
        forwarded.clear();
        stages.answered().awaitCurrent();
        // What the partition's last owner enrolled must be known to the requests behind it.
        stages.galleryLog().awaitCurrent();
    }

    @Override
    public void process(Record<String, Upload> record) {
        stages = current.get();
        LogIds.ofUpload(record.value() == null ? null : record.value().getRequestId(), record.headers());
        try {
            take(record);
        } finally {
            LogIds.clear();
        }
    }

    private void take(Record<String, Upload> record) {
        Instant received = stages.clock().instant();
        RecordMetadata at = context.recordMetadata().orElseThrow();
        Upload upload = record.value();
        if (upload == null) {
            stages.metrics().deadLetter("null_value");
            context.forward(new Record<>(record.key(), null, record.timestamp(), reason(at)), RecognitionTopology.DEAD_LETTERS);
            return;
        }
        String position = ReplySource.of(at);
        AnsweredRequests.Answered answered = answered(upload.getRequestId(), position);
        if (answered == AnsweredRequests.Answered.ANOTHER_RECORD) {
            LOG.debug("Upload left alone: it was sent twice");
            stages.metrics().uploadRepeated("sent_twice");
            return;
        }
        Source source = new Source(EventKind.RECOGNIZED, upload.getRequestId(), null, UploadService.galleryOf(upload), at.topic(),
                at.partition(), at.offset(), Instant.ofEpochMilli(record.timestamp()), received, false);
        if (isRemoval(upload)) {
            // What has been answered by whichever instance is to go.
            stages.galleryLog().awaitCurrent();
        }
        gallery.forgetUnwritten(received.toEpochMilli());
        Answer answer = stages.uploads().answer(upload, source, gallery);
        boolean replayed = answered == AnsweredRequests.Answered.THIS_RECORD;
        if (LOG.isDebugEnabled()) {
            LOG.atDebug().addKeyValue("events", answer.recognitions().stream().map(Recognition::getEventId).toList()).log("Upload answered: {}, {}", answer.reply().getOperation(),
                    answer.reply().getError() == null ? "ok" : answer.reply().getError().getCode());
        }
        change(answer, record.timestamp(), received.toEpochMilli(), position, replayed);
        answer.recognitions().forEach(event -> context.forward(
                new Record<String, Object>(upload.getRequestId(), event, record.timestamp(), record.headers()), RecognitionTopology.RECOGNITIONS_OF_UPLOADS));
        if (replayed) {
            // Its reply has been written; what else it led to may not have been.
            stages.metrics().uploadRepeated("replayed");
            return;
        }
        forwarded.put(upload.getRequestId(), position);
        // A reply's own time: one to an upload that waited for days must not be past its retention when it is written.
        context.forward(new Record<String, Object>(upload.getRequestId(), answer.reply(), received.toEpochMilli(),
                ReplySource.with(record.headers(), position)), RecognitionTopology.REPLIES);
        if (answer.reply().getFaces().size() >= stages.frames().facesMax()) {
            stages.metrics().limitReached("vision.faces.max");
        }
        stages.metrics().uploadDone(answer.reply(), answer.recognitions(), received);
    }

    private static boolean isRemoval(Upload upload) {
        Object operation = upload.getOperation();
        return operation instanceof RemoveGallery || operation instanceof RemoveSubject || operation instanceof RemoveFace;
    }

    /** Writes to the gallery's log. A replay may come long after what others asked for since: that stays as it is. */
    private void change(Answer answer, long requestedAtMs, long nowMs, String position, boolean replayed) {
        String partition = ReplySource.partition(position);
        for (GalleryFace face : answer.enrolled()) {
            FaceKey key = new FaceKey(face.getGallery(), face.getSubjectId(), face.getFaceId());
            if (!(replayed && gallery.isErasedElsewhereSince(key, requestedAtMs, partition))) {
                gallery.sent(key, face.getEnrolledAt().toEpochMilli(), nowMs);
                context.forward(new Record<String, Object>(key.text(), face, requestedAtMs), RecognitionTopology.GALLERY_FACES);
            }
        }
        for (FaceKey key : answer.erased()) {
            if (!(replayed && gallery.isEnrolledAfter(key, requestedAtMs))) {
                gallery.sentErasure(key, requestedAtMs, partition, nowMs);
                context.forward(new Record<String, Object>(key.text(), null, requestedAtMs, ReplySource.with(new RecordHeaders(), position)), RecognitionTopology.GALLERY_FACES);
            }
        }
    }

    private AnsweredRequests.Answered answered(String requestId, String position) {
        return forwarded.containsKey(requestId) ? AnsweredRequests.Answered.ANOTHER_RECORD : stages.answered().look(requestId, position);
    }

    private static Headers reason(RecordMetadata at) {
        Headers headers = new RecordHeaders();
        DeadLetterHandler.describe("the record has no value", "NullValue", at.topic(), at.partition(), at.offset())
                .forEach((name, value) -> headers.add(name, value.getBytes(UTF_8)));
        return headers;
    }
}
