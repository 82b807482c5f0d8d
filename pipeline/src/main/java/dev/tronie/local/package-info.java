/** A Kafka broker in a process of its own, for the demo, for trying things out, and for the tests. */
package dev.tronie.local;
