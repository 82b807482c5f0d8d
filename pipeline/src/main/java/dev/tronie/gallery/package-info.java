/** Enrolled faces in memory, and exact search over them. No Kafka. */
package dev.tronie.gallery;
