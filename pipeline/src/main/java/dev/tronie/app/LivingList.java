package dev.tronie.app;

import dev.tronie.schema.Candidate;
import dev.tronie.schema.EventKind;
import dev.tronie.schema.Recognition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Who is before the cameras now, from the events of their appearances. Used by one thread. */
final class LivingList {
    /** A pipeline that is gone tells of no end: what is older than this is not shown any more. */
    private static final long FORGOTTEN_MS = 24 * 3_600_000L;
    /** Fits a small terminal. */
    private static final int SHOWN_MAX = 15;

    private final Map<String, Recognition> open = new LinkedHashMap<>();
    private long closed;

    /** Takes an event in. Returns whether the list has changed; an event that comes twice changes nothing. */
    boolean add(Recognition event) {
        String id = event.getAppearanceId();
        if (id == null) {
            return false;
        }
        if (event.getKind() == EventKind.CLOSED) {
            closed += open.remove(id) == null ? 0 : 1;
            return true;
        }
        Recognition known = open.get(id);
        if (known != null && known.getSequence() >= event.getSequence()) {
            return false;
        }
        open.put(id, event);
        return true;
    }

    /** Open appearances. */
    int size() {
        return open.size();
    }

    /** The list, one line each, by camera and then by time. */
    List<String> lines(Instant now) {
        open.values().removeIf(event -> now.toEpochMilli() - event.getAppearance().getLastSeenAt().toEpochMilli() > FORGOTTEN_MS);
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%d before the cameras, %d gone%s", open.size(), closed, open.isEmpty() ? "" : ":"));
        open.values().stream().sorted(Comparator.comparing(Recognition::getSourceId).thenComparing(event -> event.getAppearance().getFirstSeenAt())).limit(SHOWN_MAX)
                .forEach(event -> lines.add(line(event, now)));
        if (open.size() > SHOWN_MAX) {
            lines.add("  and " + (open.size() - SHOWN_MAX) + " more");
        }
        return lines;
    }

    private static String line(Recognition event, Instant now) {
        long sinceMs = now.toEpochMilli() - event.getAppearance().getFirstSeenAt().toEpochMilli();
        return String.format(Locale.ROOT, "  %-14s %-28s since %s (%s)  %s%s", event.getSourceId(), Console.who(event), Console.time(event.getAppearance().getFirstSeenAt()),
                duration(sinceMs), sureness(event), event.getLate() ? "  late" : "");
    }

    /** How sure: the calibrated similarity where there is one, and how many shots were voted. */
    private static String sureness(Recognition event) {
        if (event.getCandidates().isEmpty()) {
            return "-";
        }
        Candidate best = event.getCandidates().get(0);
        String value = best.getSimilarity() == null ? String.format(Locale.ROOT, "cosine %.2f", best.getCosine()) : String.format(Locale.ROOT, "%.0f %%", 100 * best.getSimilarity());
        return value + ", " + event.getDecision().getFramesVoted() + " shots";
    }

    /** 4 s, 2 min 5 s, 1 h 3 min. */
    static String duration(long ms) {
        long s = Math.max(0, ms / 1000);
        return s < 60 ? s + " s" : s < 3600 ? s / 60 + " min " + s % 60 + " s" : s / 3600 + " h " + s % 3600 / 60 + " min";
    }
}
