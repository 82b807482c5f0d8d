package dev.tronie.image;

/** Bounds-checked look at a byte array; reading past its end throws {@link EndOfData}, which the parsers turn into TRUNCATED. */
record Bytes(byte[] array) {

    /** The data ended where more was expected. */
    static final class EndOfData extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EndOfData() {
            super("end of data", null, false, false);
        }
    }

    int length() {
        return array.length;
    }

    int u8(int at) {
        if (at < 0 || at >= array.length) {
            throw new EndOfData();
        }
        return array[at] & 0xff;
    }

    int u16(int at) {
        return u8(at) << 8 | u8(at + 1);
    }

    int u16le(int at) {
        return u8(at) | u8(at + 1) << 8;
    }

    long u32(int at) {
        return (long) u16(at) << 16 | u16(at + 2);
    }

    long u32le(int at) {
        return u16le(at) | (long) u16le(at + 2) << 16;
    }

    /** A 32-bit size; what does not fit an int is as good as the largest int to every limit. */
    int size(int at) {
        return (int) Math.min(Integer.MAX_VALUE, u32(at));
    }

    boolean startsWith(int at, byte[] prefix) {
        if (at < 0 || at + prefix.length > array.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (array[at + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
