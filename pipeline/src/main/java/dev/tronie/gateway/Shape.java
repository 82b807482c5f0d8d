package dev.tronie.gateway;

import dev.tronie.schema.UploadReply;
import java.util.Set;
import java.util.function.Function;

/** One form of the API: how its calls and answers look. Implementations are stateless. */
interface Shape {
    /** The paths that it has, without the version. */
    Set<String> paths();

    /** Whether texts may stand for numbers and truth values in JSON. */
    boolean lenient();

    /**
     * Reads a call.
     *
     * @param path  one of {@link #paths}
     * @param fetch fetches a picture by its address, or refuses
     * @throws Refused where it cannot be understood
     */
    Call call(String path, Fields fields, Function<String, byte[]> fetch);

    /** The answer to a call that the pipeline has replied to. */
    HttpAnswer answer(String path, Fields fields, UploadReply reply);

    /** The answer to a call that the gateway refuses. */
    HttpAnswer refused(Refused refused);
}
