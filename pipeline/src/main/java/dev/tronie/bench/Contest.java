package dev.tronie.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Contenders that take turns, round after round, so that whatever else the machine does hits all of them alike. What counts is the median of
 * the rounds. Used by one thread.
 */
public final class Contest {

    /** One round of a contender. */
    @FunctionalInterface
    public interface Turn {
        /** Returns milliseconds an item. */
        double run() throws Exception;
    }

    /**
     * What a contender took.
     *
     * @param name     who
     * @param medianMs milliseconds an item, the median of the rounds
     * @param leastMs  the fastest round
     * @param mostMs   the slowest round
     */
    public record Result(String name, double medianMs, double leastMs, double mostMs) {
        /** As a bar of a measure. */
        BarPicture.Bar bar(String measure, boolean isOwn) {
            return new BarPicture.Bar(measure, name, medianMs, leastMs, mostMs, isOwn);
        }

        /** How many times as fast as another. */
        double against(Result peer) {
            return peer.medianMs() / medianMs();
        }
    }

    private final List<String> names = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();

    /** Adds a contender. */
    public Contest add(String name, Turn turn) {
        names.add(name);
        turns.add(turn);
        return this;
    }

    /**
     * Runs.
     *
     * @param warmRounds rounds that do not count
     * @param rounds     rounds that count
     * @return in the order of adding
     */
    public List<Result> run(int warmRounds, int rounds) throws Exception {
        double[][] ms = new double[turns.size()][rounds];
        for (int round = -warmRounds; round < rounds; round++) {
            for (int i = 0; i < turns.size(); i++) {
                double took = turns.get(i).run();
                if (round >= 0) {
                    ms[i][round] = took;
                }
            }
        }
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < turns.size(); i++) {
            Arrays.sort(ms[i]);
            results.add(new Result(names.get(i), ApiBench.median(ms[i]), ms[i][0], ms[i][rounds - 1]));
        }
        return results;
    }
}
