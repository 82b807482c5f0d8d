package dev.tronie.app;

import dev.tronie.client.PictureFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Photos of people: a folder a subject. */
final class People {
    private People() {
    }

    /** One photo and whose it is. */
    record Photo(String subjectId, Path file) {
    }

    /**
     * All photos below a folder, by subject and name.
     *
     * @throws IOException where there are none
     */
    static List<Photo> below(Path people) throws IOException {
        if (!Files.isDirectory(people)) {
            throw new IOException("There is no folder " + people + ". Give a folder with one folder of photos a person.");
        }
        List<Photo> photos = new ArrayList<>();
        try (Stream<Path> folders = Files.list(people)) {
            for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
                for (Path file : PictureFolder.pictures(folder)) {
                    photos.add(new Photo(folder.getFileName().toString(), file));
                }
            }
        }
        if (photos.isEmpty()) {
            throw new IOException("There are no photos below " + people + ". Give a folder with one folder of photos a person.");
        }
        return photos;
    }
}
