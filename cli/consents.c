// What --online consents to, by consents.def: which words there are, who asks for each, and what is said on stderr
// before anything is asked. What the asker's child would ask it says itself.
#include <string.h>

#include "cli/job.h"
#include "cli/out.h"
#include "cli/values.h"

enum who { NOBODY, ASKER, BUS };

static const struct {
    const char *word;
    enum who asks;
} rows[] = {
#define RA_CONSENT(word, who) {word, who},
#include "cli/consents.def"
#undef RA_CONSENT
};

const char *ra_consent(size_t i)
{
    return i < RA_COUNT(rows) ? rows[i].word : NULL;
}

bool ra_job_asks_about(const struct ra_options *o, const char *what)
{
    for (size_t i = 0; i < o->online.n; i++)
        if (strcmp(o->online.items[i], what) == 0)
            return true;
    return false;
}

// What a report says was allowed: who took the answers from files asked nobody.
const char **ra_job_online(struct ra_arena *a, const struct ra_options *o)
{
    const char **list = ra_new_array(a, const char *, o->online.n + 1);
    for (size_t i = 0; i < o->online.n; i++)
        list[i] = o->replay ? ra_strfmt(a, "%s" RA_REPLAYED, o->online.items[i]) : o->online.items[i];
    return list;
}

bool ra_job_asks(const struct ra_options *o)
{
    for (size_t i = 0; i < RA_COUNT(rows); i++)
        if (rows[i].asks == ASKER && ra_job_asks_about(o, rows[i].word))
            return true;
    return false;
}

void ra_consents_say(const struct ra_options *o)
{
    if (o->dry_run && !o->online.n)
        ra_out_error("--dry-run: without --online nothing is asked: 0 hosts, 0 requests");
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        if (!ra_job_asks_about(o, rows[i].word))
            continue;
        switch (rows[i].asks) {
        case ASKER:
            break;
        case BUS:
            ra_out_error("--online=%s asks the session bus of this machine which keyrings are open: 0 hosts, at most 37 "
                         "calls, which a log of the bus would show", rows[i].word);
            break;
        case NOBODY:
            ra_out_error("--online=%s: this version asks nothing for it: 0 hosts, 0 requests", rows[i].word);
            break;
        }
    }
}
