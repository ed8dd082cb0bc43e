// Private keys and stores: whose content is key material, plain or locked. Decodes no more than the headers.
#include <string.h>

#include "base/path.h"
#include "collect/files.h"
#include "parse/keys.h"

static struct ra_reach *text_key(struct ra_file *f)
{
    struct ra_secret_fact fact;
    bool key = ra_recognise_value(f->text, &fact) && fact.class == RA_SECRET_KEY;
    return key ? ra_file_holds(f, NULL, 1, fact.value, NULL, NULL) : NULL;
}

// Key formats without a marker that the recogniser knows (PuTTY).
static bool other_key(struct ra_file *f)
{
    struct ra_private_key key;
    if (!ra_private_key_parse(f->text, &key))
        return false;
    struct ra_collect *c = f->c;
    struct ra_reach *place = ra_file_place(f, NULL, 0);
    const char *id = key.fingerprint[0] ? ra_strfmt(c->arena, "key:ssh:%s", key.fingerprint)
                                        : ra_strfmt(c->arena, "key:%s:%s", key.format, place->id);
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_KEY, id, f->path, RA_STATE_PRESENT,
                                      ra_seen_at(c, RA_METHOD_ATTEMPTED, f->path, 0, 0));
    r->traits |= RA_TRAIT_REMOTE;
    r->access |= RA_READ;
    if (key.lock == RA_KEY_PLAIN || key.lock == RA_KEY_UNSURE)
        r->traits |= RA_TRAIT_LIVE;
    else
        ra_reach_text(c->inv, r, "protection", key.lock == RA_KEY_LOCKED ? "passphrase" : "hardware");
    ra_reach_radius(r, f->place->least, f->place->ceiling);
    ra_link_add(c->inv, "holds", place->id, r->id);
    f->held++;
    return true;
}

// The certificate that gives the key its worth: in the same file, or beside it where the place's custom puts it.
static void certificate(struct ra_file *f, struct ra_reach *key)
{
    static const struct {
        const char *ref, *name, *certificate;
    } customs[] = {{"K020", "privkey.pem", "cert.pem"}, {"X002", "key.pem", "cert.pem"}, {"X004", "key.pem", "cert.pem"},
                   {"Q009", "client.key", "client.crt"}, {"K024", NULL, "-x509.pem"}};
    const char *base = ra_path_base(f->path);
    if (ra_span_find(f->text, RA_SPAN("BEGIN CERTIFICATE-----")) >= 0)
        ra_file_certificate(f, key, f->text);
    for (size_t i = 0; i < RA_COUNT(customs); i++) {
        struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
        if (strcmp(f->place->ref, customs[i].ref) != 0 || (customs[i].name && strcmp(base, customs[i].name) != 0))
            continue;
        const char *name = customs[i].name ? customs[i].certificate : ra_strfmt(f->c->arena, "%s%s", base, customs[i].certificate);
        if (ra_file_neighbour(f, name, &text))
            ra_file_certificate(f, key, ra_buf_view(&text));
    }
}

// Cloudflare puts a zone's token into what is called a certificate.
static void private_key(struct ra_file *f)
{
    struct ra_reach *key = text_key(f);
    if (key)
        certificate(f, key);
    else if (!other_key(f) && ra_span_find(f->text, RA_SPAN("BEGIN ARGO TUNNEL TOKEN-----")) >= 0)
        ra_file_unread(f, NULL, "token in a certificate");
}

// Keys that a project carries around to test with, and those of its dependencies. Only
// directories right below the tree are judged by their names.
static bool of_tests(struct ra_file *f)
{
    static const char *const dirs[] = {"test", "tests", "testdata", "test-data", "fixtures", "__tests__", "spec", "examples",
                                       "example", "samples", "mocks", "node_modules", "vendor", "third_party"};
    const char *below = strncmp(f->place->pattern, "$W/*/", 5) == 0 ? ra_path_dir(f->c->arena, f->path) : NULL;
    for (size_t i = 0; below && i < RA_COUNT(dirs); i++)
        if (strcmp(ra_path_base(below), dirs[i]) == 0)
            return true;
    return false;
}

// By content, whatever the name; public halves, host lists and settings beside them are none.
bool ra_read_ssh_key(struct ra_file *f)
{
    if (of_tests(f))
        return true;
    private_key(f);
    return true;
}

bool ra_read_pem_key(struct ra_file *f)
{
    // Made by Debian's ssl-cert for tests on this machine; no client trusts its certificate.
    if (ra_span_ends(ra_span_of(f->path), "/ssl-cert-snakeoil.key") || of_tests(f))
        return true;
    private_key(f);
    return true;
}

// AGE-SECRET-KEY-1 is plain; "age-encryption.org/v1" a passphrase-protected file; AGE-PLUGIN- needs its hardware.
bool ra_read_age_key(struct ra_file *f)
{
    if (text_key(f))
        return true;
    if (ra_span_starts(f->text, "age-encryption.org/") || ra_span_find(f->text, RA_SPAN("BEGIN AGE ENCRYPTED")) >= 0)
        ra_file_protected(f, ra_file_unread(f, NULL, "encrypted"), "passphrase");
    else if (ra_span_find(f->text, RA_SPAN("AGE-PLUGIN-")) >= 0)
        ra_file_protected(f, ra_file_unread(f, NULL, "kept in hardware"), "hardware");
    return true;
}

// Source: GnuPG, agent/keyformat.txt: the list's name tells how the key is kept.
bool ra_read_gpg_key(struct ra_file *f)
{
    struct ra_reach *r = ra_file_unread(f, NULL, "GnuPG key");
    if (ra_span_find(f->text, RA_SPAN("shadowed-private-key")) >= 0)
        ra_file_protected(f, r, "hardware");
    else if (ra_span_find(f->text, RA_SPAN("protected-private-key")) >= 0)
        ra_file_protected(f, r, "passphrase");
    return true;
}

// A store whose format is always encrypted.
bool ra_read_locked(struct ra_file *f)
{
    ra_file_protected(f, ra_file_unread(f, NULL, "encrypted"), "encrypted");
    return true;
}

// Source: GNOME Keyring, "file-format.txt": binary files are encrypted, the text form is plain.
bool ra_read_gnome_keyring(struct ra_file *f)
{
    if (ra_span_starts(f->text, "GnomeKeyring\n\r")) {
        ra_file_protected(f, ra_file_unread(f, NULL, "encrypted"), "passphrase");
        return true;
    }
    if (ra_span_find(f->text, RA_SPAN("[keyring]")) < 0)
        return false;
    if (ra_span_find(f->text, RA_SPAN("secret=")) >= 0)
        ra_file_unread(f, NULL, "plain text keyring");
    return true;
}

// Hashes are no passwords yet; whoever carries them out can guess at leisure.
bool ra_read_shadow(struct ra_file *f)
{
    struct ra_span rest = f->text, line, name, hash;
    while (ra_span_line(&rest, &line)) {
        if (!ra_span_until(&line, ':', &name) || !line.p || !ra_span_until(&line, ':', &hash) || hash.n < 8 ||
            hash.p[0] != '$')
            continue;
        ra_scrub_learn(hash);
        ra_file_protected(f, ra_file_unread(f, ra_strndup(f->c->arena, name), "password hash"), "hash");
    }
    return true;
}
