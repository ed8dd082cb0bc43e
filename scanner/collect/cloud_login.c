// Is a program logged in, as whom, until when? Told by its own files and variables; it is never run, nor is what its
// settings would run. The secrets themselves are the files and env collectors': only names enter the inventory here.
#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "catalogue/recognise.h"
#include "collect/cloud.h"
#include "parse/keys.h"

enum { MAX_NAMES = 16, MAX_NAME_BYTES = 120 }; // listed in one detail; the rest is counted

struct names {
    const char *items[MAX_NAMES];
    size_t n, more;
};
struct login {
    struct ra_collect *c;
    struct names names[RA_CLI_WHATS], via;
    bool any, current, expires_known;
    int64_t expires_s;
    const char *problem;
    const struct ra_cli_row *file, *fact;
    // of the file being read
    bool here, here_current, here_renews, here_ends, dated, dated_ahead; // dated: by EXPIRES, for the file as a whole
    int64_t here_ends_s;
};

static void add_name(struct ra_arena *a, struct names *to, struct ra_span name)
{
    name = ra_span_trim(name);
    if (name.n == 0 || name.n > MAX_NAME_BYTES || !ra_span_utf8(name))
        return;
    for (size_t i = 0; i < to->n; i++)
        if (ra_span_is(name, to->items[i]))
            return;
    if (to->n < MAX_NAMES)
        to->items[to->n++] = ra_strndup(a, name);
    else
        to->more++;
}

static const char *joined(struct ra_arena *a, const struct names *from)
{
    const char *text = NULL;
    for (size_t i = 0; i < from->n; i++)
        text = text ? ra_strfmt(a, "%s, %s", text, from->items[i]) : from->items[i];
    return text && from->more ? ra_strfmt(a, "%s and %zu more", text, from->more) : text;
}

// The account's number stands in the key id. Source: AWS, "IAM identifiers"; ids that begin AKIAI and AKIAJ are older
// and hold none.
static void account_of(struct login *l, struct ra_span id)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint64_t bits = 0;
    if (id.n != 20 || id.p[4] == 'I' || id.p[4] == 'J')
        return;
    for (size_t i = 4; i < 14; i++) { // 50 bits, of which the first 48 count
        const char *at = strchr(digits, id.p[i]);
        if (!at || !*at)
            return;
        bits = bits << 5 | (uint64_t)(at - digits);
    }
    uint64_t account = (bits >> 2 & 0x7fffffffff80u) >> 7;
    add_name(l->c->arena, &l->names[RA_CLI_IDENTITY],
             ra_span_of(ra_strfmt(l->c->arena, "account %012llu", (unsigned long long)account)));
}

// Of a command only the program: its arguments may be anything.
static void runs(struct login *l, struct ra_span command, const char *prefix)
{
    struct ra_span rest = command, word;
    if (ra_span_starts(command, "!"))
        word = RA_SPAN("a shell command");
    else if (!ra_span_word(&rest, &word))
        return;
    bool whole = !prefix || ra_span_chr(word, '/') >= 0 || ra_span_starts(command, "!");
    const char *name = ra_strfmt(l->c->arena, "%s%s", whole ? "" : prefix, ra_strndup(l->c->arena, word));
    add_name(l->c->arena, &l->names[RA_CLI_RUNS], ra_span_of(name));
}

static void ends(struct login *l, int64_t at_s)
{
    if (!l->here_ends || at_s > l->here_ends_s)
        l->here_ends_s = at_s;
    l->here_ends = true;
}

static void login_found(struct login *l, struct ra_span value)
{
    struct ra_jwt jwt;
    bool whole = l->file->form == RA_CLI_TEXT || l->file->form == RA_CLI_EXISTS;
    if (value.n == 0 || (!whole && (ra_recognise_reference(value) || ra_recognise_placeholder(value))))
        return;
    ra_scrub_learn(value);
    if (ra_span_starts(value, "Bearer "))
        value = ra_span_cut(value, 7, value.n);
    l->here = true;
    if (ra_jwt_parse(l->c->arena, value, &jwt) && jwt.has_expiry) {
        ends(l, jwt.expires_s);
        l->here_current |= jwt.expires_s > l->c->now_s;
    } else {
        l->here_current = true;
    }
}

// RFC 3339, or seconds or milliseconds since 1970.
static bool time_of(const struct ra_json *node, int64_t *ret_s)
{
    struct ra_span text = ra_span_trim(node->text);
    ptrdiff_t dot = node->type == RA_JSON_NUMBER ? ra_span_chr(text, '.') : -1;
    uint64_t n;
    if (dot > 0)
        text = ra_span_cut(text, 0, (size_t)dot);
    if (ra_span_u64(text, 10, &n) && n < 1ull << 62) {
        *ret_s = (int64_t)(n > 100000000000ull ? n / 1000 : n);
        return true;
    }
    return ra_rfc3339(text, ret_s);
}

static void found(void *arg, const struct ra_json *node, struct ra_span text)
{
    struct login *l = arg;
    int64_t at_s;
    switch (l->fact->what) {
    case RA_CLI_LOGIN:
        login_found(l, text);
        break;
    case RA_CLI_RENEWS:
        l->here_renews |= text.n > 0;
        break;
    case RA_CLI_EXPIRES:
        if (time_of(node, &at_s)) {
            ends(l, at_s);
            l->dated = true;
            l->dated_ahead |= at_s > l->c->now_s;
        }
        break;
    case RA_CLI_RUNS:
        runs(l, text, l->fact->more);
        break;
    case RA_CLI_KEY_ID:
        account_of(l, text);
        break;
    case RA_CLI_IDENTITY:
    case RA_CLI_PROFILE:
    case RA_CLI_CONTEXT:
    case RA_CLI_CURRENT:
        add_name(l->c->arena, &l->names[l->fact->what], text);
        break;
    case RA_CLI_WHATS:
        break;
    }
}

// Ended logins count only where something renews them.
static void settle(struct login *l, const char *path)
{
    if (!l->here)
        return;
    bool current = l->here_renews || (l->here_current && (!l->dated || l->dated_ahead));
    add_name(l->c->arena, &l->via, ra_span_of(ra_path_tilde(l->c->arena, path, l->c->home)));
    l->any = true;
    l->current |= current;
    if (l->here_ends && (!l->expires_known || l->here_ends_s > l->expires_s))
        l->expires_s = l->here_ends_s;
    l->expires_known |= l->here_ends;
}

static void look_into(void *arg, const char *path)
{
    struct login *l = arg;
    struct ra_collect *c = l->c;
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = l->file->form == RA_CLI_EXISTS ? ra_host_read(c->host, path, 1, &text)
                                                       : ra_host_read(c->host, path, RA_MAX_FILE_BYTES, &text);
    if (r.err == EINVAL) // no regular file: nothing a program would find a login in
        r = (struct ra_reply){ENOENT, r.call, false};
    if (ra_looked(c, r, RA_ON_PATH) == RA_STATE_UNKNOWN)
        ra_unseen(c, ra_path_tilde(c->arena, path, c->home),
                  ra_strfmt(c->arena, "%s could not be read", ra_path_tilde(c->arena, path, c->home)), r, path);
    if (r.err || text.n == 0)
        return;
    const struct ra_json *tree = ra_cli_tree(c->arena, l->file->form, ra_buf_view(&text));
    if (!tree) {
        l->problem = ra_strfmt(c->arena, "%s could not be parsed", ra_path_tilde(c->arena, path, c->home));
        return;
    }
    l->here = l->here_current = l->here_renews = l->here_ends = l->dated = l->dated_ahead = false;
    for (l->fact = ra_cli_next(l->file); l->fact && l->fact->type == RA_CLI_ROW_FACT; l->fact = ra_cli_next(l->fact))
        ra_cli_walk(tree, l->fact->text, found, l);
    settle(l, path);
}

static void variables(struct login *l, const struct ra_cli_row *row)
{
    for (const char *const *e = l->c->host->self->environ_; e && *e; e++) {
        struct ra_span value = ra_span_of(*e), name;
        if (!ra_span_until(&value, '=', &name) || !value.p || value.n == 0 ||
            !ra_path_match(row->text, ra_strndup(l->c->arena, name)))
            continue;
        if (row->what == RA_CLI_LOGIN) {
            if (ra_recognise_placeholder(value))
                continue;
            l->any = l->current = true;
            add_name(l->c->arena, &l->via, ra_span_of(ra_strfmt(l->c->arena, "$%s", ra_strndup(l->c->arena, name))));
        } else if (row->what == RA_CLI_KEY_ID) {
            account_of(l, value);
        } else {
            add_name(l->c->arena, &l->names[row->what], value);
        }
    }
}

static bool kept(struct ra_collect *c, const char *name)
{
    const char *prefix = ra_strfmt(c->arena, "password:program:%s#", name);
    for (size_t i = 0; i < c->inv->n_reaches; i++)
        if (strncmp(c->inv->reaches[i]->id, prefix, strlen(prefix)) == 0)
            return true;
    return false;
}

void ra_cli_login(struct ra_collect *c, const struct ra_cli_row *cli, struct ra_reach *program)
{
    static const char *const keys[RA_CLI_WHATS] = {[RA_CLI_IDENTITY] = "identities", [RA_CLI_PROFILE] = "profiles",
                                                   [RA_CLI_CONTEXT] = "contexts", [RA_CLI_CURRENT] = "current",
                                                   [RA_CLI_RUNS] = "runs"};
    struct login *l = ra_new(c->arena, struct login);
    l->c = c;
    for (const struct ra_cli_row *row = ra_cli_next(cli); row; row = ra_cli_next(row))
        if (row->type == RA_CLI_ROW_VARIABLE) {
            variables(l, row);
        } else if (row->type == RA_CLI_ROW_FILE) {
            l->file = row;
            ra_cli_paths(c, row, look_into, l);
        }
    for (size_t i = 0; i < RA_CLI_WHATS; i++)
        if (keys[i])
            ra_reach_text(c->inv, program, keys[i], joined(c->arena, &l->names[i]));
    ra_reach_text(c->inv, program, "via", joined(c->arena, &l->via));
    ra_reach_text(c->inv, program, "problem", l->problem);
    if (l->expires_known)
        ra_reach_number(c->inv, program, "expires", l->expires_s);
    // What a keyring, a helper or an unread file holds is not told here, so that "not logged in" would be a guess.
    bool elsewhere = kept(c, cli->text) || l->names[RA_CLI_RUNS].n;
    if (elsewhere && !l->current)
        ra_reach_text(c->inv, program, "login", "kept by a keyring or a helper");
    if (l->current || (!elsewhere && !l->problem))
        ra_reach_flag(c->inv, program, "logged_in", l->current);
}
