// The fleet as lines: what there is in all, then a line a report, worst first, then one for each that could not be read,
// and last how many lines there were, so that a reader who saw no last line knows that something is missing.
#include "reports/fleet_json.h"

#include "model/write.h"

static struct ra_json_out line(struct ra_buf *out, const char *type)
{
    struct ra_json_out w = ra_json_out_to(out, true);
    ra_json_open(&w, '{');
    ra_json_kstr(&w, "schema", RA_FLEET_SCHEMA);
    ra_json_kstr(&w, "type", type);
    return w;
}

void ra_fleet_jsonl(const struct ra_fleet *f, const struct ra_report_options *o, struct ra_buf *out)
{
    (void)o;
    struct ra_json_out w = line(out, "fleet");
    ra_fleet_json_head(&w, f);
    ra_json_close(&w, '}');
    for (size_t i = 0; i < f->n_rows; i++) {
        w = line(out, "member");
        ra_fleet_json_row(&w, f->rows[i]);
        ra_json_close(&w, '}');
    }
    for (size_t i = 0; i < f->n_unread; i++) {
        w = line(out, "unread");
        ra_fleet_json_unread(&w, &f->unread[i]);
        ra_json_close(&w, '}');
    }
    w = line(out, "end");
    ra_write_count(&w, "lines", f->n_rows + f->n_unread + 2);
    ra_json_close(&w, '}');
}
