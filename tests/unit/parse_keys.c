// Key material and tokens. Everything that looks like a secret is made here, from zeros or by ssh-keygen in a
// directory of its own.
#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "parse/keys.h"

#define BEGIN(label) "-----BEGIN" " " label "-----\n"
#define END(label) "-----END" " " label "-----\n"
#define KEY(word) word "PRIVATE" " KEY"

static void encode(struct ra_buf *to, struct ra_span s, bool url)
{
    const char *abc = url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                          : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < s.n; i += 3) {
        unsigned char b[3] = {0};
        size_t n = s.n - i < 3 ? s.n - i : 3;
        memcpy(b, s.p + i, n);
        unsigned v = (unsigned)b[0] << 16 | (unsigned)b[1] << 8 | b[2];
        for (size_t d = 0; d <= n; d++)
            ra_buf_putc(to, abc[v >> (18 - 6 * d) & 63]);
        if (!url)
            ra_buf_add(to, "==", 3 - n);
    }
}

static void put_string(struct ra_buf *to, const char *bytes, size_t n)
{
    char length[4] = {0, 0, (char)(n >> 8), (char)n};
    ra_buf_add(to, length, 4);
    ra_buf_add(to, bytes, n);
}

// An OpenSSH file of a key whose public half is zeros.
static void openssh(struct ra_buf *text, const char *cipher, const char *type)
{
    struct ra_buf body = {0}, blob = {0};
    static const char zeros[64];
    put_string(&blob, type, strlen(type));
    put_string(&blob, zeros, 32);
    put_string(&blob, "ssh:", 4);
    ra_buf_add(&body, "openssh-key-v1", 15);
    put_string(&body, cipher, strlen(cipher));
    put_string(&body, "none", 4);
    put_string(&body, "", 0);
    ra_buf_add(&body, "\0\0\0\1", 4);
    put_string(&body, blob.p, blob.n);
    put_string(&body, zeros, 64);
    ra_buf_puts(text, BEGIN(KEY("OPENSSH ")));
    encode(text, ra_buf_view(&body), false);
    ra_buf_puts(text, "\n" END(KEY("OPENSSH ")));
    ra_buf_free(&body);
    ra_buf_free(&blob);
}

static void tells_openssh_keys(void **state)
{
    (void)state;
    static const struct {
        const char *cipher, *type, *algorithm;
        enum ra_key_lock lock;
    } keys[] = {
        {"none", "ssh-ed25519", "ssh-ed25519", RA_KEY_PLAIN},
        {"aes256-ctr", "ssh-ed25519", "ssh-ed25519", RA_KEY_LOCKED},
        {"none", "sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519@openssh.com", RA_KEY_HARDWARE},
        {"none", "something-new", NULL, RA_KEY_PLAIN},
    };
    for (size_t i = 0; i < RA_COUNT(keys); i++) {
        struct ra_buf text = {0};
        struct ra_private_key k;
        ra_buf_puts(&text, "some text before\n");
        openssh(&text, keys[i].cipher, keys[i].type);
        assert_true(ra_private_key_parse(ra_buf_view(&text), &k));
        assert_string_equal(k.format, "openssh");
        assert_int_equal(k.lock, keys[i].lock);
        if (keys[i].algorithm)
            assert_string_equal(k.algorithm, keys[i].algorithm);
        else
            assert_null(k.algorithm);
        assert_int_equal(strlen(k.fingerprint), 7 + 43);
        ra_buf_free(&text);
    }
}

// The private half of a device's key tells what the device asks for: bit 0 a touch, bit 2 a PIN.
static void devices_that_ask_for_nothing(void **state)
{
    (void)state;
    static const struct {
        char flags;
        bool touchless;
    } cases[] = {{0x01, false}, {0x05, false}, {0x04, false}, {0x00, true}, {0x20, true}};
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        static const char type[] = "sk-ssh-ed25519@openssh.com", zeros[32];
        struct ra_buf body = {0}, blob = {0}, private = {0}, text = {0};
        struct ra_private_key k;
        put_string(&blob, type, sizeof type - 1);
        put_string(&blob, zeros, 32);
        put_string(&blob, "ssh:", 4);
        ra_buf_add(&private, zeros, 8);
        ra_buf_add(&private, blob.p, blob.n);
        ra_buf_putc(&private, cases[i].flags);
        put_string(&private, "handle", 6);
        ra_buf_add(&body, "openssh-key-v1", 15);
        put_string(&body, "none", 4);
        put_string(&body, "none", 4);
        put_string(&body, "", 0);
        ra_buf_add(&body, "\0\0\0\1", 4);
        put_string(&body, blob.p, blob.n);
        put_string(&body, private.p, private.n);
        ra_buf_puts(&text, BEGIN(KEY("OPENSSH ")));
        encode(&text, ra_buf_view(&body), false);
        ra_buf_puts(&text, "\n" END(KEY("OPENSSH ")));
        assert_true(ra_private_key_parse(ra_buf_view(&text), &k));
        assert_int_equal(k.lock, RA_KEY_HARDWARE);
        assert_int_equal(k.touchless, cases[i].touchless);
        ra_buf_free(&body), ra_buf_free(&blob), ra_buf_free(&private), ra_buf_free(&text);
    }
}

static void a_cut_key_is_unsure_or_none_but_never_misread(void **state)
{
    (void)state;
    struct ra_buf text = {0};
    openssh(&text, "aes256-ctr", "ssh-ed25519");
    for (size_t n = 0; n < text.n; n++) {
        char *copy = malloc(n ? n : 1);
        assert_non_null(copy);
        memcpy(copy, text.p, n);
        struct ra_private_key k;
        if (ra_private_key_parse((struct ra_span){copy, n}, &k))
            assert_true(k.lock == RA_KEY_UNSURE || k.lock == RA_KEY_LOCKED);
        free(copy);
    }
    ra_buf_free(&text);
}

static char digits[65];

static int make_digits(void **state)
{
    (void)state;
    memset(digits, 'A', 64); // zeros in base64
    return 0;
}

static const struct {
    const char *begin, *headers, *end, *format, *algorithm; // format NULL: no key
    enum ra_key_lock lock;
    bool digits;
} armoured[] = {
    {BEGIN(KEY("RSA ")), "", END(KEY("RSA ")), "pem", "rsa", RA_KEY_PLAIN, true},
    {BEGIN(KEY("RSA ")), "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n", END(KEY("RSA ")), "pem", "rsa",
     RA_KEY_LOCKED, true},
    {BEGIN(KEY("RSA ")), "Comment: ENCRYPTED is only a word here\n\n", "", "pem", "rsa", RA_KEY_PLAIN, true},
    {BEGIN(KEY("EC ")), "", "", "pem", "ecdsa", RA_KEY_PLAIN, true},
    {BEGIN(KEY("ENCRYPTED ")), "", "", "pkcs8", NULL, RA_KEY_LOCKED, true},
    {BEGIN(KEY("")), "", "", "pkcs8", NULL, RA_KEY_UNSURE, true},
    {BEGIN(KEY("OPENSSH ")), "", "", "openssh", NULL, RA_KEY_UNSURE, true},
    {BEGIN(KEY("PGP ") " BLOCK"), "Version: x\n\n", "", "pgp", NULL, RA_KEY_UNSURE, true},
    {BEGIN(KEY("RSA ")), "...", END(KEY("RSA ")), NULL, NULL, RA_KEY_PLAIN, false},
    {BEGIN(KEY("RSA ")), "\n", "", NULL, NULL, RA_KEY_PLAIN, false},
    {BEGIN("PUBLIC KEY"), "", "", NULL, NULL, RA_KEY_PLAIN, true},
    {BEGIN("CERTIFICATE"), "", "", NULL, NULL, RA_KEY_PLAIN, true},
};

static void tells_armoured_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < RA_COUNT(armoured); i++) {
        struct ra_buf text = {0};
        struct ra_private_key k;
        ra_buf_printf(&text, "%s%s%s\n%s", armoured[i].begin, armoured[i].headers, armoured[i].digits ? digits : "",
                      armoured[i].end);
        bool found = ra_private_key_parse(ra_buf_view(&text), &k);
        if (found != (armoured[i].format != NULL))
            fail_msg("%s", text.p);
        if (found) {
            assert_string_equal(k.format, armoured[i].format);
            assert_int_equal(k.lock, armoured[i].lock);
            if (armoured[i].algorithm)
                assert_string_equal(k.algorithm, armoured[i].algorithm);
            else
                assert_null(k.algorithm);
        }
        ra_buf_free(&text);
    }
}

static void reads_keys_whose_line_breaks_are_written_out(void **state)
{
    (void)state;
    struct ra_buf text = {0};
    struct ra_private_key k;
    ra_buf_printf(&text, "-----BEGIN" " RSA %s-----\\nProc-Type: 4,ENCRYPTED\\nDEK-Info: AES-128-CBC,00\\n\\n%s\\n",
                  KEY(""), digits);
    assert_true(ra_private_key_parse(ra_buf_view(&text), &k));
    assert_int_equal(k.lock, RA_KEY_LOCKED);
    ra_buf_free(&text);
    struct ra_buf real = {0};
    openssh(&real, "none", "ssh-ed25519");
    for (size_t i = 0; i < real.n; i++)
        if (real.p[i] == '\n')
            ra_buf_puts(&text, "\\n");
        else
            ra_buf_putc(&text, real.p[i]);
    assert_true(ra_private_key_parse(ra_buf_view(&text), &k));
    assert_int_equal(k.lock, RA_KEY_PLAIN);
    assert_string_equal(k.algorithm, "ssh-ed25519");
    ra_buf_free(&real);
    ra_buf_free(&text);
}

static void tells_pkcs8_algorithms(void **state)
{
    (void)state;
    static const char der[] = "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20\0\0\0\0\0\0\0\0";
    struct ra_buf text = {0};
    struct ra_private_key k;
    ra_buf_puts(&text, BEGIN(KEY("")));
    encode(&text, (struct ra_span){der, sizeof der - 1}, false);
    assert_true(ra_private_key_parse(ra_buf_view(&text), &k));
    assert_string_equal(k.algorithm, "ed25519");
    assert_int_equal(k.lock, RA_KEY_PLAIN);
    ra_buf_free(&text);
}

static void tells_putty_and_age_keys(void **state)
{
    (void)state;
    struct ra_buf text = {0}, blob = {0}, openssh_text = {0};
    struct ra_private_key k, same;
    static const char zeros[32];
    put_string(&blob, "ssh-ed25519", 11);
    put_string(&blob, zeros, 32);
    put_string(&blob, "ssh:", 4);
    ra_buf_puts(&text, "PuTTY-User-" "Key-File-3: ssh-ed25519\r\nEncryption: none\r\nComment: x\r\nPublic-Lines: 1\r\n");
    encode(&text, ra_buf_view(&blob), false);
    ra_buf_puts(&text, "\r\nPrivate-Lines: 1\r\nAAAA\r\n");
    assert_true(ra_private_key_parse(ra_buf_view(&text), &k));
    assert_string_equal(k.format, "putty");
    assert_int_equal(k.lock, RA_KEY_PLAIN);
    openssh(&openssh_text, "none", "ssh-ed25519");
    assert_true(ra_private_key_parse(ra_buf_view(&openssh_text), &same));
    assert_string_equal(k.fingerprint, same.fingerprint);
    ra_buf_clear(&text);
    ra_buf_puts(&text, "PuTTY-User-" "Key-File-2: ssh-rsa\nEncryption: aes256-cbc\n");
    assert_true(ra_private_key_parse(ra_buf_view(&text), &k));
    assert_int_equal(k.lock, RA_KEY_LOCKED);
    ra_buf_clear(&text);
    ra_buf_printf(&text, "# public key: age1x\nAGE-SECRET-" "KEY-1%.58s\n", digits);
    assert_true(ra_private_key_parse(ra_buf_view(&text), &k));
    assert_string_equal(k.format, "age");
    assert_int_equal(k.lock, RA_KEY_PLAIN);
    ra_buf_clear(&text);
    ra_buf_printf(&text, "AGE-PLUGIN-" "YUBIKEY-1%.58s\n", digits);
    assert_true(ra_private_key_parse(ra_buf_view(&text), &k));
    assert_int_equal(k.lock, RA_KEY_HARDWARE);
    assert_false(ra_private_key_parse(RA_SPAN("AGE-SECRET-" "KEY-1..."), &k));
    ra_buf_free(&text);
    ra_buf_free(&blob);
    ra_buf_free(&openssh_text);
}

// A secret key packet of version 4, EdDSA, whose usage octets are given.
static void pgp_packet(struct ra_buf *to, unsigned char tag, const char *usage, size_t n)
{
    static const char public[] = "\4\0\0\0\0\x16\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01\0\x07\x40";
    ra_buf_putc(to, (char)(0xC0 | tag));
    ra_buf_putc(to, (char)(sizeof public - 1 + n));
    ra_buf_add(to, public, sizeof public - 1);
    ra_buf_add(to, usage, n);
}

static void tells_whether_pgp_keys_are_guarded(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second;
        size_t n;
        enum ra_key_lock lock;
    } keys[] = {
        {"\0\0\0\0\0\0\0\0", "", 8, RA_KEY_PLAIN},
        {"\xFE\x09\x03\x08\0\0\0\0", "", 8, RA_KEY_LOCKED},
        {"\xFF\0\x65\0GNU\2", "", 8, RA_KEY_HARDWARE},
        {"\xFF\0\x65\0GNU\1", "\0\0\0\0\0\0\0\0", 8, RA_KEY_PLAIN}, // an offline primary key, an unguarded subkey
        {"\xFF\0\x65\0GNU\1", "\xFE\x09\x03\x08\0\0\0\0", 8, RA_KEY_LOCKED},
    };
    for (size_t i = 0; i < RA_COUNT(keys); i++) {
        struct ra_buf bytes = {0}, text = {0};
        struct ra_private_key k;
        pgp_packet(&bytes, 5, keys[i].first, keys[i].n);
        ra_buf_add(&bytes, "\xCD\1x", 3); // a user id
        if (i > 2)
            pgp_packet(&bytes, 7, keys[i].second, keys[i].n);
        ra_buf_puts(&text, BEGIN(KEY("PGP ") " BLOCK") "Version: x\n\n");
        encode(&text, ra_buf_view(&bytes), false);
        ra_buf_puts(&text, "\n=AAAA\n" END(KEY("PGP ") " BLOCK"));
        assert_true(ra_private_key_parse(ra_buf_view(&text), &k));
        assert_string_equal(k.format, "pgp");
        assert_string_equal(k.algorithm, "ed25519");
        assert_int_equal(k.lock, keys[i].lock);
        ra_buf_free(&bytes);
        ra_buf_free(&text);
    }
}

static bool run(const char *const argv[], const char *output)
{
    pid_t pid;
    int status;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    char *args[16] = {0};
    for (size_t i = 0; argv[i] && i < 15; i++)
        args[i] = strdup(argv[i]);
    int failed = posix_spawnp(&pid, argv[0], &files, NULL, args, environ);
    posix_spawn_file_actions_destroy(&files);
    for (size_t i = 0; args[i]; i++)
        free(args[i]);
    return !failed && waitpid(pid, &status, 0) == pid && status == 0;
}

static void slurp(const char *path, struct ra_buf *to)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    for (ssize_t n; (n = read(fd, ra_buf_room(to, 4096), 4096)) > 0;)
        to->n += (size_t)n;
    close(fd);
}

static void agrees_with_ssh_keygen(void **state)
{
    (void)state;
    static const struct {
        const char *type, *passphrase, *format;
        enum ra_key_lock lock;
    } keys[] = {
        {"ed25519", "", "RFC4716", RA_KEY_PLAIN},   {"ed25519", "long enough", "RFC4716", RA_KEY_LOCKED},
        {"rsa", "", "RFC4716", RA_KEY_PLAIN},       {"ecdsa", "", "RFC4716", RA_KEY_PLAIN},
        {"rsa", "long enough", "PEM", RA_KEY_LOCKED}, {"rsa", "", "PKCS8", RA_KEY_PLAIN},
        {"ecdsa", "long enough", "PKCS8", RA_KEY_LOCKED},
    };
    char dir[] = "/tmp/reachaudit-keys-XXXXXX", file[64], out[64], public[64];
    assert_non_null(mkdtemp(dir));
    snprintf(file, sizeof file, "%s/k", dir);
    snprintf(public, sizeof public, "%s/k.pub", dir);
    snprintf(out, sizeof out, "%s/out", dir);
    bool available = true;
    for (size_t i = 0; available && i < RA_COUNT(keys); i++) {
        const char *make[] = {"ssh-keygen", "-q", "-t", keys[i].type, "-N", keys[i].passphrase, "-m", keys[i].format,
                              "-f", file, NULL};
        const char *show[] = {"ssh-keygen", "-l", "-f", public, NULL};
        if (!run(make, out)) {
            available = i > 0;
            break;
        }
        struct ra_buf text = {0}, shown = {0};
        struct ra_private_key k;
        slurp(file, &text);
        assert_true(run(show, out));
        slurp(out, &shown);
        assert_true(ra_private_key_parse(ra_buf_view(&text), &k));
        assert_int_equal(k.lock, keys[i].lock);
        if (strcmp(k.format, "openssh") == 0)
            assert_true(ra_span_find(ra_buf_view(&shown), ra_span_of(k.fingerprint)) >= 0);
        else
            assert_string_equal(k.fingerprint, "");
        ra_buf_free(&text);
        ra_buf_free(&shown);
        unlink(file);
        unlink(public);
    }
    unlink(out);
    rmdir(dir);
    if (!available)
        skip();
}

static void reads_agent_answers(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    struct ra_buf blob = {0}, cert = {0}, body = {0}, framed = {0};
    struct ra_agent_key *keys;
    size_t n;
    bool locked;
    static const char zeros[32];
    put_string(&blob, "ssh-ed25519", 11);
    put_string(&blob, zeros, 32);
    put_string(&cert, "ssh-ed25519-cert-v01@openssh.com", 32);
    put_string(&cert, "nonce", 5);
    put_string(&cert, zeros, 32);
    put_string(&cert, "rest", 4);
    ra_buf_add(&body, "\x0c\0\0\0\2", 5);
    put_string(&body, blob.p, blob.n);
    put_string(&body, "me@host", 7);
    put_string(&body, cert.p, cert.n);
    put_string(&body, "", 0);
    assert_true(ra_agent_list_parse(&a, ra_buf_view(&body), &keys, &n, &locked));
    assert_int_equal(n, 2);
    assert_false(locked);
    assert_string_equal(keys[0].type, "ssh-ed25519");
    assert_true(ra_span_is(keys[0].comment, "me@host"));
    assert_true(keys[1].certificate && !keys[0].certificate && !keys[0].hardware);
    assert_string_equal(keys[0].fingerprint, keys[1].fingerprint); // one key, with and without its certificate
    put_string(&framed, body.p, body.n);
    assert_true(ra_agent_list_parse(&a, ra_buf_view(&framed), &keys, &n, &locked));
    assert_int_equal(n, 2);
    for (size_t cut = 0; cut < framed.n; cut++) {
        struct ra_span part = {framed.p, cut};
        assert_false(ra_agent_list_parse(&a, part, &keys, &n, &locked));
        if (cut < body.n)
            assert_false(ra_agent_list_parse(&a, (struct ra_span){body.p, cut}, &keys, &n, &locked));
    }
    assert_int_equal(n, 1); // the last cut left one whole key
    assert_true(ra_agent_list_parse(&a, RA_SPAN("\0\0\0\1\5"), &keys, &n, &locked));
    assert_true(locked && n == 0);
    assert_true(ra_agent_list_parse(&a, RA_SPAN("\x0c\0\0\0\0"), &keys, &n, &locked));
    assert_true(!locked && n == 0);
    assert_false(ra_agent_list_parse(&a, RA_SPAN("\x0c\xff\xff\xff\xff"), &keys, &n, &locked));
    assert_false(ra_agent_list_parse(&a, RA_SPAN("\x63\0\0\0\0"), &keys, &n, &locked));
    ra_buf_free(&blob);
    ra_buf_free(&cert);
    ra_buf_free(&body);
    ra_buf_free(&framed);
    ra_arena_free(&a);
}

static void reads_tokens(void **state)
{
    (void)state;
    static const struct {
        const char *header, *claims, *tail, *issuer;
        bool good, has_expiry;
        int64_t expires;
    } tokens[] = {
        {"{\"alg\":\"RS256\"}", "{\"iss\":\"https://i.test\",\"sub\":\"me\",\"exp\":1700000000}", ".c2ln", "https://i.test",
         true, true, 1700000000},
        {"{\"alg\":\"none\"}", "{\"exp\":1700000000.75}", ".", "", true, true, 1700000000},
        {"{\"alg\":\"none\"}", "{\"exp\":\"1700000000\",\"iss\":5}", ".", "", true, false, 0},
        {"{\"alg\":\"none\"}", "{\"exp\":1e99}", ".", "", true, false, 0},
        {"{\"alg\":\"none\"}", "{}", "", "", false, false, 0},
        {"{\"alg\":\"none\"}", "{}", ".a.b.c", "", false, false, 0},
        {"{\"typ\":\"x\"}", "{}", ".", "", false, false, 0},
        {"{\"alg\":\"x\"}", "[]", ".", "", false, false, 0},
        {"{\"alg\":\"x\"}", "{", ".", "", false, false, 0},
    };
    for (size_t i = 0; i < RA_COUNT(tokens); i++) {
        struct ra_arena a = {0};
        struct ra_buf text = {0};
        struct ra_jwt t;
        encode(&text, ra_span_of(tokens[i].header), true);
        ra_buf_putc(&text, '.');
        encode(&text, ra_span_of(tokens[i].claims), true);
        ra_buf_puts(&text, tokens[i].tail);
        assert_int_equal(ra_jwt_parse(&a, ra_buf_view(&text), &t), tokens[i].good);
        if (tokens[i].good) {
            assert_true(ra_span_is(t.issuer, tokens[i].issuer));
            assert_int_equal(t.has_expiry, tokens[i].has_expiry);
            assert_int_equal(t.expires_s, tokens[i].expires);
        }
        ra_buf_free(&text);
        ra_arena_free(&a);
    }
}

static void decodes_base64(void **state)
{
    (void)state;
    static const struct {
        const char *text, *bytes; // NULL: rubbish
    } cases[] = {{"", ""}, {"Zg==", "f"}, {"Zg", "f"}, {"Zm8=", "fo"}, {"Zm9v\n Zm9v", "foofoo"}, {"-_-_", "\xFB\xFF\xBF"},
                 {"Z", NULL}, {"Zg=", NULL}, {"Zg=g", NULL}, {"Zg===", NULL}, {"Z*==", NULL}, {"=", NULL}, {"Zm9v====", NULL}};
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct ra_arena a = {0};
        size_t n = 0;
        char *bytes = ra_base64_decode(&a, ra_span_of(cases[i].text), &n);
        if ((bytes != NULL) != (cases[i].bytes != NULL))
            fail_msg("%s", cases[i].text);
        if (bytes)
            assert_true(ra_span_is((struct ra_span){bytes, n}, cases[i].bytes));
        ra_arena_free(&a);
    }
}

static void reads_points_in_time(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        int64_t s;
    } cases[] = {
        {"1970-01-01T00:00:00Z", true, 0},
        {"2026-11-21T10:00:00Z", true, 1795255200},
        {"2026-11-21t10:00:00.123456789z", true, 1795255200},
        {"2026-11-21 12:30:00+02:30", true, 1795255200},
        {"2026-11-21T04:00:00-0600", true, 1795255200},
        {"2026-11-21T10:00:00UTC", true, 1795255200},
        {"2000-02-29T23:59:60Z", true, 951868800},
        {"1969-12-31T23:59:59Z", true, -1},
        {"0000-03-01T00:00:00Z", true, -62162035200},
        {"2026-11-21T10:00:00", false, 0},
        {"2026-02-29T10:00:00Z", false, 0},
        {"1900-02-29T10:00:00Z", false, 0},
        {"2026-13-01T10:00:00Z", false, 0},
        {"2026-11-21T24:00:00Z", false, 0},
        {"2026-11-21T10:00:00.Z", false, 0},
        {"2026-11-21T10:00:00Zx", false, 0},
        {"2026-11-21T10:00:00+2:30", false, 0},
        {"+026-11-21T10:00:00Z", false, 0},
        {"", false, 0},
    };
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        int64_t s = 0;
        bool good = ra_rfc3339(ra_span_of(cases[i].text), &s);
        if (good != cases[i].good || s != cases[i].s)
            fail_msg("%s: %lld", cases[i].text, (long long)s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_openssh_keys), cmocka_unit_test(devices_that_ask_for_nothing),
        cmocka_unit_test(a_cut_key_is_unsure_or_none_but_never_misread),
        cmocka_unit_test(tells_armoured_keys),
        cmocka_unit_test(reads_keys_whose_line_breaks_are_written_out),
        cmocka_unit_test(tells_pkcs8_algorithms),
        cmocka_unit_test(tells_putty_and_age_keys),
        cmocka_unit_test(tells_whether_pgp_keys_are_guarded),
        cmocka_unit_test(agrees_with_ssh_keygen),
        cmocka_unit_test(reads_agent_answers),
        cmocka_unit_test(reads_tokens),
        cmocka_unit_test(decodes_base64),
        cmocka_unit_test(reads_points_in_time),
    };
    return cmocka_run_group_tests(tests, make_digits, NULL);
}
