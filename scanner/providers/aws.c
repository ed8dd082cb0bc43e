// AWS: whose key it is, and what the policies let it do, by simulation of a set of actions on all resources at once. Allowed
// there is allowed; denied by a statement is denied; "nothing allows it" says nothing of single resources, and so stays
// unknown, but for actions that know none. Assumes no role and mints no session. Sources: those named in requests.def, and
// "Policy evaluation logic".
#include <string.h>

#include "providers/answers.h"

static const struct {
    enum ra_right right;
    const char *name;
    bool whole;
} actions[] = {
#define RA_AWS(right, name, whole) {RA_RIGHT_AWS_##right, name, whole},
#include "providers/aws_actions.def"
#undef RA_AWS
};

struct aws {
    struct ra_provide *p;
    const char *arn, *account;
    struct ra_evidence from;
};

// ---- XML, as far as these answers need it --------------------------------------------------------------

// The text of the next <name>...</name> in *rest, which then begins after it.
static bool element(struct ra_arena *a, struct ra_span *rest, const char *name, struct ra_span *ret)
{
    const char *open = ra_strfmt(a, "<%s>", name), *shut = ra_strfmt(a, "</%s>", name);
    ptrdiff_t at = ra_span_find(*rest, ra_span_of(open));
    struct ra_span after = at < 0 ? (struct ra_span){"", 0} : ra_span_cut(*rest, (size_t)at + strlen(open), rest->n);
    ptrdiff_t end = ra_span_find(after, ra_span_of(shut));
    if (at < 0 || end < 0)
        return false;
    *ret = ra_span_cut(after, 0, (size_t)end);
    *rest = ra_span_cut(after, (size_t)end + strlen(shut), after.n);
    return true;
}

static const char *text_of(struct ra_arena *a, struct ra_span body, const char *name)
{
    struct ra_span text;
    return element(a, &body, name, &text) && text.n && ra_span_chr(text, '<') < 0 ? ra_strndup(a, text) : NULL;
}

// ---- who ----------------------------------------------------------------------------------------------

// Where STS and IAM answer in the partition of a region.
static void bases(struct ra_provide *p)
{
    const char *home = ra_aws_home(p->credential->scope, "us-east-1");
    bool china = strcmp(home, "cn-north-1") == 0, gov = strcmp(home, "us-gov-west-1") == 0;
    if (strcmp(p->credential->host, "amazonaws.com") != 0) {
        p->base[RA_BASE_AUX] = p->base[RA_BASE_API] = ra_own_base(p);
        return;
    }
    p->base[RA_BASE_AUX] = china ? "https://sts.cn-north-1.amazonaws.com.cn"
                           : gov ? "https://sts.us-gov-west-1.amazonaws.com" : "https://sts.amazonaws.com";
    p->base[RA_BASE_API] = china ? "https://iam.cn-north-1.amazonaws.com.cn"
                           : gov ? "https://iam.us-gov.amazonaws.com" : "https://iam.amazonaws.com";
}

static bool who(struct aws *w)
{
    struct ra_provide *p = w->p;
    struct ra_answer answer = ra_ask_one(p, RA_REQUEST_AWS_WHO, NULL, NULL);
    if (!ra_answer_goes_on(p, RA_REQUEST_AWS_WHO, &answer))
        return false;
    w->arn = text_of(p->arena, answer.body, "Arn");
    w->account = text_of(p->arena, answer.body, "Account");
    w->from = ra_answered(p, RA_REQUEST_AWS_WHO, &answer);
    if (!w->arn || !w->account || strncmp(w->arn, "arn:", 4) != 0) {
        ra_credential_fact(p, "not asked further", "the answer does not say whose key it is");
        return false;
    }
    ra_credential_fact(p, "login", w->arn);
    ra_credential_fact(p, "account", w->account);
    return true;
}

// "arn:aws:sts::1:assumed-role/ROLE/SESSION" is of role/ROLE; its path is lost. NULL: no user and no role.
static const char *source_of(struct aws *w)
{
    struct ra_arena *a = w->p->arena;
    const char *name = strstr(w->arn, ":assumed-role/"), *end = name ? strchr(name + 14, '/') : NULL;
    if (name && end) {
        struct ra_span rest = ra_span_of(w->arn), arn, partition;
        ra_span_until(&rest, ':', &arn);
        ra_span_until(&rest, ':', &partition);
        return ra_strfmt(a, "arn:%.*s:iam::%s:role/%.*s", (int)partition.n, partition.p, w->account, (int)(end - name - 14), name + 14);
    }
    return strstr(w->arn, ":user/") || strstr(w->arn, ":role/") ? w->arn : NULL;
}

// ---- what ---------------------------------------------------------------------------------------------

struct verdict {
    enum ra_state state;
    const char *why;
};

static struct verdict decision(struct ra_arena *a, struct ra_span member, bool whole)
{
    const char *said = text_of(a, member, "EvalDecision");
    struct ra_span missing = member, one;
    bool conditions = element(a, &missing, "MissingContextValues", &one) && ra_span_find(one, RA_SPAN("<member>")) >= 0;
    if (said && strcmp(said, "allowed") == 0)
        return (struct verdict){RA_STATE_PRESENT, NULL};
    if (conditions)
        return (struct verdict){RA_STATE_UNKNOWN, "it depends on conditions that a simulation does not know"};
    if (said && (strcmp(said, "explicitDeny") == 0 || (whole && strcmp(said, "implicitDeny") == 0)))
        return (struct verdict){RA_STATE_DENIED, NULL};
    return (struct verdict){RA_STATE_UNKNOWN, said && strcmp(said, "implicitDeny") == 0
                                                  ? "not allowed on all resources; on which single ones it is, is not told"
                                                  : "the simulation did not tell"};
}

static void decide(struct aws *w, const struct ra_answer *answer, struct verdict of[RA_COUNT(actions)])
{
    struct ra_arena *a = w->p->arena;
    struct ra_span rest = answer->body, results;
    if (!element(a, &rest, "EvaluationResults", &results))
        return;
    // A member holds lists with members of their own: one result ends where the next action begins.
    for (ptrdiff_t at; (at = ra_span_find(results, RA_SPAN("<EvalActionName>"))) >= 0;) {
        struct ra_span one = ra_span_cut(results, (size_t)at, results.n);
        ptrdiff_t next = ra_span_find(ra_span_cut(one, 1, one.n), RA_SPAN("<EvalActionName>"));
        results = next < 0 ? (struct ra_span){"", 0} : ra_span_cut(one, (size_t)next + 1, one.n);
        one = ra_span_cut(one, 0, next < 0 ? one.n : (size_t)next + 1);
        const char *name = text_of(a, one, "EvalActionName");
        for (size_t i = 0; name && i < RA_COUNT(actions); i++)
            if (strcmp(actions[i].name, name) == 0)
                of[i] = decision(a, one, actions[i].whole);
    }
}

static void tell(struct aws *w, const struct verdict of[RA_COUNT(actions)], struct ra_evidence from)
{
    for (size_t i = 0, end; i < RA_COUNT(actions); i = end) {
        struct verdict found = {RA_STATE_DENIED, NULL};
        struct ra_buf names RA_CLEANUP(ra_buf_free) = {0};
        for (end = i; end < RA_COUNT(actions) && actions[end].right == actions[i].right; end++) {
            if (of[end].state == RA_STATE_PRESENT)
                ra_buf_printf(&names, "%s%s", names.n ? ", " : "", actions[end].name);
            if (of[end].state == RA_STATE_PRESENT || (of[end].state == RA_STATE_UNKNOWN && found.state != RA_STATE_PRESENT))
                found = of[end];
        }
        struct ra_reach *r = ra_grant_add(w->p, actions[i].right, w->account, false, found.state, found.why, from);
        if (names.n)
            ra_reach_text(w->p->inv, r, "actions", ra_strndup(w->p->arena, ra_buf_view(&names)));
    }
}

static void simulate(struct aws *w)
{
    struct ra_provide *p = w->p;
    struct verdict of[RA_COUNT(actions)];
    const char *source = source_of(w), *why = "a session of no user and no role cannot be simulated";
    struct ra_evidence from = w->from;
    struct ra_answer answer = {0};
    if (source) {
        answer = ra_ask_one(p, RA_REQUEST_AWS_SIMULATE, source, NULL);
        struct ra_meaning m = ra_answer_means(p->arena, "aws", &answer, false);
        from = ra_answered(p, RA_REQUEST_AWS_SIMULATE, &answer);
        why = m.means == RA_MEANS_YES ? "the simulation did not tell" : m.why;
    }
    for (size_t i = 0; i < RA_COUNT(actions); i++)
        of[i] = (struct verdict){RA_STATE_UNKNOWN, why};
    if (source && answer.status == 200)
        decide(w, &answer, of);
    tell(w, of, from);
    ra_grant_add(p, RA_RIGHT_AWS_REST, w->account, false, RA_STATE_UNKNOWN, "only some actions are simulated", from);
}

void ra_provide_aws(struct ra_provide *p)
{
    static const char *const alone[] = {"bedrock-key", "container-token"};
    struct aws w = {.p = p};
    if (p->credential->type && strcmp(p->credential->type, "session-token") == 0) {
        ra_credential_fact(p, "opens", "nothing without its key, of which it is told what that may do");
        ra_scope_told(p);
        return;
    }
    for (size_t i = 0; p->credential->type && i < RA_COUNT(alone); i++)
        if (strcmp(p->credential->type, alone[i]) == 0) {
            ra_credential_fact(p, "not asked further", "it is none of the keys that this program asks with");
            return;
        }
    bases(p);
    if (!who(&w))
        return;
    if (ra_span_ends(ra_span_of(w.arn), ":root"))
        ra_grant_add(p, RA_RIGHT_AWS_ROOT, w.account, false, RA_STATE_PRESENT, NULL, w.from);
    else
        simulate(&w);
    ra_scope_told(p);
}
