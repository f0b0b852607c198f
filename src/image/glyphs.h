/* Colour bitmaps in fonts: the PNG files in the tables CBDT and CBLC of a
 * TrueType file, found by codepoint (OpenType 1.9; cmap formats 4 and 12,
 * index formats 1 to 5, image formats 17 to 19). Sequences of codepoints are
 * left out. Nothing is allocated; every place is checked against the bytes
 * there are. */
#ifndef INV_IMAGE_GLYPHS_H
#define INV_IMAGE_GLYPHS_H

#include "base/file.h"

/* A font in memory, whose bytes stay the caller's, and its parts in them. */
typedef struct {
  inv_bytes segments; /* the cmap subtable of format 4; size 0: none */
  inv_bytes groups;   /* that of format 12; size 0: none */
  inv_bytes ranges;   /* the list of glyph ranges of the largest strike */
  inv_bytes indices; /* CBLC from that list on: where the ranges' indices are */
  inv_bytes data;    /* CBDT */
} inv_glyphs;

/* Finds the parts; the strike with the most pixels per em is the one used. */
inv_status inv_glyphs_open(inv_glyphs *font, const uint8_t *bytes, size_t size);

/* The PNG file of a codepoint, a part of the font's bytes. INV_ERR_ARGUMENT
 * where the font has none, INV_ERR_FORMAT where it is damaged. */
inv_status inv_glyphs_png(inv_bytes *png, const inv_glyphs *font,
                          uint32_t codepoint);

#endif
