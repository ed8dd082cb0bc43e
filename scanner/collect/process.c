// Who is this process, and what separates it from its machine? Facts of its own status, the box, and the doors of
// the other process_*.c files. Does not look at mounts, sockets or routes: they are surfaces of their own.
#include "collect/process.h"

#include <errno.h>
#include <string.h>

static const char *const status_path = "/proc/self/status";

static struct ra_evidence from_status(const struct ra_process *p)
{
    return ra_seen(p->c, RA_METHOD_OBSERVED, (struct ra_reply){.call = "read"}, status_path);
}

struct ra_reach *ra_process_hole(struct ra_process *p, const char *name, const char *ref, const char *title,
                                 struct ra_evidence e)
{
    struct ra_collect *c = p->c;
    struct ra_reach *r =
        ra_reach_add(c->inv, RA_KIND_BOX, ra_id(c->arena, RA_KIND_BOX, name, NULL), name, RA_STATE_PRESENT, e);
    r->traits |= RA_TRAIT_WEAKENS;
    r->least = RA_RADIUS_NOTHING;
    r->cap = RA_SEVERITY_LOW;
    r->ref = ref;
    r->title = title;
    return r;
}

static const char *groups_text(const struct ra_process *p)
{
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    for (size_t i = 0; i < p->c->host->self->n_groups; i++)
        ra_buf_printf(&b, "%s%u", i ? " " : "", (unsigned)p->c->host->self->groups[i]);
    return ra_strndup(p->c->arena, ra_buf_view(&b));
}

static const char *whose(enum ra_tri first)
{
    return first == RA_TRI_YES ? "the machine's" : first == RA_TRI_NO ? "its own" : "not told";
}

// EINVAL and a missing file mean that no security module labels processes.
static const char *label_of(struct ra_process *p)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    if (ra_host_read(p->c->host, "/proc/self/attr/current", 4096, &text).err || text.n == 0)
        return NULL;
    struct ra_span s = ra_buf_view(&text);
    ptrdiff_t nul = ra_span_chr(s, 0);
    return ra_strndup(p->c->arena, ra_span_trim(nul < 0 ? s : ra_span_cut(s, 0, (size_t)nul)));
}

static void self_reach(struct ra_process *p)
{
    struct ra_collect *c = p->c;
    const struct ra_self *self = c->host->self;
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_PROCESS, ra_id(c->arena, RA_KIND_PROCESS, "self", NULL),
                                      "/proc/self", RA_STATE_PRESENT, from_status(p));
    r->least = r->ceiling = RA_RADIUS_NOTHING;
    r->cap = RA_SEVERITY_INFO;
    r->title = "this process";
    ra_reach_number(c->inv, r, "uid", self->euid);
    ra_reach_number(c->inv, r, "gid", self->egid);
    ra_reach_text(c->inv, r, "groups", groups_text(p));
    if (p->status) {
        ra_reach_text(c->inv, r, "capabilities-effective", ra_strfmt(c->arena, "%016llx",
                                                                     (unsigned long long)p->effective));
        ra_reach_text(c->inv, r, "capabilities-bounding", ra_strfmt(c->arena, "%016llx",
                                                                    (unsigned long long)p->bounding));
    }
    if (p->no_new_privs >= 0)
        ra_reach_flag(c->inv, r, "no-new-privileges", p->no_new_privs > 0);
    if (p->seccomp >= 0)
        ra_reach_text(c->inv, r, "seccomp", p->seccomp == 0 ? "off" : p->seccomp == 1 ? "strict" : "filter");
    const char *label = p->label = label_of(p);
    if (label)
        ra_reach_text(c->inv, r, "security-label", label);
    ra_reach_text(c->inv, r, "user-namespace", whose(p->view.user_init));
    ra_reach_text(c->inv, r, "process-namespace", whose(p->view.pid_init));
    ra_reach_text(c->inv, r, "mount-namespace", whose(p->view.mount_init));
    ra_reach_text(c->inv, r, "network-namespace", whose(p->view.net_init));
    if (label && p->boxed && (strncmp(label, "unconfined", 10) == 0 || strstr(label, ":spc_t:")))
        ra_process_hole(p, "lsm-unconfined", "V62", "the security module confines nothing here", from_status(p));
}

static void read_status(struct ra_process *p)
{
    int64_t number;
    const struct ra_self *self = p->c->host->self;
    p->seccomp = self->seccomp;
    p->no_new_privs = self->no_new_privs;
    p->status = ra_self_status(p->c->arena, p->c->host);
    ra_looked(p->c, (struct ra_reply){p->status ? 0 : (self->status_err ? self->status_err : EIO), "read", false},
              RA_ON_PID);
    struct ra_span s = ra_span_of(p->status);
    bool caps = ra_status_hex(s, "CapEff", &p->effective) && ra_status_hex(s, "CapBnd", &p->bounding);
    if (ra_status_int(s, "Seccomp", &number))
        p->seccomp = (int)number;
    if (ra_status_int(s, "NoNewPrivs", &number))
        p->no_new_privs = (int)number;
    if (!caps) {
        ra_unseen(p->c, "status", "this process's own status and capabilities",
                  (struct ra_reply){self->status_err ? self->status_err : EIO, "read", false}, status_path);
        p->status = NULL;
    }
}

static void box_reach(struct ra_process *p)
{
    struct ra_collect *c = p->c;
    const struct ra_box *box = &c->inv->target.box;
    struct ra_evidence e = ra_seen(c, RA_METHOD_OBSERVED, (struct ra_reply){.call = "read"}, "/proc/self/mountinfo");
    if (p->unboxed) {
        struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_BOX, ra_id(c->arena, RA_KIND_BOX, "none", NULL), "none",
                                          RA_STATE_PRESENT, e);
        r->traits |= RA_TRAIT_NO_BOX;
        r->least = r->ceiling = RA_RADIUS_PERSON;
        r->title = "no box around this process";
        ra_reach_text(c->inv, r, "evidence", box->evidence);
    } else if (!p->boxed) {
        e.outcome = p->view.mounts_reply.err;
        if (c->cover->status == RA_RUN_RAN)
            c->cover->status = RA_RUN_PARTIAL;
        ra_coverage_not_seen(c->inv, c->cover, ra_strfmt(c->arena, "what separates this process from its machine: %s",
                                                         box->evidence ? box->evidence : "not told"));
        ra_unknown_add(c->inv, "process/box", RA_RADIUS_PERSON, RA_TRAIT_NO_BOX, "make /proc readable", e);
    }
}

int ra_collect_process(struct ra_collect *c, struct ra_error *err);
int ra_collect_process(struct ra_collect *c, struct ra_error *err)
{
    (void)err;
    struct ra_process p = {.c = c};
    ra_boxed(c, &p.boxed, &p.unboxed);
    ra_view_read(c->arena, c->host, &p.view);
    ra_looked(c, p.view.mounts_reply, RA_ON_PATH);
    p.first_user = p.view.user_init != RA_TRI_NO;
    read_status(&p);
    self_reach(&p);
    box_reach(&p);
    if (p.status)
        ra_process_capabilities(&p);
    ra_process_holes(&p);
    ra_process_descriptors(&p);
    ra_process_others(&p);
    if (c->host->self->euid != 0)
        ra_process_read_groups(&p);
    ra_process_groups(&p);
    ra_process_sudo(&p);
    ra_process_path(&p);
    ra_process_startup(&p);
    return 0;
}
