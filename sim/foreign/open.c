/* Which format a file has, and its bytes: files, folders and ZIPs. */
#include "sim/foreign/foreign.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <zip.h>

enum { FILE_MOST = 256 << 20, PATH_ROOM = 1024, NAME_ROOM = 400 };

static bool ends(const char *path, const char *ending)
{
    size_t length = strlen(path), wanted = strlen(ending);
    return length > wanted && strcasecmp(path + length - wanted, ending) == 0;
}

bool foreign_is(const char *path)
{
    struct stat status;
    return ends(path, ".scenario") || ends(path, ".zip") || ends(path, ".json") ||
           (stat(path, &status) == 0 && S_ISDIR(status.st_mode));
}

static bool refuse(char *why, size_t why_size, const char *name, const char *what)
{
    snprintf(why, why_size, "%.200s: %s", name, what);
    return false;
}

static bool read_file(const char *path, char **data, size_t *size, char *why, size_t why_size)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL)
        return refuse(why, why_size, path, strerror(errno));
    size_t room = 1 << 16;
    *data = NULL;
    *size = 0;
    for (size_t got = 1; got > 0 && *size <= FILE_MOST; *size += got) {
        if (*data == NULL || *size == room)
            *data = realloc(*data, room *= 2);
        if (*data == NULL)
            abort();
        got = fread(*data + *size, 1, room - *size, in);
    }
    bool good = !ferror(in) && *size <= FILE_MOST;
    int code = errno;
    fclose(in);
    if (good)
        return true;
    free(*data);
    return refuse(why, why_size, path,
                  *size > FILE_MOST ? "is larger than 256 MiB" : strerror(code));
}

/* ---- ZIPs ------------------------------------------------------------------------------------ */

/* The one entry with this ending. */
static bool find_entry(zip_t *zip, const char *ending, zip_stat_t *found, const char *name,
                       char *why, size_t why_size)
{
    size_t count = 0;
    for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); i++) {
        zip_stat_t status;
        if (zip_stat_index(zip, (zip_uint64_t)i, 0, &status) != 0 ||
            !(status.valid & ZIP_STAT_NAME) || !(status.valid & ZIP_STAT_SIZE))
            continue;
        const char *slash = strrchr(status.name, '/');
        if (!ends(status.name, ending) || (slash ? slash[1] : status.name[0]) == '.')
            continue;
        *found = status;
        count++;
    }
    if (count == 1 && found->size <= FILE_MOST)
        return true;
    snprintf(why, why_size, "%.200s: the ZIP holds %zu files *%s; one of at most 256 MiB is wanted",
             name, count, ending);
    return false;
}

static bool take_entry(zip_t *zip, const char *ending, const char *name, char said[NAME_ROOM],
                       char **data, size_t *size, char *why, size_t why_size)
{
    zip_stat_t entry;
    if (!find_entry(zip, ending, &entry, name, why, why_size))
        return false;
    snprintf(said, NAME_ROOM, "%.200s/%.150s", name, entry.name);
    zip_file_t *file = zip_fopen_index(zip, entry.index, 0);
    *data = malloc(entry.size + 1);
    *size = (size_t)entry.size;
    if (*data == NULL)
        abort();
    bool whole = file != NULL && zip_fread(file, *data, entry.size) == (zip_int64_t)entry.size;
    if (file != NULL)
        zip_fclose(file);
    if (whole)
        return true;
    free(*data);
    return refuse(why, why_size, said, "cannot be unpacked: the ZIP is damaged or encrypted");
}

static bool read_entries(zip_t *zip, const char *name, struct foreign *out, char *why,
                         size_t why_size)
{
    char config_name[NAME_ROOM], wkt_name[NAME_ROOM], *config, *wkt;
    size_t config_size, wkt_size;
    if (!take_entry(zip, ".json", name, config_name, &config, &config_size, why, why_size))
        return false;
    bool done = take_entry(zip, ".wkt", name, wkt_name, &wkt, &wkt_size, why, why_size);
    if (done) {
        done = foreign_read_jupedsim((struct foreign_text){ config_name, config, config_size },
                                     (struct foreign_text){ wkt_name, wkt, wkt_size }, out, why,
                                     why_size);
        free(wkt);
    }
    free(config);
    return done;
}

bool foreign_read_zip(struct foreign_text text, struct foreign *out, char *why, size_t why_size)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(text.data, text.size, 0, &error);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    if (zip == NULL) {
        snprintf(why, why_size, "%.200s: this is no ZIP: %s", text.name,
                 zip_error_strerror(&error));
        zip_source_free(source);
        zip_error_fini(&error);
        return false;
    }
    zip_error_fini(&error);
    bool done = read_entries(zip, text.name, out, why, why_size);
    zip_discard(zip);
    return done;
}

/* ---- Files ----------------------------------------------------------------------------------- */

/* Vadere's files have a topography in them. */
static bool is_vadere(const char *path, const char *data, size_t size)
{
    static const char sign[] = "\"topography\"";
    if (ends(path, ".scenario"))
        return true;
    for (size_t i = 0; i + sizeof sign - 1 <= size; i++)
        if (memcmp(data + i, sign, sizeof sign - 1) == 0)
            return true;
    return false;
}

/* The geometry beside a config: geometry.wkt for config.json, a-geometry.wkt for a-config.json,
 * a.wkt for a.json. Empty: there is none. */
static void geometry_beside(const char *path, char out[PATH_ROOM])
{
    struct stat status;
    size_t stem = strlen(path) - strlen(".json");
    out[0] = '\0';
    if (stem + 20 >= PATH_ROOM || !ends(path, ".json"))
        return;
    snprintf(out, PATH_ROOM, "%.*s.wkt", (int)stem, path);
    if (stat(out, &status) == 0)
        return;
    if (stem >= 6 && strncmp(path + stem - 6, "config", 6) == 0) {
        snprintf(out, PATH_ROOM, "%.*sgeometry.wkt", (int)stem - 6, path);
        if (stat(out, &status) == 0)
            return;
    }
    out[0] = '\0';
}

static bool read_json(const char *path, struct foreign_text text, const char *wkt_path,
                      struct foreign *out, char *why, size_t why_size)
{
    struct foreign_text wkt = { wkt_path, NULL, 0 };
    char *data = NULL;
    if (is_vadere(path, text.data, text.size))
        return foreign_read_vadere(text, out, why, why_size);
    if (wkt_path[0] != '\0') {
        if (!read_file(wkt_path, &data, &wkt.size, why, why_size))
            return false;
        wkt.data = data;
    }
    bool done = foreign_read_jupedsim(text, wkt, out, why, why_size);
    free(data);
    return done;
}

/* The one file of a folder with this ending. */
static bool find_file(const char *folder, const char *ending, char out[PATH_ROOM], char *why,
                      size_t why_size)
{
    DIR *dir = opendir(folder);
    size_t count = 0;
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry != NULL; entry = readdir(dir))
        if (ends(entry->d_name, ending) && entry->d_name[0] != '.') {
            snprintf(out, PATH_ROOM, "%.500s/%.255s", folder, entry->d_name);
            count++;
        }
    if (dir != NULL)
        closedir(dir);
    if (count == 1)
        return true;
    snprintf(why, why_size, "%.200s: the folder holds %zu files *%s; one is wanted", folder, count,
             ending);
    return false;
}

bool foreign_read(const char *path, struct foreign *out, char *why, size_t why_size)
{
    struct stat status;
    char config[PATH_ROOM], wkt[PATH_ROOM] = "", *data;
    size_t size;
    snprintf(config, sizeof config, "%s", path);
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode) &&
        (!find_file(path, ".json", config, why, why_size) ||
         !find_file(path, ".wkt", wkt, why, why_size)))
        return false;
    if (!read_file(config, &data, &size, why, why_size))
        return false;
    if (wkt[0] == '\0')
        geometry_beside(config, wkt);
    struct foreign_text text = { config, data, size };
    bool done = size > 1 && data[0] == 'P' && data[1] == 'K'
                    ? foreign_read_zip(text, out, why, why_size)
                    : read_json(config, text, wkt, out, why, why_size);
    free(data);
    return done;
}
