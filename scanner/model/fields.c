// Types and presence of fields; what a field means is the reader's affair.
#include "model/fields.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/scrub.h"

const char *ra_field_shown(struct ra_fields *f, const char *text)
{
    return ra_scrub(f->arena, text);
}

int ra_field_bad(struct ra_fields *f, const char *fmt, ...)
{
    char what[200];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    return ra_fail(f->err, RA_E_INPUT, "%s%s%s", f->path, f->n_path ? ": " : "", what);
}

static void add_to_path(struct ra_fields *f, const char *text)
{
    size_t room = sizeof f->path - f->n_path - 1, n = strlen(text);
    if (n > room)
        n = room;
    memcpy(f->path + f->n_path, text, n);
    f->n_path += n;
    f->path[f->n_path] = 0;
}

size_t ra_field_enter(struct ra_fields *f, const char *key)
{
    size_t was = f->n_path;
    if (was)
        add_to_path(f, ".");
    add_to_path(f, key);
    return was;
}

void ra_field_leave(struct ra_fields *f, size_t was)
{
    f->n_path = was;
    f->path[was] = 0;
}

static int read_one(struct ra_fields *f, const cJSON *value, const struct ra_field *row, void *to)
{
    size_t was = ra_field_enter(f, row->name);
    int code = row->read(f, value, (char *)to + row->offset);
    if (!code)
        ra_field_leave(f, was);
    return code;
}

static int read_all(struct ra_fields *f, const cJSON *object, const struct ra_field *rows, size_t n, void *to, bool pick)
{
    unsigned long seen = 0;
    if (!cJSON_IsObject(object))
        return ra_field_bad(f, "an object was expected");
    for (const cJSON *v = object->child; v; v = v->next) {
        size_t i = 0;
        while (i < n && strcmp(rows[i].name, v->string) != 0)
            i++;
        if (i == n && pick)
            continue;
        if (i == n)
            return ra_field_bad(f, "unknown field \"%.60s\"", ra_field_shown(f, v->string));
        if (seen >> i & 1)
            return ra_field_bad(f, "field \"%s\" twice", v->string);
        seen |= 1ul << i;
        int code = read_one(f, v, &rows[i], to);
        if (code)
            return code;
    }
    for (size_t i = 0; i < n; i++)
        if (rows[i].required && !(seen >> i & 1))
            return ra_field_bad(f, "field \"%s\" is missing", rows[i].name);
    return 0;
}

int ra_fields_read(struct ra_fields *f, const cJSON *object, const struct ra_field *rows, size_t n, void *to)
{
    return read_all(f, object, rows, n, to, false);
}

int ra_fields_pick(struct ra_fields *f, const cJSON *object, const struct ra_field *rows, size_t n, void *to)
{
    return read_all(f, object, rows, n, to, true);
}

int ra_field_each(struct ra_fields *f, const cJSON *array, ra_field_read *read, void *to)
{
    size_t i = 0, was = f->n_path;
    if (!cJSON_IsArray(array))
        return ra_field_bad(f, "an array was expected");
    for (const cJSON *v = array->child; v; v = v->next, i++) {
        char index[32];
        snprintf(index, sizeof index, "[%zu]", i);
        add_to_path(f, index);
        int code = read(f, v, to);
        if (code)
            return code;
        ra_field_leave(f, was);
    }
    return 0;
}

int ra_field_text(struct ra_fields *f, const cJSON *value, void *to)
{
    const char **ret = to;
    if (!cJSON_IsString(value))
        return ra_field_bad(f, "a string was expected");
    *ret = f->scrub ? ra_scrub(f->arena, value->valuestring) : ra_strdup(f->arena, value->valuestring);
    return 0;
}

static int read_texts_item(struct ra_fields *f, const cJSON *v, void *to)
{
    struct ra_field_list *l = to;
    l->items = ra_grow(f->arena, l->items, l->n, &l->cap, sizeof *l->items);
    int code = ra_field_text(f, v, &l->items[l->n]);
    l->n += code == 0;
    return code;
}

int ra_field_texts(struct ra_fields *f, const cJSON *value, void *to)
{
    return ra_field_each(f, value, read_texts_item, to);
}

int ra_field_flag(struct ra_fields *f, const cJSON *value, void *to)
{
    bool *ret = to;
    if (!cJSON_IsBool(value))
        return ra_field_bad(f, "true or false was expected");
    *ret = cJSON_IsTrue(value);
    return 0;
}

// Whole and exact in a double: ra_json_strict saw to it.
int ra_field_number(struct ra_fields *f, const cJSON *value, void *to)
{
    int64_t *ret = to;
    if (!cJSON_IsNumber(value))
        return ra_field_bad(f, "a number was expected");
    *ret = (int64_t)value->valuedouble;
    return 0;
}

int ra_field_count(struct ra_fields *f, const cJSON *value, void *to)
{
    int64_t n = 0;
    uint64_t *ret = to;
    int code = ra_field_number(f, value, &n);
    if (code)
        return code;
    if (n < 0)
        return ra_field_bad(f, "must not be negative");
    *ret = (uint64_t)n;
    return 0;
}

int ra_field_line(struct ra_fields *f, const cJSON *value, void *to)
{
    int64_t n = 0;
    unsigned *ret = to;
    int code = ra_field_number(f, value, &n);
    if (code)
        return code;
    if (n < 1 || n > UINT_MAX)
        return ra_field_bad(f, "must be 1 or more");
    *ret = (unsigned)n;
    return 0;
}
