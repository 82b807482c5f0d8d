/** Pixels to faces: detection input, non-maximum suppression, alignment, quality and pose. No Kafka, no engine. */
package dev.tronie.vision;
