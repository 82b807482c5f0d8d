package dev.tronie.inference;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Requests that wait for a worker, and the batches that are made of them.
 *
 * <p>Threading: any thread puts, takes back and asks; workers take, each under its own index. One lock guards everything.
 */
final class BatchQueue {
    private final InferenceSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    /** A place in the queue has become free. */
    private final Condition room = lock.newCondition();
    /** A request has come, for a worker that has none. */
    private final Condition work = lock.newCondition();
    /** A request has come, for those that wait for more of what they have. */
    private final Condition more = lock.newCondition();
    private final Deque<Job> queue = new ArrayDeque<>();
    private final long[] busySinceNs;
    private boolean closed;

    BatchQueue(InferenceSettings settings) {
        this.settings = settings;
        this.busySinceNs = new long[settings.workers()];
    }

    boolean isOpen() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** How long the slowest worker has been at its present batch, milliseconds; 0 when all are idle. */
    long busyMs() {
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

    /** Waits for a place until the deadline. */
    void put(Job job, long deadlineNs) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && queue.size() >= settings.queueMax()) {
                if (room.awaitNanos(deadlineNs - System.nanoTime()) <= 0) {
                    throw new InferenceUnavailable("The inference queue was full for " + settings.deadlineMs() + " ms.");
                }
            }
            if (closed) {
                throw new InferenceUnavailable("The inference service is closed.");
            }
            queue.addLast(job);
            work.signal();
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether it was still waiting, and no longer is. */
    boolean takeBack(Job job) {
        lock.lock();
        try {
            boolean waited = queue.remove(job);
            room.signal();
            return waited;
        } finally {
            lock.unlock();
        }
    }

    /** The oldest request and, up to the batch limit, the waiting ones that can run with it; null once closed. */
    List<Job> take(int worker) {
        lock.lock();
        try {
            busySinceNs[worker] = 0;
            while (queue.isEmpty()) {
                if (closed) {
                    return null;
                }
                work.awaitUninterruptibly();
            }
            List<Job> batch = new ArrayList<>();
            Job first = queue.removeFirst();
            batch.add(first);
            gather(first, batch);
            awaitMore(first, batch);
            busySinceNs[worker] = System.nanoTime();
            batch.forEach(job -> job.startedNs = busySinceNs[worker]);
            room.signalAll();
            passOn();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void awaitMore(Job first, List<Job> batch) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.batchWaitMs());
        while (settings.batchWaitMs() > 0 && !closed && items(batch) < limit(first)) {
            long left = until - System.nanoTime();
            try {
                if (left <= 0 || more.awaitNanos(left) <= 0) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
            gather(first, batch);
        }
    }

    /** What this worker was woken for and did not take is another's. */
    private void passOn() {
        if (!queue.isEmpty()) {
            work.signal();
        }
    }

    private void gather(Job first, List<Job> batch) {
        int items = items(batch);
        for (Iterator<Job> waiting = queue.iterator(); waiting.hasNext() && items < limit(first);) {
            Job job = waiting.next();
            if (job.runsWith(first) && items + job.block.count() <= limit(first)) {
                waiting.remove();
                batch.add(job);
                items += job.block.count();
            }
        }
    }

    private int limit(Job job) {
        return job.detector ? settings.detectBatchMax() : settings.embedBatchMax();
    }

    static int items(List<Job> batch) {
        return batch.stream().mapToInt(job -> job.block.count()).sum();
    }

    /** From here on nothing is taken, and what waits fails as unavailable. */
    void close() {
        lock.lock();
        try {
            closed = true;
            queue.forEach(job -> job.fail(new InferenceUnavailable("The inference service is closed.")));
            queue.clear();
            room.signalAll();
            work.signalAll();
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
