/** Topics, the topology, its thin processors and the gallery's store. Knows Kafka, not the engine. */
package dev.tronie.topology;
