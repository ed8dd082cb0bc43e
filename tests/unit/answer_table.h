// A transport that answers from a table, in place of ask.c: a question becomes "METHOD url" or, with a body,
// "METHOD url body"; the first row whose line is a part of it answers. What is in no table is 404. Counts what was asked.
#ifndef RA_TESTS_ANSWER_TABLE_H
#define RA_TESTS_ANSWER_TABLE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "providers/answers.h"
#include "providers/ask.h"

struct row {
    const char *line;
    unsigned status;
    const char *headers, *body;
};
#define MOST_ROWS 80
static struct row table[MOST_ROWS];
static size_t n_rows, n_asked;
static struct ra_arena arena;
static struct ra_inventory inv;
static struct ra_provide provide;
static struct ra_asking asking;
static struct ra_ask_world world;
static struct ra_credential credential;

static void when(const char *line, unsigned status, const char *headers, const char *body)
{
    assert_true(n_rows < MOST_ROWS);
    memmove(table + 1, table, n_rows++ * sizeof *table); // later rows win
    table[0] = (struct row){line, status, headers, body};
}

static struct ra_answer answer_of(unsigned status, const char *headers, const char *body)
{
    struct ra_json *json = NULL;
    struct ra_error err;
    struct ra_answer a = {.status = status, .headers = ra_span_of(headers), .body = ra_span_of(body)};
    a.json = a.body.n && ra_json_parse(&arena, a.body, false, &json, &err) == 0 ? json : NULL;
    return a;
}

void ra_ask(struct ra_provide *p, const struct ra_question *questions, size_t n, struct ra_answer *ret)
{
    for (size_t i = 0; i < n; i++) {
        const struct ra_request_row *row = &ra_requests[questions[i].request];
        struct ra_buf line RA_CLEANUP(ra_buf_free) = {0};
        struct ra_span body;
        size_t used = 0;
        n_asked++;
        ra_buf_printf(&line, "%s ", row->method);
        if (questions[i].link)
            ra_buf_puts(&line, questions[i].link);
        else
            assert_true(ra_url_build(&line, p->base[row->base], row, questions[i].args, RA_COUNT(questions[i].args), &used));
        body = ra_ask_body(&arena, row, questions[i].args + used, RA_COUNT(questions[i].args) - used);
        ra_buf_printf(&line, "%s%.*s", body.n ? " " : "", (int)body.n, body.p);
        ret[i] = answer_of(404, "", "{\"message\": \"Not Found\"}");
        for (size_t k = 0; k < n_rows; k++)
            if (strstr(line.p, table[k].line)) {
                ret[i] = table[k].status ? answer_of(table[k].status, table[k].headers, table[k].body)
                                         : (struct ra_answer){.err = ETIMEDOUT, .why = "out of reach"};
                break;
            }
    }
}

struct ra_answer ra_ask_one(struct ra_provide *p, enum ra_request request, const char *arg1, const char *arg2)
{
    struct ra_answer answer;
    ra_ask(p, &(struct ra_question){.request = request, .args = {arg1, arg2}}, 1, &answer);
    return answer;
}

static void begin(const char *provider, const char *host, const char *type)
{
    static const char *const remotes[] = {"forge.test/acme/app", NULL};
    ra_arena_free(&arena);
    arena = (struct ra_arena){0};
    n_rows = n_asked = 0;
    ra_inventory_init(&inv, &arena);
    const struct ra_reach *secret = ra_reach_add(&inv, RA_KIND_TOKEN, "token:test:1", NULL, RA_STATE_PRESENT,
                                                 (struct ra_evidence){"env", RA_METHOD_OBSERVED, 0, {0}});
    credential = (struct ra_credential){.provider = provider, .secret = secret, .place = secret, .host = host, .type = type};
    world = (struct ra_ask_world){.arena = &arena};
    asking = (struct ra_asking){.world = &world, .credential = &credential};
    provide = (struct ra_provide){.arena = &arena, .inv = &inv, .credential = &credential, .remotes = remotes,
                                  .max_objects = 25, .asking = &asking};
}

static const struct ra_reach *grant(const char *name)
{
    return ra_reach_find(&inv, ra_strfmt(&arena, "grant:%s:%s", credential.provider, name));
}
#define expect(name, s)                                                                              \
    do {                                                                                             \
        const struct ra_reach *r_ = grant(name);                                                     \
        enum ra_state got = r_ ? r_->state : RA_STATE_ABSENT;                                        \
        if (got != RA_STATE_##s)                                                                     \
            fail_msg("line %d: %s: %s, expected " #s, __LINE__, name, ra_state_name(got));           \
    } while (0)

static inline const char *fact(const char *key)
{
    const struct ra_detail *d = ra_detail_find(ra_reach_find(&inv, "token:test:1"), key);
    return d && d->text ? d->text : "";
}
static inline const char *reason(const char *name)
{
    const struct ra_detail *d = grant(name) ? ra_detail_find(grant(name), "reason") : NULL;
    return d && d->text ? d->text : "";
}
#define expect_says(text, words)                                                                     \
    do {                                                                                             \
        if (!strstr(text, words))                                                                    \
            fail_msg("line %d: \"%s\" does not say \"%s\"", __LINE__, text, words);                  \
    } while (0)

#endif
