package dev.tronie.client;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imwrite;
import static org.bytedeco.opencv.global.opencv_imgproc.FONT_HERSHEY_SIMPLEX;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_AA;
import static org.bytedeco.opencv.global.opencv_imgproc.getTextSize;
import static org.bytedeco.opencv.global.opencv_imgproc.putText;
import static org.bytedeco.opencv.global.opencv_imgproc.rectangle;

import dev.tronie.schema.Box;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.Recognition;
import java.io.IOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** Draws who was recognised onto a picture: green a match, yellow a possible one, grey the rest. Pure but for the file. */
public final class Annotator {
    private Annotator() {
    }

    /**
     * Writes an annotated picture.
     *
     * @param picture an encoded picture
     * @param events  its faces
     * @param file    a .jpg file to write
     */
    public static void write(byte[] picture, List<Recognition> events, Path file) throws IOException {
        try (BytePointer bytes = new BytePointer(picture); Mat encoded = new Mat(1, picture.length, 0, bytes); Mat image = imdecode(encoded, IMREAD_COLOR)) {
            if (image.empty()) {
                throw new IOException("The picture cannot be decoded.");
            }
            events.forEach(event -> draw(image, event));
            if (!imwrite(file.toString(), image)) {
                throw new IOException("The picture " + file + " cannot be written.");
            }
        }
    }

    private static void draw(Mat image, Recognition event) {
        Box b = event.getFace().getBox();
        int x = Math.round(b.getXPx());
        int y = Math.round(b.getYPx());
        double unit = Math.max(0.4, Math.min(1.2, image.cols() / 1600.0));
        int thick = Math.max(1, (int) Math.round(2 * unit));
        String label = label(event);
        try (Point from = new Point(x, y); Point to = new Point(Math.round(b.getXPx() + b.getWidthPx()), Math.round(b.getYPx() + b.getHeightPx()));
                Scalar colour = colour(event.getDecision().getKind()); Scalar black = new Scalar(0, 0, 0, 0);
                Size text = getTextSize(label, FONT_HERSHEY_SIMPLEX, unit, thick, new int[1])) {
            rectangle(image, from, to, colour, thick, LINE_AA, 0);
            int top = Math.max(0, y - text.height() - 4 * thick);
            try (Point boxFrom = new Point(x, top); Point boxTo = new Point(x + text.width() + 4, top + text.height() + 4 * thick);
                    Point at = new Point(x + 2, top + text.height() + 2 * thick)) {
                rectangle(image, boxFrom, boxTo, colour, -1, LINE_AA, 0);
                putText(image, label, at, FONT_HERSHEY_SIMPLEX, unit, black, thick, LINE_AA, false);
            }
        }
    }

    private static String label(Recognition event) {
        if (event.getCandidates().isEmpty() || event.getDecision().getKind() == DecisionKind.UNKNOWN
                || event.getDecision().getKind() == DecisionKind.REJECTED_QUALITY) {
            return event.getDecision().getKind() == DecisionKind.REJECTED_QUALITY ? "too poor" : "unknown";
        }
        String name = event.getCandidates().get(0).getSubjectId();
        // The built-in font has ASCII only; accents are dropped rather than shown as question marks.
        String ascii = Normalizer.normalize(name, Normalizer.Form.NFD).replaceAll("\\p{M}", "").replaceAll("[^\\x20-\\x7e]", "?");
        String sure = event.getDecision().getKind() == DecisionKind.MATCH ? "" : "? ";
        return String.format(Locale.ROOT, "%s %s%.2f", ascii, sure, event.getCandidates().get(0).getCosine());
    }

    private static Scalar colour(DecisionKind kind) {
        return switch (kind) {
            case MATCH -> new Scalar(80, 220, 80, 0);
            case POSSIBLE -> new Scalar(60, 220, 240, 0);
            default -> new Scalar(200, 200, 200, 0);
        };
    }
}
