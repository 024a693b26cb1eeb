/* zip.h: ZIP archives, written the same way every time and read as if an enemy had made them.
 *
 * Written: entries in the order of the calls, dated 1980-01-01, deflated where that is shorter, no
 * extra fields. Read: the central directory rules; everything that could make two readers disagree
 * or fill a disk is refused: names that leave the folder, names that stand twice, entries that
 * overlap, other methods than stored and deflate, encryption, several disks, ZIP64, sizes or check
 * sums that are not what comes out. PKWARE, APPNOTE.TXT 6.3; RFC 1951. */
#ifndef WRT_BASE_ZIP_H
#define WRT_BASE_ZIP_H

#include "base/buf.h"
#include "base/err.h"

enum { WRT_ZIP_ENTRIES_MAX = 65534, WRT_ZIP_NAME_MAX = 255 };

/* ---- writing */

typedef struct wrt_zip_writer wrt_zip_writer;

/* Begins an archive beside path, which must not exist (WRT_E_INPUT). */
wrt_status wrt_zip_create(wrt_zip_writer **out, const char *path, wrt_err *err);

/* Adds an entry. name is relative, with '/', and not checked for doubles. WRT_E_LIMIT beyond what
 * the format can hold (65,534 entries, 4 GiB). */
wrt_status wrt_zip_add(wrt_zip_writer *writer, const char *name, wrt_str bytes, wrt_err *err);

/* Writes the directory, syncs, and gives the archive its name. */
wrt_status wrt_zip_finish(wrt_zip_writer *writer, wrt_err *err);
void wrt_zip_writer_free(wrt_zip_writer *writer); /* removes what was not finished; accepts NULL */

/* ---- reading */

typedef struct wrt_zip wrt_zip;

/* Reads and checks the directory of an archive of at most cap bytes whose files unpack to at most
 * total_max bytes together. The bytes are borrowed by wrt_zip_parse and must outlive *out.
 * WRT_E_INPUT says what is wrong, WRT_E_LIMIT what is too much. Entries that are folders are left
 * out. */
wrt_status wrt_zip_parse(wrt_zip **out, wrt_str bytes, size_t total_max, wrt_err *err);
wrt_status wrt_zip_open(wrt_zip **out, const char *path, size_t cap, size_t total_max,
                        wrt_err *err);
void wrt_zip_free(wrt_zip *zip); /* accepts NULL */

size_t wrt_zip_count(const wrt_zip *zip);
const char *wrt_zip_name(const wrt_zip *zip, size_t index); /* borrowed; index < count */

/* Appends the content of an entry after checking its size and CRC-32. */
wrt_status wrt_zip_read(wrt_buf *out, const wrt_zip *zip, size_t index, wrt_err *err);

/* Writes all files into a new folder of its own below the one for temporary files ($TMPDIR, /tmp);
 * *folder is the caller's. wrt_zip_remove takes away what was unpacked, and frees folder. */
wrt_status wrt_zip_unpack(char **folder, const wrt_zip *zip, wrt_err *err);
void wrt_zip_remove(char *folder, const wrt_zip *zip);

#endif
