// What lies beside SSH's keys: settings, host lists, certificates. Names the programs that ssh would run and the keys
// that the settings point at; connects to nothing.
#include <string.h>

#include "collect/files.h"
#include "parse/stores.h"

static const struct ra_place named_key = {"K001", "", RA_PLACE_KEY, RA_SEVERITY_CRITICAL, RA_RADIUS_GRANT,
                                          RA_RADIUS_ORGANIZATION, "SSH key that the settings name",
                                          RA_READER_ssh_key, NULL};
static const struct ra_place named_certificate = {"K012", "", RA_PLACE_MAP, RA_SEVERITY_INFO, RA_RADIUS_NOTHING,
                                                  RA_RADIUS_NOTHING, "SSH certificate", RA_READER_ssh_certificate, NULL};
static const struct ra_place included = {"K007", "", RA_PLACE_MAP, RA_SEVERITY_MEDIUM, RA_RADIUS_NOTHING,
                                         RA_RADIUS_NOTHING, "SSH client settings", RA_READER_ssh_config, NULL};

static struct ra_span unquoted(struct ra_span v)
{
    v = ra_span_trim(v);
    return v.n >= 2 && v.p[0] == '"' && v.p[v.n - 1] == '"' ? ra_span_cut(v, 1, v.n - 2) : v;
}

// "Keyword value" or "Keyword=value". Source: ssh_config(5).
static bool keyword(struct ra_span line, struct ra_span *ret_key, struct ra_span *ret_value)
{
    line = ra_span_trim(line);
    size_t n = 0;
    while (n < line.n && !strchr(" \t=", line.p[n]))
        n++;
    *ret_key = ra_span_cut(line, 0, n);
    while (n < line.n && strchr(" \t=", line.p[n]))
        n++;
    *ret_value = unquoted(ra_span_cut(line, n, line.n));
    return ret_key->n && line.p[0] != '#' && ret_value->n;
}

static const struct ra_place *follows(struct ra_span key)
{
    if (ra_span_is_nocase(key, "IdentityFile"))
        return &named_key;
    if (ra_span_is_nocase(key, "CertificateFile"))
        return &named_certificate;
    return ra_span_is_nocase(key, "Include") ? &included : NULL;
}

// Includes are relative to ~/.ssh for a person, to /etc/ssh for the machine: where the files that include lie.
bool ra_read_ssh_config(struct ra_file *f)
{
    struct ra_span rest = f->text, line, key, value, name;
    int64_t hosts = 0;
    struct ra_reach *place = ra_file_place(f, NULL, 0);
    while (ra_span_line(&rest, &line)) {
        if (!keyword(line, &key, &value))
            continue;
        const struct ra_place *as = follows(key);
        if (as == &included)
            while (ra_span_word(&value, &name))
                ra_file_follow(f, name, as);
        else if (as)
            ra_file_follow(f, value, as);
        if (ra_span_is_nocase(key, "Host"))
            while (ra_span_word(&value, &name))
                hosts += ra_span_chr(name, '*') < 0 && name.p[0] != '!';
        else if (ra_span_is_nocase(key, "ForwardAgent") && !ra_span_is_nocase(value, "no"))
            ra_reach_flag(f->c->inv, place, "forwards_agent", true);
        else if ((ra_span_is_nocase(key, "ProxyCommand") && !ra_span_is_nocase(value, "none")) ||
                 ra_span_is_nocase(key, "LocalCommand") || ra_span_is_nocase(key, "KnownHostsCommand"))
            ra_reach_flag(f->c->inv, place, "runs_programs", true);
    }
    ra_reach_number(f->c->inv, place, "hosts", hosts);
    return true;
}

// Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
bool ra_read_known_hosts(struct ra_file *f)
{
    struct ra_span rest = f->text, line;
    int64_t hosts = 0, hashed = 0;
    while (ra_span_line(&rest, &line)) {
        line = ra_span_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        hosts++;
        hashed += ra_span_starts(line, "|1|");
    }
    struct ra_reach *place = ra_file_place(f, NULL, 0);
    ra_reach_number(f->c->inv, place, "hosts", hosts);
    if (hashed)
        ra_reach_number(f->c->inv, place, "hashed", hashed);
    return true;
}

// The key beside it is the secret; the certificate says until when it counts.
bool ra_read_ssh_certificate(struct ra_file *f)
{
    struct ra_ssh_certificate certificate;
    if (!ra_ssh_certificate_parse(f->text, &certificate))
        return true;
    struct ra_reach *place = ra_file_place(f, NULL, 1);
    if (certificate.valid_before_s != INT64_MAX)
        ra_reach_number(f->c->inv, place, "expires", certificate.valid_before_s);
    ra_reach_flag(f->c->inv, place, "valid",
                  certificate.valid_after_s <= f->c->now_s && f->c->now_s < certificate.valid_before_s);
    return true;
}
