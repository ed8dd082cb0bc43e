// INI, git config, dotenv and netrc: every entry with its line, in every dialect that credential files use.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "parse/ini.h"
#include "parse/netrc.h"

// Entries as "line section|key|value;"
static const struct {
    bool git;
    const char *input, *entries;
} ini[] = {
    {false, "", ""},
    {false, "[default]\naws_access_key_id = A\n# no\n; no\n\naws_secret_access_key=b=c \n[ two ]\nx",
     "2 default|aws_access_key_id|A;6 default|aws_secret_access_key|b=c;8 two|x|;"},
    {false, "\xEF\xBB\xBF" "a=1\r\nb = \"q u\"\r\n", "1 |a|1;2 |b|q u;"},
    {false, "//host.test/:_authToken=tok\n@s:registry=https://host.test/\nemail: me\n",
     "1 |//host.test/:_authToken|tok;2 |@s:registry|https://host.test/;3 |email|me;"},
    {false, "[p]\npassword: a=b\nurl = 'it''s'\n", "2 p|password|a=b;3 p|url|'it''s';"},
    {false, "[global]\nextra-index-url =\n    https://u:p@host.test/?a=b\n  https://two.test\ntimeout = 3",
     "2 global|extra-index-url|https://u:p@host.test/?a=b\n  https://two.test;5 global|timeout|3;"},
    {false, "[d]\ns3 =\n  style = path\nregion = x\n", "2 d|s3|;3 d|style|path;4 d|region|x;"},
    {false, "[unclosed\nk=v", "2 unclosed|k|v;"},
    {false, "  a = 1\n  b = 2\n", "1 |a|1;2 |b|2;"},
    {true, "[Remote \"ori\\\"Gin\"] url = x ; no\n\tPush = \"a # b\" # no\n\tflag\n",
     "1 remote.ori\"Gin|url|x;2 remote.ori\"Gin|Push|a # b;3 remote.ori\"Gin|flag|;"},
    {true, "[a]\n\tv = one \\\n  two\n\tw = x:y=z\n[b] # c\nk = \"p\"q\"r\"\n",
     "2 a|v|one \\\n  two;4 a|w|x:y=z;6 b|k|\"p\"q\"r\";"},
    {true, "[a]\nk = \"open # not a comment\nn = \\", "2 a|k|\"open # not a comment;3 a|n|\\;"},
    {true, "[core]hooksPath=/h\n[url \"https://host.test/\"]\n insteadOf = x", "1 core|hooksPath|/h;3 url.https://host.test/|insteadOf|x;"},
};

static void reads_entries(void **state)
{
    (void)state;
    for (size_t i = 0; i < RA_COUNT(ini); i++) {
        struct ra_buf out = {0};
        struct ra_ini it = {.rest = ra_span_of(ini[i].input), .git = ini[i].git};
        struct ra_span key, value;
        ra_buf_puts(&out, "");
        while (ra_ini_next(&it, &key, &value)) {
            ra_buf_printf(&out, "%u ", it.line);
            ra_buf_span(&out, it.section);
            ra_buf_putc(&out, '|');
            ra_buf_span(&out, key);
            ra_buf_putc(&out, '|');
            ra_buf_span(&out, value);
            ra_buf_putc(&out, ';');
        }
        assert_string_equal(out.p, ini[i].entries);
        ra_buf_free(&out);
    }
}

static void decodes_git_values(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    assert_string_equal(ra_git_value(&a, RA_SPAN("!f() { echo \\\"x\\\"; }; f")), "!f() { echo \"x\"; }; f");
    assert_string_equal(ra_git_value(&a, RA_SPAN("one \\\n  two")), "one   two");
    assert_string_equal(ra_git_value(&a, RA_SPAN("\"p\"q\\tr\\\\")), "pq\tr\\");
    assert_string_equal(ra_git_value(&a, RA_SPAN("ends \\")), "ends \\");
    ra_arena_free(&a);
}

static void cuts_section_names_that_are_too_long(void **state)
{
    (void)state;
    struct ra_buf in = {0};
    ra_buf_puts(&in, "[a \"");
    for (int i = 0; i < 2000; i++)
        ra_buf_putc(&in, 'x');
    ra_buf_puts(&in, "\"]\nk=v\n");
    struct ra_ini it = {.rest = ra_buf_view(&in), .git = true};
    struct ra_span key, value;
    assert_true(ra_ini_next(&it, &key, &value));
    assert_int_equal(it.section.n, RA_INI_SECTION_BYTES);
    assert_true(ra_span_is(key, "k"));
    ra_buf_free(&in);
}

static const struct {
    const char *input, *entries; // "line key|value;"
} dotenv[] = {
    {"A=1\n# B=2\n\nexport C='x y' # c\nD=\"a#b\"\r\nE=plain # c\nF=a#b\n", "1 A|1;4 C|x y;5 D|a#b;6 E|plain;7 F|a#b;"},
    {"KEY=\"line one\nline two\"\nNEXT=1", "2 KEY|line one\nline two;3 NEXT|1;"},
    {"A=\"it's\nB=\"x\"\n", "1 A|\"it's;2 B|x;"},
    {"A='no end\nB=1\n", "1 A|'no end;2 B|1;"},
    {"A=\"esc \\\" quote\"\nB=`b t`\nC: yaml\nnot an entry\n1A=x\nset A=b\n=x\n",
     "1 A|esc \\\" quote;2 B|b t;3 C|yaml;"},
    {"A=\nB=\"\"\nC = spaced\nexport\tD=1", "1 A|;2 B|;3 C|spaced;4 D|1;"},
    {"A='b'c\nB=\"x\" y\n", "1 A|'b'c;2 B|\"x\" y;"},
};

static void reads_dotenv(void **state)
{
    (void)state;
    for (size_t i = 0; i < RA_COUNT(dotenv); i++) {
        struct ra_buf out = {0};
        struct ra_span rest = ra_span_of(dotenv[i].input), key, value;
        unsigned line = 0;
        while (ra_dotenv_next(&rest, &line, &key, &value)) {
            ra_buf_printf(&out, "%u ", line);
            ra_buf_span(&out, key);
            ra_buf_putc(&out, '|');
            ra_buf_span(&out, value);
            ra_buf_putc(&out, ';');
        }
        assert_string_equal(out.p, dotenv[i].entries);
        ra_buf_free(&out);
    }
}

static const struct {
    const char *input, *entries; // "line machine|login|password;", default as *
} netrc[] = {
    {"", ""},
    {"machine a.test login me password x\nmachine b.test\n  login you\n  account z password y\ndefault login anonymous",
     "1 a.test|me|x;2 b.test|you|y;5 *|anonymous|;"},
    {"# machine no login no password no\nmachine a password \"p w\\\" d\" login m", "2 a|m|p w\\\" d;"},
    {"machine a login b password machine\nmachine c password #x\n", "1 a|b|machine;2 c||#x;"},
    {"machine a login b\nmacdef init\n machine no\n login no\n\n# machine no\nmachine c login d", "1 a|b|;7 c|d|;"},
    {"machine a password \"open\nmachine b password ok", "1 a||\"open;2 b||ok;"},
    {"login orphan password orphan\nmachine a", "2 a||;"},
    {"machine", "1 ||;"},
    {"machine a login", "1 a||;"},
    {"macdef only", ""},
};

static void reads_netrc(void **state)
{
    (void)state;
    for (size_t i = 0; i < RA_COUNT(netrc); i++) {
        struct ra_buf out = {0};
        struct ra_netrc it = {.rest = ra_span_of(netrc[i].input), .line = 1};
        struct ra_netrc_entry e;
        ra_buf_puts(&out, "");
        while (ra_netrc_next(&it, &e)) {
            ra_buf_printf(&out, "%u ", e.line);
            ra_buf_span(&out, e.is_default ? RA_SPAN("*") : e.machine);
            ra_buf_putc(&out, '|');
            ra_buf_span(&out, e.login);
            ra_buf_putc(&out, '|');
            ra_buf_span(&out, e.password);
            ra_buf_putc(&out, ';');
        }
        assert_string_equal(out.p, netrc[i].entries);
        ra_buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_entries),   cmocka_unit_test(decodes_git_values),
        cmocka_unit_test(reads_dotenv),    cmocka_unit_test(cuts_section_names_that_are_too_long),
        cmocka_unit_test(reads_netrc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
