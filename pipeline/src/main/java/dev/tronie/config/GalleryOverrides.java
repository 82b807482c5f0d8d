package dev.tronie.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys {@code match.gallery.NAME.threshold}, {@code .fpir} and {@code .margin}: what one gallery decides differently. Pure. */
final class GalleryOverrides {
    /** What these keys begin with. */
    static final String PREFIX = "match.gallery.";
    private static final Pattern KEY = Pattern.compile("match\\.gallery\\.(.+)\\.(threshold|fpir|margin)");

    private GalleryOverrides() {
    }

    /** Whether a key is one of these. */
    static boolean isKey(String key) {
        return KEY.matcher(key).matches();
    }

    /**
     * The overrides by gallery.
     *
     * @throws InvalidConfig naming the key that is wrong
     */
    static Map<String, TronieConfig.GalleryOverride> of(Map<String, String> values) {
        Map<String, TronieConfig.GalleryOverride> found = new TreeMap<>();
        values.forEach((key, value) -> {
            Matcher parts = KEY.matcher(key);
            if (parts.matches()) {
                TronieConfig.GalleryOverride o = found.getOrDefault(parts.group(1), new TronieConfig.GalleryOverride(null, null, null));
                found.put(parts.group(1), switch (parts.group(2)) {
                    case "threshold" -> new TronieConfig.GalleryOverride(number(key, value, -1, 1), o.fpir(), o.margin());
                    case "fpir" -> new TronieConfig.GalleryOverride(o.threshold(), number(key, value, 1e-9, 0.5), o.margin());
                    default -> new TronieConfig.GalleryOverride(o.threshold(), o.fpir(), number(key, value, 0, 1));
                });
            }
        });
        return Map.copyOf(found);
    }

    private static double number(String key, String value, double least, double most) {
        try {
            double number = Double.parseDouble(value.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, as for a number out of range.
        }
        throw new InvalidConfig(key + " must be a number from " + least + " to " + most + ", not '" + value + "'.");
    }
}
