package dev.tronie.app;

/** Orderly ends on Ctrl-C and SIGTERM. */
final class Shutdown {
    private Shutdown() {
    }

    /** Runs once when the process is told to end, or ends by itself; the process waits for it. */
    static Thread onSignal(Runnable action) {
        Thread hook = new Thread(action, "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        return hook;
    }
}
