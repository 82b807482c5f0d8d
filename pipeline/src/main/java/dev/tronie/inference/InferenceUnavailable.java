package dev.tronie.inference;

/** No worker answered in time, or the service is closing: nobody's fault who asked; try again. */
public final class InferenceUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what to tell. */
    public InferenceUnavailable(String message) {
        super(message);
    }
}
