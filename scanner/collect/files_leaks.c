// Secrets that were left behind: what agents wrote down, what lies in temporary directories. Only values whose shape
// tells them count, for such files are full of examples.
#include <string.h>

#include "base/path.h"
#include "collect/files.h"
#include "parse/stores.h"

enum { MAX_TOLD = 32 }; // different secrets told of one file; there is nothing to learn from more

static uint64_t hash_of(struct ra_span s)
{
    uint64_t h = 1469598103934665603ull;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 1099511628211ull;
    return h;
}

static bool certain(const struct ra_secret_fact *fact)
{
    return !fact->placeholder && !fact->identifier && (fact->random || fact->class == RA_SECRET_KEY) &&
           strcmp(fact->confidence, "high") == 0;
}

// Each secret once, at the line where it first stands.
static void shapes_once(struct ra_file *f)
{
    uint64_t told[MAX_TOLD];
    struct ra_secret_fact fact;
    size_t n_told = 0, from = 0, counted = 0, at, n;
    unsigned line = 1;
    while (n_told < MAX_TOLD && ra_recognise_next(f->text, from, &at, &n, &fact)) {
        uint64_t h = hash_of(fact.value);
        bool known = !certain(&fact);
        for (size_t i = 0; i < n_told; i++)
            known |= told[i] == h;
        for (; counted < at; counted++)
            line += f->text.p[counted] == '\n';
        if (!known && ra_file_hit(f, f->first_line ? ra_strfmt(f->c->arena, "L%u", line) : NULL,
                                  f->first_line ? line : 0, &fact))
            told[n_told++] = h;
        from = at + n;
    }
}

bool ra_read_transcript(struct ra_file *f)
{
    shapes_once(f);
    return true;
}

static bool text_only(struct ra_span s)
{
    for (size_t i = 0; i < s.n && i < 512; i++)
        if (s.p[i] == 0)
            return false;
    return s.n > 0;
}

static bool kubeconfig(struct ra_span s)
{
    return ra_span_find(s, RA_SPAN("kind: Config")) >= 0 && ra_span_find(s, RA_SPAN("clusters:")) >= 0;
}

// By what the file begins with; names in a temporary directory say nothing.
bool ra_read_temp(struct ra_file *f)
{
    struct ra_key_store store;
    struct ra_span text = ra_span_trim(f->text);
    f->settled = true;
    if (ra_span_starts(ra_span_of(ra_path_base(f->path)), "krb5cc") && text.n && text.p[0] == 5)
        return ra_read_tickets(f);
    if (ra_key_store_parse(f->text, &store) && !store.empty) {
        struct ra_reach *secret = ra_file_unread(f, NULL, "key store");
        if (store.lock == RA_KEY_LOCKED)
            ra_file_protected(f, secret, "passphrase");
        return true;
    }
    if (!text_only(f->text))
        return true;
    if (text.p[0] == '{' && (ra_span_find(text, RA_SPAN("\"service_account\"")) >= 0 ||
                             ra_span_find(text, RA_SPAN("\"authorized_user\"")) >= 0) && ra_read_gcloud_adc(f) && f->held)
        return true;
    if (kubeconfig(text) && ra_read_kubeconfig(f))
        return true;
    shapes_once(f);
    return true;
}

// Whatever form it has: JSON, one bare token, else lines of settings.
bool ra_read_any_text(struct ra_file *f)
{
    struct ra_span text = ra_span_trim(f->text);
    if (text.n && (text.p[0] == '{' || text.p[0] == '['))
        return ra_read_json_secrets(f);
    if (ra_span_find(text, RA_SPAN(":/")) >= 0 || ra_span_starts(text, "/") || ra_span_starts(text, "s3:"))
        return ra_read_shell_lines(f); // a repository's address, not a password
    bool bare = text.n && ra_span_chr(text, '\n') < 0 && ra_span_chr(text, ' ') < 0 && ra_span_chr(text, '=') < 0;
    return bare ? ra_read_raw_token(f) : ra_read_shell_lines(f);
}
