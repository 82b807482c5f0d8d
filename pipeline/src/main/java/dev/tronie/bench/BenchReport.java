package dev.tronie.bench;

import com.fasterxml.jackson.databind.JsonNode;

/** Where a benchmark tells what it found. */
public interface BenchReport {
    /** A line for people. */
    void line(String text);

    /** A row for programs. */
    void row(JsonNode row);

    /** A bar of the picture. */
    void bar(BarPicture.Bar bar);

    /** How far a step has come. */
    void progress(String what, long done, long total);

    /** A step that has begun. */
    void step(String what);
}
