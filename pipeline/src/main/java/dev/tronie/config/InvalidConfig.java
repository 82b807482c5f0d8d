package dev.tronie.config;

/** A setting that cannot be used; the message names its key and what would do. */
public final class InvalidConfig extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what to tell the person who set it. */
    public InvalidConfig(String message) {
        super(message);
    }
}
