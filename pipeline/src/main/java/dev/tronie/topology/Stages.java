package dev.tronie.topology;

import dev.tronie.appearance.AppearanceRules;
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
 * @param galleryLog    how far the gallery has been read
 * @param policies      decide about the faces of frames
 * @param frames        which frames and faces are taken
 * @param framesTopic   where frames come from
 * @param arrivals      which frames have been fetched
 * @param appearances   how appearances are followed and told
 * @param cameras       how cameras are watched
 * @param identity      model and settings
 * @param metrics       counts
 * @param clock         the wall clock
 */
public record Stages(FaceAnalyzer analyzer, ImageResolver images, UploadService uploads, AnsweredRequests answered, GalleryReading galleryLog, DecisionPolicies policies, FrameSettings frames,
        String framesTopic, FrameArrivals arrivals, AppearanceRules appearances, CameraSettings cameras, ModelIdentity identity, PipelineMetrics metrics, InstantSource clock) {

    /**
     * Which frames and faces are taken.
     *
     * @param maxAgeMs      older frames are skipped
     * @param lagMaxMs      where the pipeline is further behind, a frame gives way to a newer one of its camera
     * @param facesMax      faces a frame
     * @param faceMinPx     smallest face, height in pixels
     * @param candidatesMax candidates an event
     * @param every         whether every face of every frame is told of besides
     * @param replay        whether the past is gone through: nothing is too old, and everything is told as late
     * @param outboxMs      how long events are kept to be given again after a crash; 0 = the guarantee is exactly_once_v2
     * @param awsRecords    whether every frame is also published in AWS's shape
     */
    public record FrameSettings(long maxAgeMs, long lagMaxMs, int facesMax, int faceMinPx, int candidatesMax, boolean every, boolean replay, long outboxMs,
            boolean awsRecords) {
    }

    /**
     * How cameras are watched.
     *
     * @param staleMs      a camera whose time stands still for so long is STALE
     * @param statusMs     how often a status is published
     * @param skewMaxMs    a clock further ahead is told of
     * @param reorderMaxMs frames may overtake each other by this
     * @param forgetMs     a camera that is silent for longer is forgotten
     */
    public record CameraSettings(long staleMs, long statusMs, long skewMaxMs, long reorderMaxMs, long forgetMs) {
    }
}
