package dev.tronie.image;

import dev.tronie.image.JpegFile.BadJpeg;
import dev.tronie.image.JpegFile.BadJpeg.Kind;
import dev.tronie.image.JpegFile.Component;
import java.util.List;

/**
 * Walks every Huffman code of a JPEG's scans without computing a pixel (ITU-T T.81 annexes F and G), and so notices damage that
 * decoders paper over: they print a warning and fill the rest of the picture. Found are impossible codes, coefficients past the
 * end of a block, restart markers out of order, scans that end early or late, and files without their end marker. Damage that
 * leaves a valid code stream (a flipped sign bit) cannot be told from a picture.
 *
 * <p>The algorithm, once a scan: (1) read tables up to the scan header; (2) for every block of the scan in stream order, decode
 * the symbols and drop the coefficient bits; a progressive refinement scan needs to know which coefficients are already non-zero,
 * so one 64-bit mask a block is kept; (3) after the last block at most seven padding bits may stand before the next marker.
 * Costs about a fifth of decoding the picture. One instance checks one file; not thread-safe.
 */
final class JpegEntropyCheck {
    /** Ordinary files have one scan, progressive ones about ten; more only cost time. */
    private static final int SCANS_MAX = 100;
    /** Eight can be in use at a time; making one costs as much as reading a small picture. */
    private static final int TABLES_MAX = 8 * SCANS_MAX;

    private final byte[] data;
    private final JpegFile file;
    private final JpegBits.HuffmanTable[] dc = new JpegBits.HuffmanTable[4];
    private final JpegBits.HuffmanTable[] ac = new JpegBits.HuffmanTable[4];
    private final long[][] nonZero;
    private final int maxH;
    private final int maxV;
    private int restartInterval;

    private final JpegBits bits;
    private int at;
    private int endOfBandRun;
    /** Components whose DC coefficients a scan has brought, one bit each. */
    private int covered;
    private int tables;

    private JpegEntropyCheck(byte[] data, JpegFile file) {
        this.data = data;
        this.file = file;
        this.maxH = file.components().stream().mapToInt(Component::h).max().orElse(1);
        this.maxV = file.components().stream().mapToInt(Component::v).max().orElse(1);
        this.nonZero = new long[file.components().size()][];
        this.bits = new JpegBits(data);
    }

    /** Returns if the whole code stream is sound, throws what is wrong with it otherwise. */
    static void check(byte[] data, JpegFile file) throws BadJpeg {
        new JpegEntropyCheck(data, file).run();
    }

    private void run() throws BadJpeg {
        at = file.firstSegment();
        int scans = 0;
        try {
            while (true) {
                int marker = nextMarker();
                if (marker == 0xd9) {
                    if (covered != (1 << file.components().size()) - 1) {
                        throw new BadJpeg(Kind.CORRUPT, "a colour component has no scan");
                    }
                    return;
                }
                if (marker == 0x01 || marker >= 0xd0 && marker <= 0xd7) {
                    // Markers without a segment; some encoders leave a restart marker behind the last scan.
                    continue;
                }
                int length = u16(at);
                if (length < 2) {
                    throw new BadJpeg(Kind.CORRUPT, "a segment shorter than its length field");
                }
                int end = at + length;
                if (end > data.length) {
                    throw truncated();
                }
                int body = at + 2;
                at = end;
                if (marker == 0xc4) {
                    huffmanTables(body, end);
                } else if (marker == 0xdd) {
                    restartInterval = u16(body);
                } else if (marker == 0xda) {
                    if (++scans > SCANS_MAX) {
                        throw new BadJpeg(Kind.UNSUPPORTED, "more than " + SCANS_MAX + " scans");
                    }
                    scan(body);
                }
            }
        } catch (ArrayIndexOutOfBoundsException e) {
            throw truncated();
        }
    }

    private static BadJpeg truncated() {
        return new BadJpeg(Kind.TRUNCATED, "it ends before its end marker");
    }

    private int u8(int i) {
        return data[i] & 0xff;
    }

    private int u16(int i) {
        return u8(i) << 8 | u8(i + 1);
    }

    private int nextMarker() throws BadJpeg {
        if (u8(at) != 0xff) {
            throw new BadJpeg(Kind.CORRUPT, "data after the end of a scan");
        }
        while (u8(at) == 0xff) {
            at++;
        }
        return u8(at++);
    }

    private void huffmanTables(int from, int end) throws BadJpeg {
        int i = from;
        while (i < end) {
            if (++tables > TABLES_MAX) {
                throw new BadJpeg(Kind.UNSUPPORTED, "more than " + TABLES_MAX + " code tables");
            }
            int head = u8(i);
            int id = head & 15;
            if (id > 3 || head >> 4 > 1) {
                throw new BadJpeg(Kind.CORRUPT, "an impossible code table");
            }
            int total = 0;
            for (int k = 1; k <= 16; k++) {
                total += u8(i + k);
            }
            if (total > 256 || i + 17 + total > end) {
                throw new BadJpeg(Kind.CORRUPT, "an impossible code table");
            }
            (head >> 4 == 0 ? dc : ac)[id] = JpegBits.HuffmanTable.of(data, i + 1);
            i += 17 + total;
        }
    }

    /** One component of the running scan. */
    private record ScanPart(int index, int h, int v, int blocksWide, int blocksHigh, int stride, JpegBits.HuffmanTable dc,
            JpegBits.HuffmanTable ac) {
    }

    private void scan(int body) throws BadJpeg {
        int count = u8(body);
        if (count < 1 || count > file.components().size()) {
            throw new BadJpeg(Kind.CORRUPT, "a scan of " + count + " components");
        }
        ScanPart[] parts = new ScanPart[count];
        int from = u8(body + 1 + 2 * count);
        int to = u8(body + 2 + 2 * count);
        int high = u8(body + 3 + 2 * count) >> 4;
        int mcusWide = ceil(file.widthPx(), 8 * maxH);
        int mcusHigh = ceil(file.heightPx(), 8 * maxV);
        for (int i = 0; i < count; i++) {
            parts[i] = part(u8(body + 1 + 2 * i), u8(body + 2 + 2 * i), mcusWide, mcusHigh);
        }
        if (!file.progressive()) {
            from = 0;
            to = 63;
            high = 0;
        } else if (from > to || to > 63 || from > 0 && count > 1) {
            throw new BadJpeg(Kind.CORRUPT, "an impossible band of coefficients");
        }
        for (ScanPart p : parts) {
            covered |= from == 0 ? 1 << p.index() : 0;
        }
        startEntropy();
        int nextRestart = 0;
        boolean single = count == 1;
        int across = single ? parts[0].blocksWide() : mcusWide;
        int down = single ? parts[0].blocksHigh() : mcusHigh;
        long units = (long) across * down;
        for (long unit = 0; unit < units; unit++) {
            if (restartInterval > 0 && unit > 0 && unit % restartInterval == 0) {
                endEntropy();
                if (nextMarker() != 0xd0 + nextRestart) {
                    throw new BadJpeg(Kind.CORRUPT, "a restart marker out of order");
                }
                nextRestart = nextRestart + 1 & 7;
                startEntropy();
            }
            int x = (int) (unit % across);
            int y = (int) (unit / across);
            for (ScanPart p : parts) {
                int w = single ? 1 : p.h();
                int h = single ? 1 : p.v();
                for (int v = 0; v < h; v++) {
                    for (int u = 0; u < w; u++) {
                        block(p, (y * h + v) * p.stride() + x * w + u, from, to, high);
                    }
                }
            }
        }
        endEntropy();
    }

    private ScanPart part(int id, int tables, int mcusWide, int mcusHigh) throws BadJpeg {
        List<Component> components = file.components();
        for (int c = 0; c < components.size(); c++) {
            Component k = components.get(c);
            if (k.id() == id) {
                int stride = mcusWide * k.h();
                if (file.progressive() && nonZero[c] == null) {
                    nonZero[c] = new long[stride * mcusHigh * k.v()];
                }
                return new ScanPart(c, k.h(), k.v(), ceil(ceil(file.widthPx() * k.h(), maxH), 8), ceil(ceil(file.heightPx() * k.v(), maxV), 8),
                        stride, dc[tables >> 4 & 3], ac[tables & 3]);
            }
        }
        throw new BadJpeg(Kind.CORRUPT, "a scan of a component that the frame has not");
    }

    private static int ceil(int a, int b) {
        return (a + b - 1) / b;
    }

    private void block(ScanPart p, int index, int from, int to, int high) throws BadJpeg {
        if (!file.progressive()) {
            dcSymbol(p);
            bits.skipBlock(p.ac());
        } else if (from == 0) {
            if (high == 0) {
                dcSymbol(p);
            } else {
                bits.take(1);
            }
        } else if (high == 0) {
            acFirst(p, index, from, to);
        } else {
            acRefine(p, index, from, to);
        }
    }

    private void dcSymbol(ScanPart p) throws BadJpeg {
        int size = bits.symbol(p.dc());
        if (size > 15) {
            throw new BadJpeg(Kind.CORRUPT, "an impossible code");
        }
        bits.take(size);
    }

    private void acFirst(ScanPart p, int index, int from, int to) throws BadJpeg {
        if (endOfBandRun > 0) {
            endOfBandRun--;
            return;
        }
        long mask = nonZero[p.index()][index];
        for (int k = from; k <= to; k++) {
            int rs = bits.symbol(p.ac());
            int run = rs >> 4;
            int size = rs & 15;
            if (size == 0) {
                if (run < 15) {
                    endOfBandRun = (1 << run) - 1 + bits.take(run);
                    break;
                }
                k += 15;
            } else {
                k += run;
                if (k > to) {
                    throw new BadJpeg(Kind.CORRUPT, "a coefficient past the end of its band");
                }
                bits.take(size);
                mask |= 1L << k;
            }
        }
        nonZero[p.index()][index] = mask;
    }

    private void acRefine(ScanPart p, int index, int from, int to) throws BadJpeg {
        long mask = nonZero[p.index()][index];
        int k = from;
        if (endOfBandRun == 0) {
            while (k <= to) {
                int rs = bits.symbol(p.ac());
                int run = rs >> 4;
                int size = rs & 15;
                if (size == 0 && run < 15) {
                    endOfBandRun = (1 << run) + bits.take(run);
                    break;
                }
                if (size > 1) {
                    throw new BadJpeg(Kind.CORRUPT, "an impossible refinement");
                }
                bits.take(size);
                int zeros = run;
                for (; k <= to; k++) {
                    if ((mask >> k & 1) != 0) {
                        bits.take(1);
                    } else if (zeros-- == 0) {
                        if (size == 1) {
                            mask |= 1L << k;
                        }
                        k++;
                        break;
                    }
                }
            }
        }
        if (endOfBandRun > 0) {
            for (; k <= to; k++) {
                if ((mask >> k & 1) != 0) {
                    bits.take(1);
                }
            }
            endOfBandRun--;
        }
        nonZero[p.index()][index] = mask;
    }

    private void startEntropy() {
        bits.start(at);
        endOfBandRun = 0;
    }

    private void endEntropy() throws BadJpeg {
        at = bits.end();
        if (endOfBandRun > 0) {
            throw new BadJpeg(Kind.CORRUPT, "a run past the end of a scan");
        }
    }
}
