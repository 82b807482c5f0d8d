package dev.tronie.image;

/** The picture formats that are read; everything else is refused. */
public enum ImageFormat {
    /** ISO/IEC 10918-1, baseline or progressive Huffman coding, 8 bits. */
    JPEG,
    /** ISO/IEC 15948. */
    PNG,
    /** RFC 9649, still pictures only. */
    WEBP
}
