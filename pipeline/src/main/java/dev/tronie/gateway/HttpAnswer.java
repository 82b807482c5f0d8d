package dev.tronie.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * An answer.
 *
 * @param status            HTTP status
 * @param body              JSON
 * @param requestId         the request's id; null where there is none
 * @param retryAfterSeconds when another attempt may succeed; 0 = not said
 */
record HttpAnswer(int status, ObjectNode body, String requestId, int retryAfterSeconds) {
}
