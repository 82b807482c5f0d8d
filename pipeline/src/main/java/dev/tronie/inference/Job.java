package dev.tronie.inference;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One request on its way through the queue.
 *
 * <p>Threading: made and awaited by the caller; started and answered by one worker; the latch hands over.
 */
final class Job {
    final boolean detector;
    final PixelBlock block;
    final long submittedNs = System.nanoTime();
    volatile long startedNs;
    private final CountDownLatch done = new CountDownLatch(1);
    private List<?> answer;
    private RuntimeException failure;

    Job(boolean detector, PixelBlock block) {
        this.detector = detector;
        this.block = block;
    }

    /** Whether both can run in one call. */
    boolean runsWith(Job other) {
        return detector == other.detector && block.sameShape(other.block);
    }

    void answer(List<?> value) {
        answer = value;
        done.countDown();
    }

    void fail(RuntimeException e) {
        failure = e;
        done.countDown();
    }

    boolean isDone() {
        return done.getCount() == 0;
    }

    /** Returns whether it was done in time. */
    boolean await(long ns) throws InterruptedException {
        return done.await(ns, TimeUnit.NANOSECONDS);
    }

    /** Once a worker has the buffer, leaving would free memory that native code reads. */
    void awaitUninterruptibly() {
        boolean interrupted = false;
        while (!isDone()) {
            try {
                done.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The answer, one a picture; throws what the job failed with. Done jobs only. */
    List<?> result() {
        if (failure != null) {
            throw failure;
        }
        return answer;
    }
}
