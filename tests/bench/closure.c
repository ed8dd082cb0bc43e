// How time and memory of the judge grow with the number of reaches: inventories of 1,000, 10,000 and 100,000, each in
// a process of its own, so that one's memory is not the other's. Prints both and their growth for ten times as much;
// 10 is linear. Times are of one run each, on the processor alone; they say nothing across machines.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "checks/closure.h"
#include "checks/evaluate.h"

struct cost {
    double freeze_ms, closure_ms, evaluate_ms;
    long closure_kib, evaluate_kib; // resident, beyond the inventory
    size_t reaches, consequences, findings;
};

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static long peak_kib(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

static struct ra_reach *add(struct ra_inventory *inv, enum ra_kind kind, size_t i, unsigned access, unsigned traits)
{
    struct ra_arena *a = inv->arena;
    char *id = ra_id(a, kind, ra_strfmt(a, "/n/%zu", i), NULL);
    struct ra_reach *r = ra_reach_add(inv, kind, id, id, RA_STATE_PRESENT,
                                      (struct ra_evidence){"files", RA_METHOD_OBSERVED, 0, {.call = "open"}});
    r->access |= access;
    r->traits |= traits;
    return r;
}

// A laptop with everything, many times over: places with secrets, sockets, start-up files, hooks, plain things.
static void fill(struct ra_inventory *inv, size_t n)
{
    static const unsigned traits[] = {0, RA_TRAIT_RUNS_LATER, RA_TRAIT_RUNS_BY_PERSON, RA_TRAIT_OUTSIDE,
                                      RA_TRAIT_HOME_FILES, RA_TRAIT_UNSAVED, RA_TRAIT_WEAKENS, RA_TRAIT_HOST_ROOT};
    static const enum ra_kind kinds[] = {RA_KIND_FILE, RA_KIND_FILE, RA_KIND_FILE, RA_KIND_SOCKET,
                                         RA_KIND_MOUNT, RA_KIND_WORKTREE, RA_KIND_BOX, RA_KIND_SOCKET};
    add(inv, RA_KIND_EGRESS, 0, RA_SEND, RA_TRAIT_CHANNEL | RA_TRAIT_OPEN_ROUTE);
    add(inv, RA_KIND_MOUNT, 1, RA_READ | RA_WRITE, RA_TRAIT_WORK | RA_TRAIT_PRIVATE_SOURCE);
    for (size_t i = 2; i + 1 < n; i += 2) {
        struct ra_reach *place = add(inv, kinds[i / 2 % 8], i, RA_READ | RA_WRITE, traits[i / 2 % 8]);
        struct ra_reach *secret = add(inv, RA_KIND_TOKEN, i + 1, RA_READ, RA_TRAIT_LIVE | RA_TRAIT_REMOTE);
        ra_link_add(inv, "holds", place->id, secret->id);
    }
}

static struct cost measure(size_t n)
{
    struct ra_arena a = {0};
    struct ra_inventory inv;
    struct ra_error err = {0};
    struct ra_profile p;
    struct ra_closure worst;
    struct ra_verdict v;
    struct cost c = {0};
    ra_inventory_init(&inv, &a);
    inv.now_s = 1800000000;
    inv.target = (struct ra_target_facts){.kind = "self", .locator = "self", .box = {.kind = "bubblewrap"}};
    fill(&inv, n);
    double at = now_ms();
    ra_inventory_freeze(&inv);
    c.freeze_ms = now_ms() - at;
    ra_profile_read(&a, ra_span_of(ra_profile_builtin_text("overnight")), (struct ra_span){NULL, 0}, NULL, &p, &err);
    long before = peak_kib();
    at = now_ms();
    ra_closure_make(&a, &inv, &p, true, &worst);
    c.closure_ms = now_ms() - at;
    c.closure_kib = peak_kib() - before;
    at = now_ms();
    ra_evaluate(&a, &inv, &p, &v);
    c.evaluate_ms = now_ms() - at;
    c.evaluate_kib = peak_kib() - before;
    c.reaches = inv.n_reaches;
    c.consequences = v.n_consequences;
    c.findings = v.n_findings;
    ra_arena_free(&a);
    return c;
}

static int apart(size_t n, struct cost *ret)
{
    int p[2], status;
    if (pipe(p) < 0)
        return -1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct cost c = measure(n);
        _exit(write(p[1], &c, sizeof c) == (ssize_t)sizeof c ? 0 : 1);
    }
    close(p[1]);
    bool whole = child > 0 && read(p[0], ret, sizeof *ret) == (ssize_t)sizeof *ret;
    close(p[0]);
    return child > 0 && waitpid(child, &status, 0) == child && status == 0 && whole ? 0 : -1;
}

static double growth(double was, double is)
{
    return was > 0 ? is / was : 0;
}

int main(void)
{
    static const size_t sizes[] = {1000, 10000, 100000};
    struct cost c[3];
    printf("%9s %12s %9s %10s %10s %11s %12s %12s\n", "reaches", "consequences", "findings", "freeze ms", "closure ms",
           "closure KiB", "evaluate ms", "evaluate KiB");
    for (int i = 0; i < 3; i++) {
        if (apart(sizes[i], &c[i])) {
            fprintf(stderr, "the process for %zu reaches did not answer\n", sizes[i]);
            return 1;
        }
        printf("%9zu %12zu %9zu %10.2f %10.2f %11ld %12.2f %12ld\n", c[i].reaches, c[i].consequences, c[i].findings,
               c[i].freeze_ms, c[i].closure_ms, c[i].closure_kib, c[i].evaluate_ms, c[i].evaluate_kib);
        if (i)
            printf("%9s %12.1f %9.1f %10.1f %10.1f %11.1f %12.1f %12.1f\n", "growth",
                   growth((double)c[i - 1].consequences, (double)c[i].consequences),
                   growth((double)c[i - 1].findings, (double)c[i].findings), growth(c[i - 1].freeze_ms, c[i].freeze_ms),
                   growth(c[i - 1].closure_ms, c[i].closure_ms),
                   growth((double)c[i - 1].closure_kib, (double)c[i].closure_kib),
                   growth(c[i - 1].evaluate_ms, c[i].evaluate_ms),
                   growth((double)c[i - 1].evaluate_kib, (double)c[i].evaluate_kib));
    }
    return 0;
}
