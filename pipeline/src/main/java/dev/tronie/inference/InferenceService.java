package dev.tronie.inference;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Runs networks for many callers on a few threads of its own.
 *
 * <p>Threading: any thread may call {@link #detect} and {@link #embed}; the call blocks until the answer is there. A fixed number
 * of workers own one {@link Networks} each, make it, warm it, use it and close it; no other thread touches the engine, because
 * libtorch's memory grows with every thread that ever called it. One lock guards the queue. A request that has been taken up is
 * always waited for, as its buffer is being read; only one that still waits can be given up.
 */
public final class InferenceService implements AutoCloseable {

    /** Told what happens inside, on worker threads. */
    public interface Listener {
        /** A batch has run. */
        void ran(String network, int items, double runMs);
    }

    private static final class Job {
        final boolean detector;
        final PixelBlock block;
        final long submittedNs = System.nanoTime();
        final CountDownLatch done = new CountDownLatch(1);
        volatile long startedNs;
        List<?> answer;
        RuntimeException failure;

        Job(boolean detector, PixelBlock block) {
            this.detector = detector;
            this.block = block;
        }

        void answer(List<?> value) {
            answer = value;
            done.countDown();
        }

        void fail(RuntimeException e) {
            failure = e;
            done.countDown();
        }
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
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Job> queue = new ArrayDeque<>();
    private final List<Thread> workers = new ArrayList<>();
    private final CountDownLatch warmed;
    private final AtomicReference<RuntimeException> warmUpFailure = new AtomicReference<>();
    private final long[] busySinceNs;
    private boolean closed;

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
        this.busySinceNs = new long[settings.workers()];
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
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Requests that wait for a worker. */
    public int queued() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** How long the slowest worker has been at its present batch, milliseconds; 0 when all are idle. A stuck native call shows here. */
    public long busyMs() {
        long now = System.nanoTime();
        long longest = 0;
        lock.lock();
        try {
            for (long since : busySinceNs) {
                longest = Math.max(longest, since == 0 ? 0 : now - since);
            }
        } finally {
            lock.unlock();
        }
        return TimeUnit.NANOSECONDS.toMillis(longest);
    }

    @SuppressWarnings("unchecked")
    private <T> Answer<T> submit(Job job) {
        long deadline = job.submittedNs + TimeUnit.MILLISECONDS.toNanos(settings.deadlineMs());
        try {
            enqueue(job, deadline);
            if (!job.done.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS) && withdraw(job)) {
                throw new InferenceUnavailable("No inference worker was free for " + settings.deadlineMs() + " ms.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (withdraw(job)) {
                throw new InferenceUnavailable("Interrupted while waiting for an inference worker.");
            }
        }
        awaitUninterruptibly(job);
        if (job.failure != null) {
            throw job.failure;
        }
        return new Answer<>((List<T>) job.answer, (job.startedNs - job.submittedNs) / 1e6f);
    }

    /** Once a worker has the buffer, leaving would free memory that native code reads. */
    private static void awaitUninterruptibly(Job job) {
        boolean interrupted = false;
        while (job.done.getCount() > 0) {
            try {
                job.done.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void enqueue(Job job, long deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && queue.size() >= settings.queueMax()) {
                if (changed.awaitNanos(deadline - System.nanoTime()) <= 0) {
                    throw new InferenceUnavailable("The inference queue was full for " + settings.deadlineMs() + " ms.");
                }
            }
            if (closed) {
                throw new InferenceUnavailable("The inference service is closed.");
            }
            queue.addLast(job);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean withdraw(Job job) {
        lock.lock();
        try {
            return queue.remove(job);
        } finally {
            lock.unlock();
        }
    }

    private void work(int index, Supplier<? extends Networks> supplier, java.util.function.Consumer<Networks> warmUp) {
        try (Networks networks = supplier.get()) {
            warmUp.accept(networks);
            warmed.countDown();
            for (List<Job> batch = nextBatch(index); batch != null; batch = nextBatch(index)) {
                run(networks, batch);
            }
        } catch (RuntimeException | Error e) {
            warmUpFailure.compareAndSet(null, e instanceof RuntimeException r ? r : new InferenceFailed(e));
            warmed.countDown();
            refuse();
        }
    }

    /** The oldest request and, up to the batch limit, the waiting ones that can run with it; null once closed. */
    private List<Job> nextBatch(int index) {
        lock.lock();
        try {
            busySinceNs[index] = 0;
            while (queue.isEmpty()) {
                if (closed) {
                    return null;
                }
                changed.awaitUninterruptibly();
            }
            List<Job> batch = new ArrayList<>();
            Job first = queue.removeFirst();
            batch.add(first);
            gather(first, batch);
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.batchWaitMs());
            while (settings.batchWaitMs() > 0 && !closed && items(batch) < limit(first)) {
                long left = until - System.nanoTime();
                try {
                    if (left <= 0 || changed.awaitNanos(left) <= 0) {
                        break;
                    }
                } catch (InterruptedException e) {
                    break;
                }
                gather(first, batch);
            }
            busySinceNs[index] = System.nanoTime();
            batch.forEach(job -> job.startedNs = busySinceNs[index]);
            changed.signalAll();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void gather(Job first, List<Job> batch) {
        int items = items(batch);
        for (Iterator<Job> waiting = queue.iterator(); waiting.hasNext() && items < limit(first);) {
            Job job = waiting.next();
            if (job.detector == first.detector && job.block.sameShape(first.block) && items + job.block.count() <= limit(first)) {
                waiting.remove();
                batch.add(job);
                items += job.block.count();
            }
        }
    }

    private int limit(Job job) {
        return job.detector ? settings.detectBatchMax() : settings.embedBatchMax();
    }

    private static int items(List<Job> batch) {
        return batch.stream().mapToInt(job -> job.block.count()).sum();
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
            batch.stream().filter(job -> job.done.getCount() > 0).forEach(job -> job.fail(new InferenceUnavailable("The inference worker has ended.")));
        }
    }

    private void runTogether(Networks networks, List<Job> batch) {
        long start = System.nanoTime();
        boolean detector = batch.get(0).detector;
        List<PixelBlock> blocks = batch.stream().map(job -> job.block).toList();
        List<?> answers = detector ? networks.detect(blocks) : networks.embed(blocks);
        if (answers.size() != items(batch)) {
            throw new IllegalStateException(answers.size() + " answers for " + items(batch) + " pictures");
        }
        listener.ran(detector ? "detector" : "embedder", answers.size(), (System.nanoTime() - start) / 1e6);
        int from = 0;
        for (Job job : batch) {
            job.answer(List.copyOf(answers.subList(from, from += job.block.count())));
        }
    }

    /** From here on nothing is taken, and what waits fails as unavailable. */
    private void refuse() {
        lock.lock();
        try {
            closed = true;
            queue.forEach(job -> job.fail(new InferenceUnavailable("The inference service is closed.")));
            queue.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets running batches end, fails waiting requests as unavailable, ends the workers. Idempotent. */
    @Override
    public void close() {
        closeWorkers();
    }

    /** As {@link #close}. Returns false where a worker still runs: what it uses must not be freed under it. */
    public boolean closeWorkers() {
        refuse();
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
