// Certificates, key stores, ticket caches: dates and locks read from bytes that this file builds, value by value, and
// from one certificate each of OpenSSL's and OpenSSH's making.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "parse/kerberos.h"
#include "parse/stores.h"
#include "parse/x509.h"

// openssl req -x509 -newkey ec -days 3650, of 2026-11-21; public.
static const char certificate[] =
    "308201773082011da003020102021460729bf3b366615b071cffcde03e68ae0dc70267300a06082a8648ce3d040302301131"
    "0f300d06035504030c06782e74657374301e170d3236313132313131353133355a170d3336313131383131353133355a3011"
    "310f300d06035504030c06782e746573743059301306072a8648ce3d020106082a8648ce3d03010703420004f8e664eec5d3"
    "f62c41c08eaac0ad21a0294737d8a98f2979f54f4758ce7a312d7af97d404e5b4c7030dce05afe8267b097b41b8b466a6e5e"
    "1afe60e2f9255675a3533051301d0603551d0e041604149ad7497464e86f9404c7734e6a3700ff8b5adb7f301f0603551d23"
    "0418301680149ad7497464e86f9404c7734e6a3700ff8b5adb7f300f0603551d130101ff040530030101ff300a06082a8648"
    "ce3d0403020348003045022100cde36b47cc18c3752f07233d850e44ed8b24af46c6a385ca66e7d441e5f93de002201f51f2"
    "d8fd7ff59bb265b5a1e59d7e7c5f623b87089f710d2906d6ba2ef0a50d";
// ssh-keygen -s ca -n a,b -V 20200101:20300101; public.
static const char ssh_certificate[] =
    "ssh-ed25519-cert-v01@openssh.com "
    "AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIKvkoltOU9Svrjj1rCt5mApzPSsAZY6/0kfIgTqWj/K9AAAA"
    "IG3dkQNI4juRzZaUQLrBKiwxVmRkWHime3HN67XzncYcAAAAAAAAAAAAAAABAAAAAmlkAAAACgAAAAFhAAAAAWIAAAAAXgvhAAAA"
    "AABw29iAAAAAAAAAAIIAAAAVcGVybWl0LVgxMS1mb3J3YXJkaW5nAAAAAAAAABdwZXJtaXQtYWdlbnQtZm9yd2FyZGluZwAAAAAA"
    "AAAWcGVybWl0LXBvcnQtZm9yd2FyZGluZwAAAAAAAAAKcGVybWl0LXB0eQAAAAAAAAAOcGVybWl0LXVzZXItcmMAAAAAAAAAAAAA"
    "ADMAAAALc3NoLWVkMjU1MTkAAAAge64XOSq/rk9ccDKw0PUsFrP3hUnzp+mYmiNlEJcsJWEAAABTAAAAC3NzaC1lZDI1NTE5AAAA"
    "QNWk5XzT6URlDT5M8nlVrZoNF+Pk13wn0cFiTDz4IAVSvfP+iOk8AYVWztvZkoMbZWWQ0uzHdqkPy8A1HpHmqgE="
    " ann@x.test";

static struct ra_span unhex(struct ra_arena *a, const char *hex)
{
    size_t n = strlen(hex) / 2;
    char *out = ra_alloc(a, n + 1);
    for (size_t i = 0; i < n; i++) {
        uint64_t v;
        assert_true(ra_span_u64((struct ra_span){hex + 2 * i, 2}, 16, &v));
        out[i] = (char)v;
    }
    return (struct ra_span){out, n};
}

static void certificates_tell_their_dates(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    struct ra_x509 v;
    struct ra_span der = unhex(&a, certificate);
    assert_true(ra_x509_parse(der, &v));
    assert_int_equal(v.not_before_s, 1795261895);
    assert_int_equal(v.not_after_s, 2110621895);
    assert_true(ra_x509_first(&a, der, &v));
    for (size_t n = 0; n < 140; n++) // cut before the dates end: told as nothing, never misread
        assert_false(ra_x509_parse(ra_span_cut(der, 0, n), &v));
    assert_false(ra_x509_first(&a, RA_SPAN("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), &v));
    assert_false(ra_x509_first(&a, RA_SPAN("-----BEGIN CERTIFICATE-----\nMIIB"), &v));
    ra_arena_free(&a);
}

// ---- DER, built inside out ----

static struct ra_span der(struct ra_arena *a, unsigned char tag, struct ra_span body)
{
    char *out = ra_alloc(a, body.n + 6);
    size_t head = 4;
    out[0] = (char)tag, out[1] = (char)0x82, out[2] = (char)(body.n >> 8), out[3] = (char)body.n;
    memcpy(out + head, body.p, body.n);
    return (struct ra_span){out, head + body.n};
}

static struct ra_span join(struct ra_arena *a, struct ra_span x, struct ra_span y)
{
    char *out = ra_alloc(a, x.n + y.n + 1);
    memcpy(out, x.p, x.n);
    memcpy(out + x.n, y.p, y.n);
    return (struct ra_span){out, x.n + y.n};
}

static struct ra_span content(struct ra_arena *a, const char *oid, size_t n, struct ra_span octets)
{
    struct ra_span type = der(a, 0x06, (struct ra_span){oid, n});
    return der(a, 0x30, join(a, type, der(a, 0xA0, der(a, 0x04, octets))));
}

#define DATA "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01"
#define HIDDEN "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x06"
#define BAG(n) "\x2A\x86\x48\x86\xF7\x0D\x01\x0C\x0A\x01" n

static struct ra_span pkcs12(struct ra_arena *a, const char *bag, const char *part)
{
    struct ra_span inner = der(a, 0x30, der(a, 0x30, der(a, 0x06, (struct ra_span){bag, 11})));
    struct ra_span safe = der(a, 0x30, content(a, part, 9, inner));
    return der(a, 0x30, join(a, der(a, 0x02, RA_SPAN("\x03")), content(a, DATA, 9, safe)));
}

static void key_stores_tell_their_locks(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    struct ra_key_store s;
    const struct {
        const char *bag, *part;
        enum ra_key_lock lock;
        bool empty;
    } rows[] = {
        {BAG("\x01"), DATA, RA_KEY_PLAIN, false},
        {BAG("\x02"), DATA, RA_KEY_LOCKED, false},
        {BAG("\x03"), DATA, RA_KEY_UNSURE, true}, // a certificate alone
        {BAG("\x01"), HIDDEN, RA_KEY_LOCKED, false},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        assert_true(ra_key_store_parse(pkcs12(&a, rows[i].bag, rows[i].part), &s));
        assert_string_equal(s.form, "pkcs12");
        assert_int_equal(s.lock, rows[i].lock);
        assert_int_equal(s.empty, rows[i].empty);
    }
    struct ra_span whole = pkcs12(&a, BAG("\x01"), DATA);
    for (size_t n = 0; n < whole.n; n++)
        assert_false(ra_key_store_parse(ra_span_cut(whole, 0, n), &s));
    assert_false(ra_key_store_parse(unhex(&a, certificate), &s));
    ra_arena_free(&a);
}

static void other_stores(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    struct ra_key_store s;
    char digits[200] = {0};
    static const struct {
        const char *hex, *form;
        enum ra_key_lock lock;
        bool empty;
    } rows[] = {
        {"feedfeed000000020000000100000001", "jks", RA_KEY_LOCKED, false},
        {"feedfeed000000020000000100000002", "jks", RA_KEY_LOCKED, true},
        {"feedfeed0000000200000000", "jks", RA_KEY_LOCKED, true},
        {"cececece000000020000000200000002", "jceks", RA_KEY_LOCKED, false},
        {"03d9a29a67fb4bb5", "keepass", RA_KEY_LOCKED, false},
        {"0047495443525950544b455900000002", "git-crypt", RA_KEY_PLAIN, false},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        assert_true(ra_key_store_parse(unhex(&a, rows[i].hex), &s));
        assert_string_equal(s.form, rows[i].form);
        assert_int_equal(s.lock, rows[i].lock);
        assert_int_equal(s.empty, rows[i].empty);
    }
    assert_false(ra_key_store_parse(RA_SPAN("untrusted comment: x\nRWQAAA==\n"), &s)); // a public half
    memset(digits, 'A', 160);
    const char *plain = ra_strfmt(&a, "untrusted comment: key\nRWQA%s\n", digits);
    const char *locked = ra_strfmt(&a, "untrusted comment: key\nRWRT%s\n", digits);
    const char *open = ra_strfmt(&a, "untrusted comment: key\nRWRCSwAAAA%s\n", digits);
    assert_true(ra_key_store_parse(ra_span_of(plain), &s) && s.lock == RA_KEY_PLAIN);
    assert_string_equal(s.form, "minisign");
    assert_true(ra_key_store_parse(ra_span_of(locked), &s) && s.lock == RA_KEY_LOCKED);
    assert_true(ra_key_store_parse(ra_span_of(open), &s) && s.lock == RA_KEY_PLAIN);
    assert_string_equal(s.form, "signify");
    ra_arena_free(&a);
}

static void ssh_certificates_tell_their_dates(void **state)
{
    (void)state;
    struct ra_ssh_certificate c;
    assert_true(ra_ssh_certificate_parse(ra_span_of(ssh_certificate), &c));
    assert_int_equal(c.valid_after_s, 1577836800);
    assert_int_equal(c.valid_before_s, 1893456000);
    assert_int_equal(c.principals, 2);
    assert_false(c.of_host);
    for (size_t n = 0; n < 240; n++)
        assert_false(ra_ssh_certificate_parse(ra_span_cut(ra_span_of(ssh_certificate), 0, n), &c));
    assert_false(ra_ssh_certificate_parse(RA_SPAN("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== x"), &c));
}

// ---- Kerberos ----

static void u16(struct ra_buf *b, unsigned v)
{
    ra_buf_putc(b, (char)(v >> 8));
    ra_buf_putc(b, (char)v);
}

static void u32(struct ra_buf *b, uint32_t v)
{
    u16(b, v >> 16);
    u16(b, v & 0xFFFF);
}

static void text(struct ra_buf *b, const char *s)
{
    u32(b, (uint32_t)strlen(s));
    ra_buf_puts(b, s);
}

static void principal(struct ra_buf *b, const char *realm, const char *first)
{
    u32(b, 1);
    u32(b, 1);
    text(b, realm);
    text(b, first);
}

static void ticket(struct ra_buf *b, const char *realm, const char *service, uint32_t end)
{
    principal(b, "X.TEST", "ann");
    principal(b, realm, service);
    u16(b, 18);
    text(b, "0123456789abcdef");
    u32(b, 1), u32(b, 1), u32(b, end), u32(b, end + 100);
    ra_buf_putc(b, 0);
    u32(b, 0);
    u32(b, 1), u16(b, 2), text(b, "\x7f"); // one address
    u32(b, 0);
    text(b, "ticket");
    text(b, "");
}

static void ticket_caches_tell_their_ends(void **state)
{
    (void)state;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    struct ra_tickets t;
    u16(&b, 0x0504), u16(&b, 2), u16(&b, 0);
    principal(&b, "X.TEST", "ann");
    size_t none = b.n;
    ticket(&b, "X-CACHECONF:", "krb5_ccache_conf_data", 4000000000u);
    ticket(&b, "X.TEST", "krbtgt", 3000000000u);
    size_t two = b.n;
    ticket(&b, "X.TEST", "host", 2000000000u);
    assert_true(ra_tickets_parse(ra_buf_view(&b), &t));
    assert_int_equal(t.n, 2);
    assert_true(t.granting);
    assert_int_equal(t.ends_s, 3000000000); // beyond 2038, and not the setting's
    assert_true(ra_tickets_parse(ra_span_cut(ra_buf_view(&b), 0, none), &t));
    assert_int_equal(t.n, 0);
    for (size_t n = two + 1; n < b.n; n++) {
        assert_false(ra_tickets_parse(ra_span_cut(ra_buf_view(&b), 0, n), &t));
        assert_int_equal(t.n, 1);
    }
    assert_false(ra_tickets_parse(RA_SPAN("FILE:"), &t));
}

static void key_tables_are_counted(void **state)
{
    (void)state;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    unsigned keys;
    u16(&b, 0x0502);
    assert_true(ra_keytab_parse(ra_buf_view(&b), &keys) && keys == 0);
    text(&b, "an entry");
    u32(&b, (uint32_t)-4), ra_buf_puts(&b, "hole");
    text(&b, "another one");
    assert_true(ra_keytab_parse(ra_buf_view(&b), &keys));
    assert_int_equal(keys, 2);
    assert_false(ra_keytab_parse(RA_SPAN("#!/bin/sh"), &keys));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificates_tell_their_dates), cmocka_unit_test(key_stores_tell_their_locks),
        cmocka_unit_test(other_stores),                  cmocka_unit_test(ssh_certificates_tell_their_dates),
        cmocka_unit_test(ticket_caches_tell_their_ends), cmocka_unit_test(key_tables_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
