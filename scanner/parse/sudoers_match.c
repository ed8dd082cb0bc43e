// Which rules of sudoers hold for one user on one host? The last match of a list decides, as in sudo itself.
#include <string.h>

#include "base/path.h"
#include "parse/sudoers.h"
#include "parse/sudoers_parts.h"

enum { MAX_ALIASES = 16, MAX_RULES = 4096, MAX_WORK = 1000000 }; // nested; rules told of one user; items looked at

struct question {
    struct ra_sudoers *s;
    const struct ra_sudo_who *who;
    struct ra_sudo_rule *rules;
    size_t n, cap, work;
};

// Aliases of aliases multiply; beyond the bound nothing is sure.
static bool exhausted(struct question *q)
{
    return ++q->work > MAX_WORK;
}

static const struct ra_sudo_alias *alias_of(const struct ra_sudoers *s, char kind, struct ra_span name)
{
    for (size_t i = 0; i < s->n_aliases; i++)
        if (s->aliases[i].kind == kind && ra_span_eq(s->aliases[i].name, name))
            return &s->aliases[i];
    return NULL;
}

static enum ra_sudo_answer is_group(const struct ra_sudo_who *who, const char *name)
{
    uint64_t gid;
    bool number = name[0] == '#' && ra_span_u64(ra_span_of(name + 1), 10, &gid);
    if (name[0] == ':') // a group of a plugin
        return RA_SUDO_UNSURE;
    for (size_t i = 0; i < who->n_groups; i++)
        if (number ? who->groups[i].gid == gid : who->groups[i].name && strcmp(who->groups[i].name, name) == 0)
            return RA_SUDO_YES;
    return RA_SUDO_NO;
}

static enum ra_sudo_answer is_user(const struct ra_sudo_who *who, const char *name)
{
    uint64_t uid;
    if (strcmp(name, "ALL") == 0)
        return RA_SUDO_YES;
    if (name[0] == '%')
        return is_group(who, name + 1);
    if (name[0] == '+')
        return RA_SUDO_UNSURE;
    if (name[0] == '#' && ra_span_u64(ra_span_of(name + 1), 10, &uid))
        return uid == who->uid ? RA_SUDO_YES : RA_SUDO_NO;
    return who->user && strcmp(name, who->user) == 0 ? RA_SUDO_YES : RA_SUDO_NO;
}

// A name without a dot is compared with the host's short name; a network, a netgroup or a longer name than is known
// decides elsewhere.
static enum ra_sudo_answer is_host(const struct ra_sudo_who *who, const char *name)
{
    if (strcmp(name, "ALL") == 0)
        return RA_SUDO_YES;
    if (!who->host || name[0] == '+' || strchr(name, '/') || strchr(name, ':'))
        return RA_SUDO_UNSURE;
    if (strspn(name, "0123456789.") == strlen(name))
        return RA_SUDO_UNSURE;
    size_t n = strcspn(who->host, ".");
    char shortened[256] = "";
    if (n < sizeof shortened)
        memcpy(shortened, who->host, n);
    if (ra_path_match(name, who->host) || (!strchr(name, '.') && ra_path_match(name, shortened)))
        return RA_SUDO_YES;
    return strchr(name, '.') && !strchr(who->host, '.') ? RA_SUDO_UNSURE : RA_SUDO_NO;
}

static enum ra_sudo_answer in_list(struct question *q, struct ra_span list, char kind, unsigned depth)
{
    static const struct ra_sudo_group root_group = {"root", 0};
    static const struct ra_sudo_who root = {.user = "root", .groups = &root_group, .n_groups = 1};
    struct ra_arena *a = q->s->arena;
    enum ra_sudo_answer answer = RA_SUDO_NO;
    struct ra_span item;
    bool negated;
    while (ra_sudo_item(&list, &item, &negated)) {
        if (exhausted(q))
            return RA_SUDO_UNSURE;
        const struct ra_sudo_alias *alias = alias_of(q->s, kind, item);
        char *name = ra_sudo_plain(a, item);
        enum ra_sudo_answer one = alias && depth < MAX_ALIASES ? in_list(q, alias->list, kind, depth + 1)
                                  : alias                      ? RA_SUDO_UNSURE
                                  : kind == 'h'                ? is_host(q->who, name)
                                  : kind == 'r'                ? is_user(&root, name)
                                                               : is_user(q->who, name);
        if (one == RA_SUDO_YES)
            answer = negated ? RA_SUDO_NO : RA_SUDO_YES;
        else if (one == RA_SUDO_UNSURE && (answer == RA_SUDO_YES) == negated)
            answer = RA_SUDO_UNSURE;
    }
    return answer;
}

static bool tag(struct ra_span *s, struct ra_sudo_command *at)
{
    static const struct {
        const char *word;
        int no_password, setenv; // -1 says nothing
    } tags[] = {{"NOPASSWD", 1, -1},    {"PASSWD", 0, -1},        {"SETENV", -1, 1},       {"NOSETENV", -1, 0},
                {"EXEC", -1, -1},       {"NOEXEC", -1, -1},       {"FOLLOW", -1, -1},      {"NOFOLLOW", -1, -1},
                {"MAIL", -1, -1},       {"NOMAIL", -1, -1},       {"LOG_INPUT", -1, -1},   {"NOLOG_INPUT", -1, -1},
                {"LOG_OUTPUT", -1, -1}, {"NOLOG_OUTPUT", -1, -1}, {"INTERCEPT", -1, -1},   {"NOINTERCEPT", -1, -1}};
    size_t colon = ra_sudo_end(*s, ":/ \t");
    struct ra_span word = ra_span_cut(*s, 0, colon), rest = ra_span_trim(ra_span_cut(*s, colon, s->n));
    if (!ra_span_starts(rest, ":"))
        return false;
    for (size_t i = 0; i < RA_COUNT(tags); i++)
        if (ra_span_is(word, tags[i].word)) {
            at->no_password = tags[i].no_password < 0 ? at->no_password : tags[i].no_password;
            at->setenv = tags[i].setenv < 0 ? at->setenv : tags[i].setenv;
            *s = ra_span_trim(ra_span_cut(rest, 1, rest.n));
            return true;
        }
    return false;
}

// "TIMEOUT=5m", "CWD=/srv": upper case and an equals sign. Only those about time narrow the rule.
static bool option(struct ra_span *s, struct ra_sudo_command *at)
{
    size_t n = 0;
    while (n < s->n && ((s->p[n] >= 'A' && s->p[n] <= 'Z') || s->p[n] == '_'))
        n++;
    if (n == 0 || n >= s->n || s->p[n] != '=')
        return false;
    at->limited |= ra_span_starts(*s, "NOTBEFORE") || ra_span_starts(*s, "NOTAFTER") || ra_span_starts(*s, "CHROOT");
    size_t end = ra_sudo_end(*s, " \t");
    *s = ra_span_trim(ra_span_cut(*s, end, s->n));
    return true;
}

// "sha256:4f3a..., sha512:... /bin/x": the digest narrows the rule, since the file may have changed.
static bool digest(struct ra_span *s, struct ra_sudo_command *at)
{
    if (!ra_span_starts(*s, "sha"))
        return false;
    size_t colon = ra_sudo_end(*s, ":/");
    if (colon > 8 || colon >= s->n || s->p[colon] != ':')
        return false;
    struct ra_span rest = ra_span_trim(ra_span_cut(*s, colon + 1, s->n));
    size_t end = ra_sudo_end(rest, " \t,");
    rest = ra_span_trim(ra_span_cut(rest, end, rest.n));
    if (ra_span_starts(rest, ","))
        rest = ra_span_trim(ra_span_cut(rest, 1, rest.n));
    *s = rest;
    at->limited = true;
    return true;
}

// Where a command ends: at a comma; a pattern between ^ and $ may hold one.
static size_t command_end(struct ra_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == ',')
            return i;
        else if (s.p[i] == '^' && (i == 0 || s.p[i - 1] == ' ' || s.p[i - 1] == '\t'))
            while (i + 1 < s.n && !(s.p[i] == '$' && strchr(" \t,", s.p[i + 1])))
                i++;
    }
    return s.n;
}

bool ra_sudo_command_next(struct ra_span *rest, struct ra_sudo_command *at)
{
    struct ra_span s = ra_span_trim(*rest);
    while (s.n && s.p[0] == ',')
        s = ra_span_trim(ra_span_cut(s, 1, s.n));
    at->negated = at->limited = false;
    if (s.n == 0)
        return false;
    for (bool more = true; more && s.n;) {
        if (s.p[0] == '(') {
            size_t end = ra_sudo_end(s, ")");
            at->runas = ra_span_trim(ra_span_cut(s, 1, end - 1));
            s = ra_span_trim(ra_span_cut(s, end + 1, s.n));
        } else if (s.p[0] == '!') {
            at->negated = !at->negated;
            s = ra_span_trim(ra_span_cut(s, 1, s.n));
        } else {
            more = tag(&s, at) || option(&s, at) || digest(&s, at);
        }
    }
    size_t end = command_end(s);
    at->text = ra_span_trim(ra_span_cut(s, 0, end));
    *rest = ra_span_cut(s, end + 1, s.n);
    return true;
}

// Root is meant by default; empty parentheses and "(:group)" mean the user itself.
static enum ra_sudo_answer as_root(struct question *q, struct ra_span runas)
{
    if (!runas.p)
        return RA_SUDO_YES;
    struct ra_span users = ra_span_trim(ra_span_cut(runas, 0, ra_sudo_end(runas, ":")));
    return users.n ? in_list(q, users, 'r', 0) : RA_SUDO_NO;
}

static void add_command(struct question *q, const struct ra_sudo_command *c, bool negated, struct ra_sudo_rule rule,
                        unsigned depth)
{
    const struct ra_sudo_alias *alias = alias_of(q->s, 'c', c->text);
    if (c->limited && rule.holds == RA_SUDO_YES)
        rule.holds = RA_SUDO_UNSURE;
    if (alias && depth < MAX_ALIASES) {
        struct ra_span list = alias->list;
        struct ra_sudo_command inner = {.no_password = -1, .setenv = -1};
        while (!exhausted(q) && ra_sudo_command_next(&list, &inner))
            add_command(q, &inner, negated != inner.negated, rule, depth + 1);
        return;
    }
    rule.command = ra_sudo_plain(q->s->arena, c->text);
    if (!*rule.command || q->n == MAX_RULES) {
        q->s->n_odd++;
        return;
    }
    q->rules = ra_grow(q->s->arena, q->rules, q->n, &q->cap, sizeof *q->rules);
    rule.negated = negated;
    q->rules[q->n++] = rule;
}

static enum ra_sudo_answer lesser(enum ra_sudo_answer a, enum ra_sudo_answer b)
{
    return a < b ? a : b;
}

// What Defaults lines say of passwords for this user: !authenticate, exempt_group. Lines about a runas user or a
// command count as if they were about this one.
static enum ra_sudo_answer passwords_off(struct question *q)
{
    enum ra_sudo_answer off = RA_SUDO_NO;
    for (size_t i = 0; i < q->s->n_defaults; i++) {
        const struct ra_sudo_default *d = &q->s->defaults[i];
        enum ra_sudo_answer concerns = d->scope == 0     ? RA_SUDO_YES
                                       : d->scope == ':' ? in_list(q, d->list, 'u', 0)
                                       : d->scope == '@' ? in_list(q, d->list, 'h', 0)
                                                         : RA_SUDO_UNSURE;
        struct ra_span settings = d->settings, one;
        bool negated;
        while (concerns != RA_SUDO_NO && ra_sudo_item(&settings, &one, &negated)) {
            struct ra_span name = ra_span_trim(ra_span_cut(one, 0, ra_sudo_end(one, "=")));
            struct ra_span value = ra_span_trim(ra_span_cut(one, ra_sudo_end(one, "=") + 1, one.n));
            if (ra_span_is(name, "authenticate") && negated && concerns > off)
                off = concerns;
            else if (ra_span_is(name, "authenticate") && !negated && concerns == RA_SUDO_YES)
                off = RA_SUDO_NO;
            else if (ra_span_is(name, "exempt_group") && is_group(q->who, ra_sudo_plain(q->s->arena, value)) &&
                     concerns > off)
                off = concerns;
        }
    }
    return off;
}

// The last match wins: a later rule for everything, or for the same command, that is surely this user's takes an
// earlier one's freedom back. Only one that covers root covers a rule about root.
static void take_back(struct question *q)
{
    const struct ra_sudo_rule *all = NULL; // the last one for everything
    for (size_t i = q->n; i-- > 0;) {
        struct ra_sudo_rule *r = &q->rules[i];
        const struct ra_sudo_rule *later = all;
        for (size_t k = i + 1; k < q->n && k < i + 64 && !later; k++) // a bound; beyond it the rule only stays wider
            if (q->rules[k].holds == RA_SUDO_YES && q->rules[k].as_root == RA_SUDO_YES &&
                strcmp(q->rules[k].command, r->command) == 0)
                later = &q->rules[k];
        if (later && r->no_password && (later->negated || !later->no_password))
            r->no_password = false;
        if (!all && r->holds == RA_SUDO_YES && r->as_root == RA_SUDO_YES && strcmp(r->command, "ALL") == 0)
            all = r;
    }
}

size_t ra_sudoers_rules(struct ra_sudoers *s, const struct ra_sudo_who *who, struct ra_sudo_rule **ret)
{
    struct question q = {.s = s, .who = who};
    enum ra_sudo_answer off = passwords_off(&q);
    for (size_t i = 0; i < s->n_entries; i++) {
        const struct ra_sudo_entry *e = &s->entries[i];
        enum ra_sudo_answer holds = lesser(in_list(&q, e->users, 'u', 0), in_list(&q, e->hosts, 'h', 0));
        struct ra_sudo_command c = {.no_password = -1, .setenv = -1};
        struct ra_span list = e->commands;
        while (holds != RA_SUDO_NO && ra_sudo_command_next(&list, &c)) {
            bool free = c.no_password == 1 || (c.no_password < 0 && off != RA_SUDO_NO);
            struct ra_sudo_rule rule = {.holds = c.no_password < 0 && off == RA_SUDO_UNSURE ? RA_SUDO_UNSURE : holds,
                                        .as_root = as_root(&q, c.runas), .no_password = free, .setenv = c.setenv == 1};
            add_command(&q, &c, c.negated, rule, 0);
        }
    }
    take_back(&q);
    *ret = q.rules;
    return q.n;
}

bool ra_doas_next(struct ra_span *rest, struct ra_doas_rule *ret, size_t *ret_odd)
{
    struct ra_span line, word;
    while (ra_span_line(rest, &line)) {
        ptrdiff_t comment = ra_span_chr(line, '#');
        struct ra_span s = ra_span_trim(comment < 0 ? line : ra_span_cut(line, 0, (size_t)comment));
        *ret = (struct ra_doas_rule){0};
        if (!ra_span_word(&s, &word))
            continue;
        ret->permit = ra_span_is(word, "permit");
        bool good = ret->permit || ra_span_is(word, "deny");
        while (good && !ret->who.n && (good = ra_span_word(&s, &word))) {
            if (ra_span_is(word, "nopass"))
                ret->no_password = true;
            else if (ra_span_is(word, "setenv")) {
                ptrdiff_t end = ra_span_chr(s, '}');
                s = ra_span_cut(s, end < 0 ? s.n : (size_t)end + 1, s.n);
            } else if (!ra_span_is(word, "persist") && !ra_span_is(word, "keepenv") && !ra_span_is(word, "nolog"))
                ret->who = word;
        }
        while (good && ra_span_word(&s, &word))
            if (ra_span_is(word, "as"))
                good = ra_span_word(&s, &ret->as);
            else if (ra_span_is(word, "cmd"))
                good = ra_span_word(&s, &ret->command);
        if (good)
            return true;
        ++*ret_odd;
    }
    return false;
}
