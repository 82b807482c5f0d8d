package dev.tronie.topology;

/**
 * Which requests have been answered, as the log of replies has it: a record that comes again must not get a second reply. Safe to
 * call from many threads.
 */
public interface AnsweredRequests {
    /** What is known of a request. */
    enum Answered {
        /** No reply is known. */
        NO,
        /** This very record has been answered and comes again: a replay, after which nothing may be missing. */
        THIS_RECORD,
        /** Another record of the same request has been answered: sent twice, to be left alone. */
        ANOTHER_RECORD
    }

    /** Waits until every reply that the brokers had when this was called is known. Called when a task starts. */
    void awaitCurrent();

    /**
     * Looks a request up.
     *
     * @param requestId the request
     * @param source    where its record stands, as {@link ReplySource} writes it
     */
    Answered look(String requestId, String source);
}
