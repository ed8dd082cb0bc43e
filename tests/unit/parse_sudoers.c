// sudoers and doas.conf: who may run what, and is a password asked? Cases are the manual's own and those that readers
// of these files get wrong: the last match, negation, aliases defined later, tags that carry over.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "parse/sudoers.h"

static const struct ra_sudo_group groups[] = {{"dev", 1000}, {"sudo", 27}};
static const struct ra_sudo_who dev = {.user = "dev", .host = "box.corp.test", .uid = 1000, .groups = groups, .n_groups = 2};

// Rules as "command[;command...]": "!" negated, "?" unsure, "-" a password is asked, "~" not as root, "+" SETENV.
static const struct {
    const char *text, *rules;
} cases[] = {
    {"", ""},
    {"# dev ALL=(ALL) NOPASSWD: ALL\n", ""},
    {"dev ALL=(ALL) ALL\n", "-ALL"},
    {"dev ALL=(ALL:ALL) NOPASSWD:ALL\n", "ALL"},
    {"dev ALL = NOPASSWD : ALL", "ALL"},
    {"other ALL=(ALL) NOPASSWD: ALL\n%staff ALL=NOPASSWD: ALL\n#1001 ALL=NOPASSWD: ALL\n%#1001 ALL=NOPASSWD: ALL\n", ""},
    {"%sudo ALL=(ALL:ALL) ALL\n", "-ALL"},
    {"%sudo ALL=(ALL:ALL) NOPASSWD: ALL\n", "ALL"},
    {"#1000 ALL=NOPASSWD: /bin/a\n%#27 ALL=NOPASSWD: /bin/b\n", "/bin/a;/bin/b"},
    {"other , dev ALL=NOPASSWD: /bin/a\n", "/bin/a"},
    {"ALL, !dev ALL=NOPASSWD: ALL\n", ""},
    {"!dev, ALL ALL=NOPASSWD: ALL\n", "ALL"},
    {"\"dev\" ALL=NOPASSWD: /bin/a\n", "/bin/a"},
    {"+ops ALL=NOPASSWD: ALL\n", "?ALL"},
    {"%:plugged ALL=NOPASSWD: ALL\n", "?ALL"},
    // Tags and runas carry over to what follows in the list.
    {"dev ALL=(root) NOPASSWD: /bin/a, /bin/b, PASSWD: /bin/c\n", "/bin/a;/bin/b;-/bin/c"},
    {"dev ALL=(bob) NOPASSWD: /bin/a, (root) /bin/b, () /bin/c\n", "~/bin/a;/bin/b;~/bin/c"},
    {"dev ALL=(:adm) NOPASSWD: /bin/a\ndev ALL=(ALL, !root) NOPASSWD: /bin/b\ndev ALL=(#0) NOPASSWD: /bin/c\n",
     "~/bin/a;~/bin/b;/bin/c"},
    {"dev ALL=(root) NOEXEC: SETENV: NOPASSWD: /bin/a x\\,y \\:z, /bin/b\n", "+/bin/a x,y :z;+/bin/b"},
    // The last match wins.
    {"dev ALL=NOPASSWD: ALL\ndev ALL=(ALL) ALL\n", "-ALL;-ALL"},
    {"dev ALL=NOPASSWD: /bin/a\n%sudo ALL=(ALL) ALL\n", "-/bin/a;-ALL"},
    {"%sudo ALL=(ALL) ALL\ndev ALL=NOPASSWD: /bin/a\n", "-ALL;/bin/a"},
    {"dev ALL=NOPASSWD: /bin/a\ndev ALL=(bob) ALL\n", "/bin/a;-~ALL"},
    {"dev ALL=NOPASSWD: ALL, !/bin/su\n", "ALL;!/bin/su"},
    {"dev ALL=NOPASSWD: /bin/a\n+ops ALL=(ALL) ALL\n", "/bin/a;-?ALL"},
    // Hosts.
    {"dev box=NOPASSWD: /bin/a : other=NOPASSWD: ALL\n", "/bin/a"},
    {"dev other=NOPASSWD: ALL : box = (root) NOPASSWD: /bin/b\n", "/bin/b"},
    {"dev *.corp.test=NOPASSWD: /bin/a\ndev 10.0.0.0/8=NOPASSWD: /bin/b\ndev !box, ALL=NOPASSWD: /bin/c\n",
     "/bin/a;?/bin/b;/bin/c"},
    {"dev ALL, !box=NOPASSWD: ALL\n", ""},
    // Aliases may be defined after their use, hold one another, and share a line.
    {"ADMINS BOXES = (AS) NOPASSWD: SHELLS, !QUIET\nUser_Alias ADMINS = bob, dev : NOBODY = x\nHost_Alias BOXES = box\n"
     "Runas_Alias AS = root\nCmnd_Alias SHELLS = /bin/sh, INNER : INNER = /bin/bash : QUIET = /bin/true\n",
     "/bin/sh;/bin/bash;!/bin/true"},
    {"User_Alias A = A\nA ALL=NOPASSWD: ALL\n", "?ALL"},
    {"Cmnd_Alias C = sha224:abcd /bin/a, /bin/b\ndev ALL=NOPASSWD: C\n", "?/bin/a;/bin/b"},
    {"dev ALL=NOPASSWD: sha256:00, sha512:11 /bin/a\ndev ALL= NOTAFTER=20300101Z CWD=/srv NOPASSWD: /bin/b\n",
     "?/bin/a;?/bin/b"},
    {"dev ALL=NOPASSWD: /bin/systemctl restart \\\n   web, \\\n /bin/b\n", "/bin/systemctl restart web;/bin/b"},
    {"dev ALL=NOPASSWD: /bin/a ^[a,b]+$, /bin/b\n", "/bin/a ^[a,b]+$;/bin/b"},
    {"dev ALL=(root) NOPASSWD: sudoedit /etc/motd, list\n", "sudoedit /etc/motd;list"},
    // Defaults.
    {"Defaults !authenticate\ndev ALL=ALL\n", "ALL"},
    {"Defaults env_reset, !authenticate\ndev ALL=PASSWD: ALL\n", "-ALL"},
    {"Defaults:bob !authenticate\ndev ALL=ALL\n", "-ALL"},
    {"Defaults:bob, dev !authenticate\ndev ALL=ALL\n", "ALL"},
    {"Defaults!/bin/a !authenticate\ndev ALL=/bin/a\n", "?/bin/a"},
    {"Defaults !authenticate\nDefaults authenticate\ndev ALL=ALL\n", "-ALL"},
    {"Defaults exempt_group = sudo\ndev ALL=ALL\n", "ALL"},
    {"Defaults secure_path=\"/a:/b\", exempt_group=other\ndev ALL=ALL\n", "-ALL"},
    // Damage.
    {"dev\ndev ALL\ndev ALL=\n=\n\n\\\n", ""},
};

static void tell(struct ra_buf *out, const struct ra_sudo_rule *rules, size_t n)
{
    ra_buf_puts(out, "");
    for (size_t i = 0; i < n; i++) {
        const struct ra_sudo_rule *r = &rules[i];
        assert_int_not_equal(r->holds, RA_SUDO_NO);
        ra_buf_printf(out, "%s%s%s%s%s%s%s", i ? ";" : "", r->no_password ? "" : "-", r->holds == RA_SUDO_YES ? "" : "?",
                      r->as_root == RA_SUDO_YES ? "" : "~", r->setenv ? "+" : "", r->negated ? "!" : "", r->command);
    }
}

static void says_who_may_run_what(void **state)
{
    (void)state;
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
        struct ra_buf out RA_CLEANUP(ra_buf_free) = {0};
        struct ra_sudoers s = {.arena = &a};
        struct ra_sudo_rule *rules = NULL;
        ra_sudoers_add(&s, "/etc/sudoers", ra_span_of(cases[i].text));
        tell(&out, rules, 0);
        size_t n = ra_sudoers_rules(&s, &dev, &rules);
        tell(&out, rules, n);
        if (strcmp(out.p, cases[i].rules))
            print_message("%s\n", cases[i].text);
        assert_string_equal(out.p, cases[i].rules);
    }
}

static void on_an_unknown_host_nothing_is_sure(void **state)
{
    (void)state;
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    struct ra_sudoers s = {.arena = &a};
    struct ra_sudo_who who = dev;
    struct ra_sudo_rule *rules = NULL;
    who.host = NULL;
    ra_sudoers_add(&s, "/etc/sudoers", ra_span_of("dev box=NOPASSWD: ALL\ndev ALL=NOPASSWD: /bin/a\n"));
    assert_int_equal(ra_sudoers_rules(&s, &who, &rules), 2);
    assert_int_equal(rules[0].holds, RA_SUDO_UNSURE);
    assert_int_equal(rules[1].holds, RA_SUDO_YES);
}

// Includes are read where they stand: what follows them wins over them.
static void give(void *arg, struct ra_sudoers *s, const char *path, bool directory)
{
    struct ra_buf *seen = arg;
    ra_buf_printf(seen, "%s%s ", path, directory ? "/" : "");
    if (strcmp(path, "/etc/loop") == 0)
        ra_sudoers_add(s, path, ra_span_of("@include loop\n"));
    else
        ra_sudoers_add(s, path, ra_span_of("dev ALL=NOPASSWD: ALL\n"));
}

static void includes_are_read_where_they_stand(void **state)
{
    (void)state;
    static const struct {
        const char *text, *asked;
        bool no_password;
    } includes[] = {
        {"@includedir /etc/sudoers.d\n", "/etc/sudoers.d/ ", true},
        {"#includedir /etc/sudoers.d\ndev ALL=ALL\n", "/etc/sudoers.d/ ", false},
        {"dev ALL=ALL\n#include more\\ rules\n", "/etc/more rules ", true},
        {"# include more\n#includedirs x\n", "", false},
    };
    for (size_t i = 0; i < RA_COUNT(includes); i++) {
        struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
        struct ra_buf seen RA_CLEANUP(ra_buf_free) = {0};
        struct ra_sudoers s = {.arena = &a, .include = give, .arg = &seen};
        struct ra_sudo_rule *rules = NULL;
        bool free = false;
        ra_buf_puts(&seen, "");
        ra_sudoers_add(&s, "/etc/sudoers", ra_span_of(includes[i].text));
        size_t n = ra_sudoers_rules(&s, &dev, &rules);
        for (size_t k = 0; k < n; k++)
            free |= rules[k].no_password;
        assert_string_equal(seen.p, includes[i].asked);
        assert_int_equal(free, includes[i].no_password);
    }
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    struct ra_buf seen RA_CLEANUP(ra_buf_free) = {0};
    struct ra_sudoers s = {.arena = &a, .include = give, .arg = &seen};
    ra_sudoers_add(&s, "/etc/sudoers", ra_span_of("@include /etc/loop\n"));
    assert_int_equal(s.n_odd, 1); // the one that is too deep
}

static void reads_doas(void **state)
{
    (void)state;
    struct ra_span rest = ra_span_of("# permit nopass bob\npermit nopass keepenv setenv { A=b C } :wheel as root cmd sh "
                                     "args -c x\ndeny bob\npermit persist 1000\npermit\nallow x\n");
    struct ra_doas_rule r;
    size_t odd = 0;
    assert_true(ra_doas_next(&rest, &r, &odd));
    assert_true(r.permit && r.no_password && ra_span_is(r.who, ":wheel") && ra_span_is(r.as, "root") &&
                ra_span_is(r.command, "sh"));
    assert_true(ra_doas_next(&rest, &r, &odd));
    assert_true(!r.permit && !r.no_password && ra_span_is(r.who, "bob") && r.as.n == 0);
    assert_true(ra_doas_next(&rest, &r, &odd));
    assert_true(r.permit && !r.no_password && ra_span_is(r.who, "1000"));
    assert_false(ra_doas_next(&rest, &r, &odd));
    assert_int_equal(odd, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_who_may_run_what),
        cmocka_unit_test(on_an_unknown_host_nothing_is_sure),
        cmocka_unit_test(includes_are_read_where_they_stand),
        cmocka_unit_test(reads_doas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
