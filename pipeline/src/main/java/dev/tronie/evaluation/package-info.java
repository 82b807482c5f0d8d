/** How good a model is on labelled pictures. No Kafka. */
package dev.tronie.evaluation;
