/** Building the records that leave the pipeline, their deterministic ids, and their plain JSON. No Kafka. */
package dev.tronie.event;
