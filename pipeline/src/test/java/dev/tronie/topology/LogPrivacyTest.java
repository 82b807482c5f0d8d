package dev.tronie.topology;

import static dev.tronie.fixture.FakeFaceAnalyzer.embedding;
import static dev.tronie.fixture.FakeFaceAnalyzer.pictureOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tronie.fixture.SamplePictures;
import dev.tronie.schema.Recognize;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What the log says at its most talkative, through the encoders of the released logback.xml: ids, and nobody's name or face. */
class LogPrivacyTest extends TopologyHarness {
    private static final String SOMEBODY = "Wilhelmina";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger ours = (Logger) LoggerFactory.getLogger("dev.tronie");
    private final ListAppender<ILoggingEvent> heard = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            // The ids are the thread's: later they are gone.
            event.prepareForDeferredProcessing();
            super.append(event);
        }
    };
    private Level rootBefore;
    private Level oursBefore;

    @BeforeEach
    void listen() {
        rootBefore = root.getLevel();
        oursBefore = ours.getLevel();
        root.setLevel(Level.DEBUG);
        ours.setLevel(Level.DEBUG);
        heard.start();
        root.addAppender(heard);
    }

    @AfterEach
    void listenNoMore() {
        root.detachAppender(heard);
        root.setLevel(rootBefore);
        ours.setLevel(oursBefore);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void noLineNamesAnybodyOrHoldsAFace(String format) throws Exception {
        // Given / When
        seeSomebody();
        List<String> lines = encoded(format);

        // Then
        assertThat(lines).isNotEmpty().noneMatch(line -> line.contains(SOMEBODY));
        List<String> numbers = new ArrayList<>();
        for (float number : embedding(SOMEBODY)) {
            numbers.add(Float.toString(number));
            numbers.add(Float.toString(number).substring(0, 8));
        }
        assertThat(lines).noneMatch(line -> numbers.stream().anyMatch(line::contains));
        assertThat(lines).anyMatch(line -> line.contains("lobby") && line.contains("frame-1") && line.contains(TRACE))
                .anyMatch(line -> line.contains("request-of-somebody") && line.contains(TRACE));
    }

    @Test
    void everyJsonLineIsAnObjectWithTheIdsOfWhatItIsAbout() throws Exception {
        // Given / When
        String eventId = seeSomebody();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : encoded("json")) {
            assertThat(line.strip().lines().count()).isOne();
            lines.add(JSON.readTree(line));
        }

        // Then
        assertThat(lines).allSatisfy(line -> assertThat(line.get("formattedMessage").asText()).isNotBlank());
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.at("/mdc/camera").asText()).isEqualTo("lobby");
            assertThat(line.at("/mdc/frame").asText()).isEqualTo("frame-1");
            assertThat(line.at("/mdc/trace").asText()).isEqualTo(TRACE);
        });
        assertThat(lines).anyMatch(line -> line.at("/mdc/request").asText().equals("request-of-somebody") && line.toString().contains(eventId));
        assertThat(org.slf4j.MDC.getCopyOfContextMap()).as("what is left on the thread").isNullOrEmpty();
    }

    @Test
    void anIdCannotPassForALineOfItsOwn() throws Exception {
        // When
        frames.pipeInput("lobby\n12:00:00.000 ERROR all is lost", frame("frame-1", NOW, pictureOf(SOMEBODY)));

        // Then
        assertThat(encoded("text")).noneMatch(line -> line.strip().contains("\n12:00:00"));
    }

    /** Enrolled, seen by a camera, recognised on a photo, and written so that nobody can read it. Returns the id of the photo's event. */
    private String seeSomebody() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("traceparent", ("00-" + TRACE + "-00f067aa0ba902b7-01").getBytes(UTF_8));
        uploads.pipeInput("default/" + SOMEBODY, upload("an-enrolment", enroll(SOMEBODY), pictureOf(SOMEBODY)));
        frames.pipeInput(new TestRecord<>("lobby", frame("frame-1", NOW, pictureOf(SOMEBODY)), headers));
        frames.pipeInput("lobby", frame("frame-1", NOW.minusSeconds(60), pictureOf(SOMEBODY)));
        uploads.pipeInput(new TestRecord<>("default/" + SOMEBODY, upload("request-of-somebody", Recognize.newBuilder().build(), pictureOf(SOMEBODY)), headers));
        driver.createInputTopic(topics.uploads().name(), new org.apache.kafka.common.serialization.StringSerializer(),
                new org.apache.kafka.common.serialization.ByteArraySerializer()).pipeInput("default/" + SOMEBODY, SOMEBODY.getBytes(UTF_8));
        return recognitions.readValuesToList().stream().filter(e -> e.getSourceId().equals("request-of-somebody")).findFirst().orElseThrow().getEventId();
    }

    /** The lines as the released configuration would print them. */
    private List<String> encoded(String format) throws Exception {
        LoggerContext released = new LoggerContext();
        try {
            released.putProperty("tronie.log.format", format);
            JoranConfigurator configurator = new JoranConfigurator();
            configurator.setContext(released);
            configurator.doConfigure(SamplePictures.basedir().resolve("src/main/resources/logback.xml").toFile());
            Encoder<ILoggingEvent> encoder = ((ConsoleAppender<ILoggingEvent>) released.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender(format)).getEncoder();
            return heard.list.stream().map(event -> new String(encoder.encode(event), UTF_8)).toList();
        } finally {
            released.stop();
        }
    }
}
