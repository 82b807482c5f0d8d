package dev.tronie.image;

import dev.tronie.schema.ErrorCode;
import java.util.Objects;

/**
 * Why a picture or a request could not be served: bad input as a value.
 *
 * @param code    the reason, for programs
 * @param message what is wrong, for people; never a subject's name, never image data
 * @param remedy  what the sender can do about it
 */
public record Refusal(ErrorCode code, String message, String remedy) {
    public Refusal {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(remedy, "remedy");
    }
}
