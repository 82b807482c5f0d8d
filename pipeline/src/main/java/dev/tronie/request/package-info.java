/** What an upload asks for and what it gets: operations, their checks, their replies. No Kafka. */
package dev.tronie.request;
