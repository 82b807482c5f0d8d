package dev.tronie.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The pictures of a folder in the order of their names; bytes are passed on as they are. */
public final class PictureFolder implements FrameSource {
    private final List<Path> files;
    private final Iterator<Path> rest;

    /**
     * Opens a folder, or a single picture.
     *
     * @throws IOException where it holds no picture
     */
    public PictureFolder(Path path) throws IOException {
        files = pictures(path);
        if (files.isEmpty()) {
            throw new IOException("There is no .jpg, .jpeg, .png or .webp picture in " + path + ".");
        }
        rest = files.iterator();
    }

    /** The pictures below a folder, or the one picture itself, by name. */
    public static List<Path> pictures(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> found = Files.list(path)) {
            return found.filter(PictureFolder::isPicture).sorted().toList();
        }
    }

    /** Whether a file's name is that of a picture. */
    static boolean isPicture(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).matches(".*\\.(jpe?g|png|webp)");
    }

    @Override
    public EncodedFrame next() throws IOException {
        if (!rest.hasNext()) {
            return null;
        }
        Path file = rest.next();
        return new EncodedFrame(file.getFileName().toString(), Files.readAllBytes(file));
    }

    @Override
    public int total() {
        return files.size();
    }

    @Override
    public double framesPerSecond() {
        return 0;
    }

    @Override
    public boolean live() {
        return false;
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}
