// Names reaches for people and fills the templates of the tables. It adds no fact and escapes nothing: reports do.
#include "checks/sentence.h"

#include <string.h>

static const char *place_of(const struct ra_reach *r)
{
    return r->locator && r->locator[0] ? r->locator : r->id;
}

// How people write the names of services; others are printed as the catalogue spells them.
static const char *service_name(const char *provider)
{
    static const char *const names[][2] = {
        {"anthropic", "Anthropic"},   {"aws", "AWS"},           {"azure", "Azure"},   {"databricks", "Databricks"},
        {"docker", "Docker"},         {"github", "GitHub"},     {"gitlab", "GitLab"}, {"google", "Google"},
        {"huggingface", "Hugging Face"}, {"jwt", "JSON Web"},   {"kubernetes", "Kubernetes"}, {"openai", "OpenAI"},
        {"pypi", "PyPI"},             {"slack", "Slack"},       {"stripe", "Stripe"}, {"vault", "Vault"},
    };
    for (size_t i = 0; i < RA_COUNT(names); i++)
        if (strcmp(names[i][0], provider) == 0)
            return names[i][1];
    return provider;
}

// "the GitHub token": the place that holds it, named beside it, tells which one.
static const char *secret_words(struct ra_arena *a, const struct ra_reach *r)
{
    const struct ra_detail *d = ra_detail_find(r, "provider");
    bool told = d && d->type == RA_DETAIL_TEXT && strcmp(d->text, "generic") != 0 &&
                strcmp(d->text, "url") != 0 && strcmp(d->text, "netrc") != 0;
    if (r->kind == RA_KIND_KEY)
        return strncmp(r->id, "key:ssh:", 8) == 0 ? "the SSH key" : "the private key";
    const char *what = r->kind == RA_KIND_TOKEN ? "token" : told ? "credential" : "password";
    return told ? ra_strfmt(a, "the %s %s", service_name(d->text), what) : ra_strfmt(a, "the %s", what);
}

// "route/default/eth0", "dns/127.0.0.53", "proxy/http://proxy:3128".
static const char *way_words(struct ra_arena *a, const char *way)
{
    const char *over = strrchr(way, '/');
    if (strncmp(way, "route/default/", 14) == 0)
        return ra_strfmt(a, "the default route over %s", way + 14);
    if (strncmp(way, "route/", 6) == 0 && over > way + 6)
        return ra_strfmt(a, "the route to %.*s over %s", (int)(over - way - 6), way + 6, over + 1);
    if (strncmp(way, "link/", 5) == 0)
        return ra_strfmt(a, "the link %s", way + 5);
    if (strncmp(way, "dns/", 4) == 0)
        return ra_strfmt(a, "the name server %s", way + 4);
    if (strncmp(way, "proxy/", 6) == 0)
        return ra_strfmt(a, "the proxy %s", way + 6);
    return ra_strfmt(a, "the way out %s", way);
}

const char *ra_reach_words(struct ra_arena *a, const struct ra_reach *r)
{
    const char *at = place_of(r);
    switch (r->kind) {
    case RA_KIND_ENV: return ra_strfmt(a, "the variable %s", at);
    case RA_KIND_TOKEN:
    case RA_KIND_KEY:
    case RA_KIND_PASSWORD:
        return secret_words(a, r);
    case RA_KIND_UNKNOWN:
        return r->title ? r->title : ra_strfmt(a, "something not seen (%s)", r->id + strlen("unknown:"));
    case RA_KIND_PROCESS:
        if (r->title && strncmp(r->id, "process:self#", 13) == 0)
            return r->title;
        return r->traits & RA_TRAIT_LAUNCHER ? ra_strfmt(a, "the launcher (%s)", r->id) : r->id;
    case RA_KIND_CAPABILITY: return ra_strfmt(a, "the capability %s", at);
    case RA_KIND_BOX: return at[0] == '/' ? at : ra_strfmt(a, "the hole %s", at);
    case RA_KIND_EGRESS: return way_words(a, r->id + strlen("egress:"));
    case RA_KIND_WORKTREE: return r->title ? ra_strfmt(a, "%s (%s)", r->title, r->id) : r->id;
    case RA_KIND_AGENT: return r->id + strlen("agent:");
    case RA_KIND_FD: return ra_strfmt(a, "the inherited descriptor %s", r->id + strlen("fd:"));
    case RA_KIND_FILE:
    case RA_KIND_GRANT:
    case RA_KIND_SOCKET:
    case RA_KIND_SERVICE:
    case RA_KIND_MOUNT:
    case RA_KIND_DEVICE:
    case RA_KIND_PROGRAM:
    case RA_KIND_COUNT: break;
    }
    return at;
}

static const char *named(struct ra_arena *a, const struct ra_inventory *inv, size_t i)
{
    return i == RA_NO_INDEX ? "it" : ra_reach_words(a, inv->reaches[i]);
}

const char *ra_right_words(struct ra_arena *a, const struct ra_reach *r)
{
    return r->title ? r->title : ra_strfmt(a, "use the right %s", place_of(r));
}

// "the GitHub token in the variable GITHUB_TOKEN", "the keys behind /tmp/agent.sock".
static const char *holder(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_fact *f)
{
    if (f->place == RA_NO_INDEX || f->place == f->secret)
        return named(a, inv, f->secret);
    const struct ra_reach *at = inv->reaches[f->place];
    if (f->secret == RA_NO_INDEX || at->traits & RA_TRAIT_SIGNER)
        return ra_strfmt(a, "the keys behind %s", ra_reach_words(a, at));
    return ra_strfmt(a, "%s in %s", named(a, inv, f->secret), ra_reach_words(a, at));
}

static const char *cluster(struct ra_arena *a, const struct ra_reach *secret)
{
    const struct ra_detail *d = ra_detail_find(secret, "cluster");
    return d && d->type == RA_DETAIL_TEXT ? ra_strfmt(a, "the cluster %s", d->text) : "its Kubernetes cluster";
}

static const char *word(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_fact *f, struct ra_span name)
{
    if (ra_span_is(name, "secret"))
        return named(a, inv, f->secret);
    if (ra_span_is(name, "way"))
        return named(a, inv, f->way);
    if (ra_span_is(name, "through"))
        return f->way == RA_NO_INDEX ? "" : ra_strfmt(a, ", through %s", named(a, inv, f->way));
    if (ra_span_is(name, "cluster"))
        return cluster(a, inv->reaches[f->secret]);
    if (ra_span_is(name, "holder"))
        return holder(a, inv, f);
    if (ra_span_is(name, "right"))
        return f->grant == RA_NO_INDEX ? "it" : ra_right_words(a, inv->reaches[f->grant]);
    return named(a, inv, f->reach);
}

const char *ra_fact_words(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_fact *f,
                          const char *template)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    while (*template) {
        size_t n = strcspn(template, "{");
        ra_buf_add(&out, template, n);
        template += n;
        if (*template == '{') {
            const char *end = strchr(template, '}');
            if (!end)
                break;
            ra_buf_puts(&out, word(a, inv, f, (struct ra_span){template + 1, (size_t)(end - template - 1)}));
            template = end + 1;
        }
    }
    return ra_strndup(a, ra_buf_view(&out));
}

const char *ra_worst_words(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_fact *f)
{
    if (!f)
        return "the worst iteration could reach nothing that anybody would have to clean up";
    return ra_strfmt(a, "the worst iteration could %s", ra_fact_words(a, inv, f, ra_rule_row(f->rule)->worst));
}

const char *ra_list_words(struct ra_arena *a, const struct ra_inventory *inv, const size_t *reaches, size_t n)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    size_t shown = n > 3 ? 3 : n;
    for (size_t i = 0; i < shown; i++) {
        if (i)
            ra_buf_puts(&out, i + 1 == n ? " and " : ", ");
        ra_buf_puts(&out, ra_reach_words(a, inv->reaches[reaches[i]]));
    }
    if (n > shown)
        ra_buf_printf(&out, " and %zu more", n - shown);
    return ra_strndup(a, ra_buf_view(&out));
}
