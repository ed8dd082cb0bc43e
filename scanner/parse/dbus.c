// Marshals calls in little-endian order and reads replies in either.
#include "parse/dbus.h"

#include <string.h>

enum { METHOD_CALL = 1, METHOD_RETURN = 2, ERROR_REPLY = 3, NO_AUTO_START = 2 };
enum { PATH = 1, INTERFACE = 2, MEMBER = 3, REPLY_SERIAL = 5, DESTINATION = 6, SIGNATURE = 8 };
enum { MAX_MESSAGE_BYTES = 1 << 20 };

static void align(struct ra_buf *b, size_t start, size_t to)
{
    while ((b->n - start) % to)
        ra_buf_putc(b, 0);
}

static void put_u32(struct ra_buf *b, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        ra_buf_putc(b, (char)(v >> (8 * i)));
}

static void put_string(struct ra_buf *b, size_t start, const char *s)
{
    align(b, start, 4);
    put_u32(b, (uint32_t)strlen(s));
    ra_buf_add(b, s, strlen(s) + 1);
}

static void put_field(struct ra_buf *b, size_t start, char code, char type, const char *value)
{
    align(b, start, 8);
    ra_buf_putc(b, code);
    ra_buf_putc(b, 1);
    ra_buf_putc(b, type);
    ra_buf_putc(b, 0);
    if (type == 'g') {
        ra_buf_putc(b, (char)strlen(value));
        ra_buf_add(b, value, strlen(value) + 1);
    } else {
        put_string(b, start, value);
    }
}

void ra_dbus_call(struct ra_buf *out, uint32_t serial, const char *destination, const char *path, const char *interface,
                  const char *member, const char *first, const char *second)
{
    struct ra_buf body RA_CLEANUP(ra_buf_free) = {0};
    size_t start = out->n, fields_at;
    if (first)
        put_string(&body, 0, first);
    if (second)
        put_string(&body, 0, second);
    ra_buf_add(out, (const char[]){'l', METHOD_CALL, NO_AUTO_START, 1}, 4);
    put_u32(out, (uint32_t)body.n);
    put_u32(out, serial);
    fields_at = out->n;
    put_u32(out, 0);
    put_field(out, start, PATH, 'o', path);
    put_field(out, start, INTERFACE, 's', interface);
    put_field(out, start, MEMBER, 's', member);
    put_field(out, start, DESTINATION, 's', destination);
    if (first)
        put_field(out, start, SIGNATURE, 'g', second ? "ss" : "s");
    uint32_t n = (uint32_t)(out->n - fields_at - 4);
    for (int i = 0; i < 4; i++)
        out->p[fields_at + (size_t)i] = (char)(n >> (8 * i));
    align(out, start, 8);
    ra_buf_span(out, ra_buf_view(&body));
}

void ra_dbus_begin(struct ra_buf *out, uint64_t uid)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    ra_buf_printf(&text, "%llu", (unsigned long long)uid);
    ra_buf_putc(out, 0);
    ra_buf_puts(out, "AUTH EXTERNAL ");
    for (size_t i = 0; i < text.n; i++)
        ra_buf_printf(out, "%02x", (unsigned)(unsigned char)text.p[i]);
    ra_buf_puts(out, "\r\nBEGIN\r\n");
    struct ra_buf hello RA_CLEANUP(ra_buf_free) = {0};
    ra_dbus_call(&hello, 1, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", NULL, NULL);
    ra_buf_span(out, ra_buf_view(&hello));
}

static uint32_t u32_at(struct ra_span s, size_t at, bool big)
{
    uint32_t v = 0;
    for (size_t i = 0; i < 4; i++)
        v |= (uint32_t)(unsigned char)s.p[at + i] << (8 * (big ? 3 - i : i));
    return v;
}

// Bytes of the message that begins with `head`; 0 where it is none.
static size_t size_of(struct ra_span head)
{
    if (head.n < 16 || (head.p[0] != 'l' && head.p[0] != 'B'))
        return 0;
    uint64_t body = u32_at(head, 4, head.p[0] == 'B'), fields = u32_at(head, 12, head.p[0] == 'B');
    uint64_t size = 16 + (fields + 7) / 8 * 8 + body;
    return size <= MAX_MESSAGE_BYTES ? (size_t)size : 0;
}

// A string at *at, aligned; false where it does not fit.
static bool string_at(struct ra_span s, size_t *at, bool big, struct ra_span *ret)
{
    size_t here = (*at + 3) / 4 * 4;
    if (here + 4 > s.n)
        return false;
    uint32_t n = u32_at(s, here, big);
    if (n >= s.n - here - 4)
        return false;
    *ret = ra_span_cut(s, here + 4, n);
    *at = here + 4 + n + 1;
    return true;
}

// Header fields: of the types g, s, o and u only, which are all that the specification has.
static bool fields(struct ra_span head, bool big, struct ra_dbus_reply *ret)
{
    size_t at = 0;
    struct ra_span text;
    while ((at = (at + 7) / 8 * 8) < head.n) {
        if (at + 4 > head.n || head.p[at + 1] != 1)
            return false;
        char code = head.p[at], type = head.p[at + 2];
        at += 4;
        if (type == 'g') {
            size_t n = at < head.n ? (unsigned char)head.p[at] : 0;
            if (at + n + 2 > head.n)
                return false;
            if (code == SIGNATURE)
                ret->signature = ra_span_cut(head, at + 1, n);
            at += n + 2;
        } else if (type == 'u') {
            at = (at + 3) / 4 * 4;
            if (at + 4 > head.n)
                return false;
            if (code == REPLY_SERIAL)
                ret->to = u32_at(head, at, big);
            at += 4;
        } else if ((type != 's' && type != 'o') || !string_at(head, &at, big, &text)) {
            return false;
        }
    }
    return true;
}

bool ra_dbus_next(struct ra_span *rest, struct ra_dbus_reply *ret)
{
    for (;;) {
        size_t size = size_of(*rest);
        if (size == 0 || size > rest->n)
            return false;
        struct ra_span message = ra_span_cut(*rest, 0, size);
        *rest = ra_span_cut(*rest, size, rest->n);
        bool big = message.p[0] == 'B';
        uint32_t n = u32_at(message, 12, big), body = u32_at(message, 4, big);
        *ret = (struct ra_dbus_reply){.error = message.p[1] == ERROR_REPLY, .big = big};
        ret->body = ra_span_cut(message, size - body, body);
        // Offsets in the fields count from the message's start, which is 16 bytes earlier: the same modulo 8.
        if (!fields(ra_span_cut(message, 16, n), big, ret))
            return false;
        if (message.p[1] == METHOD_RETURN || message.p[1] == ERROR_REPLY)
            return true;
    }
}

// The value inside the reply: past the signature of a variant. *at becomes its offset in the body.
static bool value(const struct ra_dbus_reply *r, const char *signature, size_t *at)
{
    size_t n = strlen(signature);
    *at = 0;
    if (r->error)
        return false;
    if (ra_span_is(r->signature, signature))
        return true;
    if (!ra_span_is(r->signature, "v") || r->body.n < n + 2 || (unsigned char)r->body.p[0] != n ||
        !ra_span_is(ra_span_cut(r->body, 1, n), signature) || r->body.p[n + 1] != 0)
        return false;
    *at = n + 2;
    return true;
}

bool ra_dbus_boolean(const struct ra_dbus_reply *r, bool *ret)
{
    size_t at;
    if (!value(r, "b", &at))
        return false;
    at = (at + 3) / 4 * 4;
    if (at + 4 > r->body.n)
        return false;
    *ret = u32_at(r->body, at, r->big) != 0;
    return true;
}

// *ret_rest begins at a multiple of four within the body, so that offsets in it keep their alignment.
bool ra_dbus_paths(const struct ra_dbus_reply *r, struct ra_span *ret_rest)
{
    size_t at;
    if (!value(r, "ao", &at))
        return false;
    at = (at + 3) / 4 * 4;
    if (at + 4 > r->body.n || u32_at(r->body, at, r->big) > r->body.n - at - 4)
        return false;
    *ret_rest = ra_span_cut(r->body, at + 4, u32_at(r->body, at, r->big));
    return true;
}

bool ra_dbus_path_next(const struct ra_dbus_reply *r, struct ra_span *rest, struct ra_span *ret)
{
    size_t at = 0;
    if (!string_at(*rest, &at, r->big, ret))
        return false;
    *rest = ra_span_cut(*rest, (at + 3) / 4 * 4, rest->n);
    return true;
}
