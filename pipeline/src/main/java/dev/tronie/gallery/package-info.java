/** Enrolled faces in memory, and search over them. No Kafka. */
package dev.tronie.gallery;
