// A transport that answers from a table, in place of ask.c: the provider's questions become "METHOD url" and are looked
// up. What is in no table is 404. Counts what was asked.
#ifndef RA_TESTS_GITHUB_TABLE_H
#define RA_TESTS_GITHUB_TABLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "providers/ask.h"
#include "providers/github.h"

struct row {
    const char *line; // "GET https://api.github.com/user"
    unsigned status;
    const char *headers, *body;
    int err;
};
#define MOST_ROWS 80
static struct row table[MOST_ROWS];
static size_t n_rows, n_asked;
static char asked[400][300];
static struct ra_arena arena;
static struct ra_inventory inv;
static struct ra_provide provide;
static struct ra_asking asking;
static struct ra_ask_world world;
static struct ra_credential credential;

static void when_at(const char *line, unsigned status, const char *headers, const char *body)
{
    for (size_t i = 0; i < n_rows; i++)
        if (strcmp(table[i].line, line) == 0) {
            table[i] = (struct row){line, status, headers, body, 0};
            return;
        }
    assert_true(n_rows < MOST_ROWS);
    table[n_rows++] = (struct row){line, status, headers, body, 0};
}
#define API "https://api.github.com"
#define when(path, status, headers, body) when_at("GET " API path, status, headers, body)
#define QUOTA "X-RateLimit-Limit: 5000\r\nX-RateLimit-Remaining: 4990\r\n"

static struct ra_answer answer_of(unsigned status, const char *headers, const char *body)
{
    struct ra_json *json = NULL;
    struct ra_error err;
    struct ra_answer a = {.status = status, .headers = ra_span_of(headers ? headers : ""), .body = ra_span_of(body ? body : "")};
    a.json = a.body.n && ra_json_parse(&arena, a.body, false, &json, &err) == 0 ? json : NULL;
    return a;
}

void ra_ask(struct ra_provide *p, const struct ra_question *questions, size_t n, struct ra_answer *ret)
{
    for (size_t i = 0; i < n; i++) {
        const struct ra_request_row *row = &ra_requests[questions[i].request];
        struct ra_buf url RA_CLEANUP(ra_buf_free) = {0};
        size_t used;
        ra_buf_printf(&url, "%s ", row->method);
        if (questions[i].link)
            ra_buf_puts(&url, questions[i].link);
        else
            assert_true(ra_url_build(&url, p->base[row->base], row, questions[i].args, RA_COUNT(questions[i].args), &used));
        assert_true(n_asked < RA_COUNT(asked));
        snprintf(asked[n_asked++], sizeof asked[0], "%s", url.p);
        ret[i] = answer_of(404, "", "{\"message\": \"Not Found\"}");
        for (size_t k = 0; k < n_rows; k++)
            if (strcmp(table[k].line, url.p) == 0)
                ret[i] = table[k].err ? (struct ra_answer){.err = table[k].err, .why = "out of reach"}
                                      : answer_of(table[k].status, table[k].headers, table[k].body);
    }
}

// A token of that type at github.com; an account "mona" with one private repository of acme, role admin.
static void begin(const char *type, const char *scopes)
{
    static const char *const remotes[] = {"github.com/acme/app", NULL};
    ra_arena_free(&arena);
    arena = (struct ra_arena){0};
    n_rows = n_asked = 0;
    ra_inventory_init(&inv, &arena);
    const struct ra_reach *secret = ra_reach_add(&inv, RA_KIND_TOKEN, "token:github:1", NULL, RA_STATE_PRESENT,
                                                 (struct ra_evidence){"env", RA_METHOD_OBSERVED, 0, {0}});
    credential = (struct ra_credential){.provider = "github", .secret = secret, .place = secret, .host = "github.com",
                                        .type = type};
    world = (struct ra_ask_world){.arena = &arena};
    asking = (struct ra_asking){.world = &world, .credential = &credential};
    provide = (struct ra_provide){.arena = &arena, .inv = &inv, .credential = &credential, .remotes = remotes,
                                  .max_objects = 25, .asking = &asking};
    when("/rate_limit", 200, scopes ? ra_strfmt(&arena, QUOTA "X-OAuth-Scopes: %s\r\n", scopes) : QUOTA, "{}");
    when("/user", 200, "", "{\"login\": \"mona\", \"site_admin\": false}");
}
#define LIST "/user/repos?per_page=100&affiliation=owner,collaborator,organization_member&visibility=all&sort=full_name"
#define REPO(name, private, role)                                                                                  \
    "{\"full_name\": \"" name "\", \"private\": " private ", \"default_branch\": \"main\", \"archived\": false, " \
    "\"permissions\": {" role "}}"
#define ADMIN "\"admin\": true, \"push\": true, \"pull\": true"
#define PUSHER "\"admin\": false, \"push\": true, \"pull\": true"
#define READER "\"admin\": false, \"push\": false, \"pull\": true"
#define ADVERTISED "Content-Type: application/x-git-receive-pack-advertisement\r\n"
#define PUSH_LINE(name) "GET https://github.com/" name ".git/info/refs?service=git-receive-pack"

static void may_push(bool may)
{
    when_at(PUSH_LINE("acme/app"), may ? 200 : 403, may ? ADVERTISED : "", may ? "001f# service=git-receive-pack\n" : "no");
}

static enum ra_state state_of(const char *grant)
{
    const struct ra_reach *r = ra_reach_find(&inv, ra_strfmt(&arena, "grant:github:%s", grant));
    return r ? r->state : RA_STATE_ABSENT;
}
#define expect(grant, s)                                                                         \
    do {                                                                                         \
        enum ra_state got = state_of(grant);                                                     \
        if (got != RA_STATE_##s)                                                                 \
            fail_msg("%s: %s, expected " #s, grant, ra_state_name(got));                         \
    } while (0)

static const char *fact(const char *key)
{
    const struct ra_detail *d = ra_detail_find(ra_reach_find(&inv, "token:github:1"), key);
    return d && d->text ? d->text : "";
}

#endif
