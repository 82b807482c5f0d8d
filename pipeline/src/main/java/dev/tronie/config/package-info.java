/** Every key once, read from file, environment and flags into one validated tree of records. Nothing else reads a key. */
package dev.tronie.config;
