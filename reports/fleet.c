// Which format tells a fleet with which writer, and the phrases that they share.
#include "reports/fleet.h"

#include <inttypes.h>
#include <string.h>

static const struct {
    const char *name;
    ra_fleet_write *write;
} writers[] = {
#define RA_FLEET(n) {#n, ra_fleet_##n},
#include "reports/fleets.def"
#undef RA_FLEET
};

ra_fleet_write *ra_report_fleet(const struct ra_report_format *format)
{
    for (size_t i = 0; i < RA_COUNT(writers); i++)
        if (strcmp(writers[i].name, format->name) == 0)
            return writers[i].write;
    return NULL;
}

static void part(struct ra_buf *out, uint64_t n, const char *one, const char *many, bool *first)
{
    if (n == 0)
        return;
    ra_buf_printf(out, "%s%" PRIu64 " %s", *first ? "" : ", ", n, n == 1 ? one : many);
    *first = false;
}

void ra_fleet_sentence(const struct ra_fleet *f, struct ra_buf *out)
{
    static const char *const word[] = {[RA_VERDICT_PASS] = "PASS", [RA_VERDICT_FAIL] = "FAIL",
                                       [RA_VERDICT_INCOMPLETE] = "INCOMPLETE"};
    bool first = true;
    ra_buf_printf(out, "%s: of %zu report%s ", word[f->verdict], f->n_rows + f->n_unread,
                  f->n_rows + f->n_unread == 1 ? "" : "s");
    part(out, f->by_verdict[RA_VERDICT_FAIL], "fails", "fail", &first);
    part(out, f->by_verdict[RA_VERDICT_INCOMPLETE], "is incomplete", "are incomplete", &first);
    part(out, f->by_verdict[RA_VERDICT_PASS], "passes", "pass", &first);
    part(out, f->n_unread, "could not be read", "could not be read", &first);
    ra_buf_putc(out, '.');
}

void ra_fleet_target(const struct ra_fleet_row *row, struct ra_buf *out)
{
    ra_buf_puts(out, row->kind);
    if (strcmp(row->locator, row->kind) != 0)
        ra_buf_printf(out, " %s", row->locator);
    if (row->hostname)
        ra_buf_printf(out, " on %s", row->hostname);
    if (row->worktree)
        ra_buf_printf(out, " in %s", row->worktree);
}

void ra_fleet_reason(const struct ra_fleet_unread *u, struct ra_buf *out)
{
    if (u->line)
        ra_buf_printf(out, "line %u, column %u: ", u->line, u->column);
    ra_buf_puts(out, u->reason);
}
