/* zip.c: ZIP archives read.
 *
 *   [local header, data]* [central directory entry]* [end record]
 *
 * The end record is looked for from the end and its comment must reach the end of the file, so that
 * there is one. Invariant: after parsing, the places of all entries are known to lie inside the
 * bytes, before the directory, without overlap, so data can be read without further checks. */
#include "base/zip.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#define ZLIB_CONST /* inputs are const */
#include <zlib.h>

#include "base/arena.h"
#include "base/file.h"

enum {
    END_SIZE = 22,
    CENTRAL_SIZE = 46,
    LOCAL_SIZE = 30,
    COMMENT_MAX = 65535,
    FLAG_ENCRYPTED = 1,
    FLAG_DESCRIPTOR = 8,
    STORED = 0,
    DEFLATED = 8
};

typedef struct {
    char *name;
    size_t local; /* offset of the local header */
    size_t data;  /* offset of the data */
    size_t packed, size;
    uint32_t crc;
    unsigned method;
} zip_entry;

struct wrt_zip {
    wrt_buf file; /* when it was opened by name */
    wrt_str bytes;
    zip_entry *entry;
    size_t n;
};

static unsigned read16(const char *at) {
    const unsigned char *byte = (const unsigned char *)at;
    return (unsigned)byte[0] | (unsigned)byte[1] << 8;
}

static uint32_t read32(const char *at) {
    return (uint32_t)read16(at) | (uint32_t)read16(at + 2) << 16;
}

static wrt_status bad_zip(wrt_err *err, const char *what) {
    return wrt_fail(err, WRT_E_INPUT, "zip: %s", what);
}

/* ---- names */

/* A relative path of plain parts; nothing that a file system could read as going elsewhere. */
static bool is_safe_name(wrt_str name) {
    wrt_str rest = name, part;
    if (name.len == 0 || name.len > WRT_ZIP_NAME_MAX || !wrt_utf8_valid(name))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] < 0x20 || strchr("\\:\x7f", name.ptr[i]) != NULL)
            return false;
    while (wrt_str_cut(&part, &rest, '/'))
        if (part.len == 0 || wrt_str_equal_c(part, ".") || wrt_str_equal_c(part, ".."))
            return false;
    return true;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(((const zip_entry *)a)->name, ((const zip_entry *)b)->name);
}

static int compare_places(const void *a, const void *b) {
    const zip_entry *left = a, *right = b;
    return (left->local > right->local) - (left->local < right->local);
}

/* No name twice, and none that another one needs as a folder. Leaves the entries sorted by name. */
static wrt_status check_names(wrt_zip *zip, wrt_err *err) {
    qsort(zip->entry, zip->n, sizeof *zip->entry, compare_names);
    for (size_t i = 1; i < zip->n; i++) {
        const char *before = zip->entry[i - 1].name;
        if (strcmp(before, zip->entry[i].name) == 0)
            return wrt_fail(err, WRT_E_INPUT, "zip: \"%s\" stands twice", before);
    }
    for (size_t i = 0; i < zip->n; i++) {
        zip_entry key = {.name = wrt_strdup(zip->entry[i].name)};
        bool is_folder = false;
        for (char *slash = strrchr(key.name, '/'); slash != NULL && !is_folder;
             slash = strrchr(key.name, '/')) {
            *slash = '\0';
            is_folder = bsearch(&key, zip->entry, zip->n, sizeof key, compare_names) != NULL;
        }
        free(key.name);
        if (is_folder)
            return wrt_fail(err, WRT_E_INPUT, "zip: \"%s\" lies in a file", zip->entry[i].name);
    }
    return WRT_OK;
}

/* ---- directory */

/* The end record; NULL when there is none or it does not reach the end of the file. */
static const char *find_end(wrt_str bytes) {
    if (bytes.len < END_SIZE)
        return NULL;
    const char *last = bytes.ptr + bytes.len - END_SIZE;
    for (size_t comment = 0; comment <= COMMENT_MAX; comment++) {
        const char *at = last - comment;
        if (memcmp(at, "PK\5\6", 4) == 0 && read16(at + 20) == comment)
            return at;
        if (at == bytes.ptr)
            break;
    }
    return NULL;
}

/* Where the data of an entry begin, from its local header, which must say the same. */
static wrt_status find_data(zip_entry *entry, wrt_str bytes, size_t directory, unsigned flags,
                            wrt_err *err) {
    size_t name_len = strlen(entry->name);
    bool is_inside = entry->local <= directory && directory - entry->local >= LOCAL_SIZE;
    const char *at = bytes.ptr + (is_inside ? entry->local : 0);
    if (!is_inside || memcmp(at, "PK\3\4", 4) != 0)
        return wrt_fail(err, WRT_E_INPUT, "zip: \"%s\" has no local header", entry->name);
    size_t skip = LOCAL_SIZE + (size_t)read16(at + 26) + read16(at + 28);
    bool has_sizes = !(read16(at + 6) & FLAG_DESCRIPTOR);
    if (directory - entry->local < skip || directory - entry->local - skip < entry->packed ||
        read16(at + 26) != name_len || memcmp(at + LOCAL_SIZE, entry->name, name_len) != 0 ||
        read16(at + 6) != flags || read16(at + 8) != entry->method ||
        (has_sizes && (read32(at + 14) != entry->crc || read32(at + 18) != entry->packed ||
                       read32(at + 22) != entry->size)))
        return wrt_fail(err, WRT_E_INPUT, "zip: \"%s\": local header and directory differ",
                        entry->name);
    entry->data = entry->local + skip;
    return WRT_OK;
}

static wrt_status check_entry(const zip_entry *entry, unsigned flags, wrt_err *err) {
    const char *what = NULL;
    if (flags & FLAG_ENCRYPTED)
        what = "is encrypted";
    else if (entry->method != STORED && entry->method != DEFLATED)
        what = "is packed by another method than deflate";
    else if (entry->packed == UINT32_MAX || entry->size == UINT32_MAX || entry->local == UINT32_MAX)
        what = "needs ZIP64";
    else if (entry->method == STORED && entry->packed != entry->size)
        what = "is stored with two sizes";
    else if (entry->size / 1100 > entry->packed) /* deflate makes at most 1,032 bytes of one */
        what = "cannot be that large";
    return what == NULL ? WRT_OK : wrt_fail(err, WRT_E_INPUT, "zip: \"%s\" %s", entry->name, what);
}

/* One entry of the directory; *used is its length. A folder is passed over. */
static wrt_status take_entry(wrt_zip *zip, size_t *used, size_t at, size_t directory,
                             wrt_err *err) {
    const char *head = zip->bytes.ptr + at;
    size_t left = zip->bytes.len - at;
    if (left < CENTRAL_SIZE || memcmp(head, "PK\1\2", 4) != 0)
        return bad_zip(err, "its directory is damaged");
    size_t name_len = read16(head + 28);
    *used = CENTRAL_SIZE + name_len + read16(head + 30) + read16(head + 32);
    if (left < *used)
        return bad_zip(err, "its directory is cut off");
    wrt_str name = {head + CENTRAL_SIZE, name_len};
    bool is_folder = name.len > 1 && name.ptr[name.len - 1] == '/';
    if (is_folder)
        name.len--;
    if (!is_safe_name(name))
        return bad_zip(err, "an entry has a name that is not a plain relative path");
    if (is_folder)
        return read32(head + 24) == 0 ? WRT_OK : bad_zip(err, "a folder with content");
    unsigned flags = read16(head + 8);
    zip_entry *entry = &zip->entry[zip->n++];
    *entry = (zip_entry){.name = wrt_calloc(name.len + 1, 1),
                         .local = read32(head + 42),
                         .packed = read32(head + 20),
                         .size = read32(head + 24),
                         .crc = read32(head + 16),
                         .method = read16(head + 10)};
    memcpy(entry->name, name.ptr, name.len);
    wrt_status status = check_entry(entry, flags, err);
    return status == WRT_OK ? find_data(entry, zip->bytes, directory, flags, err) : status;
}

static wrt_status check_sizes(wrt_zip *zip, size_t total_max, wrt_err *err) {
    size_t total = 0;
    qsort(zip->entry, zip->n, sizeof *zip->entry, compare_places);
    for (size_t i = 0; i < zip->n; i++) {
        const zip_entry *entry = &zip->entry[i];
        if (i > 0 && entry->local < zip->entry[i - 1].data + zip->entry[i - 1].packed)
            return wrt_fail(err, WRT_E_INPUT, "zip: \"%s\" overlaps another entry", entry->name);
        if (entry->size > total_max - total)
            return wrt_fail(err, WRT_E_LIMIT, "zip: it unpacks to more than %zu bytes", total_max);
        total += entry->size;
    }
    return WRT_OK;
}

static wrt_status read_directory(wrt_zip *zip, size_t total_max, wrt_err *err) {
    const char *end = find_end(zip->bytes);
    if (end == NULL)
        return bad_zip(err, "no end record: not an archive, or cut off");
    size_t count = read16(end + 10), size = read32(end + 12), at = read32(end + 16);
    size_t end_at = (size_t)(end - zip->bytes.ptr);
    if (read16(end + 4) != 0 || read16(end + 6) != 0 || read16(end + 8) != count)
        return bad_zip(err, "it spans several disks");
    if (count > WRT_ZIP_ENTRIES_MAX || at == UINT32_MAX || size == UINT32_MAX)
        return bad_zip(err, "it needs ZIP64");
    if (at > end_at || end_at - at != size)
        return bad_zip(err, "its directory is not where it says");
    size_t directory = at;
    zip->entry = wrt_calloc(count + 1, sizeof *zip->entry);
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < count && status == WRT_OK; i++) {
        size_t used = 0;
        status = take_entry(zip, &used, at, directory, err);
        at += used;
    }
    if (status == WRT_OK && at != end_at)
        status = bad_zip(err, "its directory holds more than it says");
    if (status == WRT_OK)
        status = check_sizes(zip, total_max, err);
    return status == WRT_OK ? check_names(zip, err) : status;
}

/* ---- opening */

wrt_status wrt_zip_parse(wrt_zip **out, wrt_str bytes, size_t total_max, wrt_err *err) {
    *out = NULL;
    wrt_zip *zip = wrt_calloc(1, sizeof *zip);
    zip->bytes = bytes;
    wrt_status status = read_directory(zip, total_max, err);
    if (status == WRT_OK)
        *out = zip;
    else
        wrt_zip_free(zip);
    return status;
}

wrt_status wrt_zip_open(wrt_zip **out, const char *path, size_t cap, size_t total_max,
                        wrt_err *err) {
    wrt_buf file = wrt_buf_make(cap);
    *out = NULL;
    wrt_status status = wrt_file_read(&file, path, cap, err);
    if (status == WRT_OK)
        status = wrt_zip_parse(out, wrt_buf_str(&file), total_max, err);
    if (status == WRT_OK)
        (*out)->file = file;
    else
        wrt_buf_free(&file);
    return status;
}

void wrt_zip_free(wrt_zip *zip) {
    if (zip == NULL)
        return;
    for (size_t i = 0; i < zip->n; i++)
        free(zip->entry[i].name);
    free(zip->entry);
    wrt_buf_free(&zip->file);
    free(zip);
}

size_t wrt_zip_count(const wrt_zip *zip) {
    return zip->n;
}

const char *wrt_zip_name(const wrt_zip *zip, size_t index) {
    return zip->entry[index].name;
}

/* ---- data */

/* Inflates all of in into exactly out_len bytes; anything left over on either side is a failure. */
static bool inflate_all(unsigned char *out, size_t out_len, const char *in, size_t in_len) {
    z_stream stream = {0};
    unsigned char spare; /* zlib wants a place even for nothing */
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        wrt_out_of_memory();
    stream.next_in = (const unsigned char *)in;
    stream.avail_in = (uInt)in_len;
    stream.next_out = out_len > 0 ? out : &spare;
    stream.avail_out = (uInt)out_len;
    int code = inflate(&stream, Z_FINISH);
    bool is_whole = code == Z_STREAM_END && stream.avail_in == 0 && stream.avail_out == 0;
    inflateEnd(&stream);
    return is_whole;
}

wrt_status wrt_zip_read(wrt_buf *out, const wrt_zip *zip, size_t index, wrt_err *err) {
    const zip_entry *entry = &zip->entry[index];
    const char *data = zip->bytes.ptr + entry->data;
    if (entry->size > out->cap - out->len)
        return wrt_fail(err, WRT_E_LIMIT, "zip: \"%s\" has %zu bytes; at most %zu are read",
                        entry->name, entry->size, out->cap - out->len);
    unsigned char *bytes = wrt_calloc(entry->size + 1, 1);
    bool is_whole = true;
    if (entry->method == STORED)
        memcpy(bytes, data, entry->size);
    else
        is_whole = inflate_all(bytes, entry->size, data, entry->packed);
    is_whole = is_whole && crc32(0, bytes, (uInt)entry->size) == entry->crc;
    if (is_whole)
        wrt_buf_add(out, bytes, entry->size);
    free(bytes);
    if (!is_whole)
        return wrt_fail(err, WRT_E_INPUT, "zip: \"%s\" is damaged", entry->name);
    return WRT_OK;
}

/* ---- unpacking */

static char *make_folder(wrt_err *err) {
    const char *base = getenv("TMPDIR");
    char *path = wrt_path_join(base != NULL && base[0] == '/' ? base : "/tmp", "warrant-XXXXXX");
    if (mkdtemp(path) != NULL)
        return path;
    (void)wrt_fail(err, WRT_E_FAILED, "no folder for temporary files can be made: %s",
                   strerror(errno));
    free(path);
    return NULL;
}

/* Without fsync: what is unpacked is read once and thrown away. */
static wrt_status write_plain(const char *path, wrt_str bytes, wrt_err *err) {
    FILE *file = fopen(path, "wbx");
    bool is_written =
        file != NULL && (bytes.len == 0 || fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len);
    if (file != NULL && fclose(file) != 0)
        is_written = false;
    return is_written ? WRT_OK
                      : wrt_fail(err, WRT_E_FAILED, "%s: cannot be unpacked: %s",
                                 wrt_path_base(path), strerror(errno));
}

static wrt_status unpack_entry(const char *folder, const wrt_zip *zip, size_t index, wrt_err *err) {
    char *path = wrt_path_join(folder, zip->entry[index].name);
    char *parent = wrt_strdup(path);
    wrt_buf bytes = wrt_buf_make(zip->entry[index].size);
    *strrchr(parent, '/') = '\0';
    wrt_status status = wrt_zip_read(&bytes, zip, index, err);
    if (status == WRT_OK)
        status = wrt_dir_make(parent, 0700, err);
    if (status == WRT_OK)
        status = write_plain(path, wrt_buf_str(&bytes), err);
    wrt_buf_free(&bytes);
    free(parent);
    free(path);
    return status;
}

wrt_status wrt_zip_unpack(char **folder, const wrt_zip *zip, wrt_err *err) {
    *folder = make_folder(err);
    if (*folder == NULL)
        return WRT_E_FAILED;
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < zip->n && status == WRT_OK; i++)
        status = unpack_entry(*folder, zip, i, err);
    if (status != WRT_OK) {
        wrt_zip_remove(*folder, zip);
        *folder = NULL;
    }
    return status;
}

/* Each file, then the folders above it as far as they are empty. */
void wrt_zip_remove(char *folder, const wrt_zip *zip) {
    if (folder == NULL)
        return;
    size_t root = strlen(folder);
    for (size_t i = 0; i < zip->n; i++) {
        char *path = wrt_path_join(folder, zip->entry[i].name);
        unlink(path);
        for (char *slash = strrchr(path, '/'); slash != NULL && (size_t)(slash - path) > root;
             slash = strrchr(path, '/')) {
            *slash = '\0';
            if (rmdir(path) != 0)
                break;
        }
        free(path);
    }
    rmdir(folder);
    free(folder);
}
