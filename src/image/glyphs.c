#include "image/glyphs.h"

#include <stdbool.h>
#include <string.h>

/* Sizes of what the tables are made of, in bytes. */
enum {
  FONT_HEAD = 12,
  TABLE_RECORD = 16,
  CMAP_HEAD = 4,
  CMAP_RECORD = 8,
  SEGMENTS_HEAD = 14,
  GROUPS_HEAD = 16,
  GROUP = 12,
  LOCATION_HEAD = 8,
  STRIKE = 48,
  INDEX_RECORD = 8,
  INDEX_HEAD = 8,
  BIG_METRICS = 8,
  SMALL_METRICS = 5
};

/* ---- bytes -------------------------------------------------------------- */

/* `size` bytes of `whole` from `at`; the failure names them by `what`. */
static inv_status part(inv_bytes *out, const inv_bytes *whole, uint64_t at,
                       uint64_t size, const char *what) {
  inv_bytes from = *whole; /* may be where `out` is */
  *out = (inv_bytes){0};
  if (at > from.size || size > from.size - at)
    return inv_fail(INV_ERR_FORMAT,
                    "damaged font: %s takes %llu bytes from %llu, %zu are "
                    "there",
                    what, (unsigned long long)size, (unsigned long long)at,
                    from.size);
  *out = (inv_bytes){(const uint8_t *)from.data + at, (size_t)size};
  return INV_OK;
}

/* Numbers are big-endian; the caller knows that they lie inside. */
static uint32_t u16(const inv_bytes *from, size_t at) {
  const uint8_t *p = (const uint8_t *)from->data + at;
  return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t u32(const inv_bytes *from, size_t at) {
  return u16(from, at) << 16 | u16(from, at + 2);
}

/* ---- opening ------------------------------------------------------------ */

/* The table called `tag`, or a failure. */
static inv_status find_table(inv_bytes *out, const inv_bytes *file,
                             const char *tag) {
  inv_bytes list;
  INV_TRY(part(&list, file, FONT_HEAD, (uint64_t)u16(file, 4) * TABLE_RECORD,
               "the list of tables"));
  for (size_t at = 0; at < list.size; at += TABLE_RECORD)
    if (memcmp((const uint8_t *)list.data + at, tag, 4) == 0)
      return part(out, file, u32(&list, at + 8), u32(&list, at + 12), tag);
  return inv_fail(INV_ERR_FORMAT,
                  "no font with colour bitmaps: there is no table %s", tag);
}

/* Whether a cmap record is of a Unicode encoding. */
static bool is_unicode(uint32_t platform, uint32_t encoding) {
  return platform == 0 || (platform == 3 && (encoding == 1 || encoding == 10));
}

/* Takes the subtable that begins at `at` of the cmap where it is the first of
 * a format that is read. */
static inv_status take_subtable(inv_glyphs *font, const inv_bytes *cmap,
                                uint32_t at) {
  inv_bytes head;
  INV_TRY(part(&head, cmap, at, 2, "a subtable of cmap"));
  uint32_t format = u16(&head, 0);
  if (format == 4 && !font->segments.size) {
    INV_TRY(part(&head, cmap, at, SEGMENTS_HEAD, "a cmap of format 4"));
    return part(&font->segments, cmap, at, cmap->size - at, "cmap");
  }
  if (format == 12 && !font->groups.size) {
    INV_TRY(part(&head, cmap, at, GROUPS_HEAD, "a cmap of format 12"));
    return part(&font->groups, cmap, (uint64_t)at + GROUPS_HEAD,
                (uint64_t)u32(&head, 12) * GROUP, "a cmap of format 12");
  }
  return INV_OK;
}

static inv_status open_cmap(inv_glyphs *font, const inv_bytes *file) {
  inv_bytes cmap, list;
  INV_TRY(find_table(&cmap, file, "cmap"));
  INV_TRY(part(&list, &cmap, 0, CMAP_HEAD, "the head of cmap"));
  INV_TRY(part(&list, &cmap, CMAP_HEAD, (uint64_t)u16(&list, 2) * CMAP_RECORD,
               "the list of cmap"));
  for (size_t at = 0; at < list.size; at += CMAP_RECORD)
    if (is_unicode(u16(&list, at), u16(&list, at + 2)))
      INV_TRY(take_subtable(font, &cmap, u32(&list, at + 4)));
  if (!font->segments.size && !font->groups.size)
    return inv_fail(INV_ERR_FORMAT, "the font has no Unicode cmap of format 4 "
                                    "or 12");
  return INV_OK;
}

/* The largest strike with 32 bits per pixel. */
static inv_status find_strike(inv_bytes *out, const inv_bytes *location) {
  inv_bytes list, strike;
  uint32_t largest = 0;
  INV_TRY(part(&list, location, 0, LOCATION_HEAD, "the head of CBLC"));
  INV_TRY(part(&list, location, LOCATION_HEAD, (uint64_t)u32(&list, 4) * STRIKE,
               "the strikes of CBLC"));
  for (size_t at = 0; at < list.size; at += STRIKE) {
    INV_TRY(part(&strike, &list, at, STRIKE, "a strike of CBLC"));
    uint32_t pixels = u16(&strike, 44) & 255, depth = u16(&strike, 46) >> 8;
    if (depth == 32 && pixels > largest) {
      largest = pixels;
      *out = strike;
    }
  }
  return largest ? INV_OK
                 : inv_fail(INV_ERR_FORMAT, "the font has no strike of 32 bits "
                                            "per pixel");
}

static inv_status open_location(inv_glyphs *font, const inv_bytes *file) {
  inv_bytes location, strike = {0};
  INV_TRY(find_table(&location, file, "CBLC"));
  INV_TRY(find_strike(&strike, &location));
  uint32_t at = u32(&strike, 0);
  INV_TRY(part(&font->ranges, &location, at,
               (uint64_t)u32(&strike, 8) * INDEX_RECORD, "the ranges of CBLC"));
  return part(&font->indices, &location, at, location.size - at, "CBLC");
}

inv_status inv_glyphs_open(inv_glyphs *font, const uint8_t *bytes,
                           size_t size) {
  inv_bytes file = {bytes, size}, head;
  *font = (inv_glyphs){0};
  INV_TRY(part(&head, &file, 0, FONT_HEAD, "the head"));
  uint32_t kind = u32(&head, 0);
  if (kind != 0x00010000 && memcmp(bytes, "OTTO", 4) &&
      memcmp(bytes, "true", 4))
    return inv_fail(INV_ERR_FORMAT, "no TrueType font: it begins with %08x",
                    kind);
  INV_TRY(open_cmap(font, &file));
  INV_TRY(open_location(font, &file));
  return find_table(&font->data, &file, "CBDT");
}

/* ---- from codepoints to glyphs ------------------------------------------ */

/* Format 12: groups of first and last codepoint and the first one's glyph. */
static uint32_t glyph_in_groups(const inv_bytes *groups, uint32_t codepoint) {
  for (size_t at = 0; at < groups->size; at += GROUP) {
    uint32_t first = u32(groups, at), last = u32(groups, at + 4);
    if (codepoint >= first && codepoint <= last)
      return u32(groups, at + 8) + (codepoint - first);
  }
  return 0;
}

/* Format 4: four arrays, one entry for each segment: last codepoints, first
 * ones, what is added, and where a list of glyphs begins, counted from the
 * entry itself (0: none). */
static inv_status glyph_in_segments(uint32_t *glyph, const inv_bytes *table,
                                    uint32_t codepoint) {
  inv_bytes arrays, entry;
  size_t bytes = u16(table, 6) & ~1u; /* of one array */
  *glyph = 0;
  INV_TRY(part(&arrays, table, SEGMENTS_HEAD, 4 * (uint64_t)bytes + 2,
               "a cmap of format 4"));
  size_t at = 0;
  while (at < bytes && u16(&arrays, at) < codepoint)
    at += 2;
  size_t first_at = bytes + 2 + at;
  if (at == bytes || u16(&arrays, first_at) > codepoint)
    return INV_OK;
  uint32_t delta = u16(&arrays, first_at + bytes);
  uint32_t place = u16(&arrays, first_at + 2 * bytes);
  if (!place) {
    *glyph = (codepoint + delta) & 0xffff;
    return INV_OK;
  }
  uint64_t from = SEGMENTS_HEAD + first_at + 2 * bytes + place +
                  2 * (uint64_t)(codepoint - u16(&arrays, first_at));
  INV_TRY(part(&entry, table, from, 2, "a glyph of cmap"));
  if (u16(&entry, 0))
    *glyph = (u16(&entry, 0) + delta) & 0xffff;
  return INV_OK;
}

static inv_status find_glyph(uint32_t *glyph, const inv_glyphs *font,
                             uint32_t codepoint) {
  *glyph = 0;
  if (font->groups.size)
    *glyph = glyph_in_groups(&font->groups, codepoint);
  if (!*glyph && font->segments.size && codepoint <= 0xffff)
    return glyph_in_segments(glyph, &font->segments, codepoint);
  return INV_OK;
}

/* ---- from glyphs to bitmaps --------------------------------------------- */

/* Where a bitmap lies in CBDT. */
typedef struct {
  uint64_t at, size; /* size 0: none */
  uint32_t format;   /* of the bitmap */
} place;

/* What lies from this glyph's offset to the next one's. */
static inv_status between(place *out, uint32_t begin, uint32_t end) {
  if (end < begin)
    return inv_fail(INV_ERR_FORMAT, "damaged font: a bitmap from %u to %u",
                    begin, end);
  out->at += begin;
  out->size = end - begin;
  return INV_OK;
}

static const char INDEX[] = "an index of CBLC";

/* Formats 1 and 3: an offset for each glyph, of 4 or 2 bytes. */
static inv_status in_offsets(place *out, const inv_bytes *index, uint64_t entry,
                             unsigned width) {
  inv_bytes pair;
  INV_TRY(part(&pair, index, INDEX_HEAD + entry * width, 2 * width, INDEX));
  return width == 4 ? between(out, u32(&pair, 0), u32(&pair, 4))
                    : between(out, u16(&pair, 0), u16(&pair, 2));
}

/* Formats 2 and 5: bitmaps of one size; the `entry`-th is wanted. */
static inv_status of_one_size(place *out, const inv_bytes *index,
                              uint64_t entry) {
  inv_bytes size;
  INV_TRY(part(&size, index, INDEX_HEAD, 4, INDEX));
  out->size = u32(&size, 0);
  out->at += entry * out->size;
  return INV_OK;
}

/* Format 4: a list of glyphs with their offsets, and one offset more. */
static inv_status in_pairs(place *out, const inv_bytes *index, uint32_t glyph) {
  inv_bytes list;
  INV_TRY(part(&list, index, INDEX_HEAD, 4, INDEX));
  INV_TRY(part(&list, index, INDEX_HEAD + 4, 4 * ((uint64_t)u32(&list, 0) + 1),
               INDEX));
  for (size_t at = 0; at + 4 < list.size; at += 4)
    if (u16(&list, at) == glyph)
      return between(out, u16(&list, at + 2), u16(&list, at + 6));
  return INV_OK;
}

/* Format 5: a list of glyphs, whose bitmaps have one size. */
static inv_status in_list(place *out, const inv_bytes *index, uint32_t glyph) {
  inv_bytes list;
  size_t at = INDEX_HEAD + 4 + BIG_METRICS;
  INV_TRY(part(&list, index, at, 4, INDEX));
  INV_TRY(part(&list, index, at + 4, 2 * (uint64_t)u32(&list, 0), INDEX));
  for (size_t i = 0; i < list.size; i += 2)
    if (u16(&list, i) == glyph)
      return of_one_size(out, index, i / 2);
  return INV_OK;
}

/* Looks the glyph up in the index of a range that begins with `first`. */
static inv_status find_in_index(place *out, const inv_bytes *index,
                                uint32_t first, uint32_t glyph) {
  uint32_t format = u16(index, 0);
  *out = (place){.at = u32(index, 4), .format = u16(index, 2)};
  switch (format) {
  case 1: return in_offsets(out, index, glyph - first, 4);
  case 2: return of_one_size(out, index, glyph - first);
  case 3: return in_offsets(out, index, glyph - first, 2);
  case 4: return in_pairs(out, index, glyph);
  case 5: return in_list(out, index, glyph);
  default:
    return inv_fail(INV_ERR_FORMAT,
                    "damaged font: an index of format %u, 1 .. 5 are known",
                    format);
  }
}

static inv_status find_place(place *out, const inv_glyphs *font,
                             uint32_t glyph) {
  *out = (place){0};
  for (size_t at = 0; at < font->ranges.size; at += INDEX_RECORD) {
    uint32_t first = u16(&font->ranges, at), last = u16(&font->ranges, at + 2);
    if (glyph < first || glyph > last)
      continue;
    inv_bytes index;
    uint32_t from = u32(&font->ranges, at + 4);
    INV_TRY(part(&index, &font->indices, from, INDEX_HEAD, INDEX));
    index.size = font->indices.size - from;
    INV_TRY(find_in_index(out, &index, first, glyph));
    if (out->size)
      return INV_OK;
  }
  return INV_OK;
}

/* The PNG file in a bitmap: after metrics and its own size. */
static inv_status unwrap(inv_bytes *png, const inv_bytes *bitmap,
                         uint32_t format) {
  static const size_t metrics[] = {SMALL_METRICS, BIG_METRICS, 0};
  inv_bytes length;
  if (format < 17 || format > 19)
    return inv_fail(INV_ERR_FORMAT,
                    "bitmaps of format %u, PNG in 17, 18 or 19 is read",
                    format);
  size_t head = metrics[format - 17];
  INV_TRY(part(&length, bitmap, head, 4, "a bitmap"));
  return part(png, bitmap, head + 4, u32(&length, 0), "a bitmap");
}

inv_status inv_glyphs_png(inv_bytes *png, const inv_glyphs *font,
                          uint32_t codepoint) {
  inv_bytes bitmap;
  uint32_t glyph;
  place found = {0};
  INV_TRY(find_glyph(&glyph, font, codepoint));
  if (glyph)
    INV_TRY(find_place(&found, font, glyph));
  if (!found.size)
    return inv_fail(INV_ERR_ARGUMENT, "the font has no bitmap for U+%04X",
                    codepoint);
  INV_TRY(part(&bitmap, &font->data, found.at, found.size, "a bitmap"));
  return unwrap(png, &bitmap, found.format);
}
