import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Asks a Prometheus for every panel of the dashboard and draws what it answers as one page, for a look where there is no Grafana. Exit code 1
 * where a panel has nothing to show. {@code java -cp LIB/* Panels.java http://localhost:9090 tronie.json OUT.html [MINUTES]}
 */
public final class Panels {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] COLOURS = {"#7eb26d", "#eab839", "#6ed0e0", "#ef843c", "#e24d42", "#1f78c1", "#ba43a9", "#705da0", "#508642", "#cca300"};
    private static final int WIDTH_PX = 560;
    private static final int HEIGHT_PX = 118;
    private static final int LEGEND_MAX = 8;

    private record Line(String name, List<double[]> points) {
        double last() {
            return points.get(points.size() - 1)[1];
        }
    }

    private Panels() {
    }

    /** Asks and draws. */
    public static void main(String[] args) throws IOException, InterruptedException {
        long to = System.currentTimeMillis() / 1000;
        long from = to - 60L * (args.length > 3 ? Integer.parseInt(args[3]) : 5);
        StringBuilder page = new StringBuilder("<!doctype html><meta charset=utf-8><title>Tronie</title><style>body{background:#111217;color:#ccccdc;font:12px sans-serif;margin:8px;"
                + "display:grid;grid-template-columns:1fr 1fr;gap:8px;width:1180px}div{background:#181b1f;padding:6px 8px}b{font-weight:600}svg{display:block}span{margin-right:10px;color:#9a9aa8}</style>");
        boolean complete = true;
        for (JsonNode panel : JSON.readTree(Path.of(args[1]).toFile()).get("panels")) {
            List<Line> lines = new ArrayList<>();
            for (JsonNode target : panel.get("targets")) {
                lines.addAll(ask(args[0], target.get("expr").asText().replace("$__rate_interval", "30s"), target.get("legendFormat").asText(), from, to));
            }
            complete &= !lines.isEmpty();
            System.out.printf(Locale.ROOT, "%-32s %d series%n", panel.get("title").asText(), lines.size());
            page.append(draw(panel.get("title").asText(), panel.at("/fieldConfig/defaults/unit").asText(), lines, from, to));
        }
        Files.writeString(Path.of(args[2]), page);
        System.exit(complete ? 0 : 1);
    }

    private static List<Line> ask(String prometheus, String expression, String legend, long from, long to) throws IOException, InterruptedException {
        URI address = URI.create(prometheus + "/api/v1/query_range?step=2&start=" + from + "&end=" + to + "&query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        JsonNode answer = JSON.readTree(HttpClient.newHttpClient().send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString()).body());
        if (!answer.path("status").asText().equals("success")) {
            throw new IOException(expression + ": " + answer);
        }
        List<Line> lines = new ArrayList<>();
        for (JsonNode series : answer.at("/data/result")) {
            String name = legend;
            for (var label : series.get("metric").properties()) {
                name = name.replace("{{" + label.getKey() + "}}", label.getValue().asText());
            }
            List<double[]> points = new ArrayList<>();
            for (JsonNode value : series.get("values")) {
                double y = value.get(1).asDouble();
                if (Double.isFinite(y)) {
                    points.add(new double[] {value.get(0).asDouble(), y});
                }
            }
            if (!points.isEmpty()) {
                lines.add(new Line(name, points));
            }
        }
        return lines;
    }

    private static String draw(String title, String unit, List<Line> lines, long from, long to) {
        double most = Math.max(1e-9, lines.stream().flatMap(line -> line.points().stream()).mapToDouble(point -> point[1]).max().orElse(1));
        StringBuilder out = new StringBuilder("<div><b>" + title + "</b><svg width=" + WIDTH_PX + " height=" + HEIGHT_PX + ">");
        out.append("<text x=0 y=10 fill=#9a9aa8 font-size=10>").append(told(most, unit)).append("</text><path d='M0 ").append(HEIGHT_PX - 1).append(" H").append(WIDTH_PX).append("' stroke=#33343c />");
        for (int i = 0; i < lines.size(); i++) {
            StringBuilder path = new StringBuilder();
            for (double[] point : lines.get(i).points()) {
                path.append(path.isEmpty() ? 'M' : 'L').append(String.format(Locale.ROOT, "%.1f %.1f ", (point[0] - from) / (to - from) * WIDTH_PX, HEIGHT_PX - 2 - point[1] / most * (HEIGHT_PX - 16)));
            }
            out.append("<path fill=none stroke-width=1.5 stroke=").append(COLOURS[i % COLOURS.length]).append(" d='").append(path).append("'/>");
        }
        out.append("</svg>");
        for (int i = 0; i < Math.min(lines.size(), LEGEND_MAX); i++) {
            out.append("<span><i style='color:").append(COLOURS[i % COLOURS.length]).append("'>&#9632;</i> ").append(lines.get(i).name().replace("<", "&lt;")).append(' ')
                    .append(told(lines.get(i).last(), unit)).append("</span>");
        }
        return out + (lines.isEmpty() ? "no data" : lines.size() > LEGEND_MAX ? "and " + (lines.size() - LEGEND_MAX) + " more" : "") + "</div>";
    }

    private static String told(double value, String unit) {
        return switch (unit) {
            case "s" -> String.format(Locale.ROOT, "%.1f ms", value * 1e3);
            case "bytes" -> String.format(Locale.ROOT, "%.0f MB", value / 1e6);
            case "percentunit" -> String.format(Locale.ROOT, "%.0f %%", value * 100);
            default -> String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.3g", value);
        };
    }
}
