package dev.tronie.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tronie.event.AwsRecord;
import dev.tronie.event.Recognitions;
import dev.tronie.event.Source;
import dev.tronie.gallery.Found;
import dev.tronie.inference.InferenceUnavailable;
import dev.tronie.match.DecisionPolicy;
import dev.tronie.request.Images;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Frame;
import dev.tronie.schema.FrameHints;
import dev.tronie.schema.Recognition;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.AnalysisOptions;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** One frame in, one event a face out. Blocks on inference; keeps nothing between records. A frame that cannot be used is counted. */
final class FrameProcessor implements Processor<String, Frame, String, Object> {
    private final Stages stages;
    private ProcessorContext<String, Object> context;
    private GalleryStore gallery;

    FrameProcessor(Stages stages) {
        this.stages = stages;
    }

    @Override
    public void init(ProcessorContext<String, Object> taskContext) {
        this.context = taskContext;
        this.gallery = taskContext.getStateStore(GalleryStore.NAME);
    }

    @Override
    public void process(Record<String, Frame> record) {
        Instant received = stages.clock().instant();
        stages.metrics().frameReceived();
        Frame frame = record.value();
        if (frame == null || record.key() == null) {
            stages.metrics().frameSkipped(frame == null ? "null_value" : "no_camera");
            return;
        }
        if (Freshness.isStale(frame.getCapturedAt(), received, stages.frames().maxAgeMs())) {
            stages.metrics().frameSkipped("stale");
            return;
        }
        try {
            Images.bytes(frame.getImage(), stages.images())
                    .then(bytes -> stages.analyzer().analyse(bytes, options(frame.getHints())))
                    .handle(analysis -> recognise(record, frame, analysis, received),
                            refusal -> stages.metrics().frameSkipped(refusal.code().name().toLowerCase(Locale.ROOT)));
        } catch (InferenceUnavailable e) {
            stages.metrics().frameSkipped("no_worker");
        }
    }

    private AnalysisOptions options(FrameHints hints) {
        Stages.FrameSettings s = stages.frames();
        int facesMax = hints == null || hints.getMaxFaces() == null ? s.facesMax() : Math.min(s.facesMax(), hints.getMaxFaces());
        int faceMinPx = hints == null || hints.getMinFacePx() == null ? s.faceMinPx() : Math.max(s.faceMinPx(), hints.getMinFacePx());
        return new AnalysisOptions(Math.max(0, facesMax), faceMinPx, false, false);
    }

    private void recognise(Record<String, Frame> record, Frame frame, Analysis analysis, Instant received) {
        long version = gallery.version();
        long start = System.nanoTime();
        // The second subject is always looked for: the margin to it belongs to the decision.
        Found found = gallery.galleries().search(frame.getGallery(), stages.identity().modelId(),
                analysis.faces().stream().map(Analysis.Face::embedding).toList(), Math.max(2, stages.frames().candidatesMax()));
        float matchMs = (System.nanoTime() - start) / 1e6f;
        RecordMetadata at = context.recordMetadata().orElseThrow();
        Instant decided = stages.clock().instant();
        Source source = new Source(EventKind.SEEN, record.key(), frame.getFrameId(), frame.getGallery(), at.topic(), at.partition(), at.offset(),
                frame.getCapturedAt(), received, Freshness.isStale(frame.getCapturedAt(), decided, stages.frames().maxAgeMs()));
        DecisionPolicy policy = stages.policies().of(frame.getGallery());
        List<Recognition> events =
                Recognitions.of(source, analysis, found, policy, matchMs, decided, stages.identity(), version);
        stages.metrics().frameDone(analysis, matchMs, events, decided.toEpochMilli() - frame.getCapturedAt().toEpochMilli());
        events.forEach(event -> context.forward(record.<Object>withValue(event), RecognitionTopology.RECOGNITIONS_OF_FRAMES));
        if (stages.frames().awsRecords()) {
            context.forward(record.<Object>withValue(AwsRecord.of(source, analysis, found, policy).toString().getBytes(UTF_8)), RecognitionTopology.AWS_RECORDS);
        }
    }
}
