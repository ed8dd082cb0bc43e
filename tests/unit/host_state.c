// Law 1's table: every errno that matters, on every surface.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/host.h"

enum { P = RA_STATE_PRESENT, D = RA_STATE_DENIED, A = RA_STATE_ABSENT, U = RA_STATE_UNKNOWN };

static const struct {
    int err;
    int on[5]; // path, device, pid, unix, syscall
} table[] = {
    {0, {P, P, P, P, P}},
    {EACCES, {D, D, D, D, D}},
    {EPERM, {D, D, D, D, D}},
    {EROFS, {D, D, D, D, D}},
    {ENOENT, {A, A, A, A, U}},
    {ENOTDIR, {A, A, A, A, U}},
    {ESRCH, {U, U, A, U, U}},
    {ENXIO, {U, A, U, U, U}},
    {ENODEV, {U, A, U, U, U}},
    {ENOMEDIUM, {U, A, U, U, U}},
    {ECONNREFUSED, {U, U, U, A, U}},
    {EAGAIN, {U, U, U, P, U}},
    {EPROTOTYPE, {U, U, U, P, U}},
    {ENOSYS, {U, U, U, U, U}},
    {EINVAL, {U, U, U, U, U}},
    {EIO, {U, U, U, U, U}},
    {ELOOP, {U, U, U, U, U}},
    {ENAMETOOLONG, {U, U, U, U, U}},
    {ETIMEDOUT, {U, U, U, U, U}},
    {EMFILE, {U, U, U, U, U}},
    {ENOMEM, {U, U, U, U, U}},
    {ESTALE, {U, U, U, U, U}},
};

static void every_errno_on_every_surface(void **state)
{
    (void)state;
    for (size_t i = 0; i < RA_COUNT(table); i++)
        for (int on = RA_ON_PATH; on <= RA_ON_SYSCALL; on++) {
            struct ra_reply r = {.err = table[i].err, .call = "open"};
            if ((int)ra_state_of(r, (enum ra_surface)on) != table[i].on[on])
                fail_msg("%s on surface %d reads %s", ra_errno_name(r.err), on,
                         ra_state_name(ra_state_of(r, (enum ra_surface)on)));
        }
}

static void nothing_else_is_safe(void **state)
{
    (void)state;
    for (int err = 1; err < 200; err++) {
        bool listed = false;
        for (size_t i = 0; i < RA_COUNT(table); i++)
            listed |= table[i].err == err;
        for (int on = RA_ON_PATH; !listed && on <= RA_ON_SYSCALL; on++)
            assert_int_equal(ra_state_of((struct ra_reply){.err = err}, (enum ra_surface)on), RA_STATE_UNKNOWN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_errno_on_every_surface),
        cmocka_unit_test(nothing_else_is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
