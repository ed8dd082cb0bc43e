// What stands around a file being read: neighbours that unlock it, files that it names, its own age and mode, the
// programs that it would run. Opens nothing but by asking the host whether a neighbour can be read.
#include <string.h>

#include "base/path.h"
#include "collect/files.h"
#include "parse/ini.h"
#include "parse/x509.h"

struct ra_reach *ra_file_note(struct ra_file *f, const char *part, unsigned line, const char *key, struct ra_span value)
{
    struct ra_reach *place = ra_file_place(f, part, line);
    if (value.n)
        ra_reach_text(f->c->inv, place, key, ra_strndup(f->c->arena, value));
    return place;
}

struct ra_reach *ra_file_locked(struct ra_file *f, const char *part, const char *by, const char *opened_by)
{
    struct ra_reach *secret = ra_file_unread(f, part, "encrypted");
    if (opened_by)
        ra_reach_text(f->c->inv, secret, "opened_by", opened_by);
    else
        ra_file_protected(f, secret, by);
    return secret;
}

bool ra_file_stat(struct ra_file *f, struct ra_stat *ret)
{
    return ra_host_stat(f->c->host, f->path, ret).err == 0;
}

bool ra_file_beside(struct ra_file *f, const char *name)
{
    struct ra_buf byte RA_CLEANUP(ra_buf_free) = {0};
    const char *path = ra_path_join(f->c->arena, ra_path_dir(f->c->arena, f->path), name);
    enum ra_state state = ra_looked(f->c, ra_host_read(f->c->host, path, 1, &byte), RA_ON_PATH);
    return state == RA_STATE_UNKNOWN || (state == RA_STATE_PRESENT && byte.n > 0); // unknown is not safe
}

bool ra_file_neighbour(struct ra_file *f, const char *name, struct ra_buf *ret_text)
{
    const char *path = ra_path_join(f->c->arena, ra_path_dir(f->c->arena, f->path), name);
    struct ra_reply r = ra_host_read(f->c->host, path, RA_MAX_TEMP_BYTES, ret_text);
    return ra_looked(f->c, r, RA_ON_PATH) == RA_STATE_PRESENT;
}

bool ra_file_variable(struct ra_file *f, const char *name)
{
    const char *value = ra_host_getenv(f->c->host, name);
    return value && *value;
}

void ra_file_follow(struct ra_file *f, struct ra_span path, const struct ra_place *as)
{
    struct ra_arena *a = f->c->arena;
    path = ra_span_trim(path);
    bool tilde = ra_span_starts(path, "~/") || ra_span_starts(path, "%d/");
    if (tilde)
        path = ra_span_cut(path, path.p[0] == '~' ? 2 : 3, path.n);
    if (!f->follow || path.n == 0 || ra_span_chr(path, '$') >= 0 || ra_span_chr(path, '%') >= 0 ||
        ra_span_chr(path, '\n') >= 0 || ra_span_chr(path, '~') == 0 || !ra_span_utf8(path) || (tilde && !f->home))
        return;
    const char *base = tilde ? f->home : ra_path_dir(a, f->path);
    f->follow->push(f->follow->arg, ra_path_clean(a, ra_path_join(a, base, ra_strndup(a, path))), as);
}

void ra_file_certificate(struct ra_file *f, struct ra_reach *secret, struct ra_span text)
{
    struct ra_x509 certificate;
    if (secret && ra_x509_first(f->c->arena, text, &certificate))
        ra_file_expires(f, secret, certificate.not_after_s);
}

bool ra_file_sqlite(const struct ra_file *f)
{
    return ra_span_starts(f->text, "SQLite format 3");
}

struct ra_span ra_file_ini(struct ra_file *f, const char *section, const char *key)
{
    struct ra_ini it = {.rest = f->text};
    struct ra_span found, value;
    while (ra_ini_next(&it, &found, &value))
        if (ra_span_is_nocase(found, key) && (!section || ra_span_is(it.section, section)))
            return value;
    return RA_SPAN("");
}
