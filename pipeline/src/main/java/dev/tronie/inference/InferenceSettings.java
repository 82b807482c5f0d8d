package dev.tronie.inference;

/**
 * How the workers run.
 *
 * @param workers        worker threads, each with its own predictors
 * @param detectBatchMax pictures in one detector call
 * @param embedBatchMax  crops in one embedder call
 * @param batchWaitMs    how long a worker waits for more of the same before it runs a batch that is not full
 * @param queueMax       requests waiting; more make their senders wait
 * @param deadlineMs     longest wait for a worker before a request is given up
 */
public record InferenceSettings(int workers, int detectBatchMax, int embedBatchMax, int batchWaitMs, int queueMax, int deadlineMs) {
}
