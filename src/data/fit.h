/* Pictures in another size, with a frame, or with three channels for one. */
#ifndef INV_DATA_FIT_H
#define INV_DATA_FIT_H

#include "tensor/tensor.h"

/* `pictures`: uint8 N x H x W x C, row-major. Each is resized to size x size
 * (bilinear, as Pillow does it; 0: as it is), gets a frame of `pad` black
 * pixels, and `channels` channels: as many as it has (or 0), or 3 for gray
 * ones. In parallel over fixed chunks. */
inv_status inv_pictures_fit(inv_tensor *out, const inv_tensor *pictures,
                            int size, int pad, int channels);

#endif
