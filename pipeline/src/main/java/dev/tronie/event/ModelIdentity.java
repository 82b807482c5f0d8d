package dev.tronie.event;

import dev.tronie.schema.Provenance;

/**
 * Which model and which settings answers come from.
 *
 * @param modelId        id-version of the model folder
 * @param embeddingSize  numbers in its embeddings
 * @param precision      fp32 or bf16
 * @param embedderSha256 digest of the embedder's file
 * @param configVersion  digest of the settings that decisions depend on
 */
public record ModelIdentity(String modelId, int embeddingSize, String precision, String embedderSha256, String configVersion) {

    /** The provenance of an answer given at a state of the gallery. */
    public Provenance provenance(long galleryVersion) {
        return new Provenance(modelId, modelId, precision, embedderSha256, galleryVersion, configVersion);
    }
}
