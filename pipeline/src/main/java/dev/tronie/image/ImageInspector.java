package dev.tronie.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tronie.schema.ErrorCode;
import java.util.zip.CRC32;

/**
 * Looks at a picture's bytes without decoding pixels: format, size, limits, and whether the file is whole. Native decoders
 * fill what is missing or damaged with grey, or with what the buffer held before; a face found in such a picture is nobody's.
 * So a picture passes here first. Pure.
 */
public final class ImageInspector {
    private static final byte[] PNG_MAGIC = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final String RESEND = "Send the whole file again.";

    private ImageInspector() {
    }

    /**
     * Checks a picture.
     *
     * @param bytes  the file
     * @param limits what is too large
     * @return the header, or TOO_LARGE, NOT_AN_IMAGE, TRUNCATED or CORRUPT
     */
    public static Outcome<ImageHeader> inspect(byte[] bytes, ImageLimits limits) {
        if (bytes.length == 0) {
            return Outcome.refused(ErrorCode.NOT_AN_IMAGE, "The picture is empty (0 bytes).", "Send a JPEG, PNG or WebP file.");
        }
        if (bytes.length > limits.maxBytes()) {
            return Outcome.refused(ErrorCode.TOO_LARGE,
                    "The picture has " + bytes.length + " bytes; at most " + limits.maxBytes() + " are taken.",
                    "Save it smaller, or with a lower quality.");
        }
        Bytes b = new Bytes(bytes);
        try {
            if (b.length() >= 3 && b.u8(0) == 0xff && b.u8(1) == 0xd8 && b.u8(2) == 0xff) {
                return inspectJpeg(bytes, limits);
            }
            if (b.startsWith(0, PNG_MAGIC)) {
                return inspectPng(b, limits);
            }
            if (b.startsWith(0, "RIFF".getBytes(US_ASCII)) && b.length() >= 12 && b.startsWith(8, "WEBP".getBytes(US_ASCII))) {
                return inspectWebp(b, limits);
            }
        } catch (Bytes.EndOfData e) {
            return Outcome.refused(ErrorCode.TRUNCATED, "The picture ends in the middle of its header.", RESEND);
        }
        return Outcome.refused(ErrorCode.NOT_AN_IMAGE, "The bytes are no JPEG, PNG or WebP picture.",
                "Send a JPEG, PNG or WebP file.");
    }

    private static Outcome<ImageHeader> inspectJpeg(byte[] bytes, ImageLimits limits) {
        JpegFile file;
        try {
            file = JpegFile.parseHeader(bytes);
        } catch (JpegFile.BadJpeg e) {
            return refusedJpeg(e);
        }
        return sized(new ImageHeader(ImageFormat.JPEG, file.uprightWidthPx(), file.uprightHeightPx()), limits).then(header -> {
            try {
                JpegEntropyCheck.check(bytes, file);
                return Outcome.ok(header);
            } catch (JpegFile.BadJpeg e) {
                return refusedJpeg(e);
            }
        });
    }

    private static Outcome<ImageHeader> refusedJpeg(JpegFile.BadJpeg e) {
        return switch (e.kind()) {
            case TRUNCATED -> Outcome.refused(ErrorCode.TRUNCATED, "The JPEG is cut off: " + e.getMessage() + ".", RESEND);
            case CORRUPT -> Outcome.refused(ErrorCode.CORRUPT, "The JPEG is damaged: " + e.getMessage() + ".", RESEND);
            case UNSUPPORTED -> Outcome.refused(ErrorCode.NOT_AN_IMAGE, "This kind of JPEG is not read: " + e.getMessage() + ".",
                    "Save it as a baseline or progressive 8-bit JPEG.");
        };
    }

    /** Walks all chunks: IHDR first, every checksum right, IEND at the end; animated pictures have no one frame to look at. */
    private static Outcome<ImageHeader> inspectPng(Bytes b, ImageLimits limits) {
        if (b.u32(8) != 13 || !b.startsWith(12, "IHDR".getBytes(US_ASCII))) {
            return Outcome.refused(ErrorCode.CORRUPT, "The PNG does not start with its header chunk.", RESEND);
        }
        Outcome<ImageHeader> header = sized(new ImageHeader(ImageFormat.PNG, b.size(16), b.size(20)), limits);
        if (header instanceof Outcome.Refused) {
            return header;
        }
        int at = 8;
        int orientation = ExifOrientation.UPRIGHT;
        while (true) {
            if (at == b.length()) {
                return Outcome.refused(ErrorCode.TRUNCATED, "The PNG ends before its end chunk.", RESEND);
            }
            long length = b.u32(at);
            if (at + 12L + length > b.length()) {
                return Outcome.refused(ErrorCode.TRUNCATED, "The PNG ends in the middle of a chunk.", RESEND);
            }
            CRC32 crc = new CRC32();
            crc.update(b.array(), at + 4, (int) length + 4);
            if (crc.getValue() != b.u32(at + 8 + (int) length)) {
                return Outcome.refused(ErrorCode.CORRUPT, "A checksum of the PNG does not hold.", RESEND);
            }
            if (b.startsWith(at + 4, "IEND".getBytes(US_ASCII))) {
                return upright(header, orientation);
            }
            if (b.startsWith(at + 4, "eXIf".getBytes(US_ASCII))) {
                orientation = ExifOrientation.of(b, at + 8, at + 8 + (int) length);
            }
            if (b.startsWith(at + 4, "acTL".getBytes(US_ASCII))) {
                return animated();
            }
            at += 12 + (int) length;
        }
    }

    private static Outcome<ImageHeader> inspectWebp(Bytes b, ImageLimits limits) {
        long riff = b.u32le(4);
        if (riff + 8 > b.length()) {
            return Outcome.refused(ErrorCode.TRUNCATED, "The WebP says " + (riff + 8) + " bytes and has " + b.length() + ".", RESEND);
        }
        int width;
        int height;
        if (b.startsWith(12, "VP8 ".getBytes(US_ASCII))) {
            if (b.u8(23) != 0x9d || b.u8(24) != 0x01 || b.u8(25) != 0x2a) {
                return Outcome.refused(ErrorCode.CORRUPT, "The WebP's key frame has no start code.", RESEND);
            }
            width = b.u16le(26) & 0x3fff;
            height = b.u16le(28) & 0x3fff;
        } else if (b.startsWith(12, "VP8L".getBytes(US_ASCII))) {
            long bits = b.u32le(21);
            width = (int) (bits & 0x3fff) + 1;
            height = (int) (bits >> 14 & 0x3fff) + 1;
        } else if (b.startsWith(12, "VP8X".getBytes(US_ASCII))) {
            if ((b.u8(20) & 0x02) != 0) {
                return animated();
            }
            width = (b.u16le(24) | b.u8(26) << 16) + 1;
            height = (b.u16le(27) | b.u8(29) << 16) + 1;
        } else {
            return Outcome.refused(ErrorCode.CORRUPT, "The WebP's first chunk is unknown.", RESEND);
        }
        return upright(sized(new ImageHeader(ImageFormat.WEBP, width, height), limits), webpOrientation(b, 8 + riff));
    }

    private static int webpOrientation(Bytes b, long end) {
        for (long at = 12; at + 8 <= end; at += 8 + b.u32le((int) at + 4) + (b.u32le((int) at + 4) & 1)) {
            if (b.startsWith((int) at, "EXIF".getBytes(US_ASCII))) {
                return ExifOrientation.of(b, (int) at + 8, (int) end);
            }
        }
        return ExifOrientation.UPRIGHT;
    }

    private static Outcome<ImageHeader> upright(Outcome<ImageHeader> header, int orientation) {
        return !ExifOrientation.sideways(orientation) ? header
                : header.then(h -> Outcome.ok(new ImageHeader(h.format(), h.heightPx(), h.widthPx())));
    }

    private static Outcome<ImageHeader> animated() {
        return Outcome.refused(ErrorCode.NOT_AN_IMAGE, "The picture is an animation.", "Send a still picture.");
    }

    private static Outcome<ImageHeader> sized(ImageHeader header, ImageLimits limits) {
        long pixels = (long) header.widthPx() * header.heightPx();
        if (pixels == 0) {
            return Outcome.refused(ErrorCode.CORRUPT, "The picture says it is " + header.widthPx() + " x " + header.heightPx() + ".", RESEND);
        }
        if (pixels > limits.maxPixels()) {
            return Outcome.refused(ErrorCode.TOO_LARGE, "The picture is " + header.widthPx() + " x " + header.heightPx() + " pixels; at most "
                    + limits.maxPixels() + " pixels are taken.", "Scale it down.");
        }
        return Outcome.ok(header);
    }
}
