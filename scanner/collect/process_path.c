// PATH: which of its directories and programs may this process replace, and which programs there raise privileges?
// What the programs do is told by name only; none is opened for reading, none is run.
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "collect/process.h"

enum { MAX_ELEMENTS = 64, MAX_NAMED = 20 }; // directories of PATH; programs named in a report, all are counted

// Set-user-ID and set-group-ID programs, and such with file capabilities, that Debian's own packages bring.
static const char *const usual[] = {
    "Xorg.wrap", "arping", "at", "bsd-write", "bwrap", "chage", "chfn", "chsh", "crontab", "dbus-daemon-launch-helper",
    "doas", "dotlockfile", "dumpcap", "exim4", "expiry", "fping", "fusermount", "fusermount3", "gpasswd", "gst-ptp-helper",
    "lockfile", "lppasswd", "mail-lock", "mail-touchlock", "mail-unlock", "mlocate", "mount", "mount.cifs", "mount.nfs",
    "mtr-packet", "newgidmap", "newgrp", "newuidmap", "ntfs-3g", "pam_extrausers_chkpwd", "passwd", "ping", "ping6",
    "pkexec", "plocate", "polkit-agent-helper-1", "postdrop", "postlog", "postqueue", "pppd", "procmail", "screen",
    "sendmail", "snap-confine", "ssh-agent", "ssh-keysign", "staprun", "su", "sudo", "sudoedit", "traceroute6.iputils",
    "umount", "umount.nfs", "unix_chkpwd", "utempter", "vmware-user-suid-wrapper", "wall", "write", "write.ul",
};
// Programs that give a shell or any file's content to whoever runs them: with root's rights they are root.
static const char *const shells[] = {
    "ash", "awk", "bash", "busybox", "cat", "chmod", "chown", "cp", "csh", "dash", "dd", "ed", "emacs", "env", "find",
    "fish", "gawk", "gdb", "ksh", "less", "lua", "make", "mawk", "more", "mv", "nano", "nice", "nmap", "node", "perl",
    "php", "pico", "python", "python2", "python3", "rsync", "ruby", "sed", "setpriv", "sh", "socat", "ssh", "strace",
    "systemctl", "tar", "taskset", "tclsh", "tee", "time", "timeout", "unshare", "vi", "view", "vim", "xargs", "zsh",
};
// File capabilities with which a program that takes orders is root: CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER,
// SETGID, SETUID, SETPCAP, SYS_MODULE, SYS_RAWIO, SYS_PTRACE, SYS_ADMIN, SETFCAP.
static const uint64_t strong_caps = 1u << 0 | 1u << 1 | 1u << 2 | 1u << 3 | 1u << 6 | 1u << 7 | 1u << 8 | 1u << 16 |
                                    1u << 17 | 1u << 19 | 1u << 21 | 1u << 31;

struct path {
    struct ra_process *p;
    struct {
        uint64_t dev, ino;
    } seen[MAX_ELEMENTS];
    size_t n_seen;
    bool privileges; // a program could raise anything at all
    size_t n_setuid, n_setgid, n_caps, n_unusual, n_replaceable;
    struct ra_buf unusual;
};

static bool in(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool takes_orders(const char *name)
{
    return in(shells, RA_COUNT(shells), name) || strncmp(name, "python3.", 8) == 0 || strncmp(name, "perl5.", 6) == 0 ||
           strncmp(name, "vim.", 4) == 0;
}

static void root_program(struct path *w, const char *path, const char *ref, const char *title)
{
    struct ra_collect *c = w->p->c;
    struct ra_reach *r = ra_file_reach(c, path, NULL, RA_STATE_PRESENT,
                                       ra_seen(c, RA_METHOD_OBSERVED, (struct ra_reply){.call = "stat"}, path));
    bool hosts = ra_process_root_is_hosts(w->p);
    r->access |= RA_EXECUTE;
    r->traits |= hosts ? RA_TRAIT_HOST_ROOT : 0u;
    r->cap = hosts ? RA_SEVERITY_HIGH : RA_SEVERITY_LOW;
    r->ref = ref;
    r->title = title;
    ra_reach_radius(r, hosts ? RA_RADIUS_PERSON : RA_RADIUS_NOTHING, hosts ? RA_RADIUS_PERSON : RA_RADIUS_SANDBOX);
}

// What the file itself may gain; false where it has no such attribute or it is not for this user namespace.
static bool file_caps(struct path *w, const char *path, uint64_t *ret)
{
    struct ra_buf attribute RA_CLEANUP(ra_buf_free) = {0};
    struct ra_process *p = w->p;
    bool effective;
    uint32_t owner;
    struct ra_reply r = ra_host_file_caps(p->c->host, path, &attribute);
    if (r.err && r.err != ENODATA && r.err != EOPNOTSUPP && ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
        ra_unseen(p->c, "privileges", "capabilities of programs in PATH", r, path);
    // Those of the first user namespace mean nothing in another one.
    return r.err == 0 && ra_file_caps_parse(ra_buf_view(&attribute), ret, &effective, &owner) && owner == 0 &&
           p->first_user &&
           (*ret & (p->status ? p->bounding : ~0ull));
}

static void name_unusual(struct path *w, const char *path)
{
    if (in(usual, RA_COUNT(usual), ra_path_base(path)))
        return;
    if (w->n_unusual++ < MAX_NAMED)
        ra_buf_printf(&w->unusual, "%s%s", w->n_unusual > 1 ? " " : "", path);
}

static void privileges(struct path *w, const char *path, const struct ra_stat *st)
{
    const char *name = ra_path_base(path);
    uint64_t caps = 0;
    bool root_owned = st->uid == 0, setuid = st->mode & 04000 && root_owned, setgid = st->mode & 02000 && st->mode & 010;
    bool capable = file_caps(w, path, &caps);
    w->n_setuid += setuid;
    w->n_setgid += setgid && !setuid;
    w->n_caps += capable;
    if (!setuid && !setgid && !capable)
        return;
    name_unusual(w, path);
    if (ra_state_of(ra_host_access(w->p->c->host, path, X_OK), RA_ON_PATH) == RA_STATE_DENIED)
        return;
    if (setuid && takes_orders(name))
        root_program(w, path, "U005", "runs as root, and takes any order");
    else if (capable && caps & strong_caps && takes_orders(name))
        root_program(w, path, "U005", "has capabilities of root, and takes any order");
}

// A program that can be written although its directory cannot. The bits only say where it is worth to ask.
static void replaceable(struct path *w, const char *path, const struct ra_stat *st)
{
    struct ra_collect *c = w->p->c;
    bool worth = st->mode & 02 || (st->uid == c->host->self->euid && st->mode & 0200) || st->mode & 020;
    if (!worth || st->type != 'f')
        return;
    struct ra_reply r = ra_host_open_write(c->host, path);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN)
        ra_unseen(c, "path", ra_strfmt(c->arena, "whether %s can be replaced", path), r, path);
    if (state != RA_STATE_PRESENT || w->n_replaceable++ >= MAX_NAMED)
        return;
    struct ra_reach *at = ra_file_reach(c, path, NULL, state, ra_seen(c, RA_METHOD_ATTEMPTED, r, path));
    bool later = ra_process_outlives(w->p, path);
    at->access |= RA_WRITE;
    at->traits |= later ? RA_TRAIT_RUNS_LATER : 0u;
    at->ref = "U007";
    at->title = "a program in PATH that can be replaced";
    at->cap = later ? RA_SEVERITY_HIGH : RA_SEVERITY_LOW;
    ra_reach_radius(at, later ? RA_RADIUS_PERSON : RA_RADIUS_NOTHING, later ? RA_RADIUS_PERSON : RA_RADIUS_SANDBOX);
}

static void programs(struct path *w, const char *dir, bool writable)
{
    struct ra_arena scratch RA_CLEANUP(ra_arena_free) = {0};
    struct ra_collect *c = w->p->c;
    struct ra_fs fs = {0};
    struct ra_names names;
    struct ra_reply told = ra_host_statfs(c->host, dir, &fs);
    bool read_only = told.err == 0 && fs.read_only, nosuid = told.err == 0 && fs.nosuid;
    bool raises = w->privileges && !nosuid;
    if (!raises && (writable || read_only))
        return;
    struct ra_reply r = ra_host_list(c->host, &scratch, dir, 0, &names);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN || r.truncated)
        ra_unseen(c, "path", ra_strfmt(c->arena, "programs in %s", dir), r, dir);
    for (size_t i = 0; state == RA_STATE_PRESENT && i < names.n; i++) {
        struct ra_stat st;
        if (names.items[i].type != 'f' && names.items[i].type != '?')
            continue;
        const char *path = ra_path_join(&scratch, dir, names.items[i].name);
        struct ra_reply asked = ra_host_lstat(c->host, path, &st);
        if (ra_state_of(asked, RA_ON_PATH) == RA_STATE_UNKNOWN)
            ra_unseen(c, "path", ra_strfmt(c->arena, "programs in %s", dir), asked, dir);
        if (asked.err || st.type != 'f')
            continue;
        path = ra_strdup(c->arena, path);
        if (raises)
            privileges(w, path, &st);
        if (!writable && !read_only)
            replaceable(w, path, &st);
    }
}

static void element(struct path *w, const char *dir, bool of_path)
{
    struct ra_collect *c = w->p->c;
    struct ra_stat st;
    struct ra_reply r = ra_host_stat(c->host, dir, &st);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN)
        ra_unseen(c, "path", ra_strfmt(c->arena, "the directory %s of PATH", dir), r, dir);
    if (state != RA_STATE_PRESENT || st.type != 'd' || w->n_seen == MAX_ELEMENTS)
        return;
    for (size_t i = 0; i < w->n_seen; i++)
        if (w->seen[i].dev == st.dev && w->seen[i].ino == st.ino)
            return;
    w->seen[w->n_seen].dev = st.dev;
    w->seen[w->n_seen++].ino = st.ino;
    bool writable = of_path && ra_process_writable_dir(w->p, dir, "V65", "a directory of PATH") != NULL;
    programs(w, dir, writable);
}

// "" and "." in PATH: whatever directory a command is started in can answer for it.
static void here_in_path(struct path *w)
{
    struct ra_collect *c = w->p->c;
    struct ra_evidence e = ra_seen(c, RA_METHOD_OBSERVED, (struct ra_reply){.call = "environ"}, NULL);
    struct ra_reach *r = ra_process_power(w->p, "path/current-directory", RA_STATE_PRESENT, e);
    ra_reach_radius(r, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
    r->cap = RA_SEVERITY_LOW;
    r->ref = "U007";
    r->title = "PATH names the current directory";
}

static void sum_up(struct path *w)
{
    struct ra_collect *c = w->p->c;
    if (w->n_setuid + w->n_setgid + w->n_caps == 0)
        return;
    struct ra_reach *r = ra_process_power(w->p, "raising-programs", RA_STATE_PRESENT,
                                          ra_seen(c, RA_METHOD_OBSERVED, (struct ra_reply){.call = "stat"}, NULL));
    ra_reach_radius(r, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
    r->cap = RA_SEVERITY_INFO;
    r->ref = "U005";
    r->title = "programs that raise privileges";
    ra_reach_number(c->inv, r, "set-user-id", (int64_t)w->n_setuid);
    ra_reach_number(c->inv, r, "set-group-id", (int64_t)w->n_setgid);
    ra_reach_number(c->inv, r, "with-capabilities", (int64_t)w->n_caps);
    ra_reach_number(c->inv, r, "unusual", (int64_t)w->n_unusual);
    if (w->n_unusual)
        ra_reach_text(c->inv, r, "unusual-names", ra_strndup(c->arena, ra_buf_view(&w->unusual)));
}

void ra_process_path(struct ra_process *p)
{
    static const char *const standard[] = {"/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/bin", "/sbin"};
    struct path w = {.p = p};
    struct ra_collect *c = p->c;
    // Root without a box may write and become anything: that is said once, by CAP_SYS_ADMIN.
    if (p->unboxed && c->host->self->euid == 0)
        return;
    w.privileges = p->no_new_privs <= 0 && c->host->self->euid != 0 && (!p->boxed || p->bounding);
    const char *path = ra_host_getenv(c->host, "PATH");
    struct ra_span rest = ra_span_of(path), one;
    bool here = false;
    while (path && ra_span_until(&rest, ':', &one)) {
        if (one.n && one.p[0] == '/')
            element(&w, ra_path_clean(c->arena, ra_strndup(c->arena, one)), true);
        else
            here = true;
    }
    if (here)
        here_in_path(&w);
    for (size_t i = 0; w.privileges && i < RA_COUNT(standard); i++)
        element(&w, standard[i], false);
    sum_up(&w);
    ra_buf_free(&w.unusual);
}
