// Stores of keys and tokens in forms of their own: key stores, wallets, ticket caches, databases. Tells from their
// heads whether something is in them and whether it is locked; opens none of them.
#include <string.h>

#include "collect/files.h"
#include "parse/kerberos.h"
#include "parse/stores.h"

static void locked_by(struct ra_file *f, struct ra_reach *secret, enum ra_key_lock lock)
{
    switch (lock) {
    case RA_KEY_LOCKED:
        ra_file_protected(f, secret, "passphrase");
        break;
    case RA_KEY_HARDWARE:
        ra_file_protected(f, secret, "hardware");
        break;
    case RA_KEY_PLAIN:
    case RA_KEY_UNSURE:
        break;
    }
}

// JetBrains keeps the password of c.kdbx beside it; builds of Android and Maven keep theirs in properties.
static const char *password_beside(struct ra_file *f)
{
    static const char *const names[] = {"c.pwd", "key.properties", "keystore.properties", "../key.properties"};
    bool jetbrains = ra_span_ends(ra_span_of(f->path), "/c.kdbx");
    for (size_t i = jetbrains ? 0 : 1; i < (jetbrains ? 1 : RA_COUNT(names)); i++)
        if (ra_file_beside(f, names[i]))
            return names[i];
    return NULL;
}

static bool store_by_name(const char *path)
{
    static const char *const ends[] = {".p12", ".pfx", ".jks", ".keystore", ".bks", ".kdbx"};
    for (size_t i = 0; i < RA_COUNT(ends); i++)
        if (ra_span_ends(ra_span_of(path), ends[i]))
            return true;
    return false;
}

// PKCS #12, Java, KeePass, git-crypt, minisign; text forms are pem_key's.
bool ra_read_key_store(struct ra_file *f)
{
    struct ra_key_store store;
    if (!ra_key_store_parse(f->text, &store)) {
        ra_read_pem_key(f);
        return f->held > 0 || !store_by_name(f->path);
    }
    f->settled = true;
    if (store.empty)
        return true;
    struct ra_reach *secret = ra_file_unread(f, NULL, "key store");
    ra_reach_text(f->c->inv, secret, "form", store.form);
    const char *password = store.lock == RA_KEY_LOCKED ? password_beside(f) : NULL;
    if (password)
        ra_reach_text(f->c->inv, secret, "opened_by", password);
    else
        locked_by(f, secret, store.lock);
    return true;
}

// "d" is the private half, "k" a shared key. Source: RFC 7517, RFC 7518.
static void one_jwk(struct ra_file *f, const struct ra_json *key, size_t index)
{
    struct ra_span d = ra_json_text(ra_json_get(key, "d")), k = ra_json_text(ra_json_get(key, "k"));
    if (!ra_json_get(key, "kty") || (d.n < 20 && k.n < 20))
        return;
    struct ra_span secret = d.n ? d : k;
    if (ra_recognise_placeholder(secret) || ra_recognise_reference(secret))
        return;
    ra_scrub_learn(secret);
    ra_file_unread(f, index ? ra_strfmt(f->c->arena, "keys.%zu", index) : NULL, "private JSON web key");
}

bool ra_read_jwk(struct ra_file *f)
{
    struct ra_json *tree;
    size_t index = 1;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL))
        return ra_read_pem_key(f);
    const struct ra_json *keys = ra_json_get(tree, "keys");
    one_jwk(f, tree, 0);
    for (const struct ra_json *k = keys && keys->type == RA_JSON_ARRAY ? keys->child : NULL; k; k = k->next)
        one_jwk(f, k, index++);
    return true;
}

// A self-hosted runner's own RSA key, its parameters in JSON; the settings beside it are no secret.
bool ra_read_runner_key(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_json_parse(f->c->arena, f->text, true, &tree, NULL))
        return false;
    if (ra_json_text(ra_json_get(tree, "d")).n && ra_json_text(ra_json_get(tree, "p")).n)
        ra_file_unread(f, NULL, "private key");
    else
        ra_tree_secrets(f, ra_json_get(tree, "data"), "data");
    return true;
}

static bool bytes_listed(const struct ra_json *v)
{
    size_t n = 0;
    for (const struct ra_json *m = v->type == RA_JSON_ARRAY ? v->child : NULL; m; m = m->next, n++)
        if (m->type != RA_JSON_NUMBER)
            return false;
    return n >= 32;
}

// Sources: Solana CLI (64 bytes as numbers), Sui (base64 strings in a list), NEAR ("private_key"), Web3 Secret Storage
// ("crypto" with its "kdf": always encrypted), Electrum ("use_encryption").
static bool json_wallet(struct ra_file *f, const struct ra_json *tree)
{
    const struct ra_json *crypto = ra_json_get(tree, "crypto"), *seed = ra_json_get(tree, "keystore");
    crypto = crypto ? crypto : ra_json_get(tree, "Crypto");
    if (crypto && ra_json_get(crypto, "kdf")) {
        ra_file_locked(f, NULL, "passphrase", NULL);
        return true;
    }
    const struct ra_json *key = ra_json_get(tree, "private_key");
    if (key && ra_json_text(key).n)
        return ra_file_holds(f, "private_key", key->line, ra_json_text(key), "private_key", "wallet") != NULL;
    bool list = tree->type == RA_JSON_ARRAY && tree->child && tree->child->type == RA_JSON_STRING;
    if (bytes_listed(tree) || list || (seed && !ra_json_is_true(ra_json_get(tree, "use_encryption"))))
        ra_file_unread(f, NULL, "wallet, not encrypted");
    else if (seed)
        ra_file_locked(f, NULL, "passphrase", NULL);
    return true; // an empty list is an empty wallet
}

bool ra_read_wallet(struct ra_file *f)
{
    struct ra_json *tree;
    if (!ra_json_parse(f->c->arena, f->text, false, &tree, NULL))
        return json_wallet(f, tree);
    f->settled = true;
    if (ra_span_starts(f->text, "QklFM") || ra_span_find(f->text, RA_SPAN("\x04mkey")) >= 0) // Electrum; Bitcoin
        ra_file_locked(f, NULL, "passphrase", NULL);
    else
        ra_file_unread(f, NULL, "wallet");
    return true;
}

// Source: borg, "Key files": always encrypted with the passphrase, which may be empty.
bool ra_read_borg_key(struct ra_file *f)
{
    bool open = ra_file_variable(f, "BORG_PASSPHRASE") || ra_file_variable(f, "BORG_PASSCOMMAND");
    if (ra_span_starts(f->text, "BORG_KEY "))
        ra_file_locked(f, NULL, "passphrase", open ? "a variable of the environment" : NULL);
    return true;
}

bool ra_read_tickets(struct ra_file *f)
{
    struct ra_tickets tickets;
    if (!ra_tickets_parse(f->text, &tickets) && tickets.n == 0)
        return f->text.n < 2 || f->text.p[0] != 5; // some other file of that name
    if (tickets.n == 0)
        return true;
    struct ra_reach *secret = ra_file_unread(f, NULL, "Kerberos tickets");
    ra_reach_number(f->c->inv, secret, "tickets", tickets.n);
    ra_file_expires(f, secret, tickets.ends_s);
    return true;
}

bool ra_read_keytab(struct ra_file *f)
{
    unsigned keys;
    if (!ra_keytab_parse(f->text, &keys))
        return false;
    f->settled = true;
    if (keys)
        ra_reach_number(f->c->inv, ra_file_unread(f, NULL, "Kerberos keys"), "keys", keys);
    return true;
}

bool ra_read_keyring_locked(struct ra_file *f)
{
    ra_file_locked(f, NULL, "keyring", NULL);
    return true;
}

// Files that are not taken apart, and what must stand in one that holds a login.
static const struct needle {
    const char *suffix, *needles[3];
    int64_t lifetime_s; // of what it holds, after the last write; 0: no end
} needles[] = {
    {"/credentials.db", {"refresh_token", "private_key", "access_token"}, 0}, // gcloud
    {"/access_tokens.db", {"ya29", "access_token"}, 3600},
    {"/data.sqlite3", {"access_token", "accessToken", "refresh_token"}, 0}, // Kiro, Amazon Q
    {"/state.vscdb", {"cursorAuth/accessToken", "cursorAuth/refreshToken"}, 0},
    {"/hex.config", {"auth_key", "api_key"}, 0},
    {"/tailscaled.state", {"_machinekey", "PrivateNodeKey"}, 0},
    {"/account_info", {"application_key", "account_auth_token"}, 0},
    {"/.b2_account_info", {"application_key", "account_auth_token"}, 0},
    {"/sec.conf", {"__passphrase__"}, 0},
};

bool ra_read_opaque(struct ra_file *f)
{
    const struct needle *row = NULL;
    struct ra_stat st;
    bool found = false;
    for (size_t i = 0; i < RA_COUNT(needles); i++)
        if (ra_span_ends(ra_span_of(f->path), needles[i].suffix))
            row = &needles[i];
    for (size_t i = 0; row && i < RA_COUNT(row->needles); i++)
        found |= row->needles[i] && ra_span_find(f->text, ra_span_of(row->needles[i])) >= 0;
    f->settled = true;
    if (row && !found && f->text.n < RA_MAX_FILE_BYTES)
        return true;
    struct ra_reach *secret = ra_file_unread(f, NULL, found ? "content not read" : "may hold a login");
    if (row && row->lifetime_s && ra_file_stat(f, &st))
        ra_file_expires(f, secret, st.mtime_s + row->lifetime_s);
    return true;
}

// A database of the project: its data are in reach, which is a map of what could be carried out or wiped.
bool ra_read_database(struct ra_file *f)
{
    struct ra_stat st;
    bool duck = f->text.n > 12 && memcmp(f->text.p + 8, "DUCK", 4) == 0;
    struct ra_reach *place = ra_file_note(f, NULL, 0, "form", ra_span_of(ra_file_sqlite(f) ? "sqlite" : duck ? "duckdb" : ""));
    if (ra_file_stat(f, &st))
        ra_reach_number(f->c->inv, place, "bytes", (int64_t)st.size_bytes);
    f->settled = true;
    return true;
}
