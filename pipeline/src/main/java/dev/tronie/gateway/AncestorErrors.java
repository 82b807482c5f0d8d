package dev.tronie.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.schema.ErrorCode;

/** Errors as the ancestor told them: {@code Errors[].Message} and {@code ErrCode}; this project's code stands beside. Pure. */
final class AncestorErrors {
    /** A parameter that must be there is not. */
    static final String MISSING = "MISSING_PARAMETER";
    /** The ErrCode of a recognition that knows nobody. */
    static final int NO_MATCH = 5012;

    private AncestorErrors() {
    }

    static ObjectNode of(ErrorCode code, String message) {
        return JsonNodeFactory.instance.objectNode().set("Errors", list(errCode(code), code.name(), message));
    }

    static ObjectNode of(Refused refused) {
        return JsonNodeFactory.instance.objectNode().set("Errors", list(errCode(refused), refused.code(), refused.getMessage()));
    }

    static ArrayNode list(int errCode, String code, String message) {
        ArrayNode errors = JsonNodeFactory.instance.arrayNode();
        errors.addObject().put("Message", message).put("ErrCode", errCode).put("code", code);
        return errors;
    }

    /** What is wrong with the call is told under status 200, as old clients expect; what is wrong with reaching the service is not. */
    static int status(Refused refused) {
        return refused.status() == 400 ? 200 : refused.status();
    }

    private static int errCode(Refused refused) {
        return switch (refused.code()) {
            case MISSING -> 1002;
            case "RATE_LIMITED" -> 3000;
            case "UNAUTHENTICATED" -> 3001;
            case "FORBIDDEN" -> 3002;
            case "TOO_LARGE", "NOT_AN_IMAGE" -> 5000;
            case "REFERENCE_REFUSED", "REFERENCE_UNREACHABLE" -> 5001;
            case "TIMEOUT", "UNAVAILABLE", "BUSY" -> 3003;
            default -> 1003;
        };
    }

    private static int errCode(ErrorCode code) {
        return switch (code) {
            case NO_IMAGE -> 1002;
            case NOT_AN_IMAGE, TOO_LARGE -> 5000;
            case TRUNCATED, CORRUPT, REFERENCE_REFUSED, REFERENCE_UNREACHABLE, REFERENCE_MISMATCH, INFERENCE_FAILED -> 5001;
            case NO_FACE -> 5002;
            case UNKNOWN_SUBJECT, UNKNOWN_FACE -> 5003;
            case UNKNOWN_GALLERY -> 5004;
            case LOW_QUALITY -> 5005;
            case SEVERAL_FACES -> 5010;
            default -> 1003;
        };
    }
}
