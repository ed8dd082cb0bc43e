// `token`: one credential, from standard input: what it is and, with --online, what it may do. Nothing else is looked
// at. Text for people, or the inventory as `snapshot` writes it.
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "catalogue/recognise.h"
#include "cli/answers.h"
#include "cli/asker.h"
#include "cli/audit.h"
#include "cli/cli.h"
#include "cli/frame.h"
#include "cli/out.h"
#include "collect/collect.h"
#include "reports/report.h"

enum { MOST_BYTES = 64 * 1024 };

// ---- what is told ---------------------------------------------------------------------------------

static void heading(struct ra_buf *out, const struct ra_inventory *inv, enum ra_state state, const char *title)
{
    bool any = false;
    for (size_t i = 0; i < inv->n_reaches; i++) {
        const struct ra_reach *r = inv->reaches[i];
        if (r->kind != RA_KIND_GRANT || r->state != state)
            continue;
        if (!any)
            ra_buf_printf(out, "\n%s\n", title);
        any = true;
        const struct ra_detail *why = ra_detail_find(r, "reason");
        ra_buf_puts(out, "  - ");
        ra_escape_terminal(out, r->title ? r->title : r->id);
        if (why) {
            ra_buf_puts(out, " (");
            ra_escape_terminal(out, why->text);
            ra_buf_putc(out, ')');
        }
        if (state == RA_STATE_PRESENT)
            ra_buf_printf(out, " [%s]", ra_radius_name(r->least));
        ra_buf_putc(out, '\n');
    }
}

static void fact(struct ra_buf *out, const struct ra_detail *d)
{
    ra_buf_puts(out, "  ");
    ra_escape_terminal(out, d->key);
    ra_buf_puts(out, ": ");
    switch (d->type) {
    case RA_DETAIL_TEXT:
        ra_escape_terminal(out, d->text);
        break;
    case RA_DETAIL_NUMBER:
        ra_buf_printf(out, "%lld", (long long)d->number);
        break;
    case RA_DETAIL_FLAG:
        ra_buf_puts(out, d->number ? "yes" : "no");
        break;
    }
    ra_buf_putc(out, '\n');
}

static void text(struct ra_buf *out, const struct ra_inventory *inv, const char *id, bool asked)
{
    const struct ra_reach *secret = ra_reach_find(inv, id);
    bool told = true;
    ra_buf_printf(out, "%s\n", id);
    for (size_t i = 0; secret && i < secret->n_details; i++)
        fact(out, &secret->details[i]);
    heading(out, inv, RA_STATE_PRESENT, "It may:");
    heading(out, inv, RA_STATE_UNKNOWN, "Could not be determined, and counts as if it may:");
    heading(out, inv, RA_STATE_DENIED, "It may not:");
    for (size_t i = 0; i < inv->n_reaches; i++)
        told &= inv->reaches[i]->kind != RA_KIND_UNKNOWN;
    if (!told)
        ra_buf_puts(out, asked ? "\nWhat else it may do is not known.\n"
                               : "\nWhat it may do was not asked; --online=tokens asks.\n");
}

// ---- the child ------------------------------------------------------------------------------------

static void find_out(const struct ra_job *job, struct ra_asker_link *asker, struct ra_inventory *inv, const char **ret_id)
{
    const struct ra_options *o = job->options;
    struct ra_buf held RA_CLEANUP(ra_buf_free) = {0};
    struct ra_arena *a = inv->arena;
    struct ra_collect c = {.arena = a, .inv = inv, .name = "token", .now_s = inv->now_s, .held = &held};
    struct ra_evidence e = {c.name, RA_METHOD_OBSERVED, 0, {.call = "read"}};
    c.beside.host = o->hosts.n ? o->hosts.items[0] : NULL;
    struct ra_reach *place = ra_reach_add(inv, RA_KIND_FD, ra_id(a, RA_KIND_FD, "0/stdin", NULL), "stdin",
                                          RA_STATE_PRESENT, e);
    place->access |= RA_READ;
    ra_reach_radius(place, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
    const struct ra_reach *secret = ra_secret_found(&c, place, job->token, NULL, NULL, e);
    *ret_id = secret ? ra_strdup(a, secret->id) : NULL;
    if (secret && asker->pid)
        ra_asker_ask(asker, inv, &held);
    ra_inventory_freeze(inv);
    inv->now_s = -1; // the same state gives the same bytes
}

void ra_token_main(const struct ra_job *job, int out)
{
    const struct ra_options *o = job->options;
    struct ra_arena a = {0};
    struct ra_inventory inv;
    struct ra_asker_link asker;
    const char *id;
    ra_hide_memory();
    ra_asker_start(job, &asker);
    struct ra_host *host = ra_host_live(&a, job->self, o->now_s);
    asker.host = host;
    asker.out = out;
    ra_confine_scanner();
    ra_scrub_set_shapes(ra_recognise_for_scrub);
    ra_inventory_init(&inv, &a);
    inv.tool_version = RA_VERSION;
    inv.target = (struct ra_target_facts){.kind = "token", .locator = "stdin", .uid = -1, .gid = -1, .box.kind = "unknown"};
    inv.asked = (struct ra_asked){.online = ra_job_online(&a, o), .n_online = o->online.n, .hosts = o->hosts.items,
                                  .n_hosts = o->hosts.n};
    ra_host_now(host, &inv.now_s);
    find_out(job, &asker, &inv, &id);
    if (!id) {
        ra_frame_send_status(out, RA_FRAME_ERROR, RA_EXIT_USAGE,
                             "token: what stdin holds has no shape of a credential that is known here");
        _exit(RA_EXIT_USAGE);
    }
    for (size_t i = 0; i < job->n_renders; i++) {
        struct ra_buf b = {0};
        if (strcmp(job->renders[i].format->name, "json") == 0)
            ra_inventory_write(&inv, &b);
        else
            text(&b, &inv, id, ra_job_asks_about(o, "tokens") && !o->dry_run);
        ra_frame_send(out, RA_FRAME_REPORT, ra_buf_view(&b));
    }
    _exit(ra_frame_send_status(out, RA_FRAME_DONE, 0, "") ? RA_EXIT_INTERNAL : RA_EXIT_PASS);
}

// ---- the command ----------------------------------------------------------------------------------

static int check(const struct ra_options *o, struct ra_error *err)
{
    if (o->args.n)
        return ra_fail(err, RA_E_USAGE, "token: takes no argument; the credential comes from standard input, where no "
                       "list of processes shows it");
    for (size_t i = 0; i < o->n_outputs; i++)
        if (strcmp(o->outputs[i].format->name, "text") != 0 && strcmp(o->outputs[i].format->name, "json") != 0)
            return ra_fail(err, RA_E_USAGE, "token: --format is text or json");
    return ra_answers_may(o, err);
}

int ra_command_token(int argc, char **argv, const struct ra_self *self);
int ra_command_token(int argc, char **argv, const struct ra_self *self)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    RA_CLEANUP(ra_buf_free) struct ra_buf token = {0};
    struct ra_options o;
    struct ra_error err = {0};
    struct ra_job job;
    int status;
    if (!ra_command_begin(&a, argc, argv, RA_ON_TOKEN, &o, &status))
        return status;
    ra_text_by_default(&a, &o);
    o.target_kind = o.target_at = "self";
    if (check(&o, &err) || ra_job_prepare(&a, RA_JOB_TOKEN, &o, self, &job, &err) ||
        ra_read_stdin(MOST_BYTES, &token, &err))
        return ra_command_fail(&err);
    job.token = ra_span_trim(ra_buf_view(&token));
    if (!job.token.n)
        return ra_fail(&err, RA_E_USAGE, "token: standard input is empty"), ra_command_fail(&err);
    return ra_audit_tell(&a, &job);
}
