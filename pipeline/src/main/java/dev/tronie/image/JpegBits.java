package dev.tronie.image;

import dev.tronie.image.JpegFile.BadJpeg;
import dev.tronie.image.JpegFile.BadJpeg.Kind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The bits of a JPEG's entropy-coded data: byte stuffing undone, padding counted so that reading past a scan's end is noticed. */
final class JpegBits {
    private static final VarHandle EIGHT_BYTES = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private final byte[] data;
    private int at;
    private long bits;
    private int count;
    /** Of {@code count}, the zero bits put in behind the end of the scan. */
    private int padding;

    JpegBits(byte[] data) {
        this.data = data;
    }

    /** Begins a scan, or what follows a restart marker. */
    void start(int offset) {
        at = offset;
        bits = 0;
        count = 0;
        padding = 0;
    }

    /**
     * Ends a scan. Less than a byte may be left over; whole bytes before the marker mean that the stream lost its step.
     *
     * @return the offset of the marker that ended it
     */
    int end() throws BadJpeg {
        fill();
        notPastTheEnd();
        if (count - padding >= 8) {
            throw new BadJpeg(Kind.CORRUPT, "data after the end of a scan");
        }
        if (at >= data.length) {
            throw new BadJpeg(Kind.TRUNCATED, "it ends before its end marker");
        }
        return at;
    }

    /** The next n bits, at most 16. */
    int take(int n) throws BadJpeg {
        if (n == 0) {
            return 0;
        }
        if (count < n) {
            fill();
        }
        count -= n;
        notPastTheEnd();
        return (int) (bits >>> count) & (1 << n) - 1;
    }

    /** The next symbol of a code. */
    int symbol(HuffmanTable table) throws BadJpeg {
        if (table == null) {
            throw new BadJpeg(Kind.CORRUPT, "a code table is missing");
        }
        if (count < 16) {
            fill();
        }
        int entry = table.entry((int) (bits >>> count - 16) & 0xffff);
        if (entry == 0) {
            throw new BadJpeg(Kind.CORRUPT, "an impossible code");
        }
        count -= entry >> 8;
        notPastTheEnd();
        return entry & 0xff;
    }

    private void notPastTheEnd() throws BadJpeg {
        if (padding > count) {
            throw new BadJpeg(at >= data.length ? Kind.TRUNCATED : Kind.CORRUPT, "a scan ends early");
        }
    }

    /** Tops the buffer up to more than 48 bits; at a marker or the end of the data it goes on with zeros, and counts them. */
    private void fill() {
        if (at + Long.BYTES <= data.length) {
            long next = (long) EIGHT_BYTES.get(data, at);
            long inverted = ~next;
            // Where none of eight bytes is 0xff, which is nearly everywhere, there is nothing to undo (the zero-byte test of Hacker's Delight 6-1).
            if ((inverted - LOW_BITS & next & HIGH_BITS) == 0) {
                int bytes = 56 - count >> 3;
                if (bytes > 0) {
                    bits = bits << 8 * bytes | next >>> 64 - 8 * bytes;
                    count += 8 * bytes;
                    at += bytes;
                }
                return;
            }
        }
        while (count <= 48) {
            int value = 0;
            if (at < data.length) {
                value = data[at] & 0xff;
                if (value == 0xff) {
                    if (at + 1 < data.length && data[at + 1] == 0) {
                        at += 2;
                    } else {
                        value = 0;
                        padding += 8;
                    }
                } else {
                    at++;
                }
            } else {
                padding += 8;
            }
            bits = bits << 8 | value;
            count += 8;
        }
    }

    /**
     * A Huffman code by look-up: code length in the upper byte, symbol in the lower, 0 where no code starts so. Codes of up to nine
     * bits, nearly all that occur, are found in a table that fits the first-level cache.
     */
    static final class HuffmanTable {
        private static final int SHORT_BITS = 9;

        private final short[] byNine = new short[1 << SHORT_BITS];
        private final short[] bySixteen = new short[1 << 16];

        private HuffmanTable() {
        }

        private int entry(int nextSixteen) {
            int entry = byNine[nextSixteen >> 16 - SHORT_BITS];
            return entry != 0 ? entry : bySixteen[nextSixteen];
        }

        /** A table from its definition: sixteen counts of codes by length, then the symbols. */
        static HuffmanTable of(byte[] data, int at) throws BadJpeg {
            HuffmanTable table = new HuffmanTable();
            int code = 0;
            int value = at + 16;
            for (int length = 1; length <= 16; length++) {
                int codes = data[at + length - 1] & 0xff;
                for (int i = 0; i < codes; i++) {
                    short entry = (short) (length << 8 | data[value++] & 0xff);
                    int width = length <= SHORT_BITS ? SHORT_BITS : 16;
                    int from = code << width - length;
                    int to = from + (1 << width - length);
                    if (to > 1 << width) {
                        throw new BadJpeg(Kind.CORRUPT, "an impossible code table");
                    }
                    Arrays.fill(length <= SHORT_BITS ? table.byNine : table.bySixteen, from, to, entry);
                    code++;
                }
                code <<= 1;
            }
            return table;
        }
    }
}
