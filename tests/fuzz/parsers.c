// One driver for all parsers. Each result is walked whole, so that a span which points outside its memory is met, and
// what every caller relies on is asserted: ends, depths, counts, positions.
#include "parsers.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "parse/claims.h"
#include "parse/dbus.h"
#include "parse/ini.h"
#include "parse/json.h"
#include "parse/kerberos.h"
#include "parse/keys.h"
#include "parse/netlink.h"
#include "parse/netrc.h"
#include "parse/proc.h"
#include "parse/sudoers.h"
#include "parse/stores.h"
#include "parse/toml.h"
#include "parse/x509.h"
#include "parse/yaml.h"

#undef NDEBUG // these assertions are the test
#include <assert.h>

static volatile unsigned sum;

static void touch(struct ra_span s)
{
    assert(s.p || s.n == 0);
    for (size_t i = 0; i < s.n; i++)
        sum += (unsigned char)s.p[i];
}

// A span borrowed from the input lies in it.
static void inside(struct ra_span s, struct ra_span input)
{
    assert(s.n <= input.n && (s.n == 0 || (s.p >= input.p && s.p + s.n <= input.p + input.n)));
    touch(s);
}

static size_t walk(const struct ra_json *v, unsigned depth)
{
    size_t n = 1;
    int64_t number;
    assert(depth <= RA_MAX_DEPTH + 1);
    assert(v->line > 0 && v->column > 0);
    touch(v->key);
    touch(v->text);
    ra_json_i64(v, &number);
    assert(!v->child || v->type == RA_JSON_OBJECT || v->type == RA_JSON_ARRAY);
    for (const struct ra_json *m = v->child; m; m = m->next) {
        assert(v->type != RA_JSON_OBJECT || (m->key_line > 0 && m->key_column > 0));
        n += walk(m, depth + 1);
    }
    return n;
}

static void document(int code, const struct ra_json *v, const struct ra_error *err, bool duplicates_allowed)
{
    if (code) {
        assert(!v && code == RA_E_INPUT && err->code == code && err->line > 0 && err->column > 0 && err->text[0]);
        return;
    }
    assert(walk(v, 0) <= RA_MAX_NODES + 1);
    const struct ra_json *twice = ra_json_duplicate(v);
    assert(duplicates_allowed || !twice);
    ra_json_at(v, "a.b");
}

static void json(struct ra_arena *a, struct ra_span in, bool jsonc)
{
    struct ra_json *v = NULL;
    struct ra_error err = {0};
    int code = ra_json_parse(a, in, jsonc, &v, &err);
    document(code, v, &err, true);
}

static void fuzz_json(struct ra_arena *a, struct ra_span in)
{
    json(a, in, false);
}

static void fuzz_jsonc(struct ra_arena *a, struct ra_span in)
{
    json(a, in, true);
}

static void fuzz_toml(struct ra_arena *a, struct ra_span in)
{
    struct ra_json *v = NULL;
    struct ra_error err = {0};
    int code = ra_toml_parse(a, in, &v, &err);
    document(code, v, &err, false);
}

static void fuzz_yaml(struct ra_arena *a, struct ra_span in)
{
    struct ra_json *v = NULL;
    struct ra_error err = {0};
    int code = ra_yaml_parse(a, in, &v, &err);
    document(code, v, &err, false);
}

static void ini(struct ra_arena *a, struct ra_span in, bool git)
{
    struct ra_ini it = {.rest = in, .git = git};
    struct ra_span key, value;
    unsigned line = 0;
    while (ra_ini_next(&it, &key, &value)) {
        inside(key, in);
        inside(value, in);
        touch(it.section);
        assert(it.line > line && it.lines_read >= it.line); // an entry a line: the loop ends
        line = it.line;
        if (git)
            assert(strlen(ra_git_value(a, value)) <= value.n);
    }
    assert(it.rest.n == 0);
}

static void fuzz_ini(struct ra_arena *a, struct ra_span in)
{
    ini(a, in, false);
}

static void fuzz_git(struct ra_arena *a, struct ra_span in)
{
    ini(a, in, true);
}

static void fuzz_dotenv(struct ra_arena *a, struct ra_span in)
{
    struct ra_span rest = in, key, value;
    unsigned line = 0, last = 0;
    (void)a;
    while (ra_dotenv_next(&rest, &line, &key, &value)) {
        inside(key, in);
        inside(value, in);
        assert(key.n > 0 && line > last);
        last = line;
    }
    assert(rest.n == 0);
}

static void fuzz_netrc(struct ra_arena *a, struct ra_span in)
{
    struct ra_netrc it = {.rest = in, .line = 1};
    struct ra_netrc_entry e;
    size_t left = in.n + 1;
    (void)a;
    while (ra_netrc_next(&it, &e)) {
        inside(e.machine, in);
        inside(e.login, in);
        inside(e.password, in);
        assert(it.rest.n < left && e.line > 0);
        left = it.rest.n;
    }
}

static void fuzz_mountinfo(struct ra_arena *a, struct ra_span in)
{
    struct ra_mount *m;
    size_t n;
    ra_mountinfo_parse(a, in, &m, &n);
    for (size_t i = 0; i < n; i++) {
        const char *const texts[] = {m[i].root, m[i].point, m[i].options, m[i].fstype, m[i].source, m[i].super_options};
        for (size_t t = 0; t < RA_COUNT(texts); t++)
            touch(ra_span_of(texts[t]));
        ra_mount_option(m[i].options, "ro");
    }
}

static void fuzz_status(struct ra_arena *a, struct ra_span in)
{
    struct ra_span v;
    uint64_t hex;
    int64_t number;
    (void)a;
    if (ra_status_field(in, "CapEff", &v))
        inside(v, in);
    ra_status_hex(in, "CapEff", &hex);
    ra_status_int(in, "NoNewPrivs", &number);
    ra_uid_map_is_init(in);
}

static void fuzz_unix(struct ra_arena *a, struct ra_span in)
{
    struct ra_span rest = in;
    struct ra_unix_line u;
    (void)a;
    while (ra_unix_next(&rest, &u))
        inside(u.path, in);
    assert(rest.n == 0);
}

static void fuzz_stat(struct ra_arena *a, struct ra_span in)
{
    struct ra_span comm;
    int64_t ppid;
    (void)a;
    if (ra_stat_parse(in, &comm, &ppid))
        inside(comm, in);
}

static void fuzz_passwd(struct ra_arena *a, struct ra_span in)
{
    struct ra_span rest = in;
    struct ra_passwd p;
    (void)a;
    while (ra_passwd_next(&rest, &p)) {
        assert(p.name.n);
        inside(p.name, in);
        inside(p.home, in);
        inside(p.shell, in);
    }
}

static void fuzz_netlink(struct ra_arena *a, struct ra_span in)
{
    struct ra_nl_link link;
    struct ra_nl_addr addr;
    struct ra_nl_route route;
    struct ra_nl_rule rule;
    struct ra_nl_listener listener;
    char text[64];
    bool bad = false;
    (void)a;
    for (struct ra_span s = in; ra_nl_next_link(&s, &link, &bad);)
        assert(strnlen(link.name, sizeof link.name) < sizeof link.name);
    for (struct ra_span s = in; ra_nl_next_addr(&s, &addr, &bad);)
        ra_nl_address(addr.family, addr.address, text);
    for (struct ra_span s = in; ra_nl_next_route(&s, &route, &bad);)
        ra_nl_address(route.family, route.gateway, text);
    for (struct ra_span s = in; ra_nl_next_rule(&s, &rule, &bad);)
        sum += rule.table;
    for (struct ra_span s = in; ra_nl_next_listener(&s, &listener, &bad);)
        ra_nl_address(listener.family, listener.address, text);
}

// Seeds hold no markers of keys, which would trip secret scanners: # stands for dashes, $ and % for the words.
static void fuzz_private_key(struct ra_arena *a, struct ra_span in)
{
    struct ra_buf text = {0};
    struct ra_private_key k;
    (void)a;
    for (size_t i = 0; i < in.n; i++)
        if (in.p[i] == '#')
            ra_buf_puts(&text, "-----");
        else if (in.p[i] == '$')
            ra_buf_puts(&text, "PRIVATE" " KEY");
        else if (in.p[i] == '%')
            ra_buf_puts(&text, "AGE-SECRET" "-KEY-");
        else
            ra_buf_putc(&text, in.p[i]);
    char *exact = malloc(text.n ? text.n : 1);
    assert(exact);
    if (text.n)
        memcpy(exact, text.p, text.n);
    if (ra_private_key_parse((struct ra_span){exact, text.n}, &k)) {
        assert(k.format && strlen(k.fingerprint) < sizeof k.fingerprint);
        assert(!k.fingerprint[0] || strlen(k.fingerprint) == 50);
    }
    free(exact);
    ra_buf_free(&text);
}

static void fuzz_agent(struct ra_arena *a, struct ra_span in)
{
    struct ra_agent_key *keys;
    size_t n;
    bool locked;
    ra_agent_list_parse(a, in, &keys, &n, &locked);
    for (size_t i = 0; i < n; i++) {
        inside(keys[i].comment, in);
        assert(strlen(keys[i].type) < sizeof keys[i].type && strlen(keys[i].fingerprint) == 50);
    }
}

static void encode(struct ra_buf *to, struct ra_span s)
{
    static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned bits = 0, held = 0;
    for (size_t i = 0; i < s.n; i++)
        for (bits = bits << 8 | (unsigned char)s.p[i], held += 8; held >= 6; held -= 6)
            ra_buf_putc(to, abc[bits >> (held - 6) & 63]);
    if (held)
        ra_buf_putc(to, abc[bits << (6 - held) & 63]);
}

// The input as it is, and as the bytes of a macaroon.
static void fuzz_claims(struct ra_arena *a, struct ra_span in)
{
    struct ra_pypi t;
    struct ra_sas s;
    struct ra_buf text = {0};
    char account[13];
    ra_buf_puts(&text, "pypi-");
    encode(&text, in);
    if (ra_pypi_parse(a, ra_buf_view(&text), &t))
        touch(ra_span_of(t.projects));
    ra_pypi_parse(a, in, &t);
    if (ra_sas_parse(a, in, &s))
        assert(s.permissions || s.policy);
    if (ra_aws_account(in, account))
        assert(strlen(account) == 12 && strspn(account, "0123456789") == 12);
    ra_buf_free(&text);
}

// The input as it is, and its lines as the parts of a token.
static void fuzz_jwt(struct ra_arena *a, struct ra_span in)
{
    struct ra_jwt t;
    struct ra_buf text = {0};
    struct ra_span line, rest = in;
    ra_jwt_parse(a, in, &t);
    while (ra_span_line(&rest, &line)) {
        encode(&text, line);
        ra_buf_putc(&text, '.');
    }
    if (ra_jwt_parse(a, ra_buf_view(&text), &t)) {
        touch(t.issuer);
        touch(t.subject);
    }
    ra_buf_free(&text);
}

static void fuzz_base64(struct ra_arena *a, struct ra_span in)
{
    size_t n;
    char *bytes = ra_base64_decode(a, in, &n);
    if (bytes) {
        assert(n <= in.n);
        touch((struct ra_span){bytes, n});
        struct ra_buf again = {0};
        size_t m;
        encode(&again, (struct ra_span){bytes, n});
        char *same = ra_base64_decode(a, ra_buf_view(&again), &m);
        assert(same && m == n && memcmp(same, bytes, n) == 0);
        ra_buf_free(&again);
    }
}

static void fuzz_rfc3339(struct ra_arena *a, struct ra_span in)
{
    int64_t s;
    (void)a;
    if (ra_rfc3339(in, &s))
        assert(s > -70000000000 && s < 260000000000);
}

static void fuzz_include(void *arg, struct ra_sudoers *s, const char *path, bool directory)
{
    (void)directory;
    assert(path[0] == '/' && s->depth > 0 && s->depth < 64);
    ra_sudoers_add(s, path, *(const struct ra_span *)arg); // the same file again: a loop
}

static void fuzz_sudoers(struct ra_arena *a, struct ra_span in)
{
    static const struct ra_sudo_group group = {"dev", 1000};
    struct ra_span little = ra_span_cut(in, 0, 64), rest = in;
    struct ra_sudo_who who = {.user = "dev", .host = "box", .uid = 1000, .groups = &group, .n_groups = 1};
    struct ra_sudoers s = {.arena = a, .include = fuzz_include, .arg = &little};
    struct ra_sudo_rule *rules = NULL;
    struct ra_doas_rule doas;
    size_t odd = 0;
    ra_sudoers_add(&s, "/etc/sudoers", in);
    size_t n = ra_sudoers_rules(&s, &who, &rules);
    for (size_t i = 0; i < n; i++) {
        touch(ra_span_of(rules[i].command));
        assert(rules[i].command[0] && rules[i].holds != RA_SUDO_NO && s.depth == 0);
    }
    while (ra_doas_next(&rest, &doas, &odd)) {
        inside(doas.who, in);
        inside(doas.as, in);
        inside(doas.command, in);
    }
    assert(rest.n == 0);
}

// Bytes that no editor shows are written as pairs of hex digits in the seeds of these three; what is no such pair is
// taken as it is.
static struct ra_span unhex(struct ra_arena *a, struct ra_span in)
{
    char *out = ra_alloc(a, in.n + 1);
    size_t n = 0;
    uint64_t v;
    for (size_t i = 0; i < in.n; i++) {
        if (i + 1 < in.n && ra_span_u64(ra_span_cut(in, i, 2), 16, &v)) {
            out[n++] = (char)v;
            i++;
        } else if (in.p[i] != '\n' && in.p[i] != ' ') {
            out[n++] = in.p[i];
        }
    }
    return (struct ra_span){out, n};
}

static void fuzz_x509(struct ra_arena *a, struct ra_span in)
{
    struct ra_x509 v;
    if (ra_x509_first(a, in, &v) || ra_x509_first(a, unhex(a, in), &v))
        assert(v.not_after_s > -70000000000 && v.not_after_s < 260000000000);
}

static void fuzz_kerberos(struct ra_arena *a, struct ra_span in)
{
    struct ra_span both[] = {in, unhex(a, in)};
    struct ra_tickets t;
    unsigned keys;
    for (size_t i = 0; i < 2; i++) {
        ra_tickets_parse(both[i], &t);
        assert(t.n <= 1024 && t.ends_s >= 0 && t.ends_s < (1ll << 32));
        if (ra_keytab_parse(both[i], &keys))
            assert(keys <= both[i].n / 4);
    }
}

static void fuzz_stores(struct ra_arena *a, struct ra_span in)
{
    struct ra_span both[] = {in, unhex(a, in)};
    struct ra_key_store store;
    struct ra_ssh_certificate c;
    for (size_t i = 0; i < 2; i++) {
        if (ra_key_store_parse(both[i], &store))
            assert(store.form);
        if (ra_ssh_certificate_parse(both[i], &c))
            assert(c.valid_after_s >= 0 && c.valid_before_s >= 0);
    }
}

static void fuzz_dbus(struct ra_arena *a, struct ra_span in)
{
    struct ra_span both[] = {in, unhex(a, in)};
    for (size_t i = 0; i < 2; i++) {
        struct ra_span rest = both[i], paths, one;
        struct ra_dbus_reply r;
        bool yes;
        while (ra_dbus_next(&rest, &r)) {
            inside(r.body, both[i]);
            inside(r.signature, both[i]);
            ra_dbus_boolean(&r, &yes);
            for (bool more = ra_dbus_paths(&r, &paths); more && (more = ra_dbus_path_next(&r, &paths, &one));)
                inside(one, both[i]);
        }
    }
}

const struct fuzz_parser fuzz_parsers[] = {
#define FUZZ(name) {#name, fuzz_##name},
#include "parsers.def"
#undef FUZZ
};
const size_t fuzz_parsers_n = RA_COUNT(fuzz_parsers);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct ra_arena a = {0};
    if (n)
        fuzz_parsers[data[0] % fuzz_parsers_n].run(&a, (struct ra_span){(const char *)data + 1, n - 1});
    ra_arena_free(&a);
    return 0;
}
