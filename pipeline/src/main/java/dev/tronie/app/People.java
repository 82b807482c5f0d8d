package dev.tronie.app;

import dev.tronie.client.PictureFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Photos of people: a folder a subject, or, as in Labeled Faces in the Wild, files named {@code SUBJECT_0001.jpg}. */
final class People {
    private static final String NONE = ". Give a folder with one folder of photos a person, or with photos named PERSON_0001.jpg.";

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
            throw new IOException("There is no folder " + people + NONE);
        }
        List<Photo> photos = new ArrayList<>();
        try (Stream<Path> folders = Files.list(people)) {
            for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
                for (Path file : PictureFolder.pictures(folder)) {
                    photos.add(new Photo(folder.getFileName().toString(), file));
                }
            }
        }
        for (Path file : PictureFolder.pictures(people)) {
            String name = file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
            if (name.matches(".+_\\d+")) {
                photos.add(new Photo(name.replaceFirst("_\\d+$", ""), file));
            }
        }
        if (photos.isEmpty()) {
            throw new IOException("There are no photos below " + people + NONE);
        }
        return photos;
    }

    /** All photos below a folder as names relative to it, by subject. */
    static Map<String, List<String>> namesBelow(Path people) throws IOException {
        Map<String, List<String>> byPerson = new TreeMap<>();
        for (Photo photo : below(people)) {
            byPerson.computeIfAbsent(photo.subjectId(), k -> new ArrayList<>()).add(people.relativize(photo.file()).toString());
        }
        return byPerson;
    }
}
