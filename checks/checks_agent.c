// Settings of coding agents. The worst iteration is assumed unattended and willing, so inside a box they are told,
// not judged, unless they open more than the box; without a box the rule file is all there is.
#include <string.h>

#include "checks/judge.h"
#include "checks/sentence.h"

static bool tool_server(const struct ra_reach *r)
{
    return (r->role && strcmp(r->role, "mcp-server") == 0) || strncmp(r->id, "agent:mcp/", 10) == 0;
}

static void report(struct ra_judge *j, size_t i, enum ra_check_id check, enum ra_severity unboxed, const char *what)
{
    const struct ra_reach *r = j->inv->reaches[i];
    size_t *reach = ra_new_array(j->arena, size_t, 1);
    enum ra_severity s = ra_severity_of(r->least);
    reach[0] = i;
    if (j->no_box && s < unboxed)
        s = unboxed;
    struct ra_draft d = {.check = check, .severity = s < r->cap ? s : r->cap, .certainty = RA_CERTAINTY_CERTAIN,
                         .radius = r->least, .reaches = reach, .n_reaches = 1};
    d.status = s <= RA_SEVERITY_LOW ? RA_STATUS_PASS : ra_judge_present(j, i) ? RA_STATUS_FAIL : RA_STATUS_UNKNOWN;
    d.message = ra_strfmt(j->arena, "%s: %s%s.", ra_reach_words(j->arena, r), what,
                          j->no_box ? ", and no box limits it" : "");
    ra_judge_add(j, &d);
}

void ra_check_agents(struct ra_judge *j)
{
    for (size_t i = 0; i < j->inv->n_reaches; i++) {
        const struct ra_reach *r = j->inv->reaches[i];
        if (!j->worst.active[i] || r->kind != RA_KIND_AGENT)
            continue;
        if (r->traits & RA_TRAIT_UNATTENDED)
            report(j, i, RA_CHECK_AGENT_UNATTENDED, RA_SEVERITY_HIGH, "the agent asks nobody before it acts");
        if (r->traits & RA_TRAIT_RUNS_OUTSIDE)
            report(j, i, RA_CHECK_AGENT_OUTSIDE, RA_SEVERITY_HIGH, "this runs outside the agent's own sandbox");
        if (tool_server(r))
            report(j, i, RA_CHECK_AGENT_MCP, RA_SEVERITY_MEDIUM, "a tool server with the reach of the run");
    }
}
