/* The version of the program: part of what every result is labelled with. */
#ifndef INV_BASE_VERSION_H
#define INV_BASE_VERSION_H

/* What git describe said when this was built ("v0.1-12-gabc1234", "-dirty"
 * where files were changed), or the number of the last release. */
const char *inv_version(void);

#endif
