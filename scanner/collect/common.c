// What collectors share: counting, evidence, ids of files, and the one way a secret enters the inventory.
#include <string.h>

#include "base/digest.h"
#include "base/path.h"
#include "catalogue/recognise.h"
#include "collect/claims.h"
#include "collect/collect.h"
#include "parse/keys.h"

enum ra_state ra_looked(struct ra_collect *c, struct ra_reply r, enum ra_surface on)
{
    enum ra_state state = ra_state_of(r, on);
    c->cover->looked++;
    switch (state) {
    case RA_STATE_PRESENT:
        c->cover->present++;
        break;
    case RA_STATE_DENIED:
        c->cover->denied++;
        break;
    case RA_STATE_ABSENT:
        c->cover->absent++;
        break;
    case RA_STATE_UNKNOWN:
        c->cover->unknown++;
        break;
    }
    return state;
}

void ra_boxed(const struct ra_collect *c, bool *ret_boxed, bool *ret_unboxed)
{
    const char *kind = c->inv->target.box.kind;
    *ret_unboxed = kind && strcmp(kind, "none") == 0;
    *ret_boxed = kind && !*ret_unboxed && strcmp(kind, "unknown") != 0;
}

struct ra_evidence ra_seen(const struct ra_collect *c, enum ra_method m, struct ra_reply r, const char *path)
{
    return (struct ra_evidence){c->name, m, r.err, {.path = path, .call = r.call}};
}

struct ra_evidence ra_seen_at(const struct ra_collect *c, enum ra_method m, const char *path, unsigned line,
                              unsigned column)
{
    return (struct ra_evidence){c->name, m, 0, {.path = path, .line = line, .column = column, .call = "read"}};
}

static const struct ra_collector *row_of(const char *name)
{
    for (size_t i = 0; i < ra_n_collectors; i++)
        if (strcmp(ra_collectors[i].name, name) == 0)
            return &ra_collectors[i];
    return NULL;
}

void ra_unseen(struct ra_collect *c, const char *what, const char *line, struct ra_reply r, const char *path)
{
    const struct ra_collector *row = row_of(c->name);
    if (c->cover->status == RA_RUN_RAN)
        c->cover->status = RA_RUN_PARTIAL;
    ra_coverage_not_seen(c->inv, c->cover, line);
    ra_unknown_add(c->inv, what ? ra_strfmt(c->arena, "%s/%s", c->name, what) : c->name,
                   row ? row->ceiling : RA_RADIUS_ORGANIZATION, row ? row->traits : 0, NULL,
                   ra_seen(c, RA_METHOD_ATTEMPTED, r, path));
}

struct ra_reply ra_collect_read(struct ra_collect *c, const char *path, struct ra_buf *out)
{
    struct ra_reply r = ra_host_read(c->host, path, RA_MAX_FILE_BYTES, out);
    ra_looked(c, r, RA_ON_PATH);
    return r;
}

char *ra_file_id(struct ra_collect *c, const char *path, const char *part)
{
    return ra_id(c->arena, RA_KIND_FILE, ra_path_tilde(c->arena, path, c->home), part);
}

struct ra_reach *ra_file_reach(struct ra_collect *c, const char *path, const char *part, enum ra_state state,
                               struct ra_evidence e)
{
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_FILE, ra_file_id(c, path, part), path, state, e);
    if (state == RA_STATE_PRESENT)
        r->access |= RA_READ;
    return r;
}

static void secret_details(struct ra_collect *c, struct ra_reach *r, const struct ra_secret_fact *f)
{
    ra_reach_text(c->inv, r, "provider", f->provider);
    if (f->type)
        ra_reach_text(c->inv, r, "type", f->type);
    ra_reach_text(c->inv, r, "confidence", f->confidence);
    if (f->class != RA_SECRET_KEY)
        ra_reach_number(c->inv, r, "length", (int64_t)f->value.n);
}

// A private key is named by its public half where the file shows it, else by the place.
static struct ra_reach *key_found(struct ra_collect *c, const struct ra_reach *place, struct ra_secret_fact *f,
                                  struct ra_evidence e)
{
    struct ra_private_key key;
    bool known = ra_private_key_parse(f->value, &key);
    char *id = known && key.fingerprint[0]
                   ? ra_strfmt(c->arena, "key:ssh:%s", key.fingerprint)
                   : ra_strfmt(c->arena, "key:%s:%s", known ? key.format : f->provider, place->id);
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_KEY, id, place->locator, RA_STATE_PRESENT, e);
    r->traits |= RA_TRAIT_REMOTE;
    // A device that asks for no touch signs for whoever runs here, as long as it is plugged in.
    if (!known || key.lock == RA_KEY_PLAIN || key.lock == RA_KEY_UNSURE || key.touchless)
        r->traits |= RA_TRAIT_LIVE;
    if (known && key.touchless)
        ra_reach_flag(c->inv, r, "no_touch", true);
    if (known)
        ra_reach_text(c->inv, r, "protection",
                      key.lock == RA_KEY_PLAIN      ? "none"
                      : key.lock == RA_KEY_LOCKED   ? "passphrase"
                      : key.lock == RA_KEY_HARDWARE ? "hardware"
                                                    : "not told by the file");
    return r;
}

// Tells what the secret says of itself; true where it says that its time has passed.
static bool expired(struct ra_collect *c, struct ra_reach *r, const struct ra_secret_fact *f, const struct ra_claims *claims)
{
    bool has = f->has_expiry || claims->has_expiry;
    int64_t at = f->has_expiry ? f->expires_s : claims->expires_s;
    for (size_t i = 0; i < claims->n; i++)
        ra_reach_text(c->inv, r, claims->facts[i].key, claims->facts[i].value);
    if (!has)
        return false;
    ra_reach_number(c->inv, r, "expires", at);
    return at <= c->now_s;
}

static struct ra_reach *token_found(struct ra_collect *c, const struct ra_reach *place, struct ra_secret_fact *f,
                                    struct ra_span around, struct ra_evidence e)
{
    struct ra_claims claims;
    ra_claims_of(c, f, around, &claims);
    f->ceiling = f->ceiling < claims.ceiling ? f->ceiling : claims.ceiling;
    char digest[RA_DIGEST_HEX + 1], *id;
    bool by_digest = f->class == RA_SECRET_TOKEN && f->random;
    if (by_digest)
        ra_digest(f->value, digest);
    id = by_digest ? ra_strfmt(c->arena, "token:%s:%s", f->provider, digest)
                   : ra_strfmt(c->arena, "%s:%s", f->class == RA_SECRET_TOKEN ? "token" : "password", place->id);
    enum ra_kind kind = f->class == RA_SECRET_TOKEN ? RA_KIND_TOKEN : RA_KIND_PASSWORD;
    // A secret known by digest has no place of its own: its locator must not depend on which place came first.
    struct ra_reach *r = ra_reach_add(c->inv, kind, id, by_digest ? id : place->locator, RA_STATE_PRESENT, e);
    r->traits |= RA_TRAIT_REMOTE;
    if (!expired(c, r, f, &claims))
        r->traits |= RA_TRAIT_LIVE;
    if (f->settled_by && (r->traits & RA_TRAIT_LIVE))
        ra_unknown_add(c->inv, ra_strfmt(c->arena, "%s/scope", id), f->ceiling, RA_TRAIT_REMOTE, f->settled_by,
                       (struct ra_evidence){c->name, RA_METHOD_INFERRED, 0, {.path = e.source.path}});
    return r;
}

static bool recognise(struct ra_span value, const char *hint, const char *provider, struct ra_secret_fact *f)
{
    if (ra_recognise_value(value, f))
        return !f->placeholder;
    if (f->placeholder)
        return false;
    if (ra_recognise_named(ra_span_of(hint), value, f))
        return !f->placeholder;
    if (!provider || f->placeholder || value.n == 0)
        return false;
    *f = (struct ra_secret_fact){.class = RA_SECRET_PASSWORD, .value = value, .least = RA_RADIUS_GRANT,
                                 .ceiling = RA_RADIUS_ORGANIZATION, .confidence = "medium"};
    return true;
}

// A login is of the service whose settings hold it, unless its own shape says another one: a forge's token that a
// package registry takes is still the forge's.
static bool of_the_place(const struct ra_beside *b, const struct ra_secret_fact *f)
{
    return b->provider && (f->class == RA_SECRET_KEY || strcmp(f->provider, b->provider) == 0 ||
                           strcmp(f->provider, "jwt") == 0 || strcmp(f->provider, "generic") == 0);
}

// For the asker alone: see providers/held.h.
static void hold(struct ra_collect *c, const struct ra_reach *place, const struct ra_reach *secret,
                 const struct ra_secret_fact *f, struct ra_span around)
{
    const struct ra_beside *b = &c->beside;
    bool own = !b->provider || of_the_place(b, f);
    const char *host = ra_held_url_host(c->arena, around, f->value), *user = ra_held_url_user(c->arena, around, f->value);
    struct ra_span value = b->value.n ? b->value : f->value;
    if (host) { // as it is sent, not as it stands in a URL
        value = ra_span_of(ra_id_decode(c->arena, ra_strndup(c->arena, value)));
        ra_scrub_learn(value);
        user = user ? ra_id_decode(c->arena, user) : NULL;
    }
    ra_held_put(c->held, &(struct ra_held){
        .provider = b->provider && own ? b->provider : f->provider, .type = b->type && own ? b->type : f->type,
        .secret = secret->id, .place = place->id,
        .host = host ? host : b->host, .user = user ? user : b->user, .path = host || !own ? NULL : b->path,
        .scope = own ? b->scope : NULL,
        .value = {value, b->id, b->session, b->certificate, b->ca}});
}

void ra_secret_held(struct ra_collect *c, const struct ra_reach *place, const struct ra_reach *secret, struct ra_span value,
                    const char *provider)
{
    const struct ra_secret_fact f = {.provider = provider, .value = value};
    if (c->held && (secret->traits & RA_TRAIT_LIVE))
        hold(c, place, secret, &f, value);
}

struct ra_reach *ra_secret_found(struct ra_collect *c, struct ra_reach *place, struct ra_span value,
                                 const char *hint, const char *provider, struct ra_evidence e)
{
    struct ra_secret_fact f = {0};
    if (!recognise(value, hint, provider, &f))
        return NULL;
    if (f.value.n == 0)
        f.value = value;
    if (!f.provider || (provider && strcmp(f.provider, "generic") == 0))
        f.provider = provider ? provider : "generic";
    ra_scrub_learn(f.value);
    struct ra_reach *r = f.class == RA_SECRET_KEY ? key_found(c, place, &f, e) : token_found(c, place, &f, value, e);
    ra_reach_radius(r, f.least, f.ceiling);
    r->access |= RA_READ;
    r->traits |= strcmp(f.provider, "kubernetes") == 0 ? RA_TRAIT_CLUSTER : 0u;
    secret_details(c, r, &f);
    ra_link_add(c->inv, "holds", place->id, r->id);
    if (c->held && (r->traits & RA_TRAIT_LIVE))
        hold(c, place, r, &f, value);
    return r;
}
