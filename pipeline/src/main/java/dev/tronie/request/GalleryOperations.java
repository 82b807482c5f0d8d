package dev.tronie.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tronie.gallery.FaceKey;
import dev.tronie.gallery.Template;
import dev.tronie.image.Refusal;
import dev.tronie.schema.EnrolledFace;
import dev.tronie.schema.ErrorCode;
import dev.tronie.schema.ListGalleries;
import dev.tronie.schema.RemoveFace;
import dev.tronie.schema.RemoveGallery;
import dev.tronie.schema.RemoveSubject;
import dev.tronie.schema.Upload;
import dev.tronie.schema.UploadReply;
import dev.tronie.schema.ViewGallery;
import dev.tronie.schema.ViewSubject;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The operations on galleries that need no photo: lists, page by page in the order of the names, and removals. A removal reaches
 * the faces that the gallery holds and those that this instance has just enrolled. Stateless.
 */
final class GalleryOperations {
    /** Names on a page where the request does not say, and at most. */
    private static final int PAGE = 100;
    private static final int PAGE_MAX = 1_000;
    private static final String TOKEN = "after:";

    private final Replies replies;

    GalleryOperations(Replies replies) {
        this.replies = replies;
    }

    Answer list(Upload upload, ListGalleries list, GalleryView gallery) {
        return names(upload, gallery, gallery.galleries().names(), list.getPageSize(), list.getPageToken());
    }

    Answer view(Upload upload, ViewGallery view, GalleryView gallery) {
        Optional<Refusal> unknown = LookOperations.unknownGallery(view.getGallery(), gallery);
        return unknown.isPresent() ? replies.refused(replies.to(upload, gallery), unknown.get())
                : names(upload, gallery, gallery.galleries().subjects(view.getGallery()), view.getPageSize(), view.getPageToken());
    }

    Answer view(Upload upload, ViewSubject view, GalleryView gallery) {
        UploadReply reply = replies.to(upload, gallery);
        Collection<Template> faces = gallery.galleries().ofSubject(view.getGallery(), view.getSubjectId());
        Optional<Refusal> unknown = LookOperations.unknownGallery(view.getGallery(), gallery)
                .or(() -> faces.isEmpty() ? Optional.of(unknownSubject()) : Optional.empty());
        if (unknown.isPresent()) {
            return replies.refused(reply, unknown.get());
        }
        return paged(reply, faces, t -> t.key().faceId(), view.getPageSize(), view.getPageToken(),
                page -> reply.setEnrolledFaces(page.stream().map(GalleryOperations::entry).toList()));
    }

    Answer remove(Upload upload, RemoveFace remove, GalleryView gallery) {
        FaceKey key = new FaceKey(remove.getGallery(), remove.getSubjectId(), remove.getFaceId());
        return remove(upload, gallery, gallery.galleries().face(key).stream(), key::equals,
                new Refusal(ErrorCode.UNKNOWN_FACE, "The gallery holds no such face.", "Look the faces up with VIEW_SUBJECT."));
    }

    Answer remove(Upload upload, RemoveSubject remove, GalleryView gallery) {
        return remove(upload, gallery, gallery.galleries().ofSubject(remove.getGallery(), remove.getSubjectId()).stream(),
                key -> key.gallery().equals(remove.getGallery()) && key.subjectId().equals(remove.getSubjectId()), unknownSubject());
    }

    Answer remove(Upload upload, RemoveGallery remove, GalleryView gallery) {
        return remove(upload, gallery, gallery.galleries().subjects(remove.getGallery()).stream()
                .flatMap(subject -> gallery.galleries().ofSubject(remove.getGallery(), subject).stream()),
                key -> key.gallery().equals(remove.getGallery()),
                new Refusal(ErrorCode.UNKNOWN_GALLERY, "Nobody is enrolled in this gallery.", "Check the gallery's name."));
    }

    private Answer remove(Upload upload, GalleryView gallery, Stream<Template> held, Predicate<FaceKey> meant, Refusal nothing) {
        UploadReply reply = replies.to(upload, gallery);
        List<Template> templates = held.sorted(Comparator.comparing(t -> t.key().text())).toList();
        List<FaceKey> keys = Stream.concat(templates.stream().map(Template::key), gallery.pending().stream().filter(meant)).distinct().toList();
        if (keys.isEmpty()) {
            return replies.refused(reply, nothing);
        }
        reply.setEnrolledFaces(templates.stream().limit(PAGE_MAX).map(GalleryOperations::entry).toList());
        reply.setAffectedFaces(keys.size());
        return replies.done(new Answer(reply, List.of(), keys, List.of()));
    }

    private Answer names(Upload upload, GalleryView gallery, Collection<String> all, Integer pageSize, String token) {
        UploadReply reply = replies.to(upload, gallery);
        return paged(reply, all, Function.identity(), pageSize, token, reply::setNames);
    }

    /** One page of {@code all} in the order of a name; the token is the last name of the page before. */
    private <T> Answer paged(UploadReply reply, Collection<T> all, Function<T, String> name, Integer pageSize, String token,
            java.util.function.Consumer<List<T>> page) {
        if (pageSize != null && (pageSize < 1 || pageSize > PAGE_MAX)) {
            return replies.refused(reply, new Refusal(ErrorCode.INVALID_REQUEST, "pageSize must be within 1 to " + PAGE_MAX + ".", "Correct the request."));
        }
        String after;
        try {
            String text = token == null ? TOKEN : new String(Base64.getUrlDecoder().decode(token), UTF_8);
            if (!text.startsWith(TOKEN)) {
                throw new IllegalArgumentException("none of this pipeline's tokens");
            }
            after = text.substring(TOKEN.length());
        } catch (IllegalArgumentException e) {
            return replies.refused(reply, new Refusal(ErrorCode.INVALID_REQUEST, "pageToken is none that a reply has given.",
                    "Send the nextPageToken of the page before, or none."));
        }
        int size = pageSize == null ? PAGE : pageSize;
        List<T> rest = all.stream().filter(t -> name.apply(t).compareTo(after) > 0).sorted(Comparator.comparing(name)).limit(size + 1L).toList();
        List<T> shown = rest.subList(0, Math.min(size, rest.size()));
        page.accept(shown);
        reply.setNextPageToken(rest.size() <= size ? null
                : Base64.getUrlEncoder().withoutPadding().encodeToString((TOKEN + name.apply(shown.get(size - 1))).getBytes(UTF_8)));
        return replies.done(Answer.of(reply));
    }

    private static Refusal unknownSubject() {
        return new Refusal(ErrorCode.UNKNOWN_SUBJECT, "This subject is not enrolled in the gallery.", "Check the subject's id and the gallery's name.");
    }

    private static EnrolledFace entry(Template t) {
        return new EnrolledFace(t.key().faceId(), t.modelId(), t.quality(), Instant.ofEpochMilli(t.enrolledAtMs()));
    }
}
