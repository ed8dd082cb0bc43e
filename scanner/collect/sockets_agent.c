// What an SSH agent answers to "which identities do you hold": type, comment and fingerprint of each key. Never asks
// for a signature. A key reached through an agent can be used but not read, so it is not a secret in plain sight.
#include "collect/sockets.h"
#include "parse/keys.h"

static void certificate_details(struct ra_sockets *s, struct ra_reach *r, const struct ra_agent_key *k)
{
    struct ra_inventory *inv = s->c->inv;
    struct {
        const char *key, *value;
    } texts[] = {{"certificate-id", k->key_id}, {"principals", k->principals}, {"force-command", k->force_command},
                 {"source-address", k->source_address}};
    for (size_t i = 0; i < RA_COUNT(texts); i++)
        if (texts[i].value)
            ra_reach_text(inv, r, texts[i].key, texts[i].value);
    if (!k->principals)
        ra_reach_text(inv, r, "principals", "any");
    if (k->valid_before_s != INT64_MAX)
        ra_reach_number(inv, r, "valid-before", k->valid_before_s);
    ra_reach_flag(inv, r, "certificate-expired", k->valid_before_s <= s->c->now_s);
}

int ra_sockets_agent_keys(struct ra_sockets *s, struct ra_reach *socket, struct ra_span reply)
{
    struct ra_collect *c = s->c;
    struct ra_agent_key *keys = NULL;
    size_t n = 0;
    bool locked = false;
    if (!ra_agent_list_parse(c->arena, reply, &keys, &n, &locked))
        return -1;
    if (locked)
        ra_reach_flag(c->inv, socket, "locked", true);
    if (n)
        ra_reach_text(c->inv, socket, "limits", "not in the list: confirmation, lifetime and bound hosts of a key");
    for (size_t i = 0; i < n; i++) {
        char *id = ra_id(c->arena, RA_KIND_KEY, ra_strfmt(c->arena, "ssh:%s", keys[i].fingerprint), NULL);
        struct ra_evidence e = ra_seen(c, RA_METHOD_ATTEMPTED, (struct ra_reply){.call = "recv"}, socket->locator);
        struct ra_reach *key = ra_reach_add(c->inv, RA_KIND_KEY, id, socket->locator, RA_STATE_PRESENT, e);
        key->traits |= RA_TRAIT_REMOTE;
        key->access |= RA_SIGN;
        key->title = keys[i].certificate ? "SSH certificate in an agent" : "SSH key in an agent";
        ra_reach_text(c->inv, key, "type", keys[i].type);
        if (keys[i].comment.n)
            ra_reach_text(c->inv, key, "comment", ra_strndup(c->arena, keys[i].comment));
        if (keys[i].hardware)
            ra_reach_flag(c->inv, key, "hardware", true);
        if (keys[i].certificate)
            certificate_details(s, key, &keys[i]);
        ra_link_add(c->inv, "holds", socket->id, key->id);
    }
    return (int)n;
}
