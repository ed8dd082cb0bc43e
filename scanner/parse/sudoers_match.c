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
