// Locations: every reach by its id, and by an address too, since what shows a SARIF file to people wants one. What lies in
// the working tree is relative to it, what lies in another target's root is relative to that; neither is told as a file
// of this machine. What is no file is found where the kernel shows it.
#include <string.h>

#include "model/target.h"
#include "reports/sarif.h"

const char ra_sarif_tree[] = "%SRCROOT%";
const char ra_sarif_root[] = "TARGETROOT";

bool ra_sarif_is_here(const struct ra_inventory *inv)
{
    const char *kind = inv->target.kind ? inv->target.kind : "self";
    const struct ra_target_kind *row = ra_target_kind_find(kind);
    return strcmp(kind, "self") == 0 || strcmp(kind, "pid") == 0 || (row && row->class == RA_TARGET_DECLARED);
}

static void address(struct ra_sarif *s, const char *path, bool folder)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf uri = {0};
    const char *base = NULL, *in_tree = folder ? NULL : ra_place_in_worktree(s->inv, path);
    if (in_tree) {
        base = ra_sarif_tree;
        path = in_tree;
    } else if (!ra_sarif_is_here(s->inv)) {
        base = ra_sarif_root;
        path += strspn(path, "/");
    } else if (path[0] == '/')
        ra_buf_puts(&uri, "file://");
    ra_escape_path(&uri, path);
    if (!uri.n || (folder && uri.p[uri.n - 1] != '/'))
        ra_buf_puts(&uri, uri.n ? "/" : "./");
    ra_json_kstr(&s->w, "uri", uri.p);
    if (base)
        ra_json_kstr(&s->w, "uriBaseId", base);
}

// Where the kernel shows what has no file of its own. Source: proc(5).
static const char *shown_at(enum ra_kind kind)
{
    switch (kind) {
    case RA_KIND_ENV:
        return "environ";
    case RA_KIND_MOUNT:
        return "mountinfo";
    case RA_KIND_FD:
        return "fd";
    case RA_KIND_EGRESS:
    case RA_KIND_SERVICE:
        return "net";
    case RA_KIND_CAPABILITY:
    case RA_KIND_BOX:
    case RA_KIND_PROCESS:
        return "status";
    case RA_KIND_FILE:
    case RA_KIND_TOKEN:
    case RA_KIND_KEY:
    case RA_KIND_PASSWORD:
    case RA_KIND_GRANT:
    case RA_KIND_SOCKET:
    case RA_KIND_AGENT:
    case RA_KIND_DEVICE:
    case RA_KIND_WORKTREE:
    case RA_KIND_PROGRAM:
    case RA_KIND_UNKNOWN:
    case RA_KIND_COUNT:
        return "";
    }
    return "";
}

static const char *process_of(struct ra_sarif *s)
{
    const struct ra_target_facts *t = &s->inv->target;
    const char *pid = t->locator && strncmp(t->locator, "pid:", 4) == 0 ? t->locator + 4 : t->locator;
    bool number = t->kind && strcmp(t->kind, "pid") == 0 && pid && *pid && strspn(pid, "0123456789") == strlen(pid);
    return ra_strfmt(s->arena, "/proc/%s", number ? pid : "self");
}

static struct ra_place place(struct ra_sarif *s, const struct ra_reach *r)
{
    struct ra_place at = {0};
    if (r && ra_place_of(r, &at))
        return at;
    if (r && r->locator && r->locator[0] == '/' && (r->kind == RA_KIND_SOCKET || r->kind == RA_KIND_DEVICE))
        return (struct ra_place){.path = r->locator};
    if (ra_target_is_static(s->inv->target.kind))
        return (struct ra_place){.path = "/"};
    const char *part = r ? shown_at(r->kind) : "";
    return (struct ra_place){.path = ra_strfmt(s->arena, "%s%s%s", process_of(s), *part ? "/" : "", part)};
}

void ra_sarif_location(struct ra_sarif *s, const char *id, const char *say)
{
    const struct ra_reach *r = id ? ra_by_id_find(&s->reaches, id) : NULL;
    struct ra_place at = place(s, r);
    struct ra_json_out *w = &s->w;
    ra_json_open(w, '{');
    ra_json_key(w, "physicalLocation");
    ra_json_open(w, '{');
    ra_json_key(w, "artifactLocation");
    ra_json_open(w, '{');
    address(s, at.path, false);
    ra_json_close(w, '}');
    if (at.line) {
        ra_json_key(w, "region");
        ra_json_open(w, '{');
        ra_json_kint(w, "startLine", at.line);
        if (at.column)
            ra_json_kint(w, "startColumn", at.column);
        ra_json_close(w, '}');
    }
    ra_json_close(w, '}');
    if (id) {
        ra_json_key(w, "logicalLocations");
        ra_json_open(w, '[');
        ra_json_open(w, '{');
        ra_json_kstr(w, "fullyQualifiedName", id);
        ra_json_kstr(w, "kind", r ? ra_kind_row(r->kind)->name : "consequence");
        ra_json_close(w, '}');
        ra_json_close(w, ']');
    }
    if (say)
        ra_sarif_message(s, "message", say);
    ra_json_close(w, '}');
}

void ra_sarif_base_ids(struct ra_sarif *s)
{
    const char *tree = s->inv->target.worktree;
    bool here = ra_sarif_is_here(s->inv), in_tree = tree && tree[0] == '/';
    if (!in_tree && here)
        return;
    struct ra_json_out *w = &s->w;
    ra_json_key(w, "originalUriBaseIds");
    ra_json_open(w, '{');
    if (in_tree) {
        ra_json_key(w, ra_sarif_tree);
        ra_json_open(w, '{');
        address(s, tree, true);
        ra_sarif_message(s, "description", "The working tree.");
        ra_json_close(w, '}');
    }
    if (!here) {
        ra_json_key(w, ra_sarif_root);
        ra_json_open(w, '{');
        ra_sarif_message(s, "description",
                         ra_strfmt(s->arena, "The root directory of what was audited: %s.",
                                   s->inv->target.locator ? s->inv->target.locator : s->inv->target.kind));
        ra_json_close(w, '}');
    }
    ra_json_close(w, '}');
}
