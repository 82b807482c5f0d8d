package dev.tronie.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InferenceServiceTest {
    private final FakeNetworks.Log log = new FakeNetworks.Log();
    private final List<InferenceService> opened = new ArrayList<>();
    /** As many as there are blocked callers, whatever the number of processors. */
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void closeServices() {
        log.gate.countDown();
        opened.forEach(InferenceService::close);
        callers.shutdown();
        assertThat(log.closed.get()).isEqualTo(log.made.get());
    }

    @Test
    void givesEveryCallerItsOwnAnswer() {
        // Given
        InferenceService service = service(2, 8, 64, 5_000);

        // When
        List<CompletableFuture<float[]>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            byte value = (byte) i;
            answers.add(CompletableFuture.supplyAsync(() -> service.embed(block(1, value)).value().get(0), callers));
        }

        // Then
        for (int i = 0; i < 100; i++) {
            assertThat(answers.get(i).join()).containsExactly(i);
        }
    }

    @Test
    void runsWaitingRequestsInOneBatchUpToItsLimit() {
        // Given: a busy worker, and ten requests behind it
        InferenceService service = service(1, 4, 64, 5_000);
        CompletableFuture<?> first = CompletableFuture.runAsync(() -> service.embed(block(1, FakeNetworks.BLOCKS)), callers);
        await().until(() -> log.running.get() == 1);
        List<CompletableFuture<?>> rest = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            byte value = (byte) i;
            rest.add(CompletableFuture.runAsync(() -> service.embed(block(1, value)), callers));
        }
        await().until(() -> service.queued() == 10);

        // When
        log.gate.countDown();
        first.join();
        rest.forEach(CompletableFuture::join);

        // Then
        assertThat(log.batches).containsExactly(1, 4, 4, 2);
    }

    @Test
    void aBadNeighbourCostsNobodyElseTheAnswer() {
        // Given: a busy worker, behind it good, bad and good
        InferenceService service = service(1, 8, 64, 5_000);
        CompletableFuture<?> first = CompletableFuture.runAsync(() -> service.embed(block(1, FakeNetworks.BLOCKS)), callers);
        await().until(() -> log.running.get() == 1);
        CompletableFuture<float[]> good = CompletableFuture.supplyAsync(() -> service.embed(block(1, (byte) 7)).value().get(0), callers);
        CompletableFuture<?> bad = CompletableFuture.runAsync(() -> service.embed(block(1, FakeNetworks.FAILS)), callers);
        CompletableFuture<float[]> alsoGood = CompletableFuture.supplyAsync(() -> service.embed(block(1, (byte) 9)).value().get(0), callers);
        await().until(() -> service.queued() == 3);

        // When
        log.gate.countDown();
        first.join();

        // Then
        assertThat(good.join()).containsExactly(7);
        assertThat(alsoGood.join()).containsExactly(9);
        assertThatThrownBy(bad::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(InferenceFailed.class);
    }

    @Test
    void givesUpARequestThatNoWorkerTakesUpInTime() {
        // Given
        InferenceService service = service(1, 8, 64, 200);
        CompletableFuture<?> first = CompletableFuture.runAsync(() -> service.embed(block(1, FakeNetworks.BLOCKS)), callers);
        await().until(() -> log.running.get() == 1);

        // When / Then
        assertThatThrownBy(() -> service.embed(block(1, (byte) 1))).isInstanceOf(InferenceUnavailable.class);
        assertThat(service.queued()).isZero();
        log.gate.countDown();
        first.join();
    }

    @Test
    void waitsForARequestThatIsRunningHoweverLongItTakes() {
        // Given: its buffer is being read by native code
        InferenceService service = service(1, 8, 64, 50);
        CompletableFuture<float[]> slow = CompletableFuture.supplyAsync(() -> service.embed(block(1, FakeNetworks.BLOCKS)).value().get(0), callers);
        await().until(() -> service.busyMs() > 150);

        // When
        log.gate.countDown();

        // Then
        assertThat(slow.join()).containsExactly(FakeNetworks.BLOCKS);
    }

    @Test
    void makesSendersWaitWhenTheQueueIsFull() {
        // Given
        InferenceService service = service(1, 1, 1, 200);
        CompletableFuture<?> running = CompletableFuture.runAsync(() -> service.embed(block(1, FakeNetworks.BLOCKS)), callers);
        await().until(() -> log.running.get() == 1);
        CompletableFuture<?> queued = CompletableFuture.runAsync(() -> service.embed(block(1, (byte) 1)), callers);
        await().until(() -> service.queued() == 1);

        // When / Then: the one before it gives its place up at about the same time
        assertThatThrownBy(() -> service.embed(block(1, (byte) 2))).isInstanceOf(InferenceUnavailable.class).hasMessageMatching(".*(full|free).*");
        log.gate.countDown();
        running.join();
        queued.exceptionally(e -> null).join();
    }

    @Test
    void anInterruptedCallerThatNeverGotAPlaceIsToldSo() throws InterruptedException {
        // Given: a full queue
        InferenceService service = service(1, 1, 1, 60_000);
        CompletableFuture<?> running = CompletableFuture.runAsync(() -> service.embed(block(1, FakeNetworks.BLOCKS)), callers);
        await().until(() -> log.running.get() == 1);
        CompletableFuture<?> queued = CompletableFuture.runAsync(() -> service.embed(block(1, (byte) 1)), callers);
        await().until(() -> service.queued() == 1);
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                service.embed(block(1, (byte) 2));
            } catch (InferenceUnavailable e) {
                told.complete(e);
            }
        });
        caller.start();
        await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);

        // When
        caller.interrupt();

        // Then
        await().until(told::isDone);
        assertThat(told.join()).hasMessageContaining("Interrupted");
        log.gate.countDown();
        CompletableFuture.allOf(running, queued).join();
    }

    @Test
    void onlyItsOwnWorkersTouchTheNetworksAndEachWarmsItsOwn() {
        // Given
        InferenceService service = service(3, 1, 64, 5_000);

        // When
        CompletableFuture.allOf(java.util.stream.IntStream.range(0, 50)
                .mapToObj(i -> CompletableFuture.runAsync(() -> service.embed(block(1, (byte) 1)), callers)).toArray(CompletableFuture[]::new)).join();

        // Then
        assertThat(log.threads).allSatisfy(name -> assertThat(name).startsWith("inference-"));
        assertThat(log.made.get()).isEqualTo(3);
        assertThat(log.warmed.get()).isEqualTo(3);
    }

    @Test
    void failsAtTheStartWhenANetworkCannotBeMade() {
        // Given
        InferenceSettings settings = new InferenceSettings(2, 1, 1, 0, 8, 1_000);

        // When / Then
        assertThatThrownBy(() -> new InferenceService(settings, () -> {
            throw new IllegalStateException("no such graph");
        }, n -> { }, (network, items, ms) -> { })).hasMessage("no such graph");
    }

    @Test
    void refusesRequestsAfterItsClose() {
        // Given
        InferenceService service = service(1, 1, 8, 1_000);
        service.close();

        // When / Then
        assertThatThrownBy(() -> service.embed(block(1, (byte) 1))).isInstanceOf(InferenceUnavailable.class);
    }

    private InferenceService service(int workers, int batch, int queue, int deadlineMs) {
        InferenceService service = new InferenceService(new InferenceSettings(workers, batch, batch, 0, queue, deadlineMs),
                () -> new FakeNetworks(log), n -> log.warmed.incrementAndGet(), (network, items, ms) -> { });
        opened.add(service);
        return service;
    }

    private static PixelBlock block(int count, byte value) {
        return new PixelBlock(ByteBuffer.allocateDirect(1).put(0, value), count, 112, 112);
    }

    /** Answers with the first byte of the pixels. */
    private static final class FakeNetworks implements Networks {
        static final byte BLOCKS = 100;
        static final byte FAILS = 101;

        static final class Log {
            final AtomicInteger made = new AtomicInteger();
            final AtomicInteger closed = new AtomicInteger();
            final AtomicInteger warmed = new AtomicInteger();
            final AtomicInteger running = new AtomicInteger();
            final List<Integer> batches = new CopyOnWriteArrayList<>();
            final Set<String> threads = ConcurrentHashMap.newKeySet();
            final CountDownLatch gate = new CountDownLatch(1);
        }

        private final Log log;

        FakeNetworks(Log log) {
            this.log = log;
            log.made.incrementAndGet();
        }

        @Override
        public List<RawFaces> detect(List<PixelBlock> pictures) {
            throw new UnsupportedOperationException("not in these tests");
        }

        @Override
        public List<float[]> embed(List<PixelBlock> crops) {
            log.threads.add(Thread.currentThread().getName());
            log.running.incrementAndGet();
            List<float[]> answers = new ArrayList<>();
            for (PixelBlock crop : crops) {
                byte value = crop.bytes().get(0);
                if (value == BLOCKS) {
                    awaitGate();
                } else if (value == FAILS) {
                    throw new IllegalArgumentException("a crop that breaks the network");
                }
                answers.add(new float[] {value});
            }
            log.batches.add(crops.size());
            return answers;
        }

        private void awaitGate() {
            try {
                log.gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            log.closed.incrementAndGet();
        }
    }
}
