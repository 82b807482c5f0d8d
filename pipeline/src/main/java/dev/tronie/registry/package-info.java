/** Schemas by id: the registry's REST API, registries without a server, and Avro in the Confluent wire format. */
package dev.tronie.registry;
