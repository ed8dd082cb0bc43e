// Law 1: no failure opens the gate. Over a recorded host or a root file system, the n-th question to the system fails, for every n; the
// verdict must never become pass and the worst case never smaller than it is when all goes well.
// usage: walk RECORDED-DIR|rootfs:DIR PROFILE [ERRNO-NAME...]
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "checks/evaluate.h"
#include "collect/scan.h"
#include "host/host.h"

struct answer {
    enum ra_judgement verdict;
    enum ra_radius radius;
    int score;
};

static int judge(const char *dir, const char *profile_name, unsigned long nth, int err, unsigned long *calls,
                 struct answer *ret)
{
    struct ra_arena arena RA_CLEANUP(ra_arena_free) = {0};
    struct ra_error error = {0};
    bool rest = strncmp(dir, "rootfs:", 7) == 0;
    struct ra_host *inner = rest ? ra_host_root(&arena, dir + 7, 1800000000, &error)
                                 : ra_host_recorded(&arena, dir, &error);
    if (!inner) {
        fprintf(stderr, "%s\n", error.text);
        return -1;
    }
    struct ra_host *host = ra_host_fault(&arena, inner, nth, err, calls);
    struct ra_inventory inv = {0};
    struct ra_scan_options options = {.connect = true, .in_process = true, .target_kind = rest ? "rootfs" : "recorded",
                                      .target_locator = dir};
    ra_scan(&arena, host, &options, &inv);
    ra_host_close(host);
    ra_host_close(inner);

    struct ra_profile profile;
    struct ra_profile_vars vars = {inv.target.worktree, inv.target.home};
    const char *text = ra_profile_builtin_text(profile_name);
    if (!text || ra_profile_read(&arena, ra_span_of(text), (struct ra_span){0}, &vars, &profile, &error) != 0) {
        fprintf(stderr, "profile %s: %s\n", profile_name, error.text);
        return -1;
    }
    struct ra_verdict verdict;
    ra_evaluate(&arena, &inv, &profile, &verdict);
    *ret = (struct answer){verdict.verdict, verdict.worst.radius, verdict.worst.score};
    return 0;
}

static bool opens(const struct answer *base, const struct answer *now)
{
    if (base->verdict != RA_VERDICT_PASS && now->verdict == RA_VERDICT_PASS)
        return true;
    return now->radius < base->radius || (now->radius == base->radius && now->score < base->score);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: walk RECORDED-DIR|rootfs:DIR PROFILE [ERRNO...]\n");
        return 2;
    }
    const char *fallback[] = {"EIO", "EMFILE"};
    const char *const *names = argc > 3 ? (const char *const *)(argv + 3) : fallback;
    size_t n_names = argc > 3 ? (size_t)argc - 3 : RA_COUNT(fallback), passed = 0, failed = 0;
    unsigned long calls = 0, ignored = 0;
    struct answer base, now;
    if (judge(argv[1], argv[2], 0, 0, &calls, &base) != 0)
        return 2;
    printf("%s: %s, %s, score %d, %lu questions\n", argv[1], ra_verdict_name(base.verdict),
           ra_radius_name(base.radius), base.score, calls);
    for (size_t e = 0; e < n_names; e++)
        for (unsigned long n = 1; n <= calls; n++) {
            if (judge(argv[1], argv[2], n, ra_errno_parse(names[e]), &ignored, &now) != 0)
                return 2;
            if (!opens(&base, &now)) {
                passed++;
                continue;
            }
            failed++;
            printf("FAILED: question %lu answering %s gives %s, %s, score %d\n", n, names[e],
                   ra_verdict_name(now.verdict), ra_radius_name(now.radius), now.score);
        }
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed || calls == 0;
}
