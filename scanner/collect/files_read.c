// How readers tell what a file holds: places, secrets, expiry, protection. Parses nothing itself.
#include <string.h>

#include "base/path.h"
#include "collect/files.h"
#include "parse/keys.h"

static ra_file_reader *const readers[RA_READER_COUNT] = {
#define RA_READER(name) [RA_READER_##name] = ra_read_##name,
#include "catalogue/readers.def"
#undef RA_READER
};

bool ra_file_read(struct ra_file *f)
{
    ra_file_reader *read = readers[f->place->reader];
    return read ? read(f) : true;
}

struct ra_reach *ra_file_place(struct ra_file *f, const char *part, unsigned line)
{
    struct ra_collect *c = f->c;
    struct ra_evidence e = ra_seen_at(c, RA_METHOD_ATTEMPTED, f->path, line, 0);
    if (part)
        part = ra_scrub(c->arena, part); // keys of a file may be secrets too
    struct ra_reach *r = ra_file_reach(c, f->path, part, RA_STATE_PRESENT, e);
    r->title = f->place->title;
    r->ref = f->place->ref;
    r->cap = f->place->cap;
    ra_reach_radius(r, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING); // what it opens is the secret's
    return r;
}

static bool by_class(enum ra_place_class class)
{
    return ra_place_holds_secrets(class) || class == RA_PLACE_DOTENV;
}

struct ra_reach *ra_file_holds(struct ra_file *f, const char *part, unsigned line, struct ra_span value,
                               const char *hint, const char *provider)
{
    struct ra_secret_fact fact = {0};
    value = ra_span_trim(value);
    bool shaped = ra_recognise_value(value, &fact);
    if (!shaped) {
        if (fact.placeholder || fact.identifier || value.n == 0)
            return NULL;
        if (f->strict && !ra_recognise_random(value))
            return NULL;
        bool named = hint && ra_recognise_named(ra_span_of(hint), value, &fact);
        if (!named && (!provider || fact.placeholder || ra_recognise_reference(value) || ra_recognise_placeholder(value)))
            return NULL;
    }
    struct ra_reach *place = ra_file_place(f, part, line);
    struct ra_evidence e = ra_seen_at(f->c, RA_METHOD_ATTEMPTED, f->path, line, 0);
    struct ra_reach *secret = ra_secret_found(f->c, place, value, hint, provider ? provider : f->provider, e);
    if (!secret)
        return NULL;
    f->held++;
    secret->traits |= f->place->class == RA_PLACE_K8S ? RA_TRAIT_CLUSTER : 0u;
    // Neither a generic secret nor key material says what it opens; the place does.
    if (((!shaped && !fact.random) || fact.class == RA_SECRET_KEY) && by_class(f->place->class)) {
        secret->least = f->place->least;
        secret->ceiling = f->place->ceiling;
        secret->cap = f->place->cap;
    }
    return secret;
}

struct ra_reach *ra_file_hit(struct ra_file *f, const char *part, unsigned line, const struct ra_secret_fact *fact)
{
    struct ra_secret_fact own;
    if (fact->identifier || fact->placeholder)
        return NULL;
    bool alone = ra_recognise_value(fact->value, &own);
    struct ra_reach *secret = ra_file_holds(f, part, line, fact->value, NULL, alone ? NULL : fact->provider);
    if (secret && !alone) { // what the text around it told
        secret->least = fact->least;
        secret->ceiling = fact->ceiling;
    }
    return secret;
}

struct ra_reach *ra_file_unread(struct ra_file *f, const char *part, const char *why)
{
    struct ra_collect *c = f->c;
    struct ra_reach *place = ra_file_place(f, part, 0);
    struct ra_evidence e = ra_seen_at(c, RA_METHOD_INFERRED, f->path, 0, 0);
    struct ra_reach *secret = ra_reach_add(c->inv, RA_KIND_PASSWORD, ra_strfmt(c->arena, "password:%s", place->id),
                                           f->path, RA_STATE_PRESENT, e);
    secret->traits |= RA_TRAIT_LIVE | RA_TRAIT_REMOTE | (f->place->class == RA_PLACE_K8S ? RA_TRAIT_CLUSTER : 0u);
    secret->access |= RA_READ;
    secret->title = f->place->title;
    ra_reach_radius(secret, f->place->least, f->place->ceiling);
    secret->cap = f->place->cap;
    ra_reach_text(c->inv, secret, "problem", why);
    ra_link_add(c->inv, "holds", place->id, secret->id);
    f->held++;
    return secret;
}

// A secret seen alive at another place stays alive: only its first sighting may be told dead.
static void not_live(struct ra_reach *secret)
{
    if (secret->n_evidence <= 1)
        secret->traits &= ~(unsigned)RA_TRAIT_LIVE;
}

void ra_file_expires(struct ra_file *f, struct ra_reach *secret, int64_t at_s)
{
    if (!secret)
        return;
    if (!ra_detail_find(secret, "expires"))
        ra_reach_number(f->c->inv, secret, "expires", at_s);
    if (at_s <= f->c->now_s)
        not_live(secret);
}

void ra_file_protected(struct ra_file *f, struct ra_reach *secret, const char *by)
{
    if (!secret)
        return;
    if (!ra_detail_find(secret, "protection"))
        ra_reach_text(f->c->inv, secret, "protection", by);
    not_live(secret);
}

void ra_file_ceiling(struct ra_reach *secret, enum ra_radius ceiling)
{
    if (secret && secret->n_evidence <= 1 && secret->ceiling > ceiling)
        secret->ceiling = ceiling;
}

void ra_file_session(struct ra_reach *secret, enum ra_radius ceiling)
{
    if (!secret)
        return;
    secret->role = "agent-session";
    secret->least = RA_RADIUS_GRANT;
    secret->ceiling = ceiling;
}

bool ra_file_time(struct ra_span text, int64_t *ret_s)
{
    char copy[40];
    uint64_t n;
    text = ra_span_trim(text);
    if (ra_span_u64(text, 10, &n)) {
        *ret_s = (int64_t)(n > 100000000000ull ? n / 1000 : n); // milliseconds since 1973 are larger than that
        return n < (1ull << 62);
    }
    if (ra_span_ends(text, "UTC") && text.n < sizeof(copy)) { // botocore of old: 2020-01-01T00:00:00UTC
        memcpy(copy, text.p, text.n - 3);
        copy[text.n - 3] = 'Z';
        return ra_rfc3339((struct ra_span){copy, text.n - 2}, ret_s);
    }
    return ra_rfc3339(text, ret_s);
}

bool ra_file_json_time(const struct ra_json *v, int64_t *ret_s)
{
    if (!v || (v->type != RA_JSON_NUMBER && v->type != RA_JSON_STRING))
        return false;
    ptrdiff_t dot = v->type == RA_JSON_NUMBER ? ra_span_chr(v->text, '.') : -1;
    return ra_file_time(dot > 0 ? ra_span_cut(v->text, 0, (size_t)dot) : v->text, ret_s);
}
