package dev.tronie.gallery;

import java.util.List;

/**
 * The answer to a search.
 *
 * @param hits  for every probe the nearest subjects, best first
 * @param faces enrolled faces that the nearest of each probe were looked for among
 */
public record Found(List<List<Hit>> hits, long faces) {
}
