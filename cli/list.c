// `list`: the tables, one row a line, name first, tab between columns, undecorated, in the order of the table.
#include <string.h>

#include "checks/evaluate.h"
#include "catalogue/sockets.h"
#include "cli/cli.h"
#include "cli/out.h"
#include "collect/collect.h"
#include "providers/provider.h"

static void collectors(struct ra_buf *out)
{
    for (size_t i = 0; i < ra_n_collectors; i++)
        ra_buf_printf(out, "%s\t%s\n", ra_collectors[i].name, ra_collectors[i].title);
}

static void checks(struct ra_buf *out)
{
    const struct ra_check *c;
    for (size_t i = 0; (c = ra_check_row(i)); i++)
        ra_buf_printf(out, "%s\t%s\n", c->id, c->title);
}

static void reports(struct ra_buf *out)
{
    for (size_t i = 0; i < ra_n_report_formats; i++)
        ra_buf_printf(out, "%s\t%s\n", ra_report_formats[i].name, ra_report_formats[i].title);
}

static void kinds(struct ra_buf *out)
{
    for (enum ra_kind k = 0; k < RA_KIND_COUNT; k++) {
        const struct ra_kind_row *row = ra_kind_row(k);
        ra_buf_printf(out, "%s\t%s\t%s\t%s\n", row->name, ra_radius_name(row->least), ra_radius_name(row->ceiling),
                      row->title);
    }
}

static void requests(struct ra_buf *out)
{
    static const char *const bases[] = {[RA_BASE_API] = "api", [RA_BASE_WEB] = "web", [RA_BASE_AUX] = "aux"};
    for (size_t i = 0; i < RA_REQUEST_COUNT; i++) {
        const struct ra_request_row *r = &ra_requests[i];
        ra_buf_printf(out, "%s\t%s\t%s\t%s %s\t%s\n", r->name, r->provider, bases[r->base], r->method,
                      *r->path ? r->path : "/", r->effect);
    }
}

static void sockets(struct ra_buf *out)
{
    const struct ra_socket_row *row;
    for (size_t i = 0; (row = ra_socket_row(i)); i++)
        ra_buf_printf(out, "%s\t%s\t%s\n", row->pattern, row->connect ? "connect" : "look", row->title);
}

static const struct {
    const char *name;
    void (*write)(struct ra_buf *out);
} lists[] = {
    {"collectors", collectors}, {"checks", checks},     {"reports", reports},
    {"kinds", kinds},           {"requests", requests}, {"sockets", sockets},
};

int ra_command_list(int argc, char **argv, const struct ra_self *self);
int ra_command_list(int argc, char **argv, const struct ra_self *self)
{
    (void)self;
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    struct ra_options o;
    struct ra_error err = {0};
    int status;
    if (!ra_command_begin(&a, argc, argv, RA_ON_LIST, &o, &status))
        return status;
    const char *what = o.args.n == 1 ? o.args.items[0] : "";
    for (size_t i = 0; i < RA_COUNT(lists); i++)
        if (strcmp(lists[i].name, what) == 0) {
            lists[i].write(&text);
            return ra_out_stdout(ra_buf_view(&text), &err) ? ra_command_fail(&err) : RA_EXIT_PASS;
        }
    ra_out_error("list: needs one of collectors, checks, reports, kinds, requests, sockets");
    return RA_EXIT_USAGE;
}
