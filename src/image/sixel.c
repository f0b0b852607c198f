#include "image/sixel.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

/* Colours are counted in cells of 5 bits a channel; the 256 grays of a gray
 * image in a cell each. */
enum { BITS = 5, CELLS = 1 << 3 * BITS, COLORS = 256, BAND = 6 };

typedef struct {
  uint32_t count;
  uint32_t sum[3]; /* of the pixels; their mean is the cell's colour */
  uint16_t place;  /* red, green, blue: 5 bits each */
} cell;

/* A box of the median cut: cells begin .. end-1 of the list. */
typedef struct {
  int begin, end;
  int channel;     /* along which it is longest */
  uint64_t pixels; /* in it */
  uint64_t weight; /* pixels * its length: 0 for a single cell */
} box;

typedef struct {
  cell *cells;      /* those that occur, sorted into boxes */
  uint8_t *nearest; /* the palette's entry of each of the CELLS places */
  uint8_t colors[COLORS][3];
  int used;
} palette;

static int place_of(const uint8_t *p, bool gray) {
  int shift = 8 - BITS;
  return gray ? p[0]
              : p[0] >> shift << 2 * BITS | p[1] >> shift << BITS |
                    p[2] >> shift;
}

static int part(const cell *c, int channel) {
  return c->place >> BITS * (2 - channel) & ((1 << BITS) - 1);
}

/* The cells that occur in the image, at the front; returns how many. Sums of
 * 32 bits hold 2^24 pixels of a cell: what is beyond adds nothing new. */
static int count_cells(cell *cells, const inv_image *image) {
  enum { MOST = 1 << 24 };
  bool gray = image->channels == 1;
  for (size_t i = 0; i < inv_image_count(image); i++) {
    const uint8_t *p = image->pixels + i * (size_t)image->channels;
    cell *c = &cells[place_of(p, gray)];
    if (c->count == MOST)
      continue;
    c->count++;
    for (int channel = 0; channel < 3; channel++)
      c->sum[channel] += p[gray ? 0 : channel];
  }
  int used = 0;
  for (int i = 0; i < CELLS; i++)
    if (cells[i].count) {
      cells[used] = cells[i];
      cells[used++].place = (uint16_t)i;
    }
  return used;
}

/* ---- median cut --------------------------------------------------------- */

/* The length of a box along a channel. */
static int length_along(const cell *cells, int begin, int end, int channel) {
  int low = 1 << BITS, high = 0;
  for (int i = begin; i < end; i++) {
    int v = part(&cells[i], channel);
    low = v < low ? v : low;
    high = v > high ? v : high;
  }
  return high - low;
}

static box make_box(const cell *cells, int begin, int end) {
  box b = {.begin = begin, .end = end};
  int longest = -1;
  for (int c = 0; c < 3; c++) {
    int length = length_along(cells, begin, end, c);
    if (length > longest) {
      longest = length;
      b.channel = c;
    }
  }
  for (int i = begin; i < end; i++)
    b.pixels += cells[i].count;
  b.weight = b.pixels * (uint64_t)longest;
  return b;
}

/* Sorts the cells of a box along a channel; cells of one value stay in their
 * order, so that the result is the same everywhere. */
static void sort_cells(cell *cells, cell *spare, box b) {
  int start[(1 << BITS) + 1] = {0};
  for (int i = b.begin; i < b.end; i++)
    start[part(&cells[i], b.channel) + 1]++;
  for (int v = 0; v < 1 << BITS; v++)
    start[v + 1] += start[v];
  for (int i = b.begin; i < b.end; i++)
    spare[start[part(&cells[i], b.channel)]++] = cells[i];
  memcpy(cells + b.begin, spare, (size_t)(b.end - b.begin) * sizeof *cells);
}

/* Where half the pixels of a sorted box are to the left, at least one cell on
 * each side. */
static int median(const cell *cells, box b) {
  uint64_t sum = 0;
  int at = b.begin;
  while (at < b.end - 2 && sum + cells[at].count <= b.pixels / 2)
    sum += cells[at++].count;
  return at + 1;
}

static box *heaviest(box *boxes, int count) {
  box *best = boxes;
  for (box *b = boxes; b < boxes + count; b++)
    if (b->weight > best->weight)
      best = b;
  return best;
}

/* The mean colour of each box, and the entry of each place in it. */
static void take_colors(palette *p, const box *boxes) {
  for (int b = 0; b < p->used; b++) {
    uint64_t sum[3] = {0}, count = boxes[b].pixels;
    for (int i = boxes[b].begin; i < boxes[b].end; i++) {
      p->nearest[p->cells[i].place] = (uint8_t)b;
      for (int c = 0; c < 3; c++)
        sum[c] += p->cells[i].sum[c];
    }
    for (int c = 0; c < 3; c++)
      p->colors[b][c] = (uint8_t)((sum[c] + count / 2) / count);
  }
}

static void cut(palette *p, int cells, cell *spare) {
  box boxes[COLORS] = {make_box(p->cells, 0, cells)};
  for (p->used = 1; p->used < COLORS; p->used++) {
    box *b = heaviest(boxes, p->used);
    if (b->weight == 0)
      break;
    sort_cells(p->cells, spare, *b);
    int middle = median(p->cells, *b);
    boxes[p->used] = make_box(p->cells, middle, b->end);
    *b = make_box(p->cells, b->begin, middle);
  }
  take_colors(p, boxes);
}

/* ---- writing ------------------------------------------------------------ */

static void add_run(inv_text *out, char sixel, int length) {
  if (length > 3)
    inv_text_format(out, "!%d", length);
  for (int i = length > 3 ? 1 : length; i > 0; i--)
    inv_text_put(out, sixel);
}

/* One colour of a band, what is empty at the end left out. */
static void add_color(inv_text *out, const uint8_t *sixels, int width) {
  for (int x = 0, run; x < width; x += run) {
    for (run = 1; x + run < width && sixels[x + run] == sixels[x];)
      run++;
    if (sixels[x] || x + run < width)
      add_run(out, (char)('?' + sixels[x]), run);
  }
}

/* Six rows. `sixels`: a row of `width` for each colour, zero before and after;
 * one holds six pixels, the topmost in the lowest bit. */
static void add_band(inv_text *out, const palette *p, const inv_image *image,
                     int y, uint8_t *sixels) {
  size_t width = (size_t)image->width;
  bool gray = image->channels == 1, there[COLORS] = {false}, first = true;
  for (int row = y; row < y + BAND && row < image->height; row++)
    for (size_t x = 0; x < width; x++) {
      int color = p->nearest[place_of(inv_image_at(image, row, (int)x), gray)];
      sixels[(size_t)color * width + x] |= (uint8_t)(1 << (row - y));
      there[color] = true;
    }
  for (int color = 0; color < p->used; color++) {
    if (!there[color])
      continue;
    inv_text_format(out, "%s#%d", first ? "" : "$", color);
    add_color(out, sixels + (size_t)color * width, image->width);
    memset(sixels + (size_t)color * width, 0, width);
    first = false;
  }
}

static int percent(int v) {
  return (v * 100 + 127) / 255;
}

/* P2 = 1: pixels that are not drawn keep the terminal's background. */
static void write_all(inv_text *out, const palette *p, const inv_image *image,
                      uint8_t *sixels) {
  inv_text_format(out, "\033P0;1;0q\"1;1;%d;%d", image->width, image->height);
  for (int i = 0; i < p->used; i++)
    inv_text_format(out, "#%d;2;%d;%d;%d", i, percent(p->colors[i][0]),
                    percent(p->colors[i][1]), percent(p->colors[i][2]));
  for (int y = 0; y < image->height && !out->failed; y += BAND) {
    if (y > 0)
      inv_text_put(out, '-'); /* down to the next band */
    add_band(out, p, image, y, sixels);
  }
  inv_text_add(out, "\033\\", 2);
}

inv_status inv_sixel(inv_text *out, const inv_image *image) {
  palette p = {.cells = inv_alloc_zero(CELLS, sizeof(cell)),
               .nearest = inv_alloc_zero(CELLS, 1)};
  cell *spare = inv_alloc_array(CELLS, sizeof(cell));
  uint8_t *sixels = inv_alloc_zero((size_t)image->width, COLORS);
  inv_status status = INV_OK;
  if (!p.cells || !p.nearest || !spare || !sixels) {
    status = inv_fail_memory(CELLS * sizeof(cell));
    goto done;
  }
  cut(&p, count_cells(p.cells, image), spare);
  write_all(out, &p, image, sixels);
  status = inv_text_status(out);
done:
  inv_free(sixels);
  inv_free(spare);
  inv_free(p.nearest);
  inv_free(p.cells);
  return status;
}
