package dev.tronie.deployment;

import static dev.tronie.deployment.Kustomization.map;

import dev.tronie.fixture.SamplePictures;
import dev.tronie.fixture.TronieProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The services of docker-compose.yml as processes of this machine: their own commands and environments, with the places of this machine
 * in the place of the containers'. Used by one thread; {@link #close} ends what still runs.
 */
final class ComposeServices implements AutoCloseable {
    private static final Map<String, Object> SERVICES = map(Kustomization.documents(SamplePictures.basedir().resolve("../docker-compose.yml")).get(0).get("services"));

    private final Map<String, String> places;
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, TronieProcess> running = new LinkedHashMap<>();

    /**
     * Nothing is started yet.
     *
     * @param keys     the folder that stands for the volume of keys
     * @param registry base URL of the schema registry
     */
    ComposeServices(Path keys, String registry) {
        places = Map.of("/opt/tronie/samples", SamplePictures.basedir().resolve("samples").toString(), "/keys/", keys + "/", "http://registry:8081", registry);
    }

    /** Starts a service as compose would, with more variables in its environment. */
    TronieProcess start(String name, Map<String, String> more) {
        Map<String, Object> service = map(SERVICES.get(name));
        List<String> command = ((List<?>) service.get("command")).stream().map(part -> here(part.toString())).toList();
        TronieProcess process = TronieProcess.startWith(environment(name, more), port(name), command);
        running.put(name, process);
        return process;
    }

    /** The service's own health check, run beside it. */
    int health(String name) {
        List<?> test = (List<?>) map(map(SERVICES.get(name)).get("healthcheck")).get("test");
        List<String> command = test.subList(test.indexOf("dev.tronie.app.Main") + 1, test.size()).stream().map(Object::toString).toList();
        try (TronieProcess check = TronieProcess.startWith(environment(name, Map.of()), 0, command)) {
            return check.awaitExit(Duration.ofSeconds(60));
        }
    }

    /** How long compose would wait after a SIGTERM before it kills. */
    static Duration grace(String name) {
        return Duration.parse("PT" + map(SERVICES.get(name)).get("stop_grace_period"));
    }

    private Map<String, String> environment(String name, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>();
        map(map(SERVICES.get(name)).get("environment")).forEach((key, value) -> environment.put(key, here(value.toString())));
        // Beside each other on one machine, the ports that containers have to themselves must be free ones.
        environment.put("TRONIE_OPS_PORT", Integer.toString(port(name.equals("gateway") ? "pipeline" : name)));
        environment.put("TRONIE_GATEWAY_PORT", Integer.toString(port("gateway")));
        environment.putAll(more);
        return environment;
    }

    private int port(String name) {
        return ports.computeIfAbsent(name, any -> TronieProcess.freePort());
    }

    private String here(String text) {
        String result = text;
        for (Map.Entry<String, String> place : places.entrySet()) {
            result = result.replace(place.getKey(), place.getValue());
        }
        return result;
    }

    @Override
    public void close() {
        List<TronieProcess> all = new ArrayList<>(running.values());
        all.forEach(TronieProcess::terminate);
        all.forEach(TronieProcess::close);
    }
}
