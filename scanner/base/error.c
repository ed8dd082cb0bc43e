#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

RA_PRINTF(3, 0) static void format(struct ra_error *err, int code, const char *fmt, va_list args)
{
    err->code = code;
    err->line = err->column = 0;
    vsnprintf(err->text, sizeof err->text, fmt, args);
}

int ra_fail(struct ra_error *err, int code, const char *fmt, ...)
{
    if (err) {
        va_list args;
        va_start(args, fmt);
        format(err, code, fmt, args);
        va_end(args);
    }
    return code;
}

int ra_fail_at(struct ra_error *err, unsigned line, unsigned column, const char *fmt, ...)
{
    if (err) {
        va_list args;
        va_start(args, fmt);
        format(err, RA_E_INPUT, fmt, args);
        va_end(args);
        err->line = line;
        err->column = column;
    }
    return RA_E_INPUT;
}

int ra_wrap(struct ra_error *err, const char *fmt, ...)
{
    if (!err)
        return RA_E_INTERNAL;
    char context[200], inner[sizeof err->text];
    va_list args;
    va_start(args, fmt);
    vsnprintf(context, sizeof context, fmt, args);
    va_end(args);
    memcpy(inner, err->text, sizeof inner);
    snprintf(err->text, sizeof err->text, "%.*s: %.*s", 180, context, (int)sizeof err->text - 190, inner);
    return err->code;
}

void ra_oom(void)
{
    static const char text[] = "reachaudit: out of memory; nothing was decided\n";
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        _exit(4);
    _exit(4);
}
