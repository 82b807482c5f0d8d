package dev.tronie.ops;

import java.util.Map;

/**
 * How the pipeline is.
 *
 * @param live    false = restart it: it failed, or a worker is stuck
 * @param ready   true = it processes: models warm, gallery loaded, running
 * @param started true = it has been ready once
 * @param details what stands behind the three, for people
 */
public record Health(boolean live, boolean ready, boolean started, Map<String, Object> details) {
}
