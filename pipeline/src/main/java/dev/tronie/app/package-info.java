/** Commands, wiring, and orderly shutdown. */
package dev.tronie.app;
