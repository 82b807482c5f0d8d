package dev.tronie.vision;

import java.util.List;
import java.util.Map;

/**
 * What was found in one frame: where every face is, and a closer look at some of them.
 *
 * @param widthPx    width of the upright picture
 * @param heightPx   height of the upright picture
 * @param detections best score first, faint ones included
 * @param closeUps   by index of the detection; where it was not worth embedding, the face's embedding is null
 * @param timings    where the time went
 */
public record Glance(int widthPx, int heightPx, List<Detection> detections, Map<Integer, Analysis.Face> closeUps, Analysis.Timings timings) {
}
