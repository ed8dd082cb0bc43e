// What is certainly no secret though it is kept where secrets are: placeholders of manuals, references to values
// kept elsewhere, and too little variety for the length.
#include <string.h>

#include "catalogue/recognise_parts.h"

// log2 in 1/4096, by the digits of a binary logarithm: no floating point decides a verdict.
static unsigned log2_4096(unsigned x)
{
    unsigned whole = 0, fraction = 0;
    uint64_t m = (uint64_t)x << 16;
    while (m >= (2ull << 16))
        m >>= 1, whole++;
    for (unsigned bit = 2048; bit; bit >>= 1) {
        m = (m * m) >> 16;
        if (m >= (2ull << 16))
            m >>= 1, fraction |= bit;
    }
    return whole * 4096 + fraction;
}

unsigned ra_entropy_percent(struct ra_span s)
{
    unsigned count[256] = {0};
    uint64_t sum = 0;
    size_t n = s.n > 4096 ? 4096 : s.n;
    if (n == 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        count[(unsigned char)s.p[i]]++;
    for (size_t i = 0; i < 256; i++)
        if (count[i])
            sum += (uint64_t)count[i] * (log2_4096((unsigned)n) - log2_4096(count[i]));
    return (unsigned)(sum * 100 / n / 4096);
}

static bool one_character(struct ra_span v)
{
    for (size_t i = 1; i < v.n; i++)
        if (v.p[i] != v.p[0])
            return false;
    return true;
}

// Words joined by dashes or underscores, without a digit or a capital letter: "put-your-token-into-this".
static bool joined_words(struct ra_span v)
{
    size_t joints = 0;
    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i] == '-' || v.p[i] == '_' || v.p[i] == ' ')
            joints++;
        else if (v.p[i] < 'a' || v.p[i] > 'z')
            return false;
    }
    return joints > 1 && v.n >= 16;
}

// What everybody writes where any word would do.
static bool stock_word(struct ra_span v)
{
    static const char *const words[] = {"password", "passwd", "secret", "test", "token", "foobar", "changeit", "default",
                                        "pass", "passw0rd", "p@ssw0rd", "password123", "mysecret", "mypassword"};
    for (size_t i = 0; i < RA_COUNT(words); i++)
        if (ra_span_is_nocase(v, words[i]))
            return true;
    return false;
}

// Sixteen digits carry at most four bits each: three would refuse some random ones.
static bool little_variety(struct ra_span v)
{
    bool hex = true;
    for (size_t i = 0; hex && i < v.n; i++)
        hex = (v.p[i] >= '0' && v.p[i] <= '9') || (v.p[i] >= 'a' && v.p[i] <= 'f') || (v.p[i] >= 'A' && v.p[i] <= 'F');
    return v.n >= 20 && ra_entropy_percent(v) < (hex ? 225 : 300);
}

bool ra_recognise_placeholder(struct ra_span v)
{
    static const char *const inside[] = {"your_",   "your-",   "yourtoken", "yourkey", "yourpass", "example", "changeme",
                                         "change-me", "change_me", "dummy", "replace", "placeholder", "redacted", "xxxx",
                                         "****",    "[secret]", "insert_", "insert-", "fill_in", "-here", "_here"};
    v = ra_span_trim(v);
    if (v.n == 0 || (v.n >= 3 && one_character(v)))
        return true;
    if ((v.p[0] == '<' && v.p[v.n - 1] == '>') || stock_word(v))
        return true;
    for (size_t i = 0; i < RA_COUNT(inside); i++)
        if (ra_span_find_nocase(v, inside[i]) >= 0)
            return true;
    if (ra_span_find(v, RA_SPAN("TODO")) >= 0 || ra_span_find(v, RA_SPAN("\xe2\x80\xa6")) >= 0 || ra_span_ends(v, "..."))
        return true;
    return joined_words(v) || little_variety(v);
}

// $NAME in capitals, as shells write it; a password may begin with a dollar sign too.
static bool shell_name(struct ra_span v)
{
    if (v.n < 2 || v.p[0] != '$')
        return false;
    for (size_t i = 1; i < v.n; i++)
        if (!((v.p[i] >= 'A' && v.p[i] <= 'Z') || v.p[i] == '_' || (i > 1 && v.p[i] >= '0' && v.p[i] <= '9')))
            return false;
    return true;
}

// var.password, os.environ["X"], credentials('id'): what a program will put there.
static bool expression(struct ra_span v)
{
    static const char *const starts[] = {"var.", "local.", "data.", "module.", "secrets.", "vars.", "inputs.",
                                         "os.environ", "os.getenv", "process.env", "ENV[", "ENV.fetch", "getenv(",
                                         "System.getenv", "credentials(", "env_var(", "lookup(", "config.",
                                         "settings.", "import.meta.env"};
    for (size_t i = 0; i < RA_COUNT(starts); i++)
        if (ra_span_starts(v, starts[i]))
            return true;
    bool dotted = false, joined = false; // tokenizer.eos_token
    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i] != '.' && v.p[i] != '_' && (v.p[i] < 'a' || v.p[i] > 'z'))
            return ra_span_ends(v, "()") || (dotted && v.p[i] == '(');
        dotted |= v.p[i] == '.' && i && i + 1 < v.n;
        joined |= v.p[i] == '_';
    }
    return dotted && joined;
}

// What is kept in place of a password, to check it by: crypt(3)'s forms, and those of Django, LDAP, PHP.
static bool password_hash(struct ra_span v)
{
    static const char *const starts[] = {"$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$y$", "$7$", "$argon2", "$scrypt$",
                                         "$pbkdf2", "pbkdf2_sha", "{SSHA", "{SHA", "{CRYPT}", "bcrypt_sha256$",
                                         "SCRAM-SHA-256$"};
    for (size_t i = 0; i < RA_COUNT(starts); i++)
        if (ra_span_starts(v, starts[i]))
            return v.n >= 24;
    return false;
}

bool ra_recognise_reference(struct ra_span v)
{
    static const char *const starts[] = {"op://", "vault:", "keyring:", "env:", "env(", "env.", "ref+", "secret://",
                                         "ssm:", "arn:", "encrypted:", "ENC[", "$ANSIBLE_VAULT", "!vault", "file:",
                                         "age1", "${", "$(", "{{", "$[", "{env:", "<", "@@", "bws://", "doppler:",
                                         "infisical:", "sops:", "pass:", "1password:", "@Microsoft.KeyVault"};
    v = ra_span_trim(v);
    for (size_t i = 0; i < RA_COUNT(starts); i++)
        if (ra_span_starts(v, starts[i]))
            return true;
    if (expression(v) || password_hash(v))
        return true;
    if (v.n > 2 && ((v.p[0] == '%' && v.p[v.n - 1] == '%') || (v.p[0] == '{' && v.p[v.n - 1] == '}' && ra_span_chr(v, '"') < 0)))
        return true;
    return shell_name(v) || ra_span_find(v, RA_SPAN("${")) >= 0 || ra_span_find(v, RA_SPAN("{{")) >= 0;
}
