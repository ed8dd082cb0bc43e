// May this process become root by doas without a password? Told from doas.conf where it can be read; nothing is run.
#include <string.h>

#include "base/path.h"
#include "collect/process.h"

static bool is_me(struct ra_process *p, struct ra_span who, const char *user)
{
    uint64_t number;
    bool group = who.n && who.p[0] == ':';
    struct ra_span name = ra_span_cut(who, group, who.n);
    if (!group)
        return (user && ra_span_is(name, user)) ||
               (ra_span_u64(name, 10, &number) && number == p->c->host->self->uid);
    for (size_t i = 0; i < p->n_groups; i++)
        if (ra_span_is(name, p->groups[i].name) || (ra_span_u64(name, 10, &number) && number == p->groups[i].gid))
            return true;
    return false;
}

// The last line that matches decides, command by command; a line for every command takes back what stood before it.
void ra_process_doas(struct ra_process *p)
{
    static const char *const path = "/etc/doas.conf";
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0}, told RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_collect_read(p->c, path, &text);
    if (ra_state_of(r, RA_ON_PATH) == RA_STATE_ABSENT)
        return;
    if (r.err) {
        ra_process_power_unknown(p, "doas", "read /etc/doas.conf as root", r, path);
        return;
    }
    struct ra_span rest = ra_buf_view(&text);
    struct ra_doas_rule rule;
    const char *user = ra_process_user(p);
    size_t odd = 0;
    bool root = false, some = false;
    while (ra_doas_next(&rest, &rule, &odd)) {
        bool as_root = rule.as.n == 0 || ra_span_is(rule.as, "root") || ra_span_is(rule.as, "0");
        if (!as_root || !is_me(p, rule.who, user))
            continue;
        if (!rule.permit || !rule.no_password) {
            if (rule.command.n == 0)
                root = some = false, ra_buf_clear(&told);
            continue;
        }
        char *name = ra_strndup(p->c->arena, rule.command);
        some = true;
        root |= rule.command.n == 0 || ra_process_open_ended(ra_path_base(name));
        ra_buf_printf(&told, "%s%s", told.n ? "; " : "", rule.command.n ? name : "ALL");
    }
    if (some)
        ra_reach_text(p->c->inv, ra_process_runs_as_root(p, "doas", "doas without a password", root, path), "commands",
                      ra_strndup(p->c->arena, ra_buf_view(&told)));
    if (odd || (some && !root))
        ra_process_power_unknown(p, "doas", "a look at what these commands can be made to do", r, path);
}
