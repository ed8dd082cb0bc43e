// Both ends of the asker's socket. What the asker says is added to what the collectors saw; only a frame that says
// "all was told" takes an unknown away, so that an asker that dies or hangs lowers nothing.
#include "cli/asker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "catalogue/recognise.h"
#include "cli/cli.h"
#include "cli/frame.h"
#include "cli/out.h"
#include "cli/progress.h"
#include "host/children.h"
#include "model/scrub.h"
#include "providers/asker.h"
#include "providers/metadata.h"
#include "providers/ssh.h"

// ---- the child ------------------------------------------------------------------------------------

struct child {
    const struct ra_options *options;
    struct ra_arena arena;
    int fd;
    struct ra_buf message; // from the scanner: holds the values until each was asked about
    struct ra_span held;   // within it
    bool one; // a credential from stdin is looked at, and nothing else
};

static void say(void *arg, const char *line)
{
    (void)arg;
    ra_out_error("%s", line);
}

static void found(void *arg, const struct ra_inventory *inv)
{
    struct child *c = arg;
    struct ra_buf json RA_CLEANUP(ra_buf_free) = {0};
    ra_inventory_write(inv, &json);
    ra_frame_send(c->fd, RA_FRAME_INVENTORY, ra_buf_view(&json));
}

static void settled(void *arg, const char *secret_id, bool dead)
{
    struct child *c = arg;
    ra_frame_send(c->fd, dead ? RA_FRAME_DEAD : RA_FRAME_TOLD, ra_span_of(secret_id));
}

static void record(void *arg, const char *name, struct ra_span bytes)
{
    struct child *c = arg;
    struct ra_buf both RA_CLEANUP(ra_buf_free) = {0};
    ra_buf_add(&both, name, strlen(name) + 1);
    ra_buf_span(&both, bytes);
    ra_frame_send(c->fd, RA_FRAME_ANSWER, ra_buf_view(&both));
}

static bool replay(void *arg, const char *name, struct ra_buf *out)
{
    struct child *c = arg;
    struct ra_error err;
    const char *path = ra_path_join(&c->arena, c->options->replay, name);
    return ra_read_input(path, 2 * RA_HTTP_MAX_BODY_BYTES, out, &err) == 0;
}

static void progress(void *arg, const char *host, unsigned calls)
{
    (void)arg;
    (void)host;
    ra_progress_requests(calls);
}

// Is this variable a credential that is held, and nothing else? One that also says more (a proxy's address) is needed.
static bool holds_value(struct ra_arena *a, struct ra_span variable, struct ra_span held)
{
    struct ra_held h;
    struct ra_span name;
    ra_span_until(&variable, '=', &name);
    while (ra_held_next(a, &held, &h))
        if (h.provider[0] && h.value.value.n && ra_span_eq(variable, h.value.value))
            return true;
    return false;
}

// Of the target's environment what says where to ask, and how. A variable that is a credential says neither.
static const char *const *environment(struct ra_arena *a, struct ra_span block, struct ra_span held)
{
    size_t n = 0, cap = 0;
    const char **list = ra_grow(a, NULL, n, &cap, sizeof *list);
    for (struct ra_span one; block.n && ra_span_until(&block, 0, &one);) {
        if (holds_value(a, one, held))
            continue;
        list = ra_grow(a, list, n + 1, &cap, sizeof *list);
        list[n++] = ra_strndup(a, one);
    }
    list[n] = NULL;
    return list;
}

// Every value is known to the scrubber before anything is said.
static void learn(struct ra_arena *a, struct ra_span held)
{
    struct ra_held h;
    while (ra_held_next(a, &held, &h)) {
        const struct ra_span secrets[] = {h.value.value, h.value.session};
        for (size_t i = 0; h.provider[0] && i < RA_COUNT(secrets); i++)
            if (secrets[i].n && secrets[i].p[0]) // what was spent is wiped
                ra_scrub_learn(secrets[i]);
    }
}

// Wherever the message has it (two places may hold one token), and in the scrubber: what follows was asked of others.
static void spent(void *arg, struct ra_span value)
{
    struct child *c = arg;
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    const struct ra_span copy = {ra_strndup(&a, value), value.n};
    for (size_t at = 0; at < c->message.n;) {
        ptrdiff_t next = ra_span_find(ra_span_cut(ra_buf_view(&c->message), at, c->message.n), copy);
        if (next < 0)
            break;
        explicit_bzero(c->message.p + at + next, copy.n);
        at += (size_t)next + copy.n;
    }
    ra_scrub_forget_all();
    learn(&a, c->held);
}

static const char *variable_of(const char *const *env, const char *name)
{
    size_t n = strlen(name);
    for (; *env; env++)
        if (strncmp(*env, name, n) == 0 && (*env)[n] == '=')
            return *env + n + 1;
    return NULL;
}

static void answer(struct child *c, struct ra_span message)
{
    struct ra_span json = {NULL, 0}, held = {"", 0}, trust = {"", 0}, env = {"", 0}, known = {"", 0};
    struct ra_frame f;
    bool bad;
    while (ra_frame_next(&message, &f, &bad)) {
        if (f.type == RA_FRAME_INVENTORY)
            json = f.bytes;
        else if (f.type == RA_FRAME_HELD)
            held = f.bytes;
        else if (f.type == RA_FRAME_TRUST)
            trust = f.bytes;
        else if (f.type == RA_FRAME_ENVIRON)
            env = f.bytes;
        else if (f.type == RA_FRAME_KNOWN)
            known = f.bytes;
    }
    struct ra_inventory seen;
    struct ra_ask_world world;
    struct ra_error err;
    ra_scrub_set_shapes(ra_recognise_for_scrub);
    learn(&c->arena, held);
    if (bad || !json.p || ra_inventory_read(&c->arena, json, &seen, &err))
        return;
    if (!seen.frozen)
        ra_inventory_freeze(&seen);
    const struct ra_options *o = c->options;
    const char *const *variables = environment(&c->arena, env, held);
    ra_ask_world_init(&world, &c->arena, variables);
    world.ca = trust;
    world.ca_name = variable_of(variables, "SSL_CERT_FILE");
    world.progress = progress;
    world.record = o->record ? record : NULL;
    world.replay = o->replay ? replay : NULL;
    world.record_arg = world.replay_arg = c;
    const struct ra_asker asker = {
        .world = &world, .consent = {o->hosts.items, o->hosts.n, variables}, .seen = &seen, .now_s = seen.now_s,
        .dry_run = o->dry_run, .say = say, .found = found, .settled = settled, .spent = spent, .arg = c};
    c->held = held;
    bool here = strcmp(o->target_kind, "self") == 0 || (strcmp(o->target_kind, "recorded") == 0 && o->replay);
    if (ra_job_asks_about(o, "tokens"))
        ra_asker_run(&asker, held);
    if (ra_job_asks_about(o, "metadata") && !c->one)
        ra_metadata_ask(&asker, here);
    if (ra_job_asks_about(o, "ssh") && !c->one && (o->replay || strcmp(o->target_kind, "self") != 0))
        say(c, "--online=ssh: only keys of this process log in, and nothing recorded does: 0 hosts, 0 logins");
    else if (ra_job_asks_about(o, "ssh") && !c->one)
        ra_ssh_run(&asker, held, known);
    ra_frame_send_status(c->fd, RA_FRAME_DONE, 0, "");
}

RA_NORETURN static void child_main(const struct ra_job *job, int fd)
{
    struct child c = {.options = job->options, .fd = fd, .one = job->what == RA_JOB_TOKEN};
    ra_hide_memory();
    // Libraries take files and modules from variables (OPENSSL_CONF, SSLKEYLOGFILE, RES_OPTIONS); what counts for a
    // request comes in the message.
    clearenv();
    int e = job->options->replay ? ra_confine_scanner() : ra_confine_asker();
    if (e)
        ra_out_error("the asker runs unconfined here: %s", strerror(e));
    if (ra_read_to_end(fd, RA_MAX_INVENTORY_BYTES, &c.message) == 0 && c.message.n)
        answer(&c, ra_buf_view(&c.message));
    ra_buf_free(&c.message);
    ra_arena_free(&c.arena);
    _exit(0);
}

// ---- the scanner's end ----------------------------------------------------------------------------

int ra_asker_start(const struct ra_job *job, struct ra_asker_link *ret)
{
    int fds[2];
    *ret = (struct ra_asker_link){.fd = -1, .out = -1};
    if (!ra_job_asks(job->options))
        return 0;
    // A recording shows another machine at another time: nobody is asked in its name.
    if (strcmp(job->options->target_kind, "recorded") == 0 && !job->options->replay) {
        ra_out_error("--online: of a recorded host only --replay tells: 0 hosts, 0 requests");
        return 0;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
        return errno;
    pid_t parent = getpid();
    ret->pid = fork();
    if (ret->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(1);
        if (fds[1] != 3)
            dup3(fds[1], 3, O_CLOEXEC);
        close_range(4, ~0u, 0); // nothing of the scanner's, its way to the judge least of all
        child_main(job, 3);
    }
    int err = ret->pid < 0 ? errno : 0;
    close(fds[1]);
    if (err) {
        close(fds[0]);
        ret->pid = 0;
    } else {
        ret->fd = fds[0];
    }
    return err;
}

// The servers' keys that the target trusts. A file that cannot be read makes servers strangers, and nothing worse.
static int send_known(const struct ra_asker_link *link)
{
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    const char *home = ra_host_getenv(link->host, "HOME");
    const char *const files[] = {home ? ra_path_join(&a, home, ".ssh/known_hosts") : NULL,
                                 home ? ra_path_join(&a, home, ".ssh/known_hosts2") : NULL,
                                 "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"};
    for (size_t i = 0; i < RA_COUNT(files); i++) {
        struct ra_buf one RA_CLEANUP(ra_buf_free) = {0};
        if (files[i] && ra_host_read(link->host, files[i], RA_MAX_FILE_BYTES, &one).err == 0) {
            ra_buf_span(&text, ra_buf_view(&one));
            ra_buf_putc(&text, '\n');
        }
    }
    return ra_frame_send(link->fd, RA_FRAME_KNOWN, ra_buf_view(&text));
}

static int send_all(const struct ra_asker_link *link, const struct ra_inventory *inv, struct ra_span held)
{
    struct ra_buf json RA_CLEANUP(ra_buf_free) = {0}, text RA_CLEANUP(ra_buf_free) = {0};
    ra_inventory_write(inv, &json);
    int e = ra_frame_send(link->fd, RA_FRAME_INVENTORY, ra_buf_view(&json));
    if (!e)
        e = ra_frame_send(link->fd, RA_FRAME_HELD, held);
    for (const char *const *v = link->host->self->environ_; v && *v; v++)
        ra_buf_add(&text, *v, strlen(*v) + 1);
    if (!e)
        e = ra_frame_send(link->fd, RA_FRAME_ENVIRON, ra_buf_view(&text));
    const char *trusted = ra_host_getenv(link->host, "SSL_CERT_FILE");
    ra_buf_clear(&text);
    if (!e && trusted && ra_host_read(link->host, trusted, RA_MAX_FILE_BYTES, &text).err == 0)
        e = ra_frame_send(link->fd, RA_FRAME_TRUST, ra_buf_view(&text));
    if (!e)
        e = send_known(link);
    return e ? e : shutdown(link->fd, SHUT_WR) < 0 ? errno : 0;
}

static int listen_to(int fd, struct ra_buf *out)
{
    enum { CLOSING_MS = 20000, ROOM = 64 * 1024 };
    for (int64_t end = ra_now_ms() + RA_ASK_TOTAL_MS + CLOSING_MS, left; (left = end - ra_now_ms()) > 0;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, (int)left) < 0 && errno != EINTR)
            return errno;
        if (!p.revents)
            continue;
        ssize_t n = read(fd, ra_buf_room(out, ROOM), ROOM);
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return errno;
        if (n > 0)
            out->n += (size_t)n;
        if (out->n > (size_t)RA_MAX_INVENTORY_BYTES)
            return EFBIG;
    }
    return ETIMEDOUT;
}

// Whole frames only; what a dying asker left half said is as if it had not been said.
static bool take(const struct ra_asker_link *link, struct ra_inventory *inv, struct ra_span said)
{
    struct ra_frame f;
    bool bad, done = false, whole = true;
    while (ra_frame_next(&said, &f, &bad)) {
        struct ra_inventory grants;
        struct ra_error err;
        bool dead = f.type == RA_FRAME_DEAD;
        if (f.type == RA_FRAME_INVENTORY) {
            if (ra_inventory_read(inv->arena, f.bytes, &grants, &err) == 0)
                ra_inventory_merge(inv, &grants);
            else
                whole = false;
        } else if ((f.type == RA_FRAME_TOLD || dead) && !whole)
            continue; // of which rights were lost nobody knows
        else if (f.type == RA_FRAME_TOLD && ra_span_starts(f.bytes, "unknown:"))
            ra_unknown_settle(inv, ra_strndup(inv->arena, f.bytes));
        else if (f.type == RA_FRAME_TOLD || dead)
            ra_scope_settle(inv, ra_strndup(inv->arena, f.bytes), dead);
        else if (f.type == RA_FRAME_ANSWER)
            ra_frame_send(link->out, RA_FRAME_ANSWER, f.bytes);
        else if (f.type == RA_FRAME_DONE)
            done = true;
    }
    return done && !bad && whole;
}

void ra_asker_ask(void *arg, struct ra_inventory *inv, struct ra_buf *held)
{
    struct ra_asker_link *link = arg;
    struct ra_buf said RA_CLEANUP(ra_buf_free) = {0};
    if (link->pid <= 0)
        return;
    int e = send_all(link, inv, ra_buf_view(held));
    ra_buf_free(held); // from here on the asker alone has the values, and all that comes back is scrubbed
    ra_scrub_forget_all();
    if (!e)
        e = listen_to(link->fd, &said);
    close(link->fd);
    kill(link->pid, SIGKILL); // it has said all, or too little in all that time
    ra_child_reap(link->pid);
    link->pid = 0;
    if (!take(link, inv, ra_buf_view(&said)))
        ra_frame_send(link->out, RA_FRAME_NOTE,
                      RA_SPAN("reachaudit: --online: the asking ended early; what was not told stays unknown"));
}
