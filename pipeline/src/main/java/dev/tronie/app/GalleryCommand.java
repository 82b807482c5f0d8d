package dev.tronie.app;

import dev.tronie.client.GalleryBackup;
import dev.tronie.client.KafkaClients;
import dev.tronie.config.TronieConfig;
import dev.tronie.gallery.FaceKey;
import dev.tronie.schema.EnrolledFace;
import dev.tronie.schema.ListGalleries;
import dev.tronie.schema.RemoveFace;
import dev.tronie.schema.RemoveGallery;
import dev.tronie.schema.RemoveSubject;
import dev.tronie.schema.UploadReply;
import dev.tronie.schema.ViewGallery;
import dev.tronie.schema.ViewSubject;
import dev.tronie.topology.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What is enrolled, and its removal. */
@Command(name = "gallery", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND",
        description = "List galleries, their subjects and faces, or remove them.")
final class GalleryCommand implements Runnable {
    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Say what to do: tronie gallery list, view, subject, audit, backup, restore, remove, remove-subject or remove-face");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, sortOptions = false, description = "List the galleries.")
    int list(@Mixin Settings settings, @Option(names = "--json", description = "Print every reply as a JSON object a line.") boolean json) {
        return pages(settings, json, "galleries", token -> ListGalleries.newBuilder().setPageToken(token).build());
    }

    @Command(name = "view", mixinStandardHelpOptions = true, sortOptions = false, description = "List the subjects of a gallery.")
    int view(@Parameters(paramLabel = "GALLERY", defaultValue = "default", description = "The gallery (default: ${DEFAULT-VALUE}).") String gallery,
            @Mixin Settings settings, @Option(names = "--json", description = "Print every reply as a JSON object a line.") boolean json) {
        return pages(settings, json, gallery, token -> ViewGallery.newBuilder().setGallery(gallery).setPageToken(token).build());
    }

    @Command(name = "subject", mixinStandardHelpOptions = true, sortOptions = false, description = "List the enrolled faces of a subject.")
    int subject(@Parameters(paramLabel = "SUBJECT", description = "The subject.") String subject,
            @Option(names = "--gallery", defaultValue = "default", description = "The gallery (default: ${DEFAULT-VALUE}).") String gallery,
            @Mixin Settings settings, @Option(names = "--json", description = "Print every reply as a JSON object a line.") boolean json) {
        return pages(settings, json, subject, token -> ViewSubject.newBuilder().setGallery(gallery).setSubjectId(subject).setPageToken(token).build());
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, sortOptions = false, description = "Erase all faces of a gallery.")
    int remove(@Parameters(paramLabel = "GALLERY", description = "The gallery.") String gallery, @Mixin Settings settings,
            @Option(names = "--json", description = "Print every reply as a JSON object a line.") boolean json) {
        return erase(settings, json, gallery, null, RemoveGallery.newBuilder().setGallery(gallery).build());
    }

    @Command(name = "remove-subject", mixinStandardHelpOptions = true, sortOptions = false, description = "Erase all faces of a subject.")
    int removeSubject(@Parameters(paramLabel = "SUBJECT", description = "The subject.") String subject,
            @Option(names = "--gallery", defaultValue = "default", description = "The gallery (default: ${DEFAULT-VALUE}).") String gallery,
            @Mixin Settings settings, @Option(names = "--json", description = "Print every reply as a JSON object a line.") boolean json) {
        return erase(settings, json, subject, new FaceKey(gallery, subject, ""),
                RemoveSubject.newBuilder().setGallery(gallery).setSubjectId(subject).build());
    }

    @Command(name = "audit", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Find templates that make answers wrong: faces unlike their subject's others, subjects that look alike, poor photos. Reads the gallery's log; no pipeline is needed.")
    int audit(@Parameters(paramLabel = "GALLERY", defaultValue = "default", description = "The gallery (default: ${DEFAULT-VALUE}).") String gallery,
            @Option(names = "--models", paramLabel = "DIR", description = "The model folder whose calibration says what is alike; instead of the bundled one.") String models,
            @Mixin Settings settings, @Option(names = "--json", description = "Print every finding as a JSON object a line.") boolean json) {
        TronieConfig config = settings.config(models == null ? Map.of() : Map.of("models.dir", models));
        return GalleryAuditReport.print(config, ModelSelection.select(config.models()), gallery, new Console(json)) == 0 ? ExitCodes.OK : ExitCodes.REFUSED;
    }

    @Command(name = "backup", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Write all galleries to a file, as they stand in the log; no pipeline is needed. The file holds faces: keep it as you keep them.")
    int backup(@Parameters(paramLabel = "FILE", description = "The file; one that is there is replaced when the new one is whole.") Path file, @Mixin Settings settings) throws IOException {
        TronieConfig config = settings.config();
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        // Its owner's alone, from the first byte on.
        try (Consumer<String, byte[]> log = KafkaClients.rawReader(config, Topics.of(config).galleryFaces());
                OutputStream out = Channels.newOutputStream(Files.newByteChannel(part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))))) {
            new Console(false).say(GalleryBackup.write(log, out) + " faces written to " + file + ".");
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        return ExitCodes.OK;
    }

    @Command(name = "restore", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Put the faces of a backup back into the log, beside what is there. Needs the right to write to gallery-faces, and the schema registry that the backup's values refer to.")
    int restore(@Parameters(paramLabel = "FILE", description = "What tronie gallery backup wrote.") Path file, @Mixin Settings settings) throws IOException {
        TronieConfig config = settings.config();
        try (InputStream in = Files.newInputStream(file)) {
            GalleryBackup.check(in);
        }
        try (InputStream in = Files.newInputStream(file); Producer<String, byte[]> producer = KafkaClients.rawProducer(config)) {
            new Console(false).say(GalleryBackup.restore(in, producer, Topics.of(config).galleryFaces().name()) + " faces restored.");
        }
        return ExitCodes.OK;
    }

    @Command(name = "remove-face", mixinStandardHelpOptions = true, sortOptions = false, description = "Erase one face of a subject.")
    int removeFace(@Parameters(index = "0", paramLabel = "SUBJECT", description = "The subject.") String subject,
            @Parameters(index = "1", paramLabel = "FACE", description = "The face's id, as tronie gallery subject prints it.") String face,
            @Option(names = "--gallery", defaultValue = "default", description = "The gallery (default: ${DEFAULT-VALUE}).") String gallery,
            @Mixin Settings settings, @Option(names = "--json", description = "Print every reply as a JSON object a line.") boolean json) {
        return erase(settings, json, subject, new FaceKey(gallery, subject, face),
                RemoveFace.newBuilder().setGallery(gallery).setSubjectId(subject).setFaceId(face).build());
    }

    private static int pages(Settings settings, boolean json, String about, Function<String, SpecificRecord> page) {
        try (Questions questions = new Questions(settings, json)) {
            String token = null;
            do {
                Optional<UploadReply> reply = questions.ask(about, null, page.apply(token), null);
                if (reply.isEmpty()) {
                    return ExitCodes.UNAVAILABLE;
                } else if (reply.get().getError() != null) {
                    return ExitCodes.REFUSED;
                }
                reply.get().getNames().forEach(questions.console()::say);
                reply.get().getEnrolledFaces().forEach(face -> questions.console().say(line(face)));
                token = reply.get().getNextPageToken();
            } while (token != null);
            return ExitCodes.OK;
        }
    }

    private static int erase(Settings settings, boolean json, String about, FaceKey subject, SpecificRecord operation) {
        try (Questions questions = new Questions(settings, json)) {
            Optional<UploadReply> reply = questions.ask(about, subject, operation, null);
            if (reply.isEmpty()) {
                return ExitCodes.UNAVAILABLE;
            } else if (reply.get().getError() != null) {
                return ExitCodes.REFUSED;
            }
            questions.console().say(reply.get().getAffectedFaces() + " face" + (reply.get().getAffectedFaces() == 1 ? "" : "s") + " erased.");
            return ExitCodes.OK;
        }
    }

    private static String line(EnrolledFace face) {
        return String.format(Locale.ROOT, "%s  %-14s quality %.2f  enrolled %s", face.getFaceId(), face.getModelId(), face.getQualityOverall(),
                face.getEnrolledAt());
    }
}
