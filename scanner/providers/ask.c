// Sends the questions of a provider: each a row of requests.def, each to the credential's own host and no other, within
// the budget, at bounded concurrency. Judges no answer but those that say "not now", "elsewhere" and "who are you".
#include <errno.h>
#include <string.h>

#include "base/io.h"
#include "base/limits.h"
#include "host/http.h"
#include "providers/ask.h"

// One question on its way.
struct turn {
    const struct ra_question *question;
    struct ra_answer *answer;
    const struct ra_request_row *row;
    const char *url;
    struct ra_url where;
    struct ra_span body;
    unsigned redirects;
    bool done, waited;
    bool again; // nothing was sent; to be asked at once, with other authorities
};

// ---- before ---------------------------------------------------------------------------------------

static void fail(struct turn *t, int err, const char *why)
{
    t->answer->err = err;
    t->answer->why = why;
    t->done = true;
}

// A URL that an answer gave: below the base it came from.
static bool below_base(struct ra_arena *a, const char *base, const struct ra_url *url)
{
    struct ra_url top;
    if (!ra_url_parse(a, base, &top) || !ra_url_same_origin(&top, url))
        return false;
    size_t n = top.rest.n;
    while (n && top.rest.p[n - 1] == '/')
        n--;
    return url->rest.n > n && memcmp(url->rest.p, top.rest.p, n) == 0 && (url->rest.p[n] == '/' || url->rest.p[n] == '?');
}

static const char *address(struct ra_provide *p, const struct ra_question *q, const struct ra_request_row *row,
                           size_t *ret_used)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    const char *base = p->base[row->base];
    *ret_used = 0;
    if (!base)
        return NULL;
    if (q->link)
        return ra_strdup(p->arena, q->link);
    return ra_url_build(&text, base, row, q->args, RA_COUNT(q->args), ret_used)
               ? ra_strndup(p->arena, ra_buf_view(&text)) : NULL;
}

static void prepare(struct ra_provide *p, struct turn *t)
{
    size_t used;
    const struct ra_question *q = t->question;
    const struct ra_credential *c = p->credential;
    *t->answer = (struct ra_answer){0};
    t->row = &ra_requests[q->request];
    t->url = address(p, q, t->row, &used);
    if (!t->url || !ra_url_parse(p->arena, t->url, &t->where)) {
        fail(t, EINVAL, "what is asked for has no address");
        return;
    }
    if (!ra_url_belongs(p->arena, t->row->provider, t->row->base, c->host, &t->where) ||
        (q->link && !below_base(p->arena, p->base[t->row->base], &t->where))) {
        fail(t, EPERM, "the address is none of the host that the credential belongs to");
        return;
    }
    t->body = ra_ask_body(p->arena, t->row, q->args + used, RA_COUNT(q->args) - used);
}

// May this host still be asked, and is anything left to ask with?
static bool may_ask(struct ra_asking *asking, struct turn *t)
{
    struct ra_ask_world *w = asking->world;
    struct ra_ask_host *host = ra_ask_host(w, &t->where);
    if (host->dead >= RA_ASK_MAX_DEAD)
        fail(t, ECANCELED, "the host is left alone after two credentials that it does not know");
    else if (host->limit)
        fail(t, EDQUOT, host->limit);
    else if (w->calls >= w->max_calls)
        fail(t, EDQUOT, "the number of requests that one audit may make is used up");
    else if (ra_now_ms() >= w->until_ms)
        fail(t, EDQUOT, "no time was left to ask");
    return !t->done;
}

// ---- after ----------------------------------------------------------------------------------------

static void follow(struct ra_provide *p, struct turn *t, struct ra_arena *a)
{
    const char *to = ra_answer_header(a, t->answer, "location");
    struct ra_url url;
    if (to && to[0] == '/' && to[1] != '/' && to[1] != '\\')
        to = ra_strfmt(p->arena, "%s://%s:%u%s", t->where.plain ? "http" : "https", t->where.host, t->where.port, to);
    else if (to)
        to = ra_strdup(p->arena, to);
    if (!to || !ra_url_parse(p->arena, to, &url))
        fail(t, EXDEV, "the server sends us elsewhere, without a plain address");
    else if (!ra_url_same_origin(&url, &t->where))
        fail(t, EXDEV, "the server sends us to another host, where the credential does not go");
    else if (strcmp(t->row->method, "POST") == 0)
        fail(t, EXDEV, "the server sends a query elsewhere");
    else if (t->redirects++ >= RA_ASK_MAX_REDIRECTS)
        fail(t, ELOOP, "the server sends us in circles");
    else {
        t->url = to;
        t->where = url;
    }
}

static bool redirects(unsigned status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static void parse(struct ra_provide *p, struct ra_answer *answer)
{
    struct ra_json *json = NULL;
    struct ra_error err;
    struct ra_span body = ra_span_trim(answer->body);
    bool may = body.n && (body.p[0] == '{' || body.p[0] == '[');
    answer->json = may && ra_json_parse(p->arena, body, false, &json, &err) == 0 ? json : NULL;
}

// Sets done, unless the question is to be asked once more. Returns the seconds to wait before that.
static unsigned consider(struct ra_provide *p, struct turn *t)
{
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    struct ra_answer *answer = t->answer;
    if (answer->err) {
        t->done = true;
        return 0;
    }
    unsigned wait_s = ra_ask_limits(p->asking->world, ra_ask_host(p->asking->world, &t->where), &a, answer);
    if (wait_s && !t->waited) {
        t->waited = true;
        return wait_s;
    }
    if (answer->status == 401 && t->row->auth != RA_AUTH_NONE)
        ra_ask_count_dead(p->asking, &t->where);
    if (redirects(answer->status)) {
        follow(p, t, &a);
        return 0;
    }
    parse(p, answer);
    t->done = true;
    return 0;
}

// ---- the batch ------------------------------------------------------------------------------------

// The advertisement of a forge lists every branch; the first line alone says whether we may.
// Source: gitprotocol-http(5), "Smart Server Response".
static bool first_line_is_there(struct ra_span body)
{
    uint64_t n;
    return body.n >= 4 && ra_span_u64(ra_span_cut(body, 0, 4), 16, &n) && n > 4 && body.n >= n &&
           body.p[4] == '#';
}

// Whom the system does not know is tried with the authorities of the target's environment, and remembered.
static bool vouch(struct ra_asking *asking, const struct turn *t, const struct ra_http_request *request,
                  const struct ra_http_answer *answer)
{
    struct ra_ask_world *w = asking->world;
    struct ra_ask_host *host = ra_ask_host(w, &t->where);
    host->met = true;
    bool tried = request->ca.n > 0 && !request->only_ca;
    if (tried && !answer->err) {
        asking->own_trust = true;
        asking->by_proxy |= request->proxy != NULL;
    }
    if (!answer->untrusted || tried || request->only_ca || !w->ca.n)
        return false;
    host->own_trust = true;
    w->calls--; // nothing was sent
    return true;
}

// Memory for answers is bounded, whatever a server sends.
static bool affordable(struct ra_asking *asking, struct ra_span body)
{
    asking->bytes += body.n;
    for (size_t i = 0; i < body.n; i++)
        asking->values += body.p[i] == ',' || body.p[i] == '[' || body.p[i] == '{';
    return asking->bytes <= (size_t)RA_ASK_MAX_BYTES && asking->values <= RA_ASK_MAX_VALUES;
}

static void send(struct ra_provide *p, struct turn **turns, size_t n)
{
    struct ra_asking *asking = p->asking;
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0}; // wiped with the headers in it
    struct ra_http_request *requests = ra_new_array(&a, struct ra_http_request, n);
    struct ra_http_answer *answers = ra_new_array(&a, struct ra_http_answer, n);
    size_t k = 0;
    if (!asking->http)
        asking->http = ra_http_open();
    for (size_t i = 0; i < n; i++) {
        struct turn *t = turns[i];
        const char *const *headers = ra_ask_headers(&a, asking, t->row, &t->where, t->body);
        bool own_ca = asking->ca.n > 0, own_trust = ra_ask_host(asking->world, &t->where)->own_trust;
        if (!asking->http || !headers) {
            fail(t, EINVAL, asking->http ? (t->row->auth == RA_AUTH_SIGV4 && !asking->id.n
                                                    ? "the id of the key was not found beside its secret"
                                                    : "the credential cannot stand in a header") : "the HTTP library does not start");
            continue;
        }
        requests[k] = (struct ra_http_request){
            .method = t->row->method, .url = t->url, .headers = headers, .body = t->body,
            .proxy = ra_ask_proxy(&a, asking->world, &t->where),
            .link_local = ra_url_metadata(t->row->provider, &t->where),
            .ca = own_ca ? ra_buf_view(&asking->ca) : own_trust ? asking->world->ca : (struct ra_span){"", 0},
            .only_ca = own_ca,
            .enough = strstr(t->row->path, "/info/refs") ? first_line_is_there : NULL,
        };
        if (t->row->auth == RA_AUTH_CLIENT && asking->certificate.n) {
            requests[k].certificate = ra_buf_view(&asking->certificate);
            requests[k].key = ra_buf_view(&asking->value);
        }
        turns[k++] = t;
    }
    asking->world->calls += (unsigned)k;
    if (k)
        ra_http_run(asking->http, requests, k, asking->world->until_ms, answers);
    for (size_t i = 0; i < k; i++) {
        struct ra_http_answer *from = &answers[i];
        turns[i]->again = vouch(asking, turns[i], &requests[i], from);
        struct ra_span headers = ra_buf_view(&from->headers), body = ra_buf_view(&from->body);
        if (!affordable(asking, body)) {
            from->err = EMSGSIZE;
            from->why = "the answers are too large together";
            body = headers = (struct ra_span){"", 0};
        }
        *turns[i]->answer = (struct ra_answer){
            .err = from->err, .why = from->why, .status = from->status,
            .headers = {ra_strndup(p->arena, headers), headers.n}, .body = {ra_strndup(p->arena, body), body.n}};
        ra_http_answer_free(from);
        if (!turns[i]->again)
            ra_ask_record(asking, turns[i]->question->request, turns[i]->url, turns[i]->body, turns[i]->answer);
    }
}

// Takes the next turns that may be asked, as many as run at once, so that a limit met is obeyed by the rest.
static size_t choose(struct ra_asking *asking, struct turn *turns, size_t n, struct turn **ret)
{
    size_t k = 0;
    struct ra_ask_world *w = asking->world;
    for (size_t i = 0; i < n && k < RA_HTTP_CONCURRENT; i++) {
        if (turns[i].done || !may_ask(asking, &turns[i]))
            continue;
        if (w->calls + k >= w->max_calls)
            break;
        ret[k++] = &turns[i];
        if (w->ca.n && !ra_ask_host(w, &turns[i].where)->met)
            break; // one finds out who vouches for it, not all
    }
    return k;
}

static void round_trip(struct ra_provide *p, struct turn **chosen, size_t k)
{
    struct ra_asking *asking = p->asking;
    struct ra_ask_world *w = asking->world;
    struct turn *left[RA_HTTP_CONCURRENT];
    size_t n = 0;
    unsigned wait_s = 0;
    for (size_t i = 0; i < k; i++)
        if (!w->replay)
            left[n++] = chosen[i];
        else if (!ra_ask_replayed(asking, p->arena, chosen[i]->question->request, chosen[i]->url, chosen[i]->body,
                                  chosen[i]->answer))
            fail(chosen[i], ENOENT, "no answer to this was recorded");
    if (n)
        send(p, left, n);
    if (w->progress)
        w->progress(w->progress_arg, p->credential->host, w->calls);
    for (size_t i = 0; i < k; i++)
        if (!chosen[i]->done && !chosen[i]->again) {
            unsigned s = consider(p, chosen[i]);
            wait_s = s > wait_s ? s : wait_s;
        }
    if (wait_s && !w->replay)
        ra_sleep_ms(wait_s * 1000);
}

void ra_ask(struct ra_provide *p, const struct ra_question *questions, size_t n, struct ra_answer *ret)
{
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    struct turn *turns = ra_new_array(&a, struct turn, n ? n : 1);
    struct turn *chosen[RA_HTTP_CONCURRENT];
    for (size_t i = 0; i < n; i++) {
        turns[i] = (struct turn){.question = &questions[i], .answer = &ret[i]};
        prepare(p, &turns[i]);
    }
    for (size_t k; (k = choose(p->asking, turns, n, chosen));)
        round_trip(p, chosen, k);
}

struct ra_answer ra_ask_one(struct ra_provide *p, enum ra_request request, const char *arg1, const char *arg2)
{
    struct ra_question q = {.request = request, .args = {arg1, arg2}};
    struct ra_answer answer;
    ra_ask(p, &q, 1, &answer);
    return answer;
}

// ---- one credential's life --------------------------------------------------------------------------

struct ra_asking *ra_asking_open(struct ra_ask_world *w, const struct ra_credential *credential,
                                 const struct ra_credential_value *value, unsigned ordinal)
{
    struct ra_asking *asking = ra_new(w->arena, struct ra_asking);
    asking->world = w;
    asking->credential = credential;
    asking->ordinal = ordinal;
    ra_buf_span(&asking->value, value->value);
    ra_buf_span(&asking->id, value->id);
    ra_buf_span(&asking->session, value->session);
    ra_buf_span(&asking->certificate, value->certificate);
    ra_buf_span(&asking->ca, value->ca);
    return asking;
}

void ra_asking_close(struct ra_asking *asking)
{
    if (!asking)
        return;
    ra_http_close(asking->http);
    asking->http = NULL;
    struct ra_buf *parts[] = {&asking->value, &asking->id, &asking->session, &asking->certificate, &asking->ca};
    for (size_t i = 0; i < RA_COUNT(parts); i++)
        ra_buf_free(parts[i]);
}

bool ra_asking_told(const struct ra_asking *asking)
{
    return asking->told;
}

bool ra_asking_dead(const struct ra_asking *asking)
{
    return asking->dead;
}

bool ra_asking_believed(const struct ra_asking *asking, bool named, const char **ret_why)
{
    *ret_why = asking->by_proxy ? "came through the audited environment's proxy, and only its SSL_CERT_FILE vouches for them"
                                : "only SSL_CERT_FILE of the audited environment vouches for them";
    return !asking->own_trust || (named && !asking->by_proxy);
}
