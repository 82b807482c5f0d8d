package dev.tronie.inference;

/** A network failed on this input, alone and again: the input's fault, or the model's. Carries no pixels. */
public final class InferenceFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InferenceFailed(Throwable cause) {
        super("The network failed on this input (" + cause.getClass().getSimpleName() + ").", cause);
    }
}
