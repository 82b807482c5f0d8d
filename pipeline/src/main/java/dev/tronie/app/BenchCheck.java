package dev.tronie.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tronie.bench.BarPicture.Bar;
import dev.tronie.bench.BenchReport;
import dev.tronie.bench.RatioGuard;
import dev.tronie.bench.RatioGuard.Expected;
import dev.tronie.bench.RatioGuard.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures, and holds the ratios to those that were recorded. What falls short is measured once more before it counts. Used by one thread. */
final class BenchCheck {

    /** A benchmark to be run. */
    @FunctionalInterface
    interface Measurement {
        void run(BenchReport report) throws Exception;
    }

    private final Console console;
    private final Map<String, Measurement> benches;

    BenchCheck(Console console, Map<String, Measurement> benches) {
        this.console = console;
        this.benches = benches;
    }

    /** Returns the command's exit code. */
    int run() throws Exception {
        List<Verdict> verdicts = new ArrayList<>();
        for (String bench : List.of("decode", "search", "cameras")) {
            List<Expected> expected = RatioGuard.recorded().stream().filter(e -> e.bench().equals(bench)).toList();
            Rows rows = new Rows(console);
            console.note("Measuring: " + bench);
            benches.get(bench).run(rows);
            List<Verdict> first = RatioGuard.judge(expected, rows.rows);
            if (!first.stream().allMatch(Verdict::holds)) {
                console.note("A ratio has fallen: measuring " + bench + " once more");
                benches.get(bench).run(rows);
            }
            verdicts.addAll(RatioGuard.judge(expected, rows.rows));
        }
        verdicts.forEach(this::tell);
        long fallen = verdicts.stream().filter(verdict -> !verdict.holds()).count();
        console.say(fallen == 0 ? "No ratio has fallen." : fallen + " of " + verdicts.size() + " ratios have fallen by more than a quarter.");
        return fallen == 0 ? ExitCodes.OK : ExitCodes.REFUSED;
    }

    private void tell(Verdict verdict) {
        Expected expected = verdict.expected();
        String measured = verdict.measured() == null ? "not measured, its peer is not installed" : String.format(Locale.ROOT, "%.2f x", verdict.measured());
        console.say(String.format(Locale.ROOT, "%-6s  %-44s %s (recorded %.2f, at least %.2f)", verdict.measured() == null ? "-" : verdict.holds() ? "ok" : "FALLEN", expected.name(), measured,
                expected.recorded(), RatioGuard.SHARE_MIN * expected.recorded()));
        ObjectNode row = JsonNodeFactory.instance.objectNode().put("bench", expected.bench()).put("recorded", expected.recorded()).put("measured", verdict.measured())
                .put("holds", verdict.holds());
        row.set("row", expected.row());
        console.object(row);
    }

    /** Keeps the rows; what a benchmark says on its way goes where progress goes. */
    private static final class Rows implements BenchReport {
        private final Console console;
        private final List<JsonNode> rows = new ArrayList<>();

        Rows(Console console) {
            this.console = console;
        }

        @Override
        public void line(String text) {
            console.note(text);
        }

        @Override
        public void row(JsonNode row) {
            rows.add(row);
        }

        @Override
        public void bar(Bar bar) {
            // No picture is drawn.
        }

        @Override
        public void progress(String what, long done, long total) {
            console.progress(what, done, total, "");
        }

        @Override
        public void step(String what) {
            console.note(what);
        }
    }
}
