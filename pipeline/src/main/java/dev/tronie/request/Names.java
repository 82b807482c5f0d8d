package dev.tronie.request;

import dev.tronie.gallery.FaceKey;
import dev.tronie.image.Refusal;
import dev.tronie.schema.ErrorCode;
import java.util.Optional;

/** What names of galleries, subjects and faces may be. Pure. */
final class Names {
    private Names() {
    }

    /** Why a name cannot be used; empty where it can. */
    static Optional<Refusal> refusal(String field, String name) {
        if (name.isBlank() || name.length() > FaceKey.NAME_MAX || name.chars().anyMatch(Character::isISOControl)) {
            return Optional.of(new Refusal(ErrorCode.INVALID_REQUEST,
                    field + " must have 1 to " + FaceKey.NAME_MAX + " characters, not only blanks, none of them a control character.", "Correct the name."));
        }
        return Optional.empty();
    }
}
