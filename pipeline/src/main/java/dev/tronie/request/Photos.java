package dev.tronie.request;

import dev.tronie.image.Outcome;
import dev.tronie.schema.ErrorCode;
import dev.tronie.schema.Upload;
import dev.tronie.vision.Analysis;
import dev.tronie.vision.AnalysisOptions;
import dev.tronie.vision.FaceAnalyzer;

/** From an upload's photo to its faces. Safe to call from many threads. */
final class Photos {
    private final FaceAnalyzer analyzer;
    private final ImageResolver images;
    private final RequestSettings settings;

    Photos(FaceAnalyzer analyzer, ImageResolver images, RequestSettings settings) {
        this.analyzer = analyzer;
        this.images = images;
        this.settings = settings;
    }

    /** The photo's bytes. */
    Outcome<byte[]> bytes(Upload upload) {
        return Images.bytes(upload.getImage(), images);
    }

    /**
     * The faces of a photo.
     *
     * @param minFaceRatio least height as a share of the picture's smaller side; null = no wish
     * @param facesMax     at most this many; null = the setting
     * @param crops        whether the aligned crops are wanted
     */
    Outcome<Analysis> faces(byte[] photo, Float minFaceRatio, Integer facesMax, boolean crops) {
        if (minFaceRatio != null && !(minFaceRatio >= 0 && minFaceRatio <= 1)) {
            return Outcome.refused(ErrorCode.INVALID_REQUEST, "minFaceRatio must be within 0 to 1.", "Correct the request.");
        }
        if (facesMax != null && facesMax < 1) {
            return Outcome.refused(ErrorCode.INVALID_REQUEST, "maxFaces must be at least 1.", "Correct the request.");
        }
        int most = facesMax == null ? settings.facesMax() : Math.min(facesMax, settings.facesMax());
        return analyzer.analyse(photo, new AnalysisOptions(most, settings.faceMinPx(), true, crops)).then(a -> {
            float least = minFaceRatio == null ? 0 : minFaceRatio * Math.min(a.widthPx(), a.heightPx());
            return Outcome.ok(new Analysis(a.widthPx(), a.heightPx(),
                    a.faces().stream().filter(f -> f.detection().box().height() >= least).toList(), a.timings()));
        });
    }

    /** A photo with at least one face, or why not; the faces are the same. */
    Outcome<Analysis> some(Analysis analysis) {
        return analysis.faces().isEmpty() ? Outcome.refused(ErrorCode.NO_FACE, "No face was found in the photo.",
                "Send a photo with a well-lit face, at least " + Math.round(settings.faceMinPx()) + " pixels high.") : Outcome.ok(analysis);
    }
}
