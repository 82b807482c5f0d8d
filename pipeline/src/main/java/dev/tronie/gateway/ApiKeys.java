package dev.tronie.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.event.EventIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys by which callers are known, from a JSON file that holds their SHA-256 and never the keys themselves. A key has 256 random
 * bits and is made by {@link #add} only, so a plain digest cannot be searched back. A changed file is taken up without a restart.
 *
 * <p>Threading: safe to call from many threads.
 */
public final class ApiKeys {
    private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final long LOOK_EVERY_NS = 2_000_000_000L;
    private static final int KEY_BYTES = 32;
    private static final String PREFIX = "tronie_";

    private record Loaded(FileTime changed, Map<String, Caller> byDigest) {
    }

    private final Path file;
    private Loaded loaded;
    private long lookedNs;

    /**
     * Reads a file of keys.
     *
     * @throws IOException where it cannot be used; the message says why
     */
    public ApiKeys(Path file) throws IOException {
        this.file = file;
        this.loaded = load(null);
        this.lookedNs = System.nanoTime();
    }

    /** Whose key this is; empty where it is nobody's. */
    Optional<Caller> caller(String key) {
        return Optional.ofNullable(current().byDigest().get(EventIds.sha256(key.getBytes(UTF_8))));
    }

    private synchronized Loaded current() {
        if (System.nanoTime() - lookedNs > LOOK_EVERY_NS) {
            lookedNs = System.nanoTime();
            try {
                if (!Files.getLastModifiedTime(file).equals(loaded.changed())) {
                    loaded = load(loaded);
                    LOG.info("{} keys taken up from the changed file", loaded.byDigest().size());
                }
            } catch (IOException e) {
                LOG.warn("The changed file of keys is not taken up: {}", e.getMessage());
            }
        }
        return loaded;
    }

    /** What the file says; a caller whose rate has not changed keeps what it has left of it. */
    private Loaded load(Loaded before) throws IOException {
        FileTime changed;
        try {
            changed = Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new IOException("gateway.keys.file: " + file + " cannot be read. Make it with: tronie gateway key --file " + file);
        }
        Map<String, Caller> callers = new HashMap<>();
        for (JsonNode key : keys(file)) {
            try {
                List<String> galleries = new ArrayList<>();
                key.required("galleries").forEach(g -> galleries.add(g.textValue()));
                Caller caller = Caller.limited(key.required("id").textValue(), galleries,
                        new Caller.Rate(key.required("callsPerSecond").doubleValue(), key.required("burst").intValue()));
                String digest = key.required("sha256").textValue();
                Caller old = before == null ? null : before.byDigest().get(digest);
                callers.put(digest, old == null || !old.rate().equals(caller.rate()) ? caller
                        : new Caller(caller.id(), caller.galleries(), caller.rate(), old.calls()));
            } catch (IllegalArgumentException | NullPointerException e) {
                throw new IOException("gateway.keys.file: " + file + " holds a key that cannot be used (" + e.getMessage() + ").");
            }
        }
        return new Loaded(changed, callers);
    }

    private static ArrayNode keys(Path file) throws IOException {
        try {
            if (JSON.readTree(Files.readAllBytes(file)).path("keys") instanceof ArrayNode keys) {
                return keys;
            }
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IOException("gateway.keys.file: " + file + " is no JSON.");
        }
        throw new IOException("gateway.keys.file: " + file + " must be {\"keys\": [...]}; tronie gateway key makes it.");
    }

    /** Whether a file has a key of this name; a file that is not there has none. */
    public static boolean has(Path file, String id) throws IOException {
        if (Files.exists(file)) {
            for (JsonNode key : keys(file)) {
                if (id.equals(key.path("id").textValue())) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Makes a key and adds its digest to a file, which is made where it is not there.
     *
     * @param id             the key's name, shown in metrics and logs
     * @param galleries      the galleries it may touch; {@code *} = all
     * @param callsPerSecond how many calls a second
     * @param burst          how many at once
     * @return the key; it is nowhere else
     */
    public static String add(Path file, String id, List<String> galleries, double callsPerSecond, int burst) throws IOException {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        String key = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        ObjectNode root = JSON.createObjectNode();
        ArrayNode keys = root.putArray("keys");
        if (Files.exists(file)) {
            keys.addAll(keys(file));
        }
        if (has(file, id)) {
            throw new IOException(file + " has a key of the name " + id + " already. Remove it there first, or choose another name.");
        }
        ObjectNode entry = keys.addObject().put("id", id).put("sha256", EventIds.sha256(key.getBytes(UTF_8)));
        galleries.forEach(entry.putArray("galleries")::add);
        entry.put("callsPerSecond", callsPerSecond).put("burst", burst);
        Path whole = Files.createTempFile(file.toAbsolutePath().getParent(), ".keys", ".json");
        Files.writeString(whole, JSON.writeValueAsString(root) + "\n");
        Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return key;
    }
}
