/** Bytes to pixels: what a picture claims to be, whether it is whole, and its decoded pixels at the scale that is needed. */
package dev.tronie.image;
