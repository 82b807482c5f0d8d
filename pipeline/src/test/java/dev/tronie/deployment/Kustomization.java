package dev.tronie.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What kubectl kustomize makes of a folder, for the few things that the folders here use: resources, patches, labels and a namespace. Stateless. */
public final class Kustomization {
    private Kustomization() {
    }

    /** All documents of a YAML file. */
    public static List<Map<String, Object>> documents(Path file) {
        try {
            return StreamSupport.stream(new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(Files.readString(file)).spliterator(), false)
                    .filter(Objects::nonNull).map(Kustomization::map).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The resources of a folder as they would be applied. */
    static List<Map<String, Object>> render(Path folder) {
        Map<String, Object> plan = documents(folder.resolve("kustomization.yaml")).get(0);
        List<Map<String, Object>> resources = new ArrayList<>();
        for (Object name : list(plan, "resources")) {
            Path resource = folder.resolve(name.toString()).normalize();
            resources.addAll(Files.isDirectory(resource) ? render(resource) : documents(resource));
        }
        for (Object entry : list(plan, "patches")) {
            documents(folder.resolve(map(entry).get("path").toString())).forEach(patch -> apply(patch, resources));
        }
        for (Object entry : list(plan, "labels")) {
            resources.forEach(resource -> child(child(resource, "metadata"), "labels").putAll(map(map(entry).get("pairs"))));
        }
        if (plan.get("namespace") != null) {
            resources.stream().filter(resource -> !resource.get("kind").equals("Namespace"))
                    .forEach(resource -> child(resource, "metadata").put("namespace", plan.get("namespace")));
        }
        return resources;
    }

    private static void apply(Map<String, Object> patch, List<Map<String, Object>> resources) {
        Map<String, Object> target = resources.stream().filter(resource -> name(resource).equals(name(patch))).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nothing to patch: " + name(patch)));
        merge(target, patch);
    }

    /** Which resource it is. */
    static String name(Map<String, Object> resource) {
        return resource.get("apiVersion") + "/" + resource.get("kind") + "/" + map(resource.get("metadata")).get("name");
    }

    /** A strategic merge: maps by key, lists of named things by name, anything else is replaced. */
    private static void merge(Map<String, Object> into, Map<String, Object> from) {
        from.forEach((key, value) -> {
            if (value instanceof Map<?, ?> && into.get(key) instanceof Map<?, ?>) {
                merge(map(into.get(key)), map(value));
            } else if (value instanceof List<?> more && isNamed(more) && into.get(key) instanceof List<?> there && isNamed(there)) {
                into.put(key, mergeNamed(there, more));
            } else {
                into.put(key, value);
            }
        });
    }

    private static List<Object> mergeNamed(List<?> into, List<?> from) {
        Map<Object, Map<String, Object>> byName = new LinkedHashMap<>();
        into.forEach(item -> byName.put(map(item).get("name"), map(item)));
        for (Object item : from) {
            Map<String, Object> known = byName.putIfAbsent(map(item).get("name"), map(item));
            if (known != null) {
                merge(known, map(item));
            }
        }
        return new ArrayList<>(byName.values());
    }

    private static boolean isNamed(List<?> items) {
        return items.stream().allMatch(item -> item instanceof Map<?, ?> m && m.containsKey("name"));
    }

    private static List<?> list(Map<String, Object> in, String key) {
        return in.get(key) == null ? List.of() : (List<?>) in.get(key);
    }

    private static Map<String, Object> child(Map<String, Object> in, String key) {
        return map(in.computeIfAbsent(key, k -> new LinkedHashMap<String, Object>()));
    }

    /** A YAML mapping. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }
}
