package dev.tronie.app;

import dev.tronie.config.InvalidConfig;
import dev.tronie.config.Reloadable;
import dev.tronie.config.TronieConfig;
import dev.tronie.ops.PipelineMetrics;
import dev.tronie.topology.Stages;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the processors work with, made anew whenever the topic {@code settings} changes what it may.
 *
 * <p>Threading: {@link #use} by one thread at a time, that of the log; {@link #get} by any, and never waits.
 */
final class LiveStages implements Supplier<Stages> {
    private static final Logger LOG = LoggerFactory.getLogger(LiveStages.class);

    private record State(Reloadable.Outcome settings, Stages stages) {
    }

    private final TronieConfig base;
    private final Function<TronieConfig, Stages> maker;
    private final PipelineMetrics metrics;
    private volatile State state;

    /** Stages of the file's settings. */
    LiveStages(TronieConfig base, Function<TronieConfig, Stages> maker, PipelineMetrics metrics) {
        this.base = base;
        this.maker = maker;
        this.metrics = metrics;
        this.state = new State(Reloadable.Outcome.of(base), maker.apply(base));
    }

    @Override
    public Stages get() {
        return state.stages();
    }

    /** Takes up all that the topic says; what is refused leaves in force what was, and is told once. */
    void use(Map<String, String> wanted) {
        Reloadable.Outcome before = state.settings();
        Reloadable.Outcome now = Reloadable.over(base, before, wanted);
        now.refused().forEach((key, why) -> {
            if (!why.equals(before.refused().get(key))) {
                metrics.settingRefused();
                LOG.warn("A setting of the topic settings is refused, and what was in force stays: {}", why);
            }
        });
        if (now.config() == before.config()) {
            state = new State(now, state.stages());
            return;
        }
        try {
            Stages stages = maker.apply(now.config());
            state = new State(now, stages);
            LOG.info("Settings in force from the topic settings: {}; config version {}", now.values().isEmpty() ? "none" : String.join(", ", new TreeSet<>(now.values().keySet())),
                    stages.identity().configVersion());
        } catch (InvalidConfig e) {
            metrics.settingRefused();
            LOG.warn("The settings of the topic settings cannot be used, and those in force stay: {}", e.getMessage());
        }
    }
}
