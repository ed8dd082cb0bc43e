// Of a URL only scheme, host and port may be shown, however its user part is written; what is none is not shown at all.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collect/address.h"

static void nothing_but_where_it_leads(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"http://proxy.corp.test:3128", "http://proxy.corp.test:3128"},
        {"http://bot:hunter2@proxy.corp.test:3128/", "http://proxy.corp.test:3128"},
        {"bot:hunter2@proxy.corp.test:3128", "proxy.corp.test:3128"}, // no scheme
        {"http://bot:hun/ter2@proxy.corp.test:3128", "http://proxy.corp.test:3128"},
        {"http://bot:80/ter2@proxy.corp.test", "http://proxy.corp.test"},
        {"http://b:h?u#n@t@proxy", "http://proxy"},
        {"https://api.test:6443/k8s?token=hunter2", "https://api.test:6443"},
        {"socks5h://[::1]:1080", "socks5h://[::1]:1080"},
        {"http://[fe80::1%eth0]", "http://[fe80::1%eth0]"},
        {"  proxy:8080  ", "proxy:8080"},
        {"bot:hunter2@x://proxy", NULL}, // no scheme of this world
        {"http://user:hunter2", NULL},   // no port
        {"http://hunt er2@", NULL},
        {"http://hunt er2", NULL},
        {"http://[secret]:80", NULL},
        {"http://proxy:65536", NULL},
        {"http://[::1]x", NULL},
        {"", NULL},
    };
    struct ra_arena a = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ra_address at;
        bool good = ra_address_parse(&a, ra_span_of(rows[i].text), &at);
        if (good != (rows[i].want != NULL))
            fail_msg("%s: %s", rows[i].text, good ? ra_address_text(&a, &at) : "nothing");
        if (good)
            assert_string_equal(ra_address_text(&a, &at), rows[i].want);
    }
    ra_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_but_where_it_leads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
