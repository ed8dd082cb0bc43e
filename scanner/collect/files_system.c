// Files of the machine and of its networks: tunnels, mounts, disks, keyrings of the kernel.
#include <string.h>

#include "collect/files.h"

static const struct ra_place login = {"N002", "", RA_PLACE_VPN, RA_SEVERITY_HIGH, RA_RADIUS_GRANT, RA_RADIUS_ORGANIZATION,
                                      "OpenVPN login", RA_READER_login_file, NULL};
static const struct ra_place passphrase = {"N002", "", RA_PLACE_VPN, RA_SEVERITY_HIGH, RA_RADIUS_GRANT,
                                           RA_RADIUS_ORGANIZATION, "OpenVPN passphrase", RA_READER_password_file, NULL};
static const struct ra_place tunnel_key = {"N002", "", RA_PLACE_VPN, RA_SEVERITY_HIGH, RA_RADIUS_GRANT,
                                           RA_RADIUS_ORGANIZATION, "OpenVPN key", RA_READER_key_store, NULL};
static const struct ra_place static_key = {"N002", "", RA_PLACE_VPN, RA_SEVERITY_HIGH, RA_RADIUS_GRANT,
                                           RA_RADIUS_ORGANIZATION, "OpenVPN static key", RA_READER_none, NULL};
static const struct ra_place share = {"N008", "", RA_PLACE_SESSION, RA_SEVERITY_HIGH, RA_RADIUS_GRANT,
                                      RA_RADIUS_ORGANIZATION, "file server login", RA_READER_properties, NULL};
static const struct ra_place disk_key = {"K027", "", RA_PLACE_KEY, RA_SEVERITY_HIGH, RA_RADIUS_PERSON, RA_RADIUS_PERSON,
                                         "disk encryption key", RA_READER_none, NULL};

// The second line of "user\npassword\n". Source: openvpn(8), --auth-user-pass.
bool ra_read_login_file(struct ra_file *f)
{
    struct ra_span rest = f->text, line;
    if (ra_span_line(&rest, &line) && ra_span_line(&rest, &line))
        ra_file_holds(f, NULL, 2, line, "password", "generic");
    return true;
}

static const struct ra_place *names_file(struct ra_span word)
{
    static const struct {
        const char *word;
        const struct ra_place *as;
    } words[] = {{"auth-user-pass", &login}, {"askpass", &passphrase}, {"key", &tunnel_key}, {"pkcs12", &tunnel_key},
                 {"secret", &static_key}};
    for (size_t i = 0; i < RA_COUNT(words); i++)
        if (ra_span_is(word, words[i].word))
            return words[i].as;
    return NULL;
}

// Source: openvpn(8), INLINE FILE SUPPORT. <tls-auth> and <tls-crypt> alone let nobody in.
static bool inline_block(struct ra_file *f, struct ra_span block)
{
    if (ra_span_is(block, "<key>"))
        return ra_read_pem_key(f);
    if (ra_span_is(block, "<secret>") || ra_span_is(block, "<pkcs12>"))
        ra_file_unread(f, NULL, "key inside the settings");
    return true;
}

bool ra_read_openvpn(struct ra_file *f)
{
    struct ra_span rest = f->text, line, word, argument;
    for (unsigned n = 1; ra_span_line(&rest, &line); n++) {
        struct ra_span text = ra_span_trim(line);
        if (text.n && text.p[0] == '<' && text.n > 1 && text.p[1] != '/')
            inline_block(f, text);
        if (ra_span_is(text, "<auth-user-pass>") && ra_span_line(&rest, &line) && ra_span_line(&rest, &line)) {
            n += 2;
            ra_file_holds(f, "auth-user-pass", n, line, "password", "openvpn");
            continue;
        }
        const struct ra_place *as = ra_span_word(&text, &word) ? names_file(word) : NULL;
        if (as && ra_span_word(&text, &argument))
            ra_file_follow(f, argument, as);
    }
    if (ra_span_starts(ra_span_trim(f->text), "-----BEGIN")) // the directory holds bare keys too
        return ra_read_pem_key(f);
    return true;
}

// Network shares and where their logins lie; a password among the options stands for all to see.
bool ra_read_fstab(struct ra_file *f)
{
    struct ra_span rest = f->text, line, word, option, value;
    ra_file_place(f, NULL, 0);
    for (unsigned n = 1; ra_span_line(&rest, &line); n++) {
        struct ra_span fields[4], text = ra_span_trim(line);
        size_t have = 0;
        while (have < 4 && text.n && text.p[0] != '#' && ra_span_word(&text, &word))
            fields[have++] = word;
        while (have == 4 && ra_span_until(&fields[3], ',', &option)) {
            value = option;
            ra_span_until(&value, '=', &word);
            if (!value.p || value.n == 0)
                continue;
            if (ra_span_is(word, "credentials") || ra_span_is(word, "cred"))
                ra_file_follow(f, value, &share);
            else if (ra_span_is(word, "password") || ra_span_is(word, "pass"))
                ra_file_holds(f, ra_strndup(f->c->arena, fields[1]), n, value, "password", "generic");
        }
    }
    return true;
}

// Third column: the key's file. Source: crypttab(5).
bool ra_read_crypttab(struct ra_file *f)
{
    struct ra_span rest = f->text, line, word;
    ra_file_place(f, NULL, 0);
    while (ra_span_line(&rest, &line)) {
        size_t column = 0;
        line = ra_span_trim(line);
        while (line.n && line.p[0] != '#' && ra_span_word(&line, &word))
            if (++column == 3 && word.p[0] == '/' && !ra_span_starts(word, "/dev/"))
                ra_file_follow(f, word, &disk_key);
    }
    return true;
}

// Kinds that hold something; keyrings themselves and the kernel's own certificates are none. Source: keyrings(7).
bool ra_read_proc_keys(struct ra_file *f)
{
    static const char *const types[] = {"user", "logon", "big_key", "encrypted", "trusted"};
    struct ra_span rest = f->text, line, word;
    int64_t keys = 0;
    while (ra_span_line(&rest, &line)) {
        size_t column = 0;
        while (ra_span_word(&line, &word))
            if (++column == 8)
                for (size_t i = 0; i < RA_COUNT(types); i++)
                    keys += ra_span_is(word, types[i]);
    }
    if (keys)
        ra_reach_number(f->c->inv, ra_file_place(f, NULL, 0), "keys", keys);
    return true;
}
