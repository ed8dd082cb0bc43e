// Who may become root is not held by what a plain user is denied: what root reaches in the box was not seen, and counts
// as unknown. Denials of the kernel that root shares (read-only mounts) stay. Looks at the inventory alone.
#include "collect/raised.h"

#include <errno.h>
#include <string.h>

// process:self#sudo is told of harmless rules too, and then opens nothing.
static const struct ra_reach *way_to_root(const struct ra_inventory *inv)
{
    static const char *const ids[] = {"process:self#sudo", "process:self#doas", "unknown:sudo", "unknown:doas"};
    for (size_t i = 0; i < RA_COUNT(ids); i++) {
        const struct ra_reach *r = ra_reach_find(inv, ids[i]);
        if (r && (r->state == RA_STATE_UNKNOWN || (r->state == RA_STATE_PRESENT && r->least > RA_RADIUS_NOTHING)))
            return r;
    }
    return NULL;
}

static bool by_permission(const struct ra_reach *r)
{
    for (size_t i = 0; i < r->n_evidence; i++)
        if (r->evidence[i].outcome == EACCES || r->evidence[i].outcome == EPERM)
            return r->state == RA_STATE_DENIED;
    return false;
}

static const char *raiser(const struct ra_reach *way)
{
    return strstr(way->id, "doas") ? "doas" : "sudo";
}

static const char *settled_by(const struct ra_inventory *inv, const struct ra_reach *way)
{
    return ra_strfmt(inv->arena, "the same audit as root: %s -n reachaudit", raiser(way));
}

// One for all files: which of them hold a secret, nobody knows. Like any secret it needs a way out to matter.
static void files_of_root(struct ra_inventory *inv, const struct ra_reach *way, const struct ra_reach *first, int64_t n)
{
    struct ra_evidence e = {"files", RA_METHOD_INFERRED, EACCES, {.path = first->locator, .call = "open"}};
    struct ra_reach *r = ra_unknown_add(inv, "password:files-of-root", RA_RADIUS_ORGANIZATION, RA_TRAIT_REMOTE,
                                        settled_by(inv, way), e);
    r->title = ra_strfmt(inv->arena, way->state == RA_STATE_PRESENT ? "a file that %s lets it read"
                                                                   : "a file that %s may let it read", raiser(way));
    ra_reach_number(inv, r, "places", n);
    ra_reach_text(inv, r, "first", first->locator);
}

// Sockets, mounts and devices lead out by themselves, so each is told alone; of files and of other processes the secrets
// matter, and those need a way out.
void ra_raised_look(struct ra_inventory *inv)
{
    const unsigned alone = 1u << RA_KIND_SOCKET | 1u << RA_KIND_MOUNT | 1u << RA_KIND_DEVICE;
    const unsigned together = 1u << RA_KIND_FILE | 1u << RA_KIND_PROCESS;
    const struct ra_reach *way = way_to_root(inv), *first = NULL;
    int64_t n = 0;
    if (!way)
        return;
    for (size_t i = 0; i < inv->n_reaches; i++) {
        struct ra_reach *r = inv->reaches[i];
        if (!by_permission(r))
            continue;
        if (alone >> r->kind & 1) {
            r->state = RA_STATE_UNKNOWN;
            r->least = RA_RADIUS_NOTHING;
            r->settled_by = settled_by(inv, way);
        } else if (together >> r->kind & 1) {
            first = first && strcmp(first->id, r->id) < 0 ? first : r;
            n++;
        }
    }
    if (n)
        files_of_root(inv, way, first, n);
}
