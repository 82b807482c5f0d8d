package dev.tronie.app;

import dev.tronie.client.Uploader;
import dev.tronie.config.TronieConfig;
import dev.tronie.topology.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Photos into the gallery. */
@Command(name = "enroll", mixinStandardHelpOptions = true, sortOptions = false,
        customSynopsis = {"tronie enroll [OPTIONS] SUBJECT PHOTO...", "       tronie enroll [OPTIONS] --people DIR"},
        description = "Enrol photos of a person, or of many people.")
final class EnrollCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "SUBJECT PHOTO", description = "Whose photos, and the photos.")
    List<String> arguments = List.of();

    @Option(names = "--people", paramLabel = "DIR", description = "A folder with one folder of photos a person; its name is the subject.")
    Path people;

    @Option(names = "--gallery", defaultValue = "default", description = "The gallery (default: ${DEFAULT-VALUE}).")
    String gallery;

    @Option(names = "--largest", description = "Take the largest of several faces instead of refusing the photo.")
    boolean largest;

    @Option(names = "--force", description = "Take faces even where their quality is below the bar: a poor template draws strangers for as long as it stays.")
    boolean force;

    @Option(names = "--json", description = "Print every reply as a JSON object a line.")
    boolean json;

    @Mixin
    Settings settings;

    @Override
    public Integer call() throws IOException {
        List<People.Photo> photos = photos();
        Console console = new Console(json);
        TronieConfig config = settings.config();
        try (Uploader uploader = new Uploader(config, Topics.of(config), InstantSource.system())) {
            Enrolment.Result result = new Enrolment(uploader, console, gallery, largest, force).run(photos);
            console.say(result.enrolled() + " of " + photos.size() + " photos enrolled in gallery " + gallery
                    + (result.refused() > 0 ? ", " + result.refused() + " refused" : "")
                    + (result.unanswered() > 0 ? ", " + result.unanswered() + " not answered yet" : "") + ".");
            return result.unanswered() > 0 ? ExitCodes.UNAVAILABLE : result.refused() > 0 ? ExitCodes.REFUSED : ExitCodes.OK;
        }
    }

    private List<People.Photo> photos() throws IOException {
        if (people != null && arguments.isEmpty()) {
            return People.below(people);
        }
        if (people != null || arguments.size() < 2) {
            throw new IllegalArgumentException("Give a subject and at least one photo, or --people DIR. See: tronie enroll --help");
        }
        List<People.Photo> photos = new ArrayList<>();
        for (String file : arguments.subList(1, arguments.size())) {
            if (!Files.isRegularFile(Path.of(file))) {
                throw new IOException("There is no file " + file + ".");
            }
            photos.add(new People.Photo(arguments.get(0), Path.of(file)));
        }
        return photos;
    }
}
