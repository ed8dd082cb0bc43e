// The json report as lines, for logs and pipes: the verdict first, one line a finding, and last what to do and what was
// looked at, so that a reader who saw no last line knows that something is missing. Reaches, steps and consequences are
// left to the json report. Fields are those of json, named in reachaudit-report(5).
#include "model/stored_report.h"
#include "reports/json_parts.h"

static struct ra_json_out line(struct ra_buf *out, const char *type)
{
    struct ra_json_out w = ra_json_out_to(out, true);
    ra_json_open(&w, '{');
    ra_json_kstr(&w, "schema", RA_REPORT_SCHEMA);
    ra_json_kstr(&w, "type", type);
    return w;
}

void ra_report_jsonl(const struct ra_inventory *inv, const struct ra_verdict *v, const struct ra_report_options *o,
                     struct ra_buf *out)
{
    (void)o;
    struct ra_json_out w = line(out, "verdict");
    ra_json_verdict(&w, inv, v);
    ra_json_close(&w, '}');
    for (size_t i = 0; i < v->n_findings; i++) {
        w = line(out, "finding");
        ra_json_finding(&w, v, &v->findings[i]);
        ra_json_close(&w, '}');
    }
    w = line(out, "summary");
    ra_json_kint(&w, "findings", (int64_t)v->n_findings);
    ra_json_summary(&w, inv, v);
    ra_json_close(&w, '}');
}
