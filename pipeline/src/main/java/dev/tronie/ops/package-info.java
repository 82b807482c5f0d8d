/** Metrics, health, and the management port that shows them. */
package dev.tronie.ops;
