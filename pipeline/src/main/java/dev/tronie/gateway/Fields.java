package dev.tronie.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tronie.schema.Box;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The fields of a call, from a JSON object or the parts of a form. A form's values are texts, and so may old clients' be: where
 * {@code lenient}, texts are read as numbers and truth values.
 *
 * @param values  by name; a JSON null counts as absent
 * @param photo   a picture that came as a file part; null where none did
 * @param lenient whether texts may stand for numbers and truth values
 */
record Fields(Map<String, JsonNode> values, byte[] photo, boolean lenient) {
    private static final int SHOWN_MAX = 40;

    static Fields ofJson(JsonNode object, boolean lenient) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        object.properties().forEach(e -> {
            if (!e.getValue().isNull()) {
                values.put(e.getKey(), e.getValue());
            }
        });
        return new Fields(values, null, lenient);
    }

    static Fields ofForm(Map<String, String> texts, byte[] photo) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        texts.forEach((name, text) -> values.put(name, TextNode.valueOf(text)));
        return new Fields(values, photo, true);
    }

    /** Refuses fields that the call does not know: a misspelt one must not be passed over in silence. */
    Fields only(Set<String> known) {
        values.keySet().stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw Refused.invalid("Unknown field " + shown(name) + ". Known: " + String.join(", ", known.stream().sorted().toList()) + ".");
        });
        if (photo != null && !known.contains("image")) {
            throw Refused.invalid("This call takes no image.");
        }
        return this;
    }

    /** A text; null where it is absent. */
    String text(String name) {
        JsonNode value = values.get(name);
        if (value == null) {
            return null;
        }
        if (!value.isTextual() && !(lenient && value.isNumber())) {
            throw Refused.invalid(name + " must be a text.");
        }
        String text = value.asText();
        if (!UTF_8.newEncoder().canEncode(text)) {
            // Half of a surrogate pair would be stored as a question mark, under which nobody finds it again.
            throw Refused.invalid(name + " is no valid Unicode text.");
        }
        return text;
    }

    String text(String name, String fallback) {
        String text = text(name);
        return text == null ? fallback : text;
    }

    String required(String name) {
        String text = text(name);
        if (text == null) {
            throw Refused.invalid(name + " is missing.");
        }
        return text;
    }

    /** A number; null where it is absent. */
    Float number(String name) {
        return value(name, "a number", node -> node.isNumber() ? finite(node.floatValue()) : null, text -> finite(Float.parseFloat(text)));
    }

    /** A whole number; null where it is absent. */
    Integer integer(String name) {
        return value(name, "a whole number", node -> node.isIntegralNumber() && node.canConvertToInt() ? node.intValue() : null, Integer::parseInt);
    }

    boolean truth(String name) {
        Boolean value = value(name, "true or false", node -> node.isBoolean() ? (Boolean) node.booleanValue() : null,
                text -> text.equalsIgnoreCase("true") || text.equals("1") ? Boolean.TRUE : text.equalsIgnoreCase("false") || text.equals("0") ? Boolean.FALSE : null);
        return value != null && value;
    }

    /** A box, as an object or in a form as {@code x,y,width,height}; null where it is absent. */
    Box box(String name) {
        return value(name, "a box: in JSON an object of xPx, yPx, widthPx and heightPx, in a form x,y,width,height", node -> {
            if (!node.isObject() || node.size() != 4) {
                return null;
            }
            float[] sides = new float[4];
            String[] names = {"xPx", "yPx", "widthPx", "heightPx"};
            for (int i = 0; i < 4; i++) {
                if (!node.path(names[i]).isNumber()) {
                    return null;
                }
                sides[i] = node.get(names[i]).floatValue();
            }
            return box(sides);
        }, text -> {
            String[] parts = text.split(",", -1);
            return parts.length != 4 ? null : box(new float[] {Float.parseFloat(parts[0]), Float.parseFloat(parts[1]), Float.parseFloat(parts[2]),
                Float.parseFloat(parts[3])});
        });
    }

    /**
     * The picture: a file part, or text in base64 or, through {@code fetch}, an address.
     *
     * @return null where there is none
     */
    byte[] image(Function<String, byte[]> fetch) {
        if (photo != null) {
            return photo;
        }
        String text = text("image");
        if (text == null) {
            return null;
        }
        if (text.startsWith("http://") || text.startsWith("https://")) {
            return fetch.apply(text);
        }
        int comma = text.startsWith("data:") ? text.indexOf(',') : -1;
        try {
            return Base64.getMimeDecoder().decode(validBase64(text.substring(comma + 1)));
        } catch (IllegalArgumentException e) {
            throw Refused.invalid("image must be a picture in base64, or an address that the gateway may fetch.");
        }
    }

    /** The MIME decoder passes over what is no base64; that would turn any text into a broken picture. */
    private static String validBase64(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=' || c == '\r' || c == '\n')) {
                throw new IllegalArgumentException("no base64");
            }
        }
        return text;
    }

    private <T> T value(String name, String what, Function<JsonNode, T> typed, Function<String, T> texts) {
        JsonNode value = values.get(name);
        if (value == null) {
            return null;
        }
        T found;
        try {
            found = lenient && value.isTextual() ? texts.apply(value.textValue().strip()) : typed.apply(value);
        } catch (NumberFormatException e) {
            found = null;
        }
        if (found == null) {
            throw Refused.invalid(name + " must be " + what + ".");
        }
        return found;
    }

    private static Box box(float[] s) {
        for (float v : s) {
            if (!Float.isFinite(v)) {
                return null;
            }
        }
        return s[2] > 0 && s[3] > 0 ? new Box(s[0], s[1], s[2], s[3]) : null;
    }

    private static Float finite(float v) {
        return Float.isFinite(v) ? v : null;
    }

    private static String shown(String name) {
        String printable = name.replaceAll("[^\\p{Print}]", "?");
        return "'" + (printable.length() > SHOWN_MAX ? printable.substring(0, SHOWN_MAX) + "..." : printable) + "'";
    }
}
