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
            notPastTheEnd();
            throw new BadJpeg(Kind.CORRUPT, "an impossible code");
        }
        count -= entry >> 8;
        notPastTheEnd();
        return entry & 0xff;
    }

    /**
     * Skips the AC coefficients of a baseline block (T.81 F.2.2.2), as many at a look-up as the table tells of.
     *
     * @throws BadJpeg where one lies past the end of the block, no code starts so, or the scan ends
     */
    void skipBlock(HuffmanTable table) throws BadJpeg {
        if (table == null) {
            throw new BadJpeg(Kind.CORRUPT, "a code table is missing");
        }
        int[] steps = table.steps();
        // In locals, so that the loop writes nothing to memory.
        long buffer = bits;
        int left = count;
        int k = 1;
        while (k < 64) {
            if (left < 32) {
                count = left;
                fill();
                buffer = bits;
                left = count;
            }
            int step = steps[(int) (buffer >>> left - HuffmanTable.STEP_BITS) & (1 << HuffmanTable.STEP_BITS) - 1];
            int ends = step >>> 16;
            int next = k + (step >>> 8 & 0xff);
            if (step == 0 || next + ends > 64) {
                // A long code, or codes that may belong to the next block already.
                count = left;
                k = skipCoefficient(table, k);
                buffer = bits;
                left = count;
                continue;
            }
            left -= step & 0xff;
            k = ends != 0 ? 64 : next;
        }
        count = left;
        notPastTheEnd();
    }

    /** The next coefficient to come in the block, 64 for none. */
    private int skipCoefficient(HuffmanTable table, int k) throws BadJpeg {
        int symbol = symbol(table);
        take(symbol & 15);
        if (HuffmanTable.endsBlock(symbol)) {
            return 64;
        }
        int next = k + (symbol >> 4) + 1;
        if (next > 64) {
            throw new BadJpeg(Kind.CORRUPT, "a coefficient past the end of its block");
        }
        return next;
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
     * bits, nearly all that occur, are found in one step, longer ones length by length.
     *
     * <p>Steps are for those who only go through AC coefficients: by the next ten bits, how many bits all the coefficients take whose
     * codes lie in them (lowest byte, the bits of the last one's value may lie behind), how many coefficients those are with the zeros before
     * them (second byte), and whether the block ends with them (third); 0 where not even one code lies in them.
     */
    static final class HuffmanTable {
        private static final int SHORT_BITS = 9;
        private static final int STEP_BITS = 10;

        private final short[] byNine = new short[1 << SHORT_BITS];
        /** By length: the code behind the last one, and where the symbol of code 0 would stand. */
        private final int[] end = new int[17];
        private final int[] zero = new int[17];
        private final byte[] symbols = new byte[256];

        /** Null until asked for: progressive scans and DC coefficients need none. */
        private int[] steps;

        private HuffmanTable() {
        }

        /** Whether an AC symbol of a baseline scan says that only zeros follow in its block. */
        private static boolean endsBlock(int symbol) {
            return (symbol & 15) == 0 && symbol != 0xf0;
        }

        private int[] steps() {
            if (steps == null) {
                steps = new int[1 << STEP_BITS];
                for (int next = 0; next < steps.length; next++) {
                    steps[next] = step(next);
                }
            }
            return steps;
        }

        private int step(int next) {
            int length = 0;
            int coefficients = 0;
            while (length < STEP_BITS) {
                int entry = entry(next << 16 - STEP_BITS + length & 0xffff);
                int codeLength = entry >> 8;
                if (entry == 0 || codeLength > STEP_BITS - length) {
                    break;
                }
                int symbol = entry & 0xff;
                length += codeLength + (symbol & 15);
                if (endsBlock(symbol)) {
                    return 1 << 16 | coefficients << 8 | length;
                }
                coefficients += (symbol >> 4) + 1;
            }
            return coefficients << 8 | length;
        }

        private int entry(int nextSixteen) {
            int entry = byNine[nextSixteen >> 16 - SHORT_BITS];
            for (int length = SHORT_BITS + 1; entry == 0 && length <= 16; length++) {
                int code = nextSixteen >> 16 - length;
                if (code < end[length]) {
                    entry = length << 8 | symbols[zero[length] + code] & 0xff;
                }
            }
            return entry;
        }

        /** A table from its definition: sixteen counts of codes by length, then the symbols. */
        static HuffmanTable of(byte[] data, int at) throws BadJpeg {
            HuffmanTable table = new HuffmanTable();
            int code = 0;
            int value = 0;
            for (int length = 1; length <= 16; length++) {
                int codes = data[at + length - 1] & 0xff;
                if (code + codes > 1 << length) {
                    throw new BadJpeg(Kind.CORRUPT, "an impossible code table");
                }
                table.zero[length] = value - code;
                for (int i = 0; i < codes; i++, value++, code++) {
                    table.symbols[value] = data[at + 16 + value];
                    if (length <= SHORT_BITS) {
                        int width = SHORT_BITS - length;
                        Arrays.fill(table.byNine, code << width, code + 1 << width, (short) (length << 8 | data[at + 16 + value] & 0xff));
                    }
                }
                table.end[length] = codes == 0 ? 0 : code;
                code <<= 1;
            }
            return table;
        }
    }
}
