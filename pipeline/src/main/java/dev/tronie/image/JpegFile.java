package dev.tronie.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The part of a JPEG before its first scan: frame header and EXIF orientation (ITU-T T.81 annex B; EXIF 2.32 tag 0x0112).
 *
 * @param progressive   SOF2 rather than SOF0 or SOF1
 * @param widthPx       stored width, before orientation
 * @param heightPx      stored height, before orientation
 * @param orientation   EXIF orientation 1 to 8; 1 where there is none
 * @param components    the colour components of the frame
 * @param firstSegment  offset of the first segment after SOI
 */
record JpegFile(boolean progressive, int widthPx, int heightPx, int orientation, List<Component> components, int firstSegment) {
    private static final byte[] EXIF = "Exif\0\0".getBytes(US_ASCII);

    /** One colour component: its identifier and its sampling factors. */
    record Component(int id, int h, int v) {
    }

    /** Why a JPEG is not taken. */
    static final class BadJpeg extends Exception {
        private static final long serialVersionUID = 1L;
        private final Kind kind;

        enum Kind { TRUNCATED, CORRUPT, UNSUPPORTED }

        BadJpeg(Kind kind, String message) {
            super(message, null, false, false);
            this.kind = kind;
        }

        Kind kind() {
            return kind;
        }
    }

    int uprightWidthPx() {
        return ExifOrientation.sideways(orientation) ? heightPx : widthPx;
    }

    int uprightHeightPx() {
        return ExifOrientation.sideways(orientation) ? widthPx : heightPx;
    }

    static JpegFile parseHeader(byte[] bytes) throws BadJpeg {
        Bytes b = new Bytes(bytes);
        int orientation = 1;
        int at = 2;
        try {
            while (true) {
                if (b.u8(at) != 0xff) {
                    throw new BadJpeg(BadJpeg.Kind.CORRUPT, "no marker where one must be");
                }
                int marker = b.u8(at + 1);
                if (marker == 0xff) {
                    at++;
                    continue;
                }
                if (marker == 0xd9 || marker == 0xda) {
                    throw new BadJpeg(BadJpeg.Kind.CORRUPT, "a scan before the frame header");
                }
                int length = b.u16(at + 2);
                if (length < 2) {
                    throw new BadJpeg(BadJpeg.Kind.CORRUPT, "a segment shorter than its length field");
                }
                if (marker == 0xe1 && b.startsWith(at + 4, EXIF)) {
                    orientation = ExifOrientation.of(b, at + 10, at + 2 + length);
                }
                if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
                    return frame(b, at, marker, orientation);
                }
                at += 2 + length;
            }
        } catch (Bytes.EndOfData e) {
            throw new BadJpeg(BadJpeg.Kind.TRUNCATED, "it ends before the frame header");
        }
    }

    private static JpegFile frame(Bytes b, int at, int marker, int orientation) throws BadJpeg {
        if (marker > 0xc2) {
            throw new BadJpeg(BadJpeg.Kind.UNSUPPORTED, "lossless, hierarchical or arithmetic coding");
        }
        if (b.u8(at + 4) != 8) {
            throw new BadJpeg(BadJpeg.Kind.UNSUPPORTED, b.u8(at + 4) + " bits a sample");
        }
        int count = b.u8(at + 9);
        if (count < 1 || count > 4 || b.u16(at + 2) != 8 + 3 * count) {
            throw new BadJpeg(BadJpeg.Kind.CORRUPT, "a frame header of " + count + " components");
        }
        List<Component> components = IntStream.range(0, count).mapToObj(i -> {
            int base = at + 10 + 3 * i;
            return new Component(b.u8(base), b.u8(base + 1) >> 4, b.u8(base + 1) & 15);
        }).toList();
        for (Component c : components) {
            if (c.h() < 1 || c.h() > 4 || c.v() < 1 || c.v() > 4) {
                throw new BadJpeg(BadJpeg.Kind.CORRUPT, "impossible sampling factors");
            }
        }
        return new JpegFile(marker == 0xc2, b.u16(at + 7), b.u16(at + 5), orientation, components, 2);
    }
}
