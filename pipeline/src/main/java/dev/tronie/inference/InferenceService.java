package dev.tronie.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Runs networks for many callers on a few threads of its own.
 *
 * <p>Threading: any thread may call {@link #detect} and {@link #embed}; the call blocks until the answer is there. A fixed number
 * of workers own one {@link Networks} each, make it, warm it, use it and close it; no other thread touches the engine, because
 * libtorch's memory grows with every thread that ever called it. A request that has been taken up is always waited for, as its
 * buffer is being read; only one that still waits can be given up.
 */
public final class InferenceService implements AutoCloseable {

    /** Told what happens inside, on worker threads. */
    public interface Listener {
        /** A batch has run. */
        void ran(String network, int items, double runMs);
    }

    /**
     * An answer and the time it waited for a worker.
     *
     * @param value    the answers, one a picture
     * @param queuedMs time in the queue, milliseconds
     */
    public record Answer<T>(List<T> value, float queuedMs) {
    }

    private static final long CLOSE_MS = 30_000;

    private final InferenceSettings settings;
    private final Listener listener;
    private final BatchQueue queue;
    private final List<Thread> workers = new ArrayList<>();
    private final CountDownLatch warmed;
    private final AtomicReference<RuntimeException> warmUpFailure = new AtomicReference<>();

    /**
     * Starts the workers; returns when every one of them is warm.
     *
     * @param settings how to run
     * @param networks called once on every worker
     * @param warmUp   run on every worker before it takes requests
     * @param listener told of every batch
     * @throws RuntimeException what the first failing worker threw
     */
    public InferenceService(InferenceSettings settings, Supplier<? extends Networks> networks,
            java.util.function.Consumer<Networks> warmUp, Listener listener) {
        this.settings = settings;
        this.listener = listener;
        this.warmed = new CountDownLatch(settings.workers());
        this.queue = new BatchQueue(settings);
        for (int i = 0; i < settings.workers(); i++) {
            int index = i;
            Thread worker = new Thread(() -> work(index, networks, warmUp), "inference-" + i);
            worker.setDaemon(true);
            workers.add(worker);
            worker.start();
        }
        try {
            warmed.await();
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new InferenceUnavailable("Interrupted while the networks were warming up.");
        }
        if (warmUpFailure.get() != null) {
            close();
            throw warmUpFailure.get();
        }
    }

    /**
     * Finds faces in one picture.
     *
     * @throws InferenceFailed      when the network fails on this picture
     * @throws InferenceUnavailable when no worker took it up in time
     */
    public Answer<RawFaces> detect(PixelBlock picture) {
        return submit(new Job(true, picture));
    }

    /**
     * Embeds crops, at most {@link #embedBatchMax} at a time.
     *
     * @throws InferenceFailed      when the network fails on these crops
     * @throws InferenceUnavailable when no worker took them up in time
     */
    public Answer<float[]> embed(PixelBlock crops) {
        return submit(new Job(false, crops));
    }

    /** How many crops one embedder call may hold. */
    public int embedBatchMax() {
        return settings.embedBatchMax();
    }

    /** Whether requests are taken; false after close, or after a worker has died of an Error. */
    public boolean isOpen() {
        return queue.isOpen();
    }

    /** Requests that wait for a worker. */
    public int queued() {
        return queue.size();
    }

    /** How long the slowest worker has been at its present batch, milliseconds; 0 when all are idle. A stuck native call shows here. */
    public long busyMs() {
        return queue.busyMs();
    }

    @SuppressWarnings("unchecked")
    private <T> Answer<T> submit(Job job) {
        long deadlineNs = job.submittedNs + TimeUnit.MILLISECONDS.toNanos(settings.deadlineMs());
        boolean queued = false;
        try {
            queue.put(job, deadlineNs);
            queued = true;
            if (!job.await(deadlineNs - System.nanoTime()) && queue.takeBack(job)) {
                throw new InferenceUnavailable("No inference worker was free for " + settings.deadlineMs() + " ms.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (!queued || queue.takeBack(job)) {
                throw new InferenceUnavailable("Interrupted while waiting for an inference worker.");
            }
        }
        job.awaitUninterruptibly();
        return new Answer<>((List<T>) job.result(), (job.startedNs - job.submittedNs) / 1e6f);
    }

    private void work(int index, Supplier<? extends Networks> supplier, java.util.function.Consumer<Networks> warmUp) {
        try (Networks networks = supplier.get()) {
            warmUp.accept(networks);
            warmed.countDown();
            for (List<Job> batch = queue.take(index); batch != null; batch = queue.take(index)) {
                run(networks, batch);
            }
        } catch (RuntimeException | Error e) {
            warmUpFailure.compareAndSet(null, e instanceof RuntimeException r ? r : new InferenceFailed(e));
            warmed.countDown();
            queue.close();
        }
    }

    /** A batch that fails is run again one by one: a bad neighbour costs time, not answers. */
    private void run(Networks networks, List<Job> batch) {
        try {
            runTogether(networks, batch);
        } catch (RuntimeException e) {
            for (Job job : batch) {
                try {
                    runTogether(networks, List.of(job));
                } catch (RuntimeException again) {
                    job.fail(again instanceof InferenceFailed f ? f : new InferenceFailed(again));
                }
            }
        } finally {
            // An Error ends the worker; nobody may wait for it.
            batch.stream().filter(job -> !job.isDone()).forEach(job -> job.fail(new InferenceUnavailable("The inference worker has ended.")));
        }
    }

    private void runTogether(Networks networks, List<Job> batch) {
        long start = System.nanoTime();
        boolean detector = batch.get(0).detector;
        List<PixelBlock> blocks = batch.stream().map(job -> job.block).toList();
        List<?> answers = detector ? networks.detect(blocks) : networks.embed(blocks);
        if (answers.size() != BatchQueue.items(batch)) {
            throw new IllegalStateException(answers.size() + " answers for " + BatchQueue.items(batch) + " pictures");
        }
        listener.ran(detector ? "detector" : "embedder", answers.size(), (System.nanoTime() - start) / 1e6);
        int from = 0;
        for (Job job : batch) {
            job.answer(List.copyOf(answers.subList(from, from += job.block.count())));
        }
    }

    /** Lets running batches end, fails waiting requests as unavailable, ends the workers. Idempotent. */
    @Override
    public void close() {
        closeWorkers();
    }

    /** As {@link #close}. Returns false where a worker still runs: what it uses must not be freed under it. */
    public boolean closeWorkers() {
        queue.close();
        for (Thread worker : workers) {
            try {
                worker.join(CLOSE_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return workers.stream().noneMatch(Thread::isAlive);
    }
}
