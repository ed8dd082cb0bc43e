// Kubernetes: what a token or a client certificate may do in a cluster, by the reviews that every cluster offers: they
// are answered and never stored. Asks in all namespaces, in the one that the configuration names, and, where namespaces
// can be listed, in the others by their rules. A cluster on this machine is the person's own; any other is of others too.
// Sources: kubernetes.io API reference, SelfSubjectReview, SelfSubjectRulesReview, SelfSubjectAccessReview.
#include <string.h>

#include "providers/answers.h"

enum { MOST_NAMESPACES = 25 };
enum where { BOTH, CLUSTER };

static const struct ask {
    enum ra_right right, local;
    const char *group, *resource, *subresource, *verb;
    enum where where;
} asks[] = {
#define RA_K8S(right, group, resource, subresource, verb, where) \
    {RA_RIGHT_KUBERNETES_##right, RA_RIGHT_KUBERNETES_LOCAL_##right, group, resource, subresource, verb, where},
#include "providers/kubernetes_rights.def"
#undef RA_K8S
};
enum { ASKS = RA_COUNT(asks) };

struct k8s {
    struct ra_provide *p;
    const char *cluster, *space; // host, and the namespace
    bool local;
};
struct verdict {
    enum ra_state state;
    const char *why;
    struct ra_evidence from;
};

// ---- one review -----------------------------------------------------------------------------------

static struct verdict allowed(struct k8s *k, const struct ra_answer *answer)
{
    struct ra_meaning m = ra_answer_means(k->p->arena, "kubernetes", answer, false);
    struct verdict v = {RA_STATE_UNKNOWN, m.why, ra_answered(k->p, RA_REQUEST_KUBERNETES_MAY, answer)};
    const struct ra_json *may = ra_json_at(answer->json, "status.allowed");
    if (m.means == RA_MEANS_REFUSED)
        v.why = "the cluster does not let it ask";
    else if (m.means != RA_MEANS_YES)
        return v;
    else if (ra_json_is_true(may))
        v.state = RA_STATE_PRESENT;
    else if (ra_json_text(ra_json_at(answer->json, "status.evaluationError")).n)
        v.why = "the cluster could not read all of its own rules";
    else if (may && may->type == RA_JSON_FALSE)
        v.state = RA_STATE_DENIED;
    else
        v.why = "the answer does not say";
    return v;
}

static struct ra_question may(const char *space, const struct ask *a)
{
    return (struct ra_question){.request = RA_REQUEST_KUBERNETES_MAY,
                                .args = {a->group, a->resource, a->subresource, a->verb, space}};
}

// Asks the rows that are wanted; the others keep what ret says of them.
static void review(struct k8s *k, const char *space, const bool wanted[ASKS], struct verdict ret[ASKS])
{
    struct ra_question questions[ASKS];
    struct ra_answer answers[ASKS];
    size_t of[ASKS], n = 0;
    for (size_t i = 0; i < ASKS; i++)
        if (wanted[i]) {
            questions[n] = may(space, &asks[i]);
            of[n++] = i;
        }
    if (n)
        ra_ask(k->p, questions, n, answers);
    for (size_t i = 0; i < n; i++)
        ret[of[i]] = allowed(k, &answers[i]);
}

// ---- rules of one namespace -------------------------------------------------------------------------

static bool names(const struct ra_json *list, const char *wanted)
{
    for (const struct ra_json *m = list && list->type == RA_JSON_ARRAY ? list->child : NULL; m; m = m->next)
        if (ra_span_is(ra_json_text(m), wanted) || ra_span_is(ra_json_text(m), "*"))
            return true;
    return false;
}

// Source: RBAC, "Referring to resources": "pods/log", "*" and "*" with a subresource.
static bool covers(struct ra_arena *a, const struct ra_json *rule, const struct ask *q)
{
    const struct ra_json *resources = ra_json_get(rule, "resources");
    const char *whole = q->subresource[0] ? ra_strfmt(a, "%s/%s", q->resource, q->subresource) : q->resource;
    return names(ra_json_get(rule, "verbs"), q->verb) && names(ra_json_get(rule, "apiGroups"), q->group) &&
           (names(resources, whole) || (q->subresource[0] && names(resources, ra_strfmt(a, "*/%s", q->subresource))));
}

// The rules are told whole. Without this "not in the list" says nothing.
static bool complete(const struct ra_answer *answer)
{
    const struct ra_json *status = ra_json_get(answer->json, "status"), *part = ra_json_get(status, "incomplete");
    return status && part && part->type == RA_JSON_FALSE && ra_json_get(status, "resourceRules") &&
           ra_json_text(ra_json_get(status, "evaluationError")).n == 0;
}

static bool in_rules(struct k8s *k, const struct ra_answer *answer, const struct ask *q)
{
    const struct ra_json *rules = ra_json_at(answer->json, "status.resourceRules");
    for (const struct ra_json *r = rules && rules->type == RA_JSON_ARRAY ? rules->child : NULL; r; r = r->next)
        if (covers(k->p->arena, r, q))
            return true;
    return false;
}

// ---- what no question names -------------------------------------------------------------------------

static bool reads(struct ra_span verb)
{
    return ra_span_is(verb, "get") || ra_span_is(verb, "list") || ra_span_is(verb, "watch");
}

// Reviews are answered and never stored; everybody may ask who he is, and names of namespaces are asked for by themselves.
static bool harmless(struct ra_span resource)
{
    static const char *const names[] = {"selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews",
                                        "subjectaccessreviews", "localsubjectaccessreviews", "tokenreviews", "namespaces"};
    for (size_t i = 0; i < RA_COUNT(names); i++)
        if (ra_span_is(resource, names[i]))
            return true;
    return false;
}

static bool is_review(struct ra_span resource)
{
    return harmless(resource) && !ra_span_is(resource, "namespaces");
}

static bool asked_about(const struct ra_json *rule, struct ra_span resource, struct ra_span verb)
{
    for (size_t i = 0; i < ASKS; i++) {
        struct ra_span rest = resource, name;
        ra_span_until(&rest, '/', &name);
        if (ra_span_is(name, asks[i].resource) && ra_span_is(rest, asks[i].subresource) && ra_span_is(verb, asks[i].verb) &&
            names(ra_json_get(rule, "apiGroups"), asks[i].group))
            return true;
    }
    return false;
}

struct beside { // rights that the rules tell, and no question asked for
    bool changes, reads, watches;
};

static void read_beside(const struct ra_json *rule, struct ra_span resource, struct ra_span verb, struct beside *b)
{
    if (asked_about(rule, resource, verb))
        return;
    if (!reads(verb))
        b->changes |= !is_review(resource);
    else if (!harmless(resource))
        b->reads = true;
    // A watch tells what it watches.
    b->watches |= (ra_span_is(verb, "watch") || ra_span_is(verb, "*")) &&
                  (ra_span_is(resource, "secrets") || ra_span_is(resource, "*")) && names(ra_json_get(rule, "apiGroups"), "");
}

static struct beside beside(const struct ra_answer *answer)
{
    const struct ra_json *rules = ra_json_at(answer->json, "status.resourceRules");
    struct beside b = {false, false, false};
    for (const struct ra_json *r = rules && rules->type == RA_JSON_ARRAY ? rules->child : NULL; r; r = r->next) {
        const struct ra_json *verbs = ra_json_get(r, "verbs"), *resources = ra_json_get(r, "resources");
        for (const struct ra_json *v = verbs ? verbs->child : NULL; v; v = v->next)
            for (const struct ra_json *s = resources ? resources->child : NULL; s; s = s->next)
                read_beside(r, ra_json_text(s), ra_json_text(v), &b);
    }
    return b;
}

// ---- telling ----------------------------------------------------------------------------------------

static const char *in_space(struct k8s *k, const char *space)
{
    return space ? ra_strfmt(k->p->arena, "%s/%s", k->cluster, space) : k->cluster;
}

static void tell(struct k8s *k, const struct ask *q, const char *space, struct verdict v)
{
    ra_grant_add(k->p, k->local ? q->local : q->right, in_space(k, space), false, v.state, v.why, v.from);
}

// Of one right: held where one row is, excluded where all are.
static struct verdict best(const struct verdict v[ASKS], size_t first, bool one_space)
{
    struct verdict found = {RA_STATE_DENIED, NULL, v[first].from};
    for (size_t i = first; i < ASKS && asks[i].right == asks[first].right; i++) {
        if (one_space && asks[i].where == CLUSTER)
            continue;
        if (v[i].state == RA_STATE_PRESENT)
            return v[i];
        if (v[i].state == RA_STATE_UNKNOWN)
            found = v[i];
    }
    return found;
}

static void tell_all(struct k8s *k, const struct verdict everywhere[ASKS], const struct verdict here[ASKS])
{
    for (size_t i = 0; i < ASKS; i++) {
        if (i && asks[i].right == asks[i - 1].right)
            continue;
        struct verdict wide = best(everywhere, i, false), narrow = best(here, i, true);
        if (wide.state != RA_STATE_PRESENT && narrow.state != RA_STATE_DENIED)
            tell(k, &asks[i], k->space, narrow);
        tell(k, &asks[i], NULL, wide);
    }
}

static void tell_beside(struct k8s *k, const char *space, const struct ra_answer *rules)
{
    static const struct ask other = {RA_RIGHT_KUBERNETES_OTHER, RA_RIGHT_KUBERNETES_LOCAL_OTHER, "", "", "", "", BOTH},
                            reading = {RA_RIGHT_KUBERNETES_READ, RA_RIGHT_KUBERNETES_LOCAL_READ, "", "", "", "", BOTH},
                            secrets = {RA_RIGHT_KUBERNETES_SECRETS, RA_RIGHT_KUBERNETES_LOCAL_SECRETS, "", "", "", "", BOTH};
    struct verdict held = {RA_STATE_PRESENT, NULL, ra_answered(k->p, RA_REQUEST_KUBERNETES_RULES, rules)}, untold = held;
    struct beside b = beside(rules);
    untold.state = RA_STATE_UNKNOWN;
    untold.why = "the cluster did not tell all its rules";
    if (b.changes || !complete(rules))
        tell(k, &other, space, b.changes ? held : untold);
    if (b.reads)
        tell(k, &reading, space, held);
    if (b.watches)
        tell(k, &secrets, space, held);
}

// A rule may be of named things alone: then a review that names none is refused, and the rule holds all the same.
static void rules_win(struct k8s *k, const struct ra_answer *rules, struct verdict everywhere[ASKS], struct verdict here[ASKS])
{
    struct ra_evidence from = ra_answered(k->p, RA_REQUEST_KUBERNETES_RULES, rules);
    for (size_t i = 0; i < ASKS; i++) {
        if (!in_rules(k, rules, &asks[i]) || everywhere[i].state == RA_STATE_PRESENT)
            continue;
        if (asks[i].where == CLUSTER && everywhere[i].state == RA_STATE_DENIED)
            everywhere[i] = (struct verdict){RA_STATE_UNKNOWN, "a rule gives it, perhaps for some names alone", from};
        else if (asks[i].where == BOTH && here[i].state == RA_STATE_DENIED)
            here[i] = (struct verdict){RA_STATE_PRESENT, NULL, from};
    }
}

// ---- the other namespaces ---------------------------------------------------------------------------

static void elsewhere(struct k8s *k, struct ra_evidence from, const char *why)
{
    ra_grant_add(k->p, k->local ? RA_RIGHT_KUBERNETES_LOCAL_ELSEWHERE : RA_RIGHT_KUBERNETES_ELSEWHERE, k->cluster, false,
                 RA_STATE_UNKNOWN, why, from);
}

static void tell_space(struct k8s *k, const char *space, const struct ra_answer *rules, const struct verdict everywhere[ASKS],
                       const char **why)
{
    struct ra_evidence from = ra_answered(k->p, RA_REQUEST_KUBERNETES_RULES, rules);
    if (!complete(rules))
        *why = "the cluster did not tell all its rules";
    for (size_t i = 0; i < ASKS; i++)
        if (asks[i].where == BOTH && everywhere[i].state != RA_STATE_PRESENT && in_rules(k, rules, &asks[i]))
            tell(k, &asks[i], space, (struct verdict){RA_STATE_PRESENT, NULL, from});
    tell_beside(k, space, rules);
}

static void others(struct k8s *k, const struct verdict everywhere[ASKS])
{
    struct ra_provide *p = k->p;
    struct ra_answer list = ra_ask_one(p, RA_REQUEST_KUBERNETES_NAMESPACES, NULL, NULL), answers[MOST_NAMESPACES];
    struct ra_question questions[MOST_NAMESPACES] = {0};
    struct ra_evidence from = ra_answered(p, RA_REQUEST_KUBERNETES_NAMESPACES, &list);
    struct ra_meaning m = ra_answer_means(p->arena, "kubernetes", &list, false);
    const struct ra_json *items = ra_json_get(list.json, "items");
    const char *why = NULL;
    size_t n = 0;
    if (m.means != RA_MEANS_YES || !items || items->type != RA_JSON_ARRAY) {
        elsewhere(k, from, m.means == RA_MEANS_REFUSED ? "it may not list namespaces, so those it was given are not known"
                           : m.why ? m.why : "the answer lists no namespaces");
        return;
    }
    for (const struct ra_json *i = items->child; i; i = i->next) {
        struct ra_span name = ra_json_text(ra_json_at(i, "metadata.name"));
        if (!name.n || ra_span_is(name, k->space))
            continue;
        if (n == MOST_NAMESPACES)
            why = "not all namespaces were looked at";
        else
            questions[n++] = (struct ra_question){.request = RA_REQUEST_KUBERNETES_RULES, .args = {ra_strndup(p->arena, name)}};
    }
    if (ra_json_text(ra_json_at(list.json, "metadata.continue")).n)
        why = "not all namespaces were looked at";
    if (n)
        ra_ask(p, questions, n, answers);
    for (size_t i = 0; i < n; i++)
        tell_space(k, questions[i].args[0], &answers[i], everywhere, &why);
    if (why)
        elsewhere(k, from, why);
}

// ---- the session ------------------------------------------------------------------------------------

static bool left_alone(struct ra_provide *p)
{
    const char *type = p->credential->type;
    if (!type || (strcmp(type, "refresh-token") != 0 && strcmp(type, "password") != 0))
        return false;
    // A refresh token belongs to whoever issues logins, a password to clusters before 1.19.
    ra_credential_fact(p, "not asked further", "it is not what the cluster itself is shown");
    return true;
}

// An older cluster does not have this review; who we are is then not told.
static bool who(struct k8s *k)
{
    struct ra_provide *p = k->p;
    struct ra_answer answer = ra_ask_one(p, RA_REQUEST_KUBERNETES_WHO, NULL, NULL);
    const struct ra_json *user = ra_json_at(answer.json, "status.userInfo"), *groups = ra_json_get(user, "groups");
    struct ra_meaning m = ra_answer_means(p->arena, "kubernetes", &answer, false);
    if (answer.err || m.stop || m.means == RA_MEANS_DEAD)
        return ra_answer_goes_on(p, RA_REQUEST_KUBERNETES_WHO, &answer);
    struct ra_span name = ra_json_text(ra_json_get(user, "username"));
    // Nobody's login is anybody's: what is granted to it is no reach of this credential.
    if (ra_span_is(name, "system:anonymous")) {
        ra_credential_fact(p, "not asked further", "the cluster takes the login for nobody's");
        return false;
    }
    if (name.n)
        ra_credential_fact(p, "login", ra_strndup(p->arena, name));
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    for (const struct ra_json *g = groups && groups->type == RA_JSON_ARRAY ? groups->child : NULL; g && text.n < 400; g = g->next)
        ra_buf_printf(&text, "%s%.*s", text.n ? ", " : "", (int)ra_json_text(g).n, ra_json_text(g).p);
    if (text.n)
        ra_credential_fact(p, "groups", ra_strndup(p->arena, ra_buf_view(&text)));
    return true;
}

// Everything everywhere: nothing more is worth asking.
static bool administers(struct k8s *k, bool *ret_goes_on)
{
    static const struct ask all = {RA_RIGHT_KUBERNETES_ADMIN, RA_RIGHT_KUBERNETES_LOCAL_ADMIN, "*", "*", "", "*", CLUSTER};
    struct ra_answer answer;
    struct ra_question question = may("", &all);
    ra_ask(k->p, &question, 1, &answer);
    struct verdict v = allowed(k, &answer);
    // Reviews may be refused; what follows is then unknown, one by one. Any other lack of an answer ends it.
    enum ra_means means = ra_answer_means(k->p->arena, "kubernetes", &answer, false).means;
    *ret_goes_on = means == RA_MEANS_REFUSED || (means == RA_MEANS_YES && ra_json_get(answer.json, "status"));
    if (!*ret_goes_on)
        ra_credential_fact(k->p, "not asked further", answer.status == 404 ? "no cluster answers at that address"
                                                     : v.why                ? v.why
                                                                            : "the answer is none of a cluster's");
    else
        tell(k, &all, NULL, v);
    return v.state == RA_STATE_PRESENT;
}

void ra_provide_kubernetes(struct ra_provide *p)
{
    struct k8s k = {.p = p, .cluster = p->credential->host, .local = ra_own_machine(p),
                    .space = p->credential->scope ? p->credential->scope : "default"};
    struct verdict everywhere[ASKS] = {0}, one[ASKS] = {0};
    bool wanted[ASKS], goes_on;
    p->base[RA_BASE_API] = ra_own_base(p);
    if (left_alone(p) || !who(&k))
        return;
    if (administers(&k, &goes_on) || !goes_on) {
        if (goes_on)
            ra_scope_told(p);
        return;
    }
    struct ra_answer rules = ra_ask_one(p, RA_REQUEST_KUBERNETES_RULES, k.space, NULL);
    struct ra_evidence from = ra_answered(p, RA_REQUEST_KUBERNETES_RULES, &rules);
    bool whole = complete(&rules);
    for (size_t i = 0; i < ASKS; i++) {
        // What is bound in all namespaces is among the rules of each.
        wanted[i] = !whole || in_rules(&k, &rules, &asks[i]);
        everywhere[i] = one[i] = (struct verdict){RA_STATE_DENIED, NULL, from};
    }
    review(&k, "", wanted, everywhere);
    for (size_t i = 0; i < ASKS; i++)
        wanted[i] &= asks[i].where == BOTH && everywhere[i].state != RA_STATE_PRESENT;
    review(&k, k.space, wanted, one);
    rules_win(&k, &rules, everywhere, one);
    tell_all(&k, everywhere, one);
    tell_beside(&k, k.space, &rules);
    others(&k, everywhere);
    ra_scope_told(p);
}
