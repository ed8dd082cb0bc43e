// The frame of a PolicyReport: its name, one result after the other, their number. Texts are cut to what people read in
// a list, and made safe for the terminal that kubectl prints them to.
#include "reports/policyreport.h"

#include <string.h>

// A cluster stores objects up to 1.5 MiB (etcd's default limit on a request); what the writer adds is left room for.
enum { WHOLE_BYTES = 1000000, TEXT_BYTES = 1024, NAME_BYTES = 63 };

static void text(struct ra_json_out *w, const char *key, const char *value)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0}, clipped = {0};
    size_t n = value ? strlen(value) : 0;
    bool cut = n > TEXT_BYTES;
    if (cut)
        for (n = TEXT_BYTES; n && ((unsigned char)value[n] & 0xC0) == 0x80;)
            n--;
    if (n)
        ra_buf_add(&clipped, value, n);
    ra_escape_terminal(&b, ra_buf_view(&clipped).p);
    ra_buf_puts(&b, cut ? " [cut]" : "");
    ra_json_kstr(w, key, ra_buf_view(&b).p);
}

// "reachaudit-" and what a DNS label may hold of it. Source: Kubernetes, "Object Names and IDs".
static void name(struct ra_json_out *w, const char *instance)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    ra_buf_puts(&b, "reachaudit");
    for (const char *p = instance ? instance : ""; *p && b.n < NAME_BYTES; p++) {
        char c = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (p == instance)
            ra_buf_putc(&b, '-');
        if (b.n < NAME_BYTES && (plain || b.p[b.n - 1] != '-'))
            ra_buf_putc(&b, plain ? c : '-');
    }
    while (b.p[b.n - 1] == '-')
        b.p[--b.n] = '\0';
    ra_json_kstr(w, "name", b.p);
}

void ra_policy_open(struct ra_policy_report *p, struct ra_buf *out, const char *instance)
{
    *p = (struct ra_policy_report){.w = ra_json_out_to(out, false), .out = out};
    struct ra_json_out *w = &p->w;
    ra_json_open(w, '{');
    ra_json_kstr(w, "apiVersion", "wgpolicyk8s.io/v1alpha2");
    ra_json_kstr(w, "kind", "PolicyReport");
    ra_json_key(w, "metadata");
    ra_json_open(w, '{');
    name(w, instance);
    ra_json_key(w, "labels");
    ra_json_open(w, '{');
    ra_json_kstr(w, "app.kubernetes.io/managed-by", "reachaudit");
    ra_json_close(w, '}');
    ra_json_close(w, '}');
    ra_json_key(w, "results");
    ra_json_open(w, '[');
}

static const char *const results[] = {"pass", "fail", "warn", "error", "skip"};

static void open_row(struct ra_policy_report *p, const struct ra_policy_row *row)
{
    struct ra_json_out *w = &p->w;
    ra_json_open(w, '{');
    ra_json_kstr(w, "source", "reachaudit");
    text(w, "policy", row->policy);
    text(w, "rule", row->rule);
    ra_json_kstr(w, "category", row->category);
    ra_json_kstr(w, "result", results[row->result]);
    ra_json_kbool(w, "scored", row->result != RA_POLICY_SKIP);
    ra_json_kstr(w, "severity", ra_severity_name(row->severity));
    text(w, "message", row->message);
    if (row->at_s >= 0) {
        ra_json_key(w, "timestamp");
        ra_json_open(w, '{');
        ra_json_kint(w, "seconds", row->at_s);
        ra_json_kint(w, "nanos", 0);
        ra_json_close(w, '}');
    }
    ra_json_key(w, "properties");
    ra_json_open(w, '{');
}

bool ra_policy_result_open(struct ra_policy_report *p, const struct ra_policy_row *row)
{
    p->n[row->result]++;
    if (p->left || p->out->n > WHOLE_BYTES) { // none is missing between those that are told
        p->left++;
        return false;
    }
    open_row(p, row);
    return true;
}

enum ra_severity ra_policy_severity(enum ra_radius radius)
{
    switch (radius) {
    case RA_RADIUS_NOTHING:
        return RA_SEVERITY_INFO;
    case RA_RADIUS_SANDBOX:
    case RA_RADIUS_WORKTREE:
        return RA_SEVERITY_LOW;
    case RA_RADIUS_GRANT:
        return RA_SEVERITY_MEDIUM;
    case RA_RADIUS_PERSON:
        return RA_SEVERITY_HIGH;
    case RA_RADIUS_ORGANIZATION:
        break;
    }
    return RA_SEVERITY_CRITICAL;
}

void ra_policy_property(struct ra_policy_report *p, const char *key, const char *value)
{
    text(&p->w, key, value);
}

void ra_policy_number(struct ra_policy_report *p, const char *key, size_t value)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    ra_buf_printf(&b, "%zu", value);
    ra_json_kstr(&p->w, key, b.p);
}

void ra_policy_result_close(struct ra_policy_report *p)
{
    ra_json_close(&p->w, '}');
    ra_json_close(&p->w, '}');
}

void ra_policy_close(struct ra_policy_report *p)
{
    if (p->left) {
        open_row(p, &(struct ra_policy_row){
                        .policy = "reachaudit", .rule = "left-out", .category = "reachaudit", .result = RA_POLICY_WARN,
                        .severity = RA_SEVERITY_INFO, .at_s = -1,
                        .message = "more results than a cluster stores; the json report has all of them"});
        ra_policy_number(p, "left_out", p->left);
        ra_policy_result_close(p);
        p->n[RA_POLICY_WARN]++;
    }
    struct ra_json_out *w = &p->w;
    ra_json_close(w, ']');
    ra_json_key(w, "summary");
    ra_json_open(w, '{');
    for (size_t i = 0; i < RA_N_POLICY_RESULTS; i++)
        ra_json_kint(w, results[i], (int64_t)p->n[i]);
    ra_json_close(w, '}');
    ra_json_close(w, '}');
}
