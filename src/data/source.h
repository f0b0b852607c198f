/* Where pictures come from: objects (RGBA, one or several pictures per class)
 * and backgrounds (RGB, with classes or without). A source gives pictures of
 * any size; what a dataset uses is prepared once per size and shared by all
 * datasets that use it (splits, twins). */
#ifndef INV_DATA_SOURCE_H
#define INV_DATA_SOURCE_H

#include "base/random.h"
#include "data/dataset.h"
#include "data/picture_files.h"
#include "data/pixels.h"
#include "image/image.h"
#include "transforms/transform.h"

enum { INV_OBJECT_CHANNELS = 4, INV_BACKGROUND_CHANNELS = 3 };

typedef struct inv_source inv_source;

/* All pictures of a source at one size, behind one another. Counted. */
typedef struct inv_prepared {
  int owners;
  int size;
  int64_t count;       /* 0: the source makes a fresh background per sample */
  inv_box box;         /* objects: where each lies on its canvas */
  inv_pixels pixels;   /* count x size x size x channels; none where they are */
  inv_dataset *stored; /* the samples of this set as they are */
  struct inv_prepared *next; /* in the source's list */
} inv_prepared;

typedef struct {
  /* Writes picture `index` at `size` x `size`: RGBA filling the canvas (an
   * object, before it is shrunk) or RGB. From many threads at once. NULL
   * where every sample has a fresh background. */
  inv_status (*picture)(const inv_source *source, int64_t index, int size,
                        uint8_t *pixels);
  /* Frees what comes after the head. */
  void (*destroy)(inv_source *source);
  /* The file that picture `index` is read from, NULL where there is none.
   * NULL: there are no files. */
  const char *(*path)(const inv_source *source, int64_t index);
} inv_source_class;

/* The head of every source struct. */
struct inv_source {
  const inv_source_class *class;
  int owners;             /* counted on the main thread only */
  int channels;           /* 4: objects, 3: backgrounds */
  int classes;            /* 0: backgrounds without classes */
  int64_t count;          /* pictures */
  int32_t *labels;        /* class of each picture; NULL without classes */
  char **names;           /* of the classes; NULL: they have none */
  bool main_thread_only;  /* pictures of a dataset with a Lua callback */
  inv_dataset *stored;    /* a set in memory whose samples are the pictures;
                             NULL: there is none (no owner here) */
  inv_prepared *prepared; /* made so far */
};

inv_source *inv_source_retain(inv_source *source);
void inv_source_release(inv_source *source); /* NULL is allowed */

/* A zeroed source struct of `bytes` bytes with its head filled in: labels
 * 0 .. classes-1 repeated over the pictures in groups of count / classes,
 * where there are classes. */
inv_status inv_source_new(void *out, size_t bytes,
                          const inv_source_class *class, int channels,
                          int64_t count, int classes);
/* Copies the names of the classes. */
inv_status inv_source_name(inv_source *source, const char *const *names);

/* The source's pictures at `size` x `size` (1 more owner): objects shrunk by
 * 0.7 around the centre on transparent black, backgrounds as they are. Those
 * of files are kept in the cache (data/picture_cache.h). */
inv_status inv_source_prepare(inv_prepared **out, inv_source *source, int size);
/* The same objects shrunk by a further `factor`, and, where `move`, with the
 * top left corner of their box at (x, y), or as near to it as the box fits on
 * the canvas: a copy that no source keeps. */
inv_status inv_prepared_place(inv_prepared **out, const inv_prepared *objects,
                              double factor, bool move, int x, int y);
void inv_prepared_release(inv_prepared *prepared); /* NULL is allowed */

/* Brings a picture of any size and channels to `size` x `size` with a bilinear
 * filter: as RGBA (channels 4; opaque where it had no alpha) the whole of it,
 * as RGB (channels 3) the largest square from the top left corner. */
inv_status inv_source_fit(const inv_image *picture, int size, int channels,
                          uint8_t *pixels);

/* Fills with uniform random bytes. */
void inv_fill_noise(inv_rng *rng, uint8_t *pixels, size_t count);

/* ---- objects ------------------------------------------------------------ */

/* The program's own 61 objects, `prototypes` pictures of each, which differ
 * in their details. */
inv_status inv_objects_builtin(inv_source **out, uint64_t seed, int prototypes);
/* `classes` objects that are fixed squares of uniform noise, opaque. */
inv_status inv_objects_random(inv_source **out, int classes, int prototypes,
                              uint64_t seed);

/* ---- backgrounds -------------------------------------------------------- */

/* The program's own 867 backgrounds. */
inv_status inv_backgrounds_builtin(inv_source **out, uint64_t seed);
/* Fresh uniform noise for every sample. */
inv_status inv_backgrounds_random(inv_source **out);
/* One colour. */
inv_status inv_backgrounds_uniform(inv_source **out, const uint8_t rgb[3]);
/* ---- either, from the user's own pictures ------------------------------- */

/* The pictures of a dataset (uint8, height x width x 1, 3 or 4) with their
 * labels as classes: as objects they are the prototypes of their class, opaque
 * where they have no alpha. `channels` as in the head. */
inv_status inv_source_dataset(inv_source **out, int channels, inv_dataset *set);

/* One picture of the user: a file that is read when it is needed, or pixels
 * in memory. */
typedef struct {
  char *path; /* NULL: `image` holds it */
  inv_image image;
} inv_picture;

/* A source of `count` pictures (taken over, also when this fails), with the
 * class of each in `labels` (copied; NULL: objects are a class each,
 * backgrounds have none). `channels` as in the head. */
inv_status inv_source_pictures(inv_source **out, int channels,
                               inv_picture *pictures, int64_t count,
                               const int32_t *labels, int classes);
void inv_pictures_free(inv_picture *pictures, int64_t count);

/* The pictures of a folder (data/picture_files.h): files, each a class
 * (objects) or of no class (backgrounds), or subfolders, each a class with all
 * its files. Only the beginning of each file is looked at until it is needed;
 * where `skip`, all are decoded at once and broken ones left out: these are
 * then in `list`, which is to be freed in any case. */
inv_status inv_source_folder(inv_source **out, inv_picture_files *list,
                             int channels, const char *path, bool skip);

#endif
