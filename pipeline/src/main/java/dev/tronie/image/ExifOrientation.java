package dev.tronie.image;

/** The orientation in a block of EXIF data (EXIF 2.32, tag 0x0112), which JPEG, PNG and WebP all may carry. Pure. */
final class ExifOrientation {
    /** As stored. */
    static final int UPRIGHT = 1;
    private static final int FIRST_SIDEWAYS = 5;

    private ExifOrientation() {
    }

    /** Whether width and height change places when the picture is turned upright. */
    static boolean sideways(int orientation) {
        return orientation >= FIRST_SIDEWAYS;
    }

    /** The orientation tag of the first image directory; 1 where the EXIF block is unreadable, as every viewer does. */
    static int of(Bytes b, int tiff, int end) {
        try {
            boolean little = b.u8(tiff) == 'I';
            int ifd = tiff + (int) (little ? b.u32le(tiff + 4) : b.u32(tiff + 4));
            int entries = little ? b.u16le(ifd) : b.u16(ifd);
            for (int i = 0; i < entries; i++) {
                int entry = ifd + 2 + 12 * i;
                if (entry + 12 > end) {
                    return 1;
                }
                if ((little ? b.u16le(entry) : b.u16(entry)) == 0x0112) {
                    int value = little ? b.u16le(entry + 8) : b.u16(entry + 8);
                    return value >= 1 && value <= 8 ? value : 1;
                }
            }
            return 1;
        } catch (Bytes.EndOfData e) {
            return 1;
        }
    }
}
