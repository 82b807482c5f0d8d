package dev.tronie.topology;

import java.util.HashMap;
import java.util.Map;

/** A log of replies that the test writes. */
final class FakeAnsweredRequests implements AnsweredRequests {
    /** Source position by request id. */
    final Map<String, String> log = new HashMap<>();
    int waits;

    @Override
    public void awaitCurrent() {
        waits++;
    }

    @Override
    public Answered look(String requestId, String source) {
        String answered = log.get(requestId);
        return answered == null ? Answered.NO : answered.equals(source) ? Answered.THIS_RECORD : Answered.ANOTHER_RECORD;
    }
}
