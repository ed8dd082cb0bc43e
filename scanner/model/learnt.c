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

static struct ra_buf *told; // where new values are noted for others, or NULL

struct entry {
    const char *p; // NULL = free slot
    uint32_t n, flags;
};
// One table for runs of every length, found by all their bytes, so that many values that begin alike cost no more
// than others. The sieve, by the first bytes alone, answers most questions with "no".
enum { SIEVE_BITS = 1 << 20 };
static struct {
    struct ra_arena bytes;
    struct entry *slots;
    size_t n, cap;    // cap is a power of two, at most half full
    uint32_t lengths; // bit n: there is a run of n bytes
    unsigned char sieve[SIEVE_BITS / 8];
} learnt;

static size_t slot_of(struct ra_span s, size_t cap)
{
    return ra_hash(s) & (cap - 1);
}

static void put(struct entry *slots, size_t cap, struct entry e)
{
    size_t i = slot_of((struct ra_span){e.p, e.n}, cap);
    while (slots[i].p)
        i = (i + 1) & (cap - 1);
    slots[i] = e;
}

static void make_room(void)
{
    if (2 * (learnt.n + 1) <= learnt.cap)
        return;
    size_t cap = learnt.cap ? learnt.cap * 2 : 1024;
    struct entry *bigger = calloc(cap, sizeof *bigger);
    if (!bigger)
        ra_oom();
    for (size_t i = 0; i < learnt.cap; i++)
        if (learnt.slots[i].p)
            put(bigger, cap, learnt.slots[i]);
    free(learnt.slots);
    learnt.slots = bigger;
    learnt.cap = cap;
}

static size_t sieve_bit(struct ra_span s)
{
    return ra_hash(ra_span_cut(s, 0, RA_LEARNT_LEAST_BYTES)) & (SIEVE_BITS - 1);
}

static struct entry *known(struct ra_span s)
{
    for (size_t i = learnt.cap ? slot_of(s, learnt.cap) : 0; learnt.cap && learnt.slots[i].p;
         i = (i + 1) & (learnt.cap - 1))
        if (learnt.slots[i].n == s.n && memcmp(learnt.slots[i].p, s.p, s.n) == 0)
            return &learnt.slots[i];
    return NULL;
}

// *kept is the copy of the whole value in our storage, made once something of it is new.
static void remember(struct ra_span value, size_t at, size_t n, unsigned flags, const char **kept)
{
    struct entry *e = known(ra_span_cut(value, at, n));
    if (e) {
        e->flags |= flags;
        return;
    }
    if (!*kept)
        *kept = ra_strndup(&learnt.bytes, value);
    make_room();
    put(learnt.slots, learnt.cap, (struct entry){*kept + at, (uint32_t)n, flags});
    learnt.n++;
    learnt.lengths |= 1u << n;
    size_t bit = sieve_bit((struct ra_span){*kept + at, n});
    learnt.sieve[bit / 8] |= (unsigned char)(1u << bit % 8);
}

static void learn_form(struct ra_span s, unsigned flags)
{
    const char *kept = NULL;
    if (s.n < RA_LEARNT_LEAST_BYTES)
        return;
    if (s.n < RA_LEARNT_RUN_BYTES) {
        remember(s, 0, s.n, flags, &kept);
        return;
    }
    // Every run of something of ordinary length; of something long, runs near enough to each other that none of
    // its lines can pass.
    size_t last = s.n - RA_LEARNT_RUN_BYTES, stride = s.n > RA_SCRUB_LONG_BYTES ? RA_LEARNT_RUN_BYTES : 1;
    if (stride > 1)
        flags |= RA_LEARNT_LONG;
    for (size_t at = 0; at <= last; at += stride)
        remember(s, at, RA_LEARNT_RUN_BYTES, flags, &kept);
    remember(s, last, RA_LEARNT_RUN_BYTES, flags, &kept);
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

// A word or a path is found in many a place that has nothing to do with the secret.
static bool distinct(struct ra_span value)
{
    enum { SHORT = 8, LONG = 16 };
    size_t letters = 0;
    for (size_t i = 0; i < value.n; i++)
        letters += (value.p[i] >= 'a' && value.p[i] <= 'z') || value.p[i] == '-' || value.p[i] == '_';
    return value.n >= SHORT && (value.n >= LONG || letters < value.n) && !strchr("/~.", value.p[0]);
}

static void note(struct ra_span value)
{
    uint32_t n = (uint32_t)value.n;
    if (value.n > UINT32_MAX || !distinct(value) || ra_scrub_has_shape(value))
        return;
    ra_buf_add(told, &n, sizeof n);
    ra_buf_span(told, value);
}

void ra_scrub_tell(struct ra_buf *to)
{
    told = to;
}

bool ra_scrub_learn_told(struct ra_span records)
{
    while (records.n) {
        uint32_t n;
        if (records.n < sizeof n)
            return false;
        memcpy(&n, records.p, sizeof n);
        if (n > records.n - sizeof n)
            return false;
        ra_scrub_learn(ra_span_cut(records, sizeof n, n));
        records = ra_span_cut(records, sizeof n + n, records.n);
    }
    return true;
}

void ra_scrub_learn(struct ra_span value)
{
    if (value.n < RA_LEARNT_LEAST_BYTES)
        return;
    size_t before = learnt.n;
    learn_all_forms(value);
    if (told && learnt.n > before)
        note(value);
    struct ra_arena scratch = {0};
    if (ra_span_chr(value, '%') >= 0) {
        struct ra_span plain = ra_span_of(ra_id_decode(&scratch, ra_strndup(&scratch, value)));
        if (!ra_span_eq(plain, value) && plain.n >= RA_LEARNT_LEAST_BYTES)
            learn_all_forms(plain);
    }
    ra_arena_free(&scratch);
}

void ra_scrub_forget_all(void)
{
    free(learnt.slots);
    ra_arena_free(&learnt.bytes);
    explicit_bzero(&learnt, sizeof learnt);
}

struct ra_learnt_hit ra_learnt_at(struct ra_span text, size_t at)
{
    struct ra_span rest = ra_span_cut(text, at, RA_LEARNT_RUN_BYTES);
    if (!learnt.n || rest.n < RA_LEARNT_LEAST_BYTES)
        return (struct ra_learnt_hit){0};
    size_t bit = sieve_bit(rest);
    if (!(learnt.sieve[bit / 8] >> bit % 8 & 1))
        return (struct ra_learnt_hit){0};
    for (; rest.n >= RA_LEARNT_LEAST_BYTES; rest.n--) {
        const struct entry *e = learnt.lengths >> rest.n & 1 ? known(rest) : NULL;
        if (e)
            return (struct ra_learnt_hit){e->n, e->flags};
    }
    return (struct ra_learnt_hit){0};
}
