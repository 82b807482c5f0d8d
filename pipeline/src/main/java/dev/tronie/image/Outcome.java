package dev.tronie.image;

import dev.tronie.schema.ErrorCode;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A value, or the typed reason why there is none. Used where bad input is expected; faults of the surroundings stay exceptions.
 *
 * @param <T> what comes of good input
 */
public sealed interface Outcome<T> {

    /** Good input's result. */
    record Ok<T>(T value) implements Outcome<T> {
    }

    /** Bad input's reason. */
    record Refused<T>(Refusal refusal) implements Outcome<T> {
    }

    /** A result. */
    static <T> Outcome<T> ok(T value) {
        return new Ok<>(value);
    }

    /** A refusal. */
    static <T> Outcome<T> refused(ErrorCode code, String message, String remedy) {
        return new Refused<>(new Refusal(code, message, remedy));
    }

    /** The next step on a result; a refusal passes through. */
    default <R> Outcome<R> then(Function<? super T, Outcome<R>> step) {
        if (this instanceof Ok<T> ok) {
            return step.apply(ok.value());
        }
        return new Refused<>(((Refused<T>) this).refusal());
    }

    /** Acts on a result or on a refusal. */
    default void handle(Consumer<? super T> good, Consumer<Refusal> bad) {
        if (this instanceof Ok<T> ok) {
            good.accept(ok.value());
        } else {
            bad.accept(((Refused<T>) this).refusal());
        }
    }
}
