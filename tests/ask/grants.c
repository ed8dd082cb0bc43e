// Runs one provider against one host with the token that stdin holds, and prints the inventory that it made: the
// provider over the real transport, without collectors. For tests/live/github.py.
//   ask_grants PROVIDER TYPE|- HOST MAX_OBJECTS [REMOTE...]
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/scrub.h"
#include "providers/ask.h"

extern char **environ;

#define RA_PROVIDER(name, title, home) void ra_provide_##name(struct ra_provide *p);
#include "providers/providers.def"
#undef RA_PROVIDER
static const struct {
    const char *name;
    void (*ask)(struct ra_provide *p);
} providers[] = {
#define RA_PROVIDER(name, title, home) {#name, ra_provide_##name},
#include "providers/providers.def"
#undef RA_PROVIDER
};

static void read_all(int fd, struct ra_buf *out)
{
    ssize_t n;
    while ((n = read(fd, ra_buf_room(out, 65536), 65536)) > 0)
        out->n += (size_t)n;
}

int main(int argc, char **argv)
{
    struct ra_arena a = {0};
    struct ra_buf token = {0}, ca = {0}, out = {0};
    struct ra_inventory inv;
    struct ra_ask_world world;
    if (argc < 5)
        return 2;
    FILE *trust = getenv("SSL_CERT_FILE") ? fopen(getenv("SSL_CERT_FILE"), "r") : NULL;
    if (trust) {
        read_all(fileno(trust), &ca);
        fclose(trust);
    }
    read_all(0, &token);
    ra_scrub_learn(ra_buf_view(&token));
    ra_inventory_init(&inv, &a);
    ra_ask_world_init(&world, &a, (const char *const *)environ);
    world.ca = ra_buf_view(&ca);
    const struct ra_reach *secret = ra_reach_add(&inv, RA_KIND_TOKEN, "token:test:1", NULL, RA_STATE_PRESENT,
                                                 (struct ra_evidence){"tokens", RA_METHOD_OBSERVED, 0, {0}});
    struct ra_credential credential = {.provider = argv[1], .host = argv[3], .secret = secret, .place = secret,
                                       .type = strcmp(argv[2], "-") == 0 ? NULL : argv[2]};
    struct ra_credential_value value = {.value = ra_buf_view(&token)};
    struct ra_provide p = {.arena = &a, .inv = &inv, .seen = &inv, .credential = &credential,
                           .remotes = (const char *const *)argv + 5, .max_objects = strtoul(argv[4], NULL, 10)};
    p.asking = ra_asking_open(&world, &credential, &value, 1);
    for (size_t i = 0; i < RA_COUNT(providers); i++)
        if (strcmp(providers[i].name, argv[1]) == 0)
            providers[i].ask(&p);
    ra_reach_flag(&inv, ra_reach_add(&inv, RA_KIND_TOKEN, secret->id, NULL, RA_STATE_PRESENT, secret->evidence[0]), "told",
                  ra_asking_told(p.asking));
    ra_reach_flag(&inv, ra_reach_add(&inv, RA_KIND_TOKEN, secret->id, NULL, RA_STATE_PRESENT, secret->evidence[0]), "dead",
                  ra_asking_dead(p.asking));
    ra_asking_close(p.asking);
    ra_inventory_freeze(&inv);
    ra_inventory_write(&inv, &out);
    fwrite(out.p, 1, out.n, stdout);
    ra_buf_free(&out);
    ra_buf_free(&token);
    ra_buf_free(&ca);
    ra_arena_free(&a);
    ra_scrub_forget_all();
    return 0;
}
