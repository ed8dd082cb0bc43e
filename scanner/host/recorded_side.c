// The side files of a recorded host: small line formats for what a directory cannot hold. '#' starts a comment
// line; a line that cannot be read is an error with its number, so that no fixture lies by a typing mistake.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/path.h"
#include "host/recorded.h"

struct side {
    struct ra_arena *a;
    struct ra_recorded *r;
    size_t cap; // of the array that this file fills
};

// A whole side file, in the arena. 0, or an errno (ENOENT where absent).
static int slurp(struct ra_arena *a, int dir, const char *name, struct ra_span *ret)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    int fd = openat(dir, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return errno;
    int err = ra_read_fd(fd, 0, 0, RA_MAX_FILE_BYTES, &text).err;
    close(fd);
    if (!err)
        *ret = (struct ra_span){ra_strndup(a, ra_buf_view(&text)), text.n};
    return err;
}

static char *word(struct side *s, struct ra_span *line)
{
    struct ra_span w;
    return ra_span_word(line, &w) ? ra_strndup(s->a, w) : NULL;
}

static bool number(const char *text, int64_t *ret)
{
    char *end;
    if (!text || !*text)
        return false;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    *ret = v;
    return !*end && !errno;
}

static bool hex(struct ra_arena *a, struct ra_span text, struct ra_span *ret)
{
    char *bytes = ra_alloc(a, text.n / 2 + 1);
    size_t digits = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (strchr(" \t\r\n", c) && c)
            continue;
        const char *table = "0123456789abcdef", *at = c ? strchr(table, c | 0x20) : NULL;
        if (!at)
            return false;
        bytes[digits / 2] = (char)((unsigned char)bytes[digits / 2] << 4 | (unsigned)(at - table));
        digits++;
    }
    *ret = (struct ra_span){bytes, digits / 2};
    return digits % 2 == 0;
}

// ---- one function per line format; false = malformed --------------------------------------------

static bool self_groups(struct side *s, struct ra_span list)
{
    struct ra_span one;
    size_t cap = 0;
    while (ra_span_word(&list, &one)) {
        uint64_t gid;
        if (!ra_span_u64(one, 10, &gid))
            return false;
        s->r->self.groups = ra_grow(s->a, s->r->self.groups, s->r->self.n_groups, &cap, sizeof(gid_t));
        s->r->self.groups[s->r->self.n_groups++] = (gid_t)gid;
    }
    return true;
}

static bool self_line(struct side *s, struct ra_span line)
{
    struct ra_span key;
    struct ra_self *self = &s->r->self;
    if (!ra_span_until(&line, '=', &key) || !line.p)
        return false;
    char *value = ra_strndup(s->a, line);
    if (ra_span_is(key, "groups"))
        return self_groups(s, line);
    if (ra_span_is(key, "cwd"))
        return (self->cwd = value)[0] == '/';
    if (ra_span_is(key, "exe"))
        return (self->exe = value)[0] == '/';
    int64_t v;
    if (!number(value, &v))
        return false;
    if (ra_span_is(key, "pid"))
        self->pid = (pid_t)v;
    else if (ra_span_is(key, "ppid"))
        self->ppid = (pid_t)v;
    else if (ra_span_is(key, "uid"))
        self->uid = (uid_t)v;
    else if (ra_span_is(key, "euid"))
        self->euid = (uid_t)v;
    else if (ra_span_is(key, "gid"))
        self->gid = (gid_t)v;
    else if (ra_span_is(key, "egid"))
        self->egid = (gid_t)v;
    else if (ra_span_is(key, "dumpable"))
        self->dumpable = (int)v;
    else if (ra_span_is(key, "no_new_privs"))
        self->no_new_privs = (int)v;
    else if (ra_span_is(key, "seccomp"))
        self->seccomp = (int)v;
    else if (ra_span_is(key, "now"))
        s->r->now_s = v, s->r->has_now = true;
    else
        return false;
    return true;
}

static bool fd_flag(struct ra_self_fd *fd, struct ra_span flag)
{
    static const struct {
        const char *name;
        int family, type;
    } kinds[] = {{"unix", AF_UNIX, -1},     {"inet", AF_INET, -1},         {"inet6", AF_INET6, -1},
                 {"netlink", AF_NETLINK, -1}, {"vsock", AF_VSOCK, -1},     {"packet", AF_PACKET, -1},
                 {"stream", -1, SOCK_STREAM}, {"dgram", -1, SOCK_DGRAM},   {"seqpacket", -1, SOCK_SEQPACKET}};
    for (size_t i = 0; i < RA_COUNT(kinds); i++)
        if (ra_span_is(flag, kinds[i].name)) {
            if (kinds[i].family >= 0)
                fd->socket_family = kinds[i].family;
            else
                fd->socket_type = kinds[i].type;
            return true;
        }
    if (ra_span_is(flag, "writable"))
        return fd->writable = true;
    if (ra_span_is(flag, "listening"))
        return fd->listening = true;
    if (ra_span_is(flag, "connected"))
        return fd->connected = true;
    if (ra_span_is(flag, "elsewhere")) {
        fd->other_network = 1;
        return true;
    }
    return ra_span_is(flag, "terminal") && (fd->terminal = true);
}

static bool fd_line(struct side *s, struct ra_span line)
{
    struct ra_span type, flag;
    struct ra_self *self = &s->r->self;
    struct ra_self_fd fd = {.socket_family = -1, .socket_type = -1};
    int64_t v;
    if (!number(word(s, &line), &v) || v < 0 || !ra_span_word(&line, &type))
        return false;
    fd.number = (int)v;
    if (!ra_span_until(&type, ',', &flag) || flag.n != 1 || !strchr("fdspcb?", flag.p[0]))
        return false;
    fd.type = flag.p[0];
    fd.readable = true;
    while (type.p && ra_span_until(&type, ',', &flag))
        if (!fd_flag(&fd, flag))
            return false;
    line = ra_span_trim(line); // the rest: a target may hold blanks
    fd.target = line.n ? ra_strndup(s->a, line) : NULL;
    self->fds = ra_grow(s->a, self->fds, self->n_fds, &s->cap, sizeof *self->fds);
    self->fds[self->n_fds++] = fd;
    return true;
}

static bool socket_line(struct side *s, struct ra_span line)
{
    struct ra_recorded *r = s->r;
    struct ra_recorded_socket one = {.address = word(s, &line), .peer = {.pid = -1, .uid = (uid_t)-1}};
    const char *outcome = word(s, &line), *pid = word(s, &line), *uid = word(s, &line);
    int64_t p = -1, u = -1;
    if (!one.address || !outcome || (one.err = ra_errno_parse(outcome)) < 0)
        return false;
    if (!strchr("/@", one.address[0]) || (pid && strcmp(pid, "-") && !number(pid, &p)) ||
        (uid && strcmp(uid, "-") && !number(uid, &u)))
        return false;
    if (p >= 0)
        one.peer = (struct ra_peer){.known = true, .pid = (pid_t)p, .uid = (uid_t)u};
    if (!hex(s->a, line, &one.reply))
        return false;
    r->sockets = ra_grow(s->a, r->sockets, r->n_sockets, &s->cap, sizeof *r->sockets);
    r->sockets[r->n_sockets++] = one;
    return true;
}

static bool probe_line(struct side *s, struct ra_span line)
{
    const char *name = word(s, &line), *outcome = word(s, &line), *value = word(s, &line);
    struct ra_recorded_probe probe = {.known = true, .err = outcome ? ra_errno_parse(outcome) : -1};
    if (!name || probe.err < 0 || (value && !number(value, &probe.value)))
        return false;
    for (int i = 0; i < RA_PROBE_COUNT; i++)
        if (strcmp(ra_probe_names[i], name) == 0) {
            s->r->probes[i] = probe;
            return true;
        }
    return false;
}

// The outcome is the last word, since a path may hold blanks.
static bool error_line(struct side *s, struct ra_span line)
{
    struct ra_recorded *r = s->r;
    size_t n = line.n;
    while (n && line.p[n - 1] != ' ' && line.p[n - 1] != '\t')
        n--;
    struct ra_span path = ra_span_trim(ra_span_cut(line, 0, n));
    int err = ra_errno_parse(ra_strndup(s->a, ra_span_cut(line, n, line.n)));
    if (err <= 0 || !path.n || path.p[0] != '/')
        return false;
    r->errors = ra_grow(s->a, r->errors, r->n_errors, &s->cap, sizeof *r->errors);
    r->errors[r->n_errors++] = (struct ra_recorded_error){ra_path_clean(s->a, ra_strndup(s->a, path)), err};
    return true;
}

static bool owner_line(struct side *s, struct ra_span line)
{
    struct ra_recorded *r = s->r;
    struct ra_recorded_owner o = {0};
    struct ra_span words[4];
    uint64_t mode, uid, gid;
    for (size_t i = 0; i < RA_COUNT(words); i++)
        if (!ra_span_word(&line, &words[i]))
            return false;
    line = ra_span_trim(line);
    if (!line.n || line.p[0] != '/' || !ra_span_u64(words[0], 8, &mode) || !ra_span_u64(words[1], 10, &uid) ||
        !ra_span_u64(words[2], 10, &gid) || (!ra_span_is(words[3], "-") && !hex(s->a, words[3], &o.capability)))
        return false;
    o.path = ra_path_clean(s->a, ra_strndup(s->a, line));
    o.mode = (unsigned)mode & 07777;
    o.uid = (uid_t)uid;
    o.gid = (gid_t)gid;
    r->owners = ra_grow(s->a, r->owners, r->n_owners, &s->cap, sizeof *r->owners);
    r->owners[r->n_owners++] = o;
    return true;
}

static bool readonly_line(struct side *s, struct ra_span line)
{
    struct ra_recorded *r = s->r;
    if (line.p[0] != '/')
        return false;
    r->readonly = ra_grow(s->a, r->readonly, r->n_readonly, &s->cap, sizeof *r->readonly);
    r->readonly[r->n_readonly++] = ra_path_clean(s->a, ra_strndup(s->a, line));
    return true;
}

// ---- whole files ---------------------------------------------------------------------------------

// *ret_there: whether the file exists; NULL where that does not matter.
static int load_lines(struct ra_arena *a, struct ra_recorded *r, int dir, const char *name,
                      bool (*take)(struct side *s, struct ra_span line), bool *ret_there, struct ra_error *err)
{
    struct side s = {.a = a, .r = r};
    struct ra_span text, line;
    int e = slurp(a, dir, name, &text);
    if (ret_there)
        *ret_there = e != ENOENT;
    if (e)
        return e == ENOENT ? 0 : ra_fail(err, RA_E_INPUT, "side file %s: %s", name, ra_errno_name(e));
    for (unsigned number_of = 1; ra_span_line(&text, &line); number_of++) {
        line = ra_span_trim(line);
        if (line.n && line.p[0] != '#' && !take(&s, line))
            return ra_fail_at(err, number_of, 1, "side file %s: this line cannot be read", name);
    }
    return 0;
}

// Lines, or NUL-separated as /proc/PID/environ has them. Without the file the environment is not known.
static int load_environ(struct ra_arena *a, struct ra_recorded *r, int dir, struct ra_error *err)
{
    struct ra_span text, one;
    size_t n = 0, cap = 0;
    const char **list = NULL;
    int e = slurp(a, dir, "environ", &text);
    if (e)
        return e == ENOENT ? 0 : ra_fail(err, RA_E_INPUT, "side file environ: %s", ra_errno_name(e));
    char separator = ra_span_chr(text, 0) >= 0 ? 0 : '\n';
    while (text.p && ra_span_until(&text, separator, &one))
        if (one.n) {
            list = ra_grow(a, list, n, &cap, sizeof *list);
            list[n++] = ra_strndup(a, one);
        }
    list = ra_grow(a, list, n, &cap, sizeof *list);
    list[n] = NULL;
    r->self.environ_ = list;
    return 0;
}

// Hex text; or "errno NAME", where the question failed.
static int load_netlink(struct ra_arena *a, struct ra_recorded *r, int dir, struct ra_error *err)
{
    for (int i = 0; i < RA_NL_COUNT; i++) {
        struct ra_span text, first;
        const char *name = ra_strfmt(a, "netlink.%s", ra_netlink_names[i]);
        struct ra_recorded_netlink *nl = &r->netlink[i];
        int e = slurp(a, dir, name, &text);
        if (e && e != ENOENT)
            return ra_fail(err, RA_E_INPUT, "side file %s: %s", name, ra_errno_name(e));
        nl->err = e ? ENOSYS : 0;
        if (e)
            continue;
        if (ra_span_starts(text, "errno ")) {
            ra_span_word(&text, &first);
            nl->err = ra_errno_parse(ra_strndup(a, ra_span_trim(text)));
        }
        if (nl->err < 0 || (!nl->err && !hex(a, text, &nl->dump)))
            return ra_fail(err, RA_E_INPUT, "side file %s: neither hex digits nor 'errno NAME'", name);
    }
    return 0;
}

int ra_recorded_load(struct ra_arena *a, struct ra_recorded *r, int dir, struct ra_error *err)
{
    bool there;
    int e = load_lines(a, r, dir, "self", self_line, NULL, err);
    if (!e)
        e = load_lines(a, r, dir, "fds", fd_line, &r->self.fds_complete, err);
    if (!e)
        e = load_lines(a, r, dir, "sockets", socket_line, &r->has_sockets, err);
    if (!e)
        e = load_lines(a, r, dir, "probes", probe_line, &there, err);
    if (!e)
        e = load_lines(a, r, dir, "errors", error_line, &there, err);
    if (!e)
        e = load_lines(a, r, dir, "owners", owner_line, &there, err);
    if (!e)
        e = load_lines(a, r, dir, "readonly", readonly_line, &r->has_readonly, err);
    if (!e)
        e = load_environ(a, r, dir, err);
    return e ? e : load_netlink(a, r, dir, err);
}

int ra_recorded_error_at(const struct ra_recorded *r, const char *path)
{
    for (size_t i = 0; i < r->n_errors; i++)
        if (ra_path_inside(path, r->errors[i].path))
            return r->errors[i].err;
    return 0;
}

const struct ra_recorded_socket *ra_recorded_socket_at(const struct ra_recorded *r, const char *address)
{
    for (size_t i = 0; i < r->n_sockets; i++)
        if (strcmp(r->sockets[i].address, address) == 0)
            return &r->sockets[i];
    return NULL;
}

const struct ra_recorded_owner *ra_recorded_owner_at(const struct ra_recorded *r, const char *path)
{
    for (size_t i = 0; i < r->n_owners; i++)
        if (strcmp(r->owners[i].path, path) == 0)
            return &r->owners[i];
    return NULL;
}
