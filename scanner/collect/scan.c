// Runs every collector in a child of its own, joins what they saw, and freezes it. Judges nothing.
#include "collect/scan.h"

#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "catalogue/recognise.h"
#include "collect/box.h"
#include "collect/collect.h"
#include "collect/raised.h"
#include "collect/tamper.h"
#include "host/children.h"
#include "parse/proc.h"

#define RA_COLLECTOR(n, ...) int ra_collect_##n(struct ra_collect *c, struct ra_error *err);
#include "collect/collectors.def"
#undef RA_COLLECTOR
const struct ra_collector ra_collectors[] = {
#define RA_COLLECTOR(n, title, ceiling, traits, targets) \
    {#n, title, RA_RADIUS_##ceiling, traits, targets, ra_collect_##n},
#include "collect/collectors.def"
#undef RA_COLLECTOR
};
const size_t ra_n_collectors = RA_COUNT(ra_collectors);

struct job {
    const struct ra_collector *row;
    struct ra_host *host;
    const struct ra_inventory *shared; // target, asked, now
    bool connect;
    bool hold; // values are wanted
    void (*progress)(const char *collector, bool finished);
};

static bool named(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

// An unknown kind has every surface.
static bool possible(const struct ra_scan_options *o, const struct ra_collector *row)
{
    const struct ra_target_kind *kind = ra_target_kind_find(o->target_kind);
    return !kind || (row->targets & kind->class);
}

static bool wanted(const struct ra_scan_options *o, const struct ra_collector *row)
{
    const char *name = row->name;
    return possible(o, row) && (o->n_only == 0 || named(o->only, o->n_only, name)) && !named(o->skip, o->n_skip, name);
}

// Something the whole scan rests on was not seen: it counts against the collector that stands on it.
struct blind_spot {
    const char *collector, *what, *line;
    struct ra_reply reply;
};
struct blind_spots {
    struct blind_spot items[4];
    size_t n;
};

static void blind(struct blind_spots *b, const char *collector, const char *what, const char *line, struct ra_reply r)
{
    if (b->n < RA_COUNT(b->items))
        b->items[b->n++] = (struct blind_spot){collector, what, line, r};
}

static const char *home_of(struct ra_arena *a, struct ra_host *h, struct blind_spots *spots)
{
    const char *home = ra_host_getenv(h, "HOME");
    if (home && home[0] == '/')
        return ra_path_clean(a, home);
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_host_read(h, "/etc/passwd", RA_MAX_FILE_BYTES, &text);
    if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
        blind(spots, "files", "home", "the home directory: HOME is not set and /etc/passwd could not be read", r);
    if (r.err)
        return NULL;
    struct ra_span rest = ra_buf_view(&text);
    struct ra_passwd user;
    while (ra_passwd_next(&rest, &user))
        if (user.uid == h->self->euid && user.home.n && user.home.p[0] == '/')
            return ra_path_clean(a, ra_strndup(a, user.home));
    return NULL;
}

// The git top level of the current directory; without one the directory itself, unless that is the root, a home
// or a parent of one: such a tree is no work, and the judge says so.
static const char *worktree_of(struct ra_arena *a, struct ra_host *h, const char *home, struct blind_spots *spots)
{
    const char *cwd = h->self->cwd;
    if (h->at_rest)
        return NULL;
    if (!cwd || cwd[0] != '/') {
        blind(spots, "git", "worktree", "the working tree: the current directory could not be read",
              (struct ra_reply){ENOENT, "getcwd", false});
        return NULL;
    }
    for (const char *dir = ra_path_clean(a, cwd);; dir = ra_path_dir(a, dir)) {
        struct ra_stat st;
        struct ra_reply r = ra_host_lstat(h, ra_path_join(a, dir, ".git"), &st);
        if (r.err == 0)
            return dir;
        if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
            blind(spots, "git", "worktree", "the working tree: a directory above the current one could not be read",
                  r);
        if (strcmp(dir, "/") == 0)
            break;
    }
    return strcmp(cwd, "/") == 0 || (home && ra_path_inside(home, cwd)) ? NULL : ra_path_clean(a, cwd);
}

static void fill_target(struct ra_inventory *inv, struct ra_host *h, const struct ra_scan_options *o,
                        struct blind_spots *spots)
{
    struct ra_arena *a = inv->arena;
    struct ra_buf name RA_CLEANUP(ra_buf_free) = {0};
    inv->target.kind = o->target_kind;
    inv->target.locator = o->target_locator;
    inv->target.uid = h->self->euid;
    inv->target.gid = h->self->egid;
    inv->target.home = ra_scrub(a, home_of(a, h, spots));
    inv->target.worktree = ra_scrub(a, worktree_of(a, h, inv->target.home, spots));
    if (ra_host_read(h, "/proc/sys/kernel/hostname", 256, &name).err == 0)
        inv->target.hostname = ra_scrub_span(a, ra_span_trim(ra_buf_view(&name)));
    ra_box_detect(a, h, &inv->target.box);
    if (h->untried && strcmp(inv->target.box.kind, "none") != 0)
        blind(spots, "process", "probes", "what only the process itself could try: system calls, namespaces",
              (struct ra_reply){ENOSYS, "probe", false});
}

// What the environment holds is known to the scrubber before any collector prints a path or a command line.
static void learn_environment(const struct ra_host *h)
{
    for (const char *const *e = h->self->environ_; e && *e; e++) {
        struct ra_span rest = ra_span_of(*e), name;
        struct ra_secret_fact fact = {0};
        if (!ra_span_until(&rest, '=', &name) || !rest.p)
            continue;
        if (ra_recognise_value(rest, &fact) || ra_recognise_named(name, rest, &fact))
            ra_scrub_learn(fact.value.n ? fact.value : rest);
    }
}

static void copy_header(struct ra_inventory *to, const struct ra_inventory *from)
{
    to->tool_version = from->tool_version;
    to->target = from->target;
    to->asked = from->asked;
    to->now_s = from->now_s;
    to->stamp = from->stamp;
}

static void run_into(const struct job *job, struct ra_inventory *inv, struct ra_buf *held)
{
    struct ra_error err = {0};
    struct ra_collect c = {
        .arena = inv->arena,
        .host = job->host,
        .inv = inv,
        .cover = ra_coverage_add(inv, job->row->name),
        .name = job->row->name,
        .home = job->shared->target.home,
        .worktree = job->shared->target.worktree,
        .connect = job->connect,
        .now_s = job->shared->now_s,
        .held = job->hold ? held : NULL,
    };
    c.cover->status = RA_RUN_RAN;
    if (job->row->run(&c, &err) == 0)
        return;
    ra_unseen(&c, NULL, err.text[0] ? err.text : "the collector failed", (struct ra_reply){0}, NULL);
    c.cover->status = RA_RUN_FAILED;
    c.cover->reason = ra_scrub(inv->arena, err.text);
}

// What comes back: three parts, each after its length: the inventory, what is held, and the values learnt, which others
// may have met where nothing shows that they are secret.
static void work(void *arg, struct ra_buf *out)
{
    const struct job *job = arg;
    struct ra_arena arena RA_CLEANUP(ra_arena_free) = {0};
    struct ra_buf held RA_CLEANUP(ra_buf_free) = {0}, json RA_CLEANUP(ra_buf_free) = {0};
    struct ra_buf learnt RA_CLEANUP(ra_buf_free) = {0};
    struct ra_inventory inv;
    ra_scrub_tell(&learnt);
    ra_inventory_init(&inv, &arena);
    copy_header(&inv, job->shared);
    run_into(job, &inv, &held);
    ra_inventory_freeze(&inv);
    ra_inventory_write(&inv, &json);
    ra_scrub_tell(NULL);
    const struct ra_buf *parts[] = {&json, &held, &learnt};
    for (size_t i = 0; i < RA_COUNT(parts); i++) {
        uint64_t n = parts[i]->n;
        ra_buf_add(out, &n, sizeof n);
        ra_buf_span(out, ra_buf_view(parts[i]));
    }
    if (job->progress)
        job->progress(job->row->name, true);
}

struct told {
    struct ra_span json, held, learnt;
};

static bool split(struct ra_span answer, struct told *ret)
{
    struct ra_span *parts[] = {&ret->json, &ret->held, &ret->learnt};
    for (size_t i = 0; i < RA_COUNT(parts); i++) {
        uint64_t n;
        if (answer.n < sizeof n)
            return false;
        memcpy(&n, answer.p, sizeof n);
        if (n > answer.n - sizeof n)
            return false;
        *parts[i] = ra_span_cut(answer, sizeof n, n);
        answer = ra_span_cut(answer, sizeof n + n, answer.n);
    }
    return answer.n == 0;
}

static void count_blind(struct ra_inventory *inv, const struct blind_spots *spots)
{
    for (size_t i = 0; i < spots->n; i++)
        for (size_t k = 0; k < inv->n_coverage; k++) {
            if (strcmp(inv->coverage[k]->collector, spots->items[i].collector) != 0)
                continue;
            struct ra_collect c = {.arena = inv->arena, .inv = inv, .cover = inv->coverage[k],
                                   .name = spots->items[i].collector};
            ra_unseen(&c, spots->items[i].what, spots->items[i].line, spots->items[i].reply, NULL);
        }
}

// A surface that nobody looked at: its unknown, with everything it may hide.
static void unseen_surface(struct ra_inventory *inv, const struct ra_collector *row, enum ra_run status,
                           const char *reason)
{
    struct ra_coverage *cover = ra_coverage_add(inv, row->name);
    cover->status = status;
    cover->reason = reason;
    ra_coverage_not_seen(inv, cover, ra_strfmt(inv->arena, "%s", row->title));
    ra_unknown_add(inv, row->name, row->ceiling, row->traits,
                   status == RA_RUN_SKIPPED ? "run without --skip and --only" : NULL,
                   (struct ra_evidence){row->name, RA_METHOD_INFERRED, 0, {0}});
}

static void no_such_surface(struct ra_inventory *inv, const struct ra_collector *row)
{
    struct ra_coverage *cover = ra_coverage_add(inv, row->name);
    cover->status = RA_RUN_UNSUPPORTED;
    cover->reason = "this kind of target has none";
}

static void join(struct ra_inventory *inv, const struct job *job, struct ra_child *child, struct ra_buf *held)
{
    struct ra_inventory seen;
    struct ra_error err = {.text = "it is cut short"};
    struct told told;
    if (child->err == 0 && split(ra_buf_view(&child->out), &told) && ra_scrub_learn_told(told.learnt) &&
        ra_inventory_read(inv->arena, told.json, &seen, &err) == 0) {
        ra_inventory_merge(inv, &seen);
        ra_buf_span(held, told.held);
    } else
        unseen_surface(inv, job->row, RA_RUN_FAILED,
                       child->err ? ra_strfmt(inv->arena, "the collector ended early (%s)", ra_errno_name(child->err))
                                  : ra_strfmt(inv->arena, "its answer could not be read: %s", err.text));
    ra_buf_free(&child->out);
}

// Who judges is part of this process's world: where another target is looked at, the program is not in it.
static void look_at_judge(struct ra_inventory *inv, struct ra_host *host, const struct ra_scan_options *o)
{
    bool self = !o->target_kind || strcmp(o->target_kind, "self") == 0 || strcmp(o->target_kind, "recorded") == 0;
    for (size_t i = 0; self && i < inv->n_coverage; i++) {
        struct ra_collect c = {.arena = inv->arena, .host = host, .inv = inv, .cover = inv->coverage[i],
                               .name = "process", .home = inv->target.home};
        if (strcmp(c.cover->collector, c.name) == 0 && c.cover->status != RA_RUN_SKIPPED)
            ra_tamper_look(&c, o->profiles, o->n_profiles);
    }
}

void ra_scan(struct ra_arena *a, struct ra_host *host, const struct ra_scan_options *options,
             struct ra_inventory *inv)
{
    struct ra_asked asked = inv->asked;
    ra_inventory_init(inv, a);
    inv->asked = asked;
    inv->tool_version = RA_VERSION;
    inv->stamp = options->stamp;
    ra_host_now(host, &inv->now_s);
    ra_scrub_set_shapes(ra_recognise_for_scrub);
    learn_environment(host);
    struct blind_spots spots = {.n = 0};
    fill_target(inv, host, options, &spots);

    struct ra_buf held RA_CLEANUP(ra_buf_free) = {0};
    struct job jobs[RA_COUNT(ra_collectors)];
    struct ra_child children[RA_COUNT(ra_collectors)] = {0};
    size_t n = 0;
    for (size_t i = 0; i < ra_n_collectors; i++)
        if (wanted(options, &ra_collectors[i])) {
            jobs[n] = (struct job){&ra_collectors[i], host, inv, options->connect, options->hold,
                                   options->progress};
            if (options->progress)
                options->progress(ra_collectors[i].name, false);
            children[n] = (struct ra_child){.work = work, .arg = &jobs[n]};
            n++;
        }
    if (options->in_process)
        for (size_t i = 0; i < n; i++)
            work(&jobs[i], &children[i].out);
    else
        ra_children_run(children, n, RA_COLLECTOR_TIMEOUT_MS);
    for (size_t i = 0, ran = 0; i < ra_n_collectors; i++) {
        if (ran < n && jobs[ran].row == &ra_collectors[i]) {
            join(inv, &jobs[ran], &children[ran], &held);
            ran++;
        } else if (!possible(options, &ra_collectors[i])) {
            no_such_surface(inv, &ra_collectors[i]);
        } else {
            unseen_surface(inv, &ra_collectors[i], RA_RUN_SKIPPED, "left out by --only or --skip");
        }
    }
    count_blind(inv, &spots);
    look_at_judge(inv, host, options);
    if (options->ask)
        options->ask(options->ask_arg, inv, &held);
    ra_raised_look(inv);
    ra_inventory_freeze(inv);
}
