package dev.tronie.topology;

import dev.tronie.event.ModelIdentity;
import dev.tronie.match.DecisionPolicies;
import dev.tronie.ops.PipelineMetrics;
import dev.tronie.request.ImageResolver;
import dev.tronie.request.UploadService;
import dev.tronie.vision.FaceAnalyzer;
import java.time.InstantSource;

/**
 * What the processors work with; all of it safe to share between stream threads.
 *
 * @param analyzer      pictures to faces
 * @param images        fetches pictures that records refer to
 * @param uploads       answers uploads
 * @param answered      which have been answered
 * @param policies      decide about the faces of frames
 * @param frames        which frames and faces are taken
 * @param identity      model and settings
 * @param metrics       counts
 * @param clock         the wall clock
 */
public record Stages(FaceAnalyzer analyzer, ImageResolver images, UploadService uploads, AnsweredRequests answered, DecisionPolicies policies, FrameSettings frames,
        ModelIdentity identity, PipelineMetrics metrics, InstantSource clock) {

    /**
     * Which frames and faces are taken.
     *
     * @param maxAgeMs      older frames are skipped
     * @param facesMax      faces a frame
     * @param faceMinPx     smallest face, height in pixels
     * @param candidatesMax candidates an event
     * @param awsRecords    whether every frame is also published in AWS's shape
     */
    public record FrameSettings(long maxAgeMs, int facesMax, int faceMinPx, int candidatesMax, boolean awsRecords) {
    }
}
