package dev.tronie.gallery;

import java.util.List;

/**
 * The answer to a search.
 *
 * @param hits  for every probe the nearest subjects, best first
 * @param faces enrolled faces that were compared with each probe
 */
public record Found(List<List<Hit>> hits, long faces) {
}
