/** Measurements of the whole product against peers in the same run: real processes, real brokers. */
package dev.tronie.bench;
