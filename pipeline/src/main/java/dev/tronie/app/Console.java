package dev.tronie.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tronie.event.PlainJson;
import dev.tronie.schema.Candidate;
import dev.tronie.schema.DecisionKind;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Recognition;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What commands print: results to standard output (pleasant, or one JSON object a line), progress to standard error.
 *
 * <p>Threading: every line is printed whole under this object's lock, so that threads do not mix theirs.
 */
final class Console {
    /** The form of log lines, for the logging backend: text or json. */
    static final String LOG_FORMAT = "tronie.log.format";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
    private static final int BAR = 24;

    private final boolean json;
    private final boolean terminal = System.console() != null;
    private final PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, java.nio.charset.StandardCharsets.UTF_8);
    private final PrintStream err = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.err), true, java.nio.charset.StandardCharsets.UTF_8);
    private Logger notes;
    private boolean barShown;
    private int blockLines;

    Console(boolean json) {
        this.json = json;
    }

    /** Of a command that runs for long: where log lines are JSON, its notes are log lines too, as collectors take nothing else. */
    static Console ofService() {
        Console console = new Console(false);
        console.notes = "json".equals(System.getProperty(LOG_FORMAT)) ? LoggerFactory.getLogger(Main.class) : null;
        return console;
    }

    boolean json() {
        return json;
    }

    /** A result, for people; left out with --json. */
    synchronized void say(String line) {
        if (!json) {
            clearBar();
            clearBlock();
            out.println(line);
        }
    }

    /** A result, for programs; left out without --json. */
    synchronized void object(JsonNode node) {
        if (json) {
            clearBar();
            out.println(node);
        }
    }

    /** Something to know that is no result. */
    synchronized void note(String line) {
        if (notes != null) {
            notes.info(line);
            return;
        }
        clearBar();
        clearBlock();
        err.println(line);
    }

    /** How far long work has come. On a terminal the line is rewritten; elsewhere only a finished one is printed. */
    synchronized void progress(String what, long done, long total, String tail) {
        int filled = total <= 0 ? 0 : (int) (BAR * done / total);
        String bar = total <= 0 ? "" : "[" + "#".repeat(filled) + "-".repeat(BAR - filled) + "] ";
        String line = what + " " + bar + done + (total <= 0 ? "" : "/" + total) + (tail.isEmpty() ? "" : "  " + tail);
        if (terminal) {
            clearBar();
            err.print(line);
            err.flush();
            barShown = true;
        }
        if (total > 0 && done == total) {
            clearBar();
            err.println(line);
        }
    }

    private void clearBar() {
        if (barShown) {
            err.print("\r\033[K");
            barShown = false;
        }
    }

    /** One recognition. */
    void recognition(Recognition event, long latencyMs) {
        if (json) {
            object(PlainJson.of(event));
        } else {
            say(String.format(Locale.ROOT, "%s  %-12s %-28s %6s  %s", TIME.format(at(event)), shortened(event.getSourceId(), 12),
                    what(event) + who(event), cosine(event.getCandidates()), tail(event, latencyMs) + (event.getLate() ? " (late)" : "")));
        }
    }

    private static Instant at(Recognition event) {
        return event.getKind() == EventKind.CLOSED ? event.getAppearance().getLastSeenAt() : event.getCapturedAt();
    }

    /** What has become of an appearance; nothing for a single face. */
    private static String what(Recognition event) {
        return switch (event.getKind()) {
            case OPENED -> "+ ";
            case UPDATED -> "~ ";
            case CLOSED -> "- ";
            default -> "";
        };
    }

    private static String tail(Recognition event, long latencyMs) {
        return event.getKind() == EventKind.CLOSED ? "gone after " + LivingList.duration(event.getAppearance().getDurationMs()) : latencyMs + " ms";
    }

    /** Rewrites a block of lines at the end of a terminal's output; elsewhere nothing is shown. */
    synchronized void block(List<String> lines) {
        if (terminal && !json) {
            clearBar();
            clearBlock();
            lines.forEach(out::println);
            out.flush();
            blockLines = lines.size();
        }
    }

    /** Whether results go to a terminal. */
    boolean terminal() {
        return terminal;
    }

    private void clearBlock() {
        if (blockLines > 0) {
            out.print("\033[" + blockLines + "A\033[J");
            blockLines = 0;
        }
    }

    /** The decision in words. */
    static String who(Recognition event) {
        return who(event.getDecision().getKind(), event.getCandidates());
    }

    /** A decision about a face with these candidates, in words. */
    static String who(DecisionKind kind, List<Candidate> c) {
        return switch (kind) {
            case MATCH -> c.get(0).getSubjectId();
            case POSSIBLE -> c.get(0).getSubjectId() + "?";
            case REJECTED_QUALITY -> "(too poor to say)";
            case UNKNOWN -> "(unknown)";
        };
    }

    /** The first candidate's cosine, or a dash. */
    static String cosine(List<Candidate> candidates) {
        return candidates.isEmpty() ? "-" : String.format(Locale.ROOT, "%.2f", candidates.get(0).getCosine());
    }

    private static String shortened(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max - 1) + "…";
    }

    /** A time of day. */
    static String time(Instant instant) {
        return TIME.format(instant);
    }
}
