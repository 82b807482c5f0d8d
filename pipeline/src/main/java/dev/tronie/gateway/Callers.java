package dev.tronie.gateway;

import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** Who makes a call: found by its key, held to its rate. Safe to call from many threads. */
final class Callers {
    /** The request's attribute that holds the name of its caller's key. */
    static final String CALLER = "tronie.caller";
    private static final String BEARER = "bearer ";

    /** Null = no keys are asked for. */
    private final ApiKeys keys;

    Callers(ApiKeys keys) {
        this.keys = keys;
    }

    /**
     * The caller.
     *
     * @throws Refused where the key is missing or nobody's, or has no calls left
     */
    Caller of(Request request) {
        if (keys == null) {
            return Caller.LOCAL;
        }
        Caller caller = key(request).flatMap(keys::caller).orElseThrow(() -> Refused.of(401, "UNAUTHENTICATED", "The call has no valid API key.",
                "Send it as Authorization: Bearer KEY, X-Api-Key, or app_key."));
        request.setAttribute(CALLER, caller.id());
        caller.take().ifPresent(seconds -> {
            throw Refused.retryLater(429, "RATE_LIMITED", "This key has made too many calls.", seconds);
        });
        return caller;
    }

    private static Optional<String> key(Request request) {
        String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return Optional.of(authorization.substring(BEARER.length()).strip());
        }
        return Optional.ofNullable(request.getHeaders().get("X-Api-Key")).or(() -> Optional.ofNullable(request.getHeaders().get("app_key")));
    }
}
