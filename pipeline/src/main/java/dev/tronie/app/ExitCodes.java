package dev.tronie.app;

/** What commands end with. */
final class ExitCodes {
    static final int OK = 0;
    /** The command ran and the answer is no: a photo was refused, a face was not found. */
    static final int REFUSED = 1;
    /** The command line or a setting is wrong. */
    static final int USAGE = 2;
    /** A broker, registry, file or model is not there. */
    static final int UNAVAILABLE = 3;

    private ExitCodes() {
    }
}
