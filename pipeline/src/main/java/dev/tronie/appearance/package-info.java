/** Who stays before a camera: faces followed from frame to frame, looked at closely when that can change the answer, decided on by their best shots. No Kafka, no clock. */
package dev.tronie.appearance;
