/** From cosines to a decision. No Kafka. */
package dev.tronie.match;
