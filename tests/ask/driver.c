// Asks a server the rows that the command line names, with the token that stdin holds, and says what came back: the
// transport and its rules alone, without collectors. For tests/live/ask.py.
//   ask_driver [--hold] [--calls N] PROVIDER HOST BASE ROW[=ARG]...     BASE: the URL of RA_BASE_API and RA_BASE_WEB
// ROW may be given several times in one batch, "link:ROW=URL" asks a URL that an answer gave, "/" begins a new batch.
// One line an answer: ROW err status body-bytes json? why
// --hold: when all is asked and the value wiped, says "held" and waits for stdin's end, so that memory can be read.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/limits.h"
#include "model/scrub.h"
#include "providers/ask.h"

extern char **environ;

static void read_file(const char *path, struct ra_buf *out)
{
    FILE *f = path ? fopen(path, "r") : NULL;
    if (!f)
        return;
    setvbuf(f, NULL, _IONBF, 0);
    size_t n;
    while ((n = fread(ra_buf_room(out, 65536), 1, 65536, f)) > 0)
        out->n += n;
    fclose(f);
}

static void read_line(struct ra_buf *out)
{
    char c;
    while (read(0, &c, 1) == 1 && c != '\n')
        ra_buf_putc(out, c);
}

static enum ra_request row_of(const char *name, size_t n)
{
    for (size_t i = 0; i < RA_REQUEST_COUNT; i++)
        if (strlen(ra_requests[i].name) == n && memcmp(ra_requests[i].name, name, n) == 0)
            return (enum ra_request)i;
    fprintf(stderr, "no row %s\n", name);
    exit(2);
}

static void record(void *arg, const char *name, struct ra_span bytes)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", (const char *)arg, name);
    FILE *f = fopen(path, "w");
    if (!f || fwrite(bytes.p, 1, bytes.n, f) != bytes.n || fclose(f) != 0)
        exit(2);
}

static bool replay(void *arg, const char *name, struct ra_buf *out)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", (const char *)arg, name);
    read_file(path, out);
    return out->n > 0;
}

static void batch(struct ra_provide *p, char **rows, size_t n)
{
    struct ra_question questions[512] = {0};
    struct ra_answer answers[512];
    for (size_t i = 0; i < n; i++) {
        char *row = rows[i], *eq;
        bool link = strncmp(row, "link:", 5) == 0;
        row += link ? 5 : 0;
        eq = strchr(row, '=');
        questions[i].request = row_of(row, eq ? (size_t)(eq - row) : strlen(row));
        if (link)
            questions[i].link = eq + 1;
        else if (eq)
            questions[i].args[0] = eq + 1;
    }
    ra_ask(p, questions, n, answers);
    for (size_t i = 0; i < n; i++) {
        const char *next = ra_answer_next(p->arena, &answers[i]);
        printf("%s %s %u %zu %s %s%s%s\n", ra_requests[questions[i].request].name, ra_errno_name(answers[i].err),
               answers[i].status, answers[i].body.n, answers[i].json ? "json" : "-", answers[i].err ? answers[i].why : "",
               next ? "next=" : "", next ? next : "");
    }
}

int main(int argc, char **argv)
{
    bool hold = argc > 1 && strcmp(argv[1], "--hold") == 0;
    argv += hold;
    argc -= hold;
    unsigned calls = RA_ASK_MAX_CALLS;
    if (argc > 2 && strcmp(argv[1], "--calls") == 0) {
        calls = (unsigned)strtoul(argv[2], NULL, 10);
        argv += 2;
        argc -= 2;
    }
    if (argc < 5)
        return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct ra_arena a = {0};
    struct ra_buf token = {0}, ca = {0};
    struct ra_inventory inv;
    ra_inventory_init(&inv, &a);
    read_line(&token);
    ra_scrub_learn(ra_buf_view(&token));
    read_file(getenv("SSL_CERT_FILE"), &ca);
    struct ra_ask_world world;
    ra_ask_world_init(&world, &a, (const char *const *)environ);
    world.ca = ra_buf_view(&ca);
    world.max_calls = calls;
    world.record = getenv("RECORD") ? record : NULL;
    world.replay = getenv("REPLAY") ? replay : NULL;
    world.record_arg = getenv("RECORD");
    world.replay_arg = getenv("REPLAY");
    struct ra_credential credential = {.provider = argv[1], .host = argv[2]};
    struct ra_credential_value value = {.value = ra_buf_view(&token)};
    struct ra_provide p = {.arena = &a, .inv = &inv, .credential = &credential, .base = {argv[3], argv[3], argv[3]}};
    p.asking = ra_asking_open(&world, &credential, &value, 1);
    ra_buf_free(&token);
    for (int from = 4, to; from < argc; from = to + 1) {
        for (to = from; to < argc && strcmp(argv[to], "/") != 0; to++)
            ;
        batch(&p, argv + from, (size_t)(to - from));
    }
    ra_asking_close(p.asking);
    ra_arena_free(&a);
    ra_scrub_forget_all();
    ra_buf_free(&ca);
    if (hold) {
        prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
        printf("held\n");
        while (getchar() != EOF)
            ;
    }
    return 0;
}
