// How the work that is at risk is saved: the steps of saves.def that these losses need. Runs nothing and knows nothing
// of what follows from a loss.
#include <string.h>

#include "checks/judge.h"

static const struct {
    const char *parts, *text;
} saves[] = {
#define RA_SAVE(parts, text) {parts, text},
#include "checks/saves.def"
#undef RA_SAVE
};

// "worktree:stash" of the working tree, "worktree:~/other#stash" of another repository.
static const char *part_of(const struct ra_reach *r)
{
    const char *other = strchr(r->id, '#');
    return other ? other + 1 : r->id + strlen("worktree:");
}

static bool needs(const char *parts, const char *part)
{
    struct ra_span rest = ra_span_of(parts), word;
    while (ra_span_word(&rest, &word))
        if (strncmp(part, word.p, word.n) == 0 && (part[word.n] == 0 || part[word.n] == '/'))
            return true;
    return false;
}

static const char *where(struct ra_judge *j, const size_t *reaches, size_t n)
{
    const char *first = j->inv->reaches[reaches[0]]->locator;
    bool other = false;
    for (size_t i = 0; i < n; i++) {
        const struct ra_reach *r = j->inv->reaches[reaches[i]];
        other |= strchr(r->id, '#') != NULL;
        if (!first || !r->locator || strcmp(first, r->locator) != 0)
            return ", in each of these repositories";
    }
    return other ? ra_strfmt(j->arena, ", in %s", first) : "";
}

const char *ra_save_words(struct ra_judge *j, const size_t *reaches, size_t n)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    bool any = false;
    for (size_t i = 0; i < RA_COUNT(saves); i++) {
        bool needed = false;
        for (size_t k = 0; k < n; k++)
            needed |= needs(saves[i].parts, part_of(j->inv->reaches[reaches[k]]));
        if (needed)
            ra_buf_printf(&out, "%s%s", any ? ", then " : "", saves[i].text);
        any |= needed;
    }
    return any ? ra_strfmt(j->arena, "Save it elsewhere first%s: %.*s", where(j, reaches, n), (int)out.n, ra_buf_view(&out).p)
               : NULL;
}
