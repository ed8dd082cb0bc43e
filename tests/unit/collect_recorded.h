// A recorded host built file by file, and one collector run over it. Every test file of a surface makes its machines
// with this.
#ifndef RA_TESTS_COLLECT_RECORDED_H
#define RA_TESTS_COLLECT_RECORDED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above first
#include <cmocka.h>
#include <errno.h>

#include "catalogue/recognise.h"
#include "collect/collect.h"
#include "scratch.h"

struct recording {
    struct scratch dir;
    struct ra_arena arena;
    struct ra_inventory inv;
    struct ra_collect c;
};
typedef int collector(struct ra_collect *c, struct ra_error *err);

static inline char *at_root(struct recording *r, const char *path)
{
    char *full = ra_strfmt(&r->arena, "%s/root%s", r->dir.dir, path);
    for (char *slash = full + strlen(r->dir.dir) + 1; (slash = strchr(slash + 1, '/')) != NULL;) {
        *slash = 0;
        if (mkdir(full, 0755) && errno != EEXIST)
            fail_msg("mkdir %s", full);
        *slash = '/';
    }
    return full;
}

static inline void put_bytes(struct recording *r, const char *path, const char *bytes, size_t n)
{
    scratch_write(&r->dir, at_root(r, path) + strlen(r->dir.dir) + 1, bytes, n);
}

static inline void put(struct recording *r, const char *path, const char *text)
{
    put_bytes(r, path, text, strlen(text));
}

static inline void put_link(struct recording *r, const char *path, const char *target)
{
    assert_int_equal(symlink(target, at_root(r, path)), 0);
}

static inline void put_dir(struct recording *r, const char *path)
{
    at_root(r, ra_strfmt(&r->arena, "%s/", path));
}

static inline void put_socket(struct recording *r, const char *path)
{
    assert_int_equal(mknod(at_root(r, path), S_IFSOCK | 0666, 0), 0);
}

static inline void side(struct recording *r, const char *name, const char *text)
{
    scratch_text(&r->dir, name, text);
}

static inline void side_hex(struct recording *r, const char *name, struct ra_span bytes)
{
    struct ra_buf hex RA_CLEANUP(ra_buf_free) = {0};
    for (size_t i = 0; i < bytes.n; i++)
        ra_buf_printf(&hex, "%02x", (unsigned char)bytes.p[i]);
    ra_buf_putc(&hex, '\n');
    side(r, name, hex.p);
}

// Namespaces as the links of /proc/self/ns show them; number 0 leaves a link out.
static inline void put_namespaces(struct recording *r, unsigned user, unsigned pid, unsigned mnt, unsigned net)
{
    const struct {
        const char *name;
        unsigned number;
    } all[] = {{"user", user}, {"pid", pid}, {"mnt", mnt}, {"net", net}};
    for (size_t i = 0; i < RA_COUNT(all); i++)
        if (all[i].number)
            put_link(r, ra_strfmt(&r->arena, "/proc/self/ns/%s", all[i].name),
                     ra_strfmt(&r->arena, "%s:[%u]", all[i].name, all[i].number));
}
// The numbers of the machine's first namespaces.
enum { FIRST_MNT = 4026531832u, FIRST_NET = 4026531833u, FIRST_PID = 4026531836u, FIRST_USER = 4026531837u };
#define OWN_NS 4026532200u

static inline void put_status(struct recording *r, const char *caps, int no_new_privs, int seccomp)
{
    put(r, "/proc/self/status",
        ra_strfmt(&r->arena, "Name:\treachaudit\nNSpid:\t7\nCapEff:\t%s\nCapBnd:\t%s\nNoNewPrivs:\t%d\nSeccomp:\t%d\n",
                  caps, caps, no_new_privs, seccomp));
}

// What every machine has: an empty /proc of a plain user, kernel 6.18, pid 7.
static inline void recording_open(struct recording *r)
{
    *r = (struct recording){0};
    scratch_open(&r->dir);
    scratch_mkdir(&r->dir, "root");
    side(r, "self", "pid=7\nppid=1\nuid=1000\neuid=1000\ngid=1000\negid=1000\ncwd=/\nnow=1000\n");
    side(r, "environ", "");
    side(r, "fds", "");
    side(r, "sockets", "");
    side(r, "readonly", "");
    put(r, "/proc/sys/kernel/osrelease", "6.18.1\n");
    put(r, "/proc/7/stat", "7 (reachaudit) S 1 7 7 0 -1\n");
    put(r, "/proc/7/status", "NSpid:\t7\n");
    put_link(r, "/proc/7/fd/0", "/dev/null");
}

// A process with a parent, a name, an environment and a command line.
static inline void put_process(struct recording *r, int pid, int parent, const char *comm, const char *environment,
                               size_t n)
{
    struct ra_arena *a = &r->arena;
    put(r, ra_strfmt(a, "/proc/%d/stat", pid), ra_strfmt(a, "%d (%s) S %d 1 1 0 -1\n", pid, comm, parent));
    put(r, ra_strfmt(a, "/proc/%d/comm", pid), ra_strfmt(a, "%s\n", comm));
    put_bytes(r, ra_strfmt(a, "/proc/%d/environ", pid), environment, n);
    put_bytes(r, ra_strfmt(a, "/proc/%d/cmdline", pid), comm, strlen(comm) + 1);
    put_dir(r, ra_strfmt(a, "/proc/%d/fd", pid));
}

static inline struct ra_host *recording_host(struct recording *r)
{
    struct ra_error err = {0};
    struct ra_host *h = ra_host_recorded(&r->arena, r->dir.dir, &err);
    if (!h)
        fail_msg("%s", err.text);
    return h;
}

static inline void recording_run(struct recording *r, const char *name, const char *box, collector *run)
{
    struct ra_error err = {0};
    ra_inventory_init(&r->inv, &r->arena);
    r->inv.target.box = (struct ra_box){box, true, "as recorded"};
    ra_scrub_set_shapes(ra_recognise_for_scrub);
    r->c.arena = &r->arena;
    r->c.inv = &r->inv;
    r->c.name = name;
    r->c.host = recording_host(r);
    r->c.cover = ra_coverage_add(&r->inv, name);
    r->c.cover->status = RA_RUN_RAN;
    r->c.now_s = 1000;
    if (run(&r->c, &err))
        fail_msg("%s", err.text);
    ra_inventory_freeze(&r->inv);
}

static inline void recording_close(struct recording *r)
{
    ra_host_close(r->c.host);
    ra_scrub_forget_all();
    scratch_close(&r->dir);
    ra_arena_free(&r->arena);
}

static inline const struct ra_reach *reach(struct recording *r, const char *id)
{
    const struct ra_reach *found = ra_reach_find(&r->inv, id);
    if (!found)
        for (size_t i = 0; i < r->inv.n_reaches; i++)
            print_message("  have %s\n", r->inv.reaches[i]->id);
    if (!found)
        fail_msg("no reach %s", id);
    return found;
}

static inline void no_reach(struct recording *r, const char *prefix)
{
    for (size_t i = 0; i < r->inv.n_reaches; i++)
        if (strncmp(r->inv.reaches[i]->id, prefix, strlen(prefix)) == 0)
            fail_msg("there is %s", r->inv.reaches[i]->id);
}

static inline void expect_traits(struct recording *r, const char *id, unsigned has, unsigned has_not)
{
    const struct ra_reach *at = reach(r, id);
    if ((at->traits & has) != has || (at->traits & has_not))
        fail_msg("%s has traits %x", id, at->traits);
}

#endif
