package dev.tronie.gateway;

/** A call that the gateway itself refuses: status, code, message, and what to do. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final String BUSY = "BUSY";

    private final int status;
    private final String code;
    private final String remedy;
    private final String requestId;
    private final int retryAfterSeconds;

    private Refused(int status, String code, String message, String remedy, String requestId, int retryAfterSeconds) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.remedy = remedy;
        this.requestId = requestId;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    static Refused invalid(String message) {
        return new Refused(400, "INVALID_REQUEST", message, "Correct the request; /openapi.json describes it.", null, 0);
    }

    static Refused of(int status, String code, String message, String remedy) {
        return new Refused(status, code, message, remedy, null, 0);
    }

    static Refused retryLater(int status, String code, String message, int seconds) {
        return new Refused(status, code, message, "Try again in " + seconds + " s.", null, Math.max(1, seconds));
    }

    /** The gateway has no room for the call; its body has not been read. */
    static Refused busy(String message) {
        return new Refused(503, BUSY, message, "Try again in 1 s.", null, 1);
    }

    /** Offered to the brokers and not confirmed: it may be answered. */
    static Refused unconfirmed(String requestId) {
        return new Refused(504, "TIMEOUT", "No broker has confirmed the request in time; it may be answered all the same.",
                "Look for the answer with GET /v2/requests/" + requestId + "; if none comes, send the request again.", requestId, 0);
    }

    static Refused timeout(String requestId, long waitedMs) {
        return new Refused(504, "TIMEOUT", "No answer within " + waitedMs + " ms; the request is stored and will be answered.",
                "Fetch the answer with GET /v2/requests/" + requestId + ".", requestId, 0);
    }

    /** Whether this is told before the body is read. */
    boolean beforeBody() {
        return code.equals(BUSY) || status == 401 || status == 404 || status == 405 || status == 415 || status == 429;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String remedy() {
        return remedy;
    }

    /** The request's id; null where there is none. */
    String requestId() {
        return requestId;
    }

    /** Seconds after which another attempt may succeed; 0 = not said. */
    int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
