/** The other ends of the topics: publishing frames, sending uploads and awaiting replies, watching recognitions. */
package dev.tronie.client;
