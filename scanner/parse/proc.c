// Readers of the line-oriented texts under /proc, and of passwd(5). What a line does not say is not guessed.
#include "parse/proc.h"

#include <string.h>

// proc_pid_mountinfo(5): blank, tab, newline and backslash are written as three octal digits.
static char *unescaped(struct ra_arena *a, struct ra_span s)
{
    char *out = ra_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        uint64_t code;
        if (s.p[i] == '\\' && s.n - i > 3 && ra_span_u64(ra_span_cut(s, i + 1, 3), 8, &code) && code && code < 256) {
            out[n++] = (char)(unsigned char)code;
            i += 3;
        } else {
            out[n++] = s.p[i];
        }
    }
    return out;
}

static bool number(struct ra_span *rest, char sep, unsigned *ret)
{
    struct ra_span part;
    uint64_t v;
    if (!ra_span_until(rest, sep, &part) || !ra_span_u64(part, 10, &v) || v > UINT32_MAX)
        return false;
    *ret = (unsigned)v;
    return true;
}

static bool text(struct ra_arena *a, struct ra_span *rest, char **ret)
{
    struct ra_span part;
    if (!ra_span_until(rest, ' ', &part))
        return false;
    *ret = unescaped(a, part);
    return true;
}

// Fields are parted by exactly one blank: a mount's source may be empty.
static bool mount_line(struct ra_arena *a, struct ra_span line, struct ra_mount *m)
{
    struct ra_span part;
    if (!number(&line, ' ', &m->id) || !number(&line, ' ', &m->parent) || !number(&line, ':', &m->major) ||
        !number(&line, ' ', &m->minor) || !text(a, &line, &m->root) || !text(a, &line, &m->point) ||
        !text(a, &line, &m->options))
        return false;
    for (;;) {
        if (!ra_span_until(&line, ' ', &part))
            return false;
        if (ra_span_is(part, "-"))
            break;
        m->shared |= ra_span_starts(part, "shared:");
    }
    return text(a, &line, &m->fstype) && text(a, &line, &m->source) && text(a, &line, &m->super_options);
}

bool ra_mountinfo_parse(struct ra_arena *a, struct ra_span input, struct ra_mount **ret, size_t *ret_n)
{
    struct ra_mount *mounts = NULL;
    size_t n = 0, cap = 0;
    struct ra_span line;
    bool good = true;
    while (good && ra_span_line(&input, &line)) {
        mounts = ra_grow(a, mounts, n, &cap, sizeof *mounts);
        mounts[n] = (struct ra_mount){0};
        good = mount_line(a, line, &mounts[n]);
        n += good;
    }
    *ret = mounts;
    *ret_n = n;
    return good;
}

bool ra_mount_option(const char *options, const char *name)
{
    struct ra_span rest = ra_span_of(options), option;
    while (ra_span_until(&rest, ',', &option))
        if (ra_span_is(option, name))
            return true;
    return false;
}

bool ra_status_field(struct ra_span input, const char *name, struct ra_span *ret)
{
    size_t n = strlen(name);
    struct ra_span line;
    while (ra_span_line(&input, &line))
        if (line.n > n && ra_span_starts(line, name) && line.p[n] == ':') {
            *ret = ra_span_trim(ra_span_cut(line, n + 1, line.n));
            return true;
        }
    return false;
}

bool ra_status_hex(struct ra_span input, const char *name, uint64_t *ret)
{
    struct ra_span value;
    return ra_status_field(input, name, &value) && ra_span_u64(value, 16, ret);
}

static bool signed_number(struct ra_span s, int64_t *ret)
{
    bool negative = ra_span_starts(s, "-");
    uint64_t v;
    if (!ra_span_u64(ra_span_cut(s, negative, s.n), 10, &v) || v > INT64_MAX)
        return false;
    *ret = negative ? -(int64_t)v : (int64_t)v;
    return true;
}

bool ra_status_int(struct ra_span input, const char *name, int64_t *ret)
{
    struct ra_span value;
    return ra_status_field(input, name, &value) && signed_number(value, ret);
}

// "Num: RefCount Protocol Flags Type St Inode[ Path]". Lines of another form (the header, the rest of a
// path with a line break in it) are skipped. Source: unix(7).
static bool unix_line(struct ra_span line, struct ra_unix_line *ret)
{
    enum { NUM, REFS, PROTOCOL, FLAGS, TYPE, STATE, INODE, FIELDS };
    struct ra_span field[FIELDS];
    uint64_t flags, type, state;
    for (size_t i = 0; i < FIELDS; i++)
        if (!ra_span_word(&line, &field[i]))
            return false;
    if (!ra_span_ends(field[NUM], ":") || !ra_span_u64(field[FLAGS], 16, &flags) ||
        !ra_span_u64(field[TYPE], 16, &type) || !ra_span_u64(field[STATE], 16, &state) ||
        !ra_span_u64(field[INODE], 10, &ret->inode))
        return false;
    ret->type = (unsigned)type;
    ret->listening = flags & 0x10000; // __SO_ACCEPTCON
    ret->path = ra_span_cut(line, line.n ? 1 : 0, line.n);
    return true;
}

bool ra_unix_next(struct ra_span *rest, struct ra_unix_line *ret)
{
    struct ra_span line;
    while (ra_span_line(rest, &line))
        if (unix_line(line, ret))
            return true;
    return false;
}

bool ra_uid_map_is_init(struct ra_span input)
{
    struct ra_span line, word, rest = ra_span_trim(input);
    static const char *const whole[] = {"0", "0", "4294967295"};
    if (!ra_span_line(&rest, &line) || rest.n)
        return false;
    for (size_t i = 0; i < RA_COUNT(whole); i++)
        if (!ra_span_word(&line, &word) || !ra_span_is(word, whole[i]))
            return false;
    return line.n == 0;
}

// The name may hold parentheses and blanks itself; the last ')' closes it. Source: proc_pid_stat(5).
bool ra_stat_parse(struct ra_span input, struct ra_span *ret_comm, int64_t *ret_ppid)
{
    ptrdiff_t open = ra_span_chr(input, '(');
    const char *close = input.n ? memrchr(input.p, ')', input.n) : NULL;
    if (open < 0 || !close || close < input.p + open)
        return false;
    size_t at = (size_t)(close - input.p);
    struct ra_span rest = ra_span_cut(input, at + 1, input.n), state, parent;
    int64_t ppid;
    if (!ra_span_word(&rest, &state) || !ra_span_word(&rest, &parent) || !signed_number(ra_span_trim(parent), &ppid))
        return false;
    *ret_comm = ra_span_cut(input, (size_t)open + 1, at - (size_t)open - 1);
    *ret_ppid = ppid;
    return true;
}

static bool passwd_line(struct ra_span line, struct ra_passwd *ret)
{
    struct ra_span password, uid, gid, gecos;
    ret->shell = RA_SPAN("");
    return ra_span_until(&line, ':', &ret->name) && ret->name.n && ra_span_until(&line, ':', &password) &&
           ra_span_until(&line, ':', &uid) && ra_span_u64(uid, 10, &ret->uid) && ra_span_until(&line, ':', &gid) &&
           ra_span_u64(gid, 10, &ret->gid) && ra_span_until(&line, ':', &gecos) &&
           ra_span_until(&line, ':', &ret->home) && (!line.p || ra_span_until(&line, ':', &ret->shell));
}

bool ra_passwd_next(struct ra_span *rest, struct ra_passwd *ret)
{
    struct ra_span line;
    while (ra_span_line(rest, &line)) {
        struct ra_passwd entry;
        if (passwd_line(line, &entry)) {
            *ret = entry;
            return true;
        }
    }
    return false;
}
