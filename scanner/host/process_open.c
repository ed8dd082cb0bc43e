// Who is the other process, and how far do our answers hold for it? Rights and namespaces are compared once; root
// becomes the process's own user first, so that nothing is answered by rights that the process has not.
// Sources: proc_pid_status(5), namespaces(7), ptrace(2) "access mode checking", credentials(7), capabilities(7).
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/process_view.h"

static const char *const space_links[RA_SPACE_COUNT] = {"ns/user", "ns/pid", "ns/mnt", "ns/net", "ns/uts", "ns/ipc"};

// ---- rights -------------------------------------------------------------------------------------------

static bool ids(struct ra_span status, const char *name, uint32_t ret[3])
{
    struct ra_span field, word;
    uint64_t id;
    if (!ra_process_field(status, name, &field))
        return false;
    for (int i = 0; i < 3; i++) {
        if (!ra_span_word(&field, &word) || !ra_span_u64(word, 10, &id))
            return false;
        ret[i] = (uint32_t)id;
    }
    return true;
}

static bool number(struct ra_span status, const char *name, unsigned base, uint64_t *ret)
{
    struct ra_span field;
    return ra_process_field(status, name, &field) && ra_span_u64(field, base, ret);
}

static int by_value(const void *a, const void *b)
{
    const gid_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

bool ra_process_rights(struct ra_arena *a, struct ra_span status, struct ra_rights *ret)
{
    struct ra_span field = {0}, word;
    uint64_t value;
    size_t cap = 0;
    *ret = (struct ra_rights){.seccomp = -1, .no_new_privs = -1};
    if (!ids(status, "Uid", ret->uid) || !ids(status, "Gid", ret->gid) ||
        !number(status, "CapEff", 16, &ret->effective) || !number(status, "CapPrm", 16, &ret->permitted) ||
        !ra_process_field(status, "Groups", &field))
        return false;
    while (ra_span_word(&field, &word) && ra_span_u64(word, 10, &value)) {
        ret->groups = ra_grow(a, ret->groups, ret->n_groups, &cap, sizeof *ret->groups);
        ret->groups[ret->n_groups++] = (gid_t)value;
    }
    if (ret->n_groups)
        qsort(ret->groups, ret->n_groups, sizeof *ret->groups, by_value);
    if (number(status, "Seccomp", 10, &value))
        ret->seccomp = (int)value;
    if (number(status, "NoNewPrivs", 10, &value))
        ret->no_new_privs = (int)value;
    return true;
}

static bool same_ids(const struct ra_rights *x, const struct ra_rights *y)
{
    return memcmp(x->uid, y->uid, sizeof x->uid) == 0 && memcmp(x->gid, y->gid, sizeof x->gid) == 0 &&
           x->n_groups == y->n_groups &&
           (x->n_groups == 0 || memcmp(x->groups, y->groups, x->n_groups * sizeof *x->groups) == 0);
}

// Only downwards. The kernel forgets that our death should follow the keeper's; it is told again.
static int become(const struct ra_rights *r)
{
    if (setgroups(r->n_groups, r->groups) || setresgid(r->gid[0], r->gid[1], r->gid[2]) ||
        setresuid(r->uid[0], r->uid[1], r->uid[2]))
        return errno;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return 0;
}

// Capabilities that the process has not are given up.
static void give_up(uint64_t theirs)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};
    if (syscall(SYS_capget, &header, data))
        return;
    for (int i = 0; i < 2; i++) {
        data[i].effective &= (uint32_t)(theirs >> (32 * i));
        data[i].permitted &= (uint32_t)(theirs >> (32 * i));
        data[i].inheritable = 0;
    }
    syscall(SYS_capset, &header, data);
}

static int our_rights(struct ra_arena *a, struct ra_rights *ret)
{
    struct ra_buf status RA_CLEANUP(ra_buf_free) = {0};
    int err = ra_process_slurp(AT_FDCWD, "/proc/thread-self/status", &status);
    return err ? err : ra_process_rights(a, ra_buf_view(&status), ret) ? 0 : EBADMSG;
}

static int settle_rights(struct ra_arena *a, struct ra_process *p)
{
    int err = our_rights(a, &p->ours);
    if (err)
        return err;
    bool root = p->ours.uid[1] == 0;
    if (root && !same_ids(&p->ours, &p->rights) && (err = become(&p->rights)) != 0)
        return err;
    if (p->ours.effective & ~p->rights.effective)
        give_up(p->rights.effective);
    err = our_rights(a, &p->ours);
    p->same_ids = !err && same_ids(&p->ours, &p->rights);
    return err;
}

// ---- what separates us ----------------------------------------------------------------------------------

static void compare_spaces(struct ra_arena *a, struct ra_process *p)
{
    for (int i = 0; i < RA_SPACE_COUNT; i++) {
        char *theirs = ra_process_link(a, p->proc, space_links[i]);
        char *ours = ra_process_link(a, AT_FDCWD, ra_strfmt(a, "/proc/thread-self/%s", space_links[i]));
        p->same_space[i] = theirs && ours && strcmp(theirs, ours) == 0;
        if (i == RA_SPACE_USER)
            p->user_space = theirs;
    }
}

static void open_root(struct ra_process *p)
{
    struct stat theirs, ours;
    p->root = openat(p->proc, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
    p->root_err = p->root < 0 ? errno : 0;
    p->same_root = p->root >= 0 && fstat(p->root, &theirs) == 0 && stat("/", &ours) == 0 &&
                   theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino && p->same_space[RA_SPACE_MNT];
}

static void compare(struct ra_arena *a, struct ra_process *p)
{
    const struct ra_rights *theirs = &p->rights, *ours = &p->ours;
    compare_spaces(a, p);
    open_root(p);
    bool more = theirs->effective & ~(p->same_space[RA_SPACE_USER] ? ours->effective : 0);
    p->refusals_hold = p->same_ids && !more;
    p->alike = p->same_ids && p->same_root && theirs->effective == ours->effective &&
               theirs->permitted == ours->permitted && theirs->seccomp == 0 && ours->seccomp == 0 &&
               theirs->no_new_privs == ours->no_new_privs;
    for (int i = 0; i < RA_SPACE_COUNT; i++)
        p->alike &= p->same_space[i];
}

// ---- numbers in the process's own /proc -------------------------------------------------------------------

// The 22nd field of stat: when it started; no two processes share number and start. "" where not told.
static const char *started(struct ra_arena *a, int dir, const char *name)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_span rest, word = {0};
    if (ra_process_slurp(dir, name, &text))
        return "";
    rest = ra_buf_view(&text);
    for (ptrdiff_t at; (at = ra_span_chr(rest, ')')) >= 0;) // comm may hold anything
        rest = ra_span_cut(rest, (size_t)at + 1, rest.n);
    for (int field = 3; field <= 22; field++)
        if (!ra_span_word(&rest, &word))
            return "";
    return ra_strndup(a, word);
}

// A process has a number in each pid namespace from that of our /proc down; which of them the other /proc shows is
// told by the start time. 0 = it is not in sight there.
static pid_t number_there(struct ra_arena *a, const struct ra_process *p, int proc)
{
    struct ra_buf status RA_CLEANUP(ra_buf_free) = {0};
    struct ra_span field, word;
    uint64_t pid;
    const char *start = started(a, proc, "stat");
    if (p->root < 0 || !*start || ra_process_slurp(proc, "status", &status) ||
        !ra_process_field(ra_buf_view(&status), "NSpid", &field))
        return 0;
    while (ra_span_word(&field, &word)) {
        struct ra_inside plain = {.root = p->root};
        char *path = ra_strfmt(a, "/proc/%.*s/stat", (int)word.n, word.p);
        struct ra_inside_place place;
        if (!ra_span_u64(word, 10, &pid) || ra_inside_find(&plain, path, true, &place))
            continue;
        bool same = strcmp(started(a, place.dir, place.name), start) == 0;
        ra_inside_leave(&place);
        if (same)
            return (pid_t)pid;
    }
    return 0;
}

static void find_numbers(struct ra_arena *a, struct ra_process *p, const struct ra_self *auditor)
{
    pid_t number = number_there(a, p, p->proc);
    p->own_path = number ? ra_strfmt(a, "/proc/%ld", (long)number) : NULL;
    int keeper = open(ra_strfmt(a, "/proc/%ld", (long)auditor->pid), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (keeper < 0)
        return;
    p->auditor = number_there(a, p, keeper);
    close(keeper);
}

// ---- opening ------------------------------------------------------------------------------------------

static int no_such(int64_t pid, struct ra_error *err)
{
    return ra_fail(err, RA_E_INPUT, "%lld: no such process", (long long)pid);
}

static int open_proc(struct ra_arena *a, struct ra_process *p, int64_t pid, struct ra_error *err)
{
    struct ra_buf status RA_CLEANUP(ra_buf_free) = {0};
    struct ra_span field;
    uint64_t group;
    p->proc = open(ra_strfmt(a, "/proc/%lld", (long long)pid), O_PATH | O_DIRECTORY | O_CLOEXEC);
    int e = p->proc < 0 ? errno : ra_process_slurp(p->proc, "status", &status);
    if (e == ENOENT || e == ESRCH)
        return no_such(pid, err);
    if (e || !ra_process_rights(a, ra_buf_view(&status), &p->rights))
        return ra_fail(err, RA_E_INPUT, "%lld: /proc/%lld/status: %s", (long long)pid, (long long)pid,
                       e ? strerror(e) : "not of the form that is known");
    if (number(ra_buf_view(&status), "Tgid", 10, &group) && group != (uint64_t)pid)
        return ra_fail(err, RA_E_INPUT, "%lld: is a thread of process %llu", (long long)pid, (unsigned long long)group);
    if (ra_process_field(ra_buf_view(&status), "State", &field) && field.n && strchr("ZX", field.p[0]))
        return ra_fail(err, RA_E_INPUT, "%lld: the process has ended", (long long)pid);
    p->pid = (pid_t)pid;
    p->ended = (int)syscall(SYS_pidfd_open, p->pid, 0);
    return ra_process_has_ended(p) ? no_such(pid, err) : 0;
}

int ra_process_open(struct ra_arena *a, struct ra_process *p, int64_t pid, const struct ra_self *auditor,
                    struct ra_error *err)
{
    p->proc = p->ended = p->root = -1;
    int code = open_proc(a, p, pid, err);
    int e = code ? 0 : settle_rights(a, p);
    if (e)
        code = ra_fail(err, RA_E_INPUT, "%lld: its rights cannot be taken on: %s", (long long)pid, strerror(e));
    if (code)
        return code;
    compare(a, p);
    find_numbers(a, p, auditor);
    return 0;
}
