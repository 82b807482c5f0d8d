package dev.tronie.appearance;

import dev.tronie.vision.QualityBar;

/**
 * How appearances are followed and told. All times are the camera's.
 *
 * @param gapMs         unseen for longer than this, an appearance is closed
 * @param decideMs      undecided for this long, it is opened as what it seems
 * @param framesMin     frames in which a face must have been found before it is told of
 * @param shotsMax      best shots that are kept and voted
 * @param embeddingsMax frames of one appearance that are embedded; ambiguous meetings may take as many again
 * @param tracksMax     faces that are followed at a time
 * @param sureScore     detection score from which a face is followed anew; fainter ones only keep a followed face in sight
 * @param sameCosine    two shots as similar as this are one person's, among the few who pass one camera within a gap
 * @param unlikeCosine  two shots less similar than this are taken for two people's where motion leaves a doubt
 * @param bar           what a shot must be like to be voted
 */
public record AppearanceRules(long gapMs, long decideMs, int framesMin, int shotsMax, int embeddingsMax, int tracksMax, float sureScore,
        float sameCosine, float unlikeCosine, QualityBar bar) {
    /** For so long an unopened face is remembered while it is out of sight; it cannot be a stay yet. */
    long unopenedMs() {
        return Math.min(gapMs, 3_000);
    }
}
