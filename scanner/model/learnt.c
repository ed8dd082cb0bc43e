// Remembers secrets for the scrubber and finds them again, one look at a table for each byte of text.
// Everything is kept in storage that is wiped when it is given back; nothing here is ever printed.
#include "model/learnt.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/error.h"
#include "model/hash.h"
#include "model/kinds.h"
#include "model/scrub.h"

struct entry {
    const char *p; // NULL = free slot
    uint32_t n, flags;
};
struct table {
    struct entry *slots;
    size_t n, cap;      // cap is a power of two, at most half full
    size_t hashed_bytes; // of each entry
};
static struct {
    struct ra_arena bytes;
    struct table shorts, runs;
} learnt = {.shorts.hashed_bytes = RA_LEARNT_LEAST_BYTES, .runs.hashed_bytes = RA_LEARNT_RUN_BYTES};

static size_t slot_of(const struct table *t, const char *p)
{
    return ra_hash((struct ra_span){p, t->hashed_bytes}) & (t->cap - 1);
}

static void put(struct table *t, struct entry e)
{
    size_t i = slot_of(t, e.p);
    while (t->slots[i].p)
        i = (i + 1) & (t->cap - 1);
    t->slots[i] = e;
}

static void make_room(struct table *t)
{
    if (2 * (t->n + 1) <= t->cap)
        return;
    struct table bigger = {.n = t->n, .cap = t->cap ? t->cap * 2 : 1024, .hashed_bytes = t->hashed_bytes};
    bigger.slots = calloc(bigger.cap, sizeof *bigger.slots);
    if (!bigger.slots)
        ra_oom();
    for (size_t i = 0; i < t->cap; i++)
        if (t->slots[i].p)
            put(&bigger, t->slots[i]);
    free(t->slots);
    *t = bigger;
}

static struct entry *known(struct table *t, struct ra_span s)
{
    for (size_t i = t->cap ? slot_of(t, s.p) : 0; t->cap && t->slots[i].p; i = (i + 1) & (t->cap - 1))
        if (t->slots[i].n == s.n && memcmp(t->slots[i].p, s.p, s.n) == 0)
            return &t->slots[i];
    return NULL;
}

// *kept is the copy of the whole value in our storage, made once something of it is new.
static void remember(struct table *t, struct ra_span value, size_t at, size_t n, unsigned flags, const char **kept)
{
    struct entry *e = known(t, ra_span_cut(value, at, n));
    if (e) {
        e->flags |= flags;
        return;
    }
    if (!*kept)
        *kept = ra_strndup(&learnt.bytes, value);
    make_room(t);
    put(t, (struct entry){*kept + at, (uint32_t)n, flags});
    t->n++;
}

static void learn_form(struct ra_span s, unsigned flags)
{
    const char *kept = NULL;
    if (s.n < RA_LEARNT_LEAST_BYTES)
        return;
    if (s.n < RA_LEARNT_RUN_BYTES) {
        remember(&learnt.shorts, s, 0, s.n, flags, &kept);
        return;
    }
    // Every run of something of ordinary length; of something long, runs near enough to each other that none of
    // its lines can pass.
    size_t last = s.n - RA_LEARNT_RUN_BYTES, stride = s.n > RA_SCRUB_LONG_BYTES ? RA_LEARNT_RUN_BYTES : 1;
    if (stride > 1)
        flags |= RA_LEARNT_LONG;
    for (size_t at = 0; at <= last; at += stride)
        remember(&learnt.runs, s, at, RA_LEARNT_RUN_BYTES, flags, &kept);
    remember(&learnt.runs, s, last, RA_LEARNT_RUN_BYTES, flags, &kept);
}

// The characters of base64 that depend on `s` alone where `offset` other bytes stand before it.
static void learn_base64(struct ra_span s, size_t offset, const char *last_two)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    size_t from = (8 * offset + 5) / 6, to = (8 * (offset + s.n)) / 6;
    for (size_t i = from; i < to; i++) {
        size_t bit = 6 * i - 8 * offset, byte = bit / 8;
        unsigned two = (unsigned)(unsigned char)s.p[byte] << 8;
        if (byte + 1 < s.n)
            two |= (unsigned char)s.p[byte + 1];
        unsigned v = two >> (10 - bit % 8) & 63;
        ra_buf_putc(&out, (char)(v < 26 ? 'A' + (int)v : v < 52 ? 'a' + (int)v - 26 : v < 62 ? '0' + (int)v - 52 : last_two[v - 62]));
    }
    learn_form(ra_buf_view(&out), RA_LEARNT_BASE64);
}

static void learn_all_forms(struct ra_span value)
{
    learn_form(value, 0);
    for (size_t offset = 0; offset < 3; offset++) {
        learn_base64(value, offset, "+/");
        learn_base64(value, offset, "-_"); // base64url, RFC 4648 section 5
    }
}

void ra_scrub_learn(struct ra_span value)
{
    if (value.n < RA_LEARNT_LEAST_BYTES)
        return;
    learn_all_forms(value);
    struct ra_arena scratch = {0};
    if (ra_span_chr(value, '%') >= 0) {
        struct ra_span plain = ra_span_of(ra_id_decode(&scratch, ra_strndup(&scratch, value)));
        if (!ra_span_eq(plain, value) && plain.n >= RA_LEARNT_LEAST_BYTES)
            learn_all_forms(plain);
    }
    ra_arena_free(&scratch);
}

static void forget(struct table *t)
{
    free(t->slots);
    t->slots = NULL;
    t->n = t->cap = 0;
}

void ra_scrub_forget_all(void)
{
    forget(&learnt.shorts);
    forget(&learnt.runs);
    ra_arena_free(&learnt.bytes);
}

static void look(const struct table *t, struct ra_span rest, struct ra_learnt_hit *best)
{
    if (!t->n || rest.n < t->hashed_bytes)
        return;
    for (size_t i = slot_of(t, rest.p); t->slots[i].p; i = (i + 1) & (t->cap - 1)) {
        const struct entry *e = &t->slots[i];
        if (e->n > best->n && e->n <= rest.n && memcmp(e->p, rest.p, e->n) == 0)
            *best = (struct ra_learnt_hit){e->n, e->flags};
    }
}

struct ra_learnt_hit ra_learnt_at(struct ra_span text, size_t at)
{
    struct ra_learnt_hit best = {0};
    struct ra_span rest = ra_span_cut(text, at, text.n);
    look(&learnt.shorts, rest, &best);
    look(&learnt.runs, rest, &best);
    return best;
}
