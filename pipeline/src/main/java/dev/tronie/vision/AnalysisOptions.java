package dev.tronie.vision;

/**
 * What is wanted of one picture.
 *
 * @param facesMax   at most this many faces, best score first
 * @param faceMinPx  faces lower than this many pixels are left out
 * @param secondLook whether to look again, with a border around the picture, where the first look finds no face: portraits cut
 *                   off at the hairline need it, camera frames do not
 * @param crops      whether the aligned crops are wanted as JPEG
 */
public record AnalysisOptions(int facesMax, float faceMinPx, boolean secondLook, boolean crops) {
}
