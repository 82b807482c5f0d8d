package dev.tronie.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Labelled pairs of pictures.
 *
 * @param pairs in the order of the file
 */
public record PairList(List<Pair> pairs) {

    /** Two pictures by file name, and whether they show one person. */
    public record Pair(String a, String b, boolean same) {
    }

    /**
     * Reads {@code a<TAB>b<TAB>0|1}, one pair a line.
     *
     * @throws IOException naming the line that is wrong
     */
    public static PairList read(Path file) throws IOException {
        List<Pair> pairs = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String[] parts = lines.get(i).split("\t");
            if (lines.get(i).isBlank()) {
                continue;
            }
            if (parts.length != 3 || !parts[2].matches("[01]")) {
                throw new IOException(file + ", line " + (i + 1) + ": expected two file names and 0 or 1, separated by tabs.");
            }
            pairs.add(new Pair(parts[0], parts[1], parts[2].equals("1")));
        }
        if (pairs.isEmpty()) {
            throw new IOException(file + " holds no pairs.");
        }
        return new PairList(List.copyOf(pairs));
    }
}
