// Places the dots of the picture. A ring keeps its top free for its name and, beside the profile's limit, its bottom for
// the limit's; dots of one row share what is left evenly, beginning where the worst path passes. A ring that is full
// counts the rest.
#include "reports/html_rings.h"

#include <string.h>

enum {
    SPACING = 135,  // between the middles of two dots, and of two rows
    LETTER = 70,    // width of a letter of a ring's name
    LIMIT = 430,    // half of the limit's label
    TURN = 3600,    // angles are tenths of a degree, clockwise from the top
    TOWARDS = 780,  // where the worst path leaves the centre
    BEND = 260,     // and by how much each step turns on
};
static const int outer[RA_RINGS] = {300, 660, 960, 1270, 1600, 1960};

int ra_ring_outer(enum ra_radius ring)
{
    return outer[ring];
}

const char *ra_mark_phrase(enum ra_mark mark)
{
    switch (mark) {
    case RA_MARK_PROVED:
        return "proved";
    case RA_MARK_ASSUMED:
        return "assumed: with every unknown at its worst";
    case RA_MARK_ASLEEP:
        return "asleep: no way out was found";
    case RA_MARK_POSSIBLE:
        return "possible only, with a flaw or a person's help";
    }
    return "assumed";
}

// 10000 * sin, by degrees; between them a straight line.
static int sine(int angle)
{
    static const short table[] = {
        0,    175,  349,  523,  698,  872,  1045, 1219, 1392, 1564, 1736, 1908, 2079, 2250, 2419, 2588, 2756, 2924, 3090,
        3256, 3420, 3584, 3746, 3907, 4067, 4226, 4384, 4540, 4695, 4848, 5000, 5150, 5299, 5446, 5592, 5736, 5878, 6018,
        6157, 6293, 6428, 6561, 6691, 6820, 6947, 7071, 7193, 7314, 7431, 7547, 7660, 7771, 7880, 7986, 8090, 8192, 8290,
        8387, 8480, 8572, 8660, 8746, 8829, 8910, 8988, 9063, 9135, 9205, 9272, 9336, 9397, 9455, 9511, 9563, 9613, 9659,
        9703, 9744, 9781, 9816, 9848, 9877, 9903, 9925, 9945, 9962, 9976, 9986, 9994, 9998, 10000, 10000};
    angle %= TURN;
    if (angle >= TURN / 2)
        return -sine(angle - TURN / 2);
    if (angle > TURN / 4)
        angle = TURN / 2 - angle;
    int low = table[angle / 10], high = table[angle / 10 + 1];
    return low + (high - low) * (angle % 10) / 10;
}

// Half of the angle that something `half` wide on either side covers, seen from the centre.
static int angle_of(int half, int r)
{
    int angle = 0;
    while (angle < TURN / 4 && sine(angle) * r / 10000 < half)
        angle += 5;
    return angle;
}

struct row {
    int r, top, bottom; // radius; free angles begin `top` off the top and end `bottom` off the bottom
    size_t room;
};

static struct row row_at(int r, int name, int limit)
{
    struct row row = {.r = r, .top = angle_of(name + RA_BADGE, r), .bottom = limit ? angle_of(limit + RA_DOT, r) : 0};
    int arc = TURN - 2 * (row.top + row.bottom);
    row.room = arc > 0 ? (size_t)((long)arc * 62832 / TURN * r / 10000 / SPACING) : 0;
    return row;
}

struct ring {
    struct row rows[2];
    size_t n_rows, room;
};

// One row in the middle while that is enough, else two.
static struct ring ring_for(enum ra_radius at, enum ra_radius limit, size_t n)
{
    int inner = at ? outer[at - 1] : 100, middle = (inner + outer[at]) / 2;
    int name = (int)strlen(ra_radius_name(at)) * LETTER / 2;
    int bottom = at == limit || at == limit + 1 ? LIMIT : 0;
    struct ring ring = {.n_rows = 1, .rows = {row_at(middle, name, bottom)}};
    if (n > ring.rows[0].room && at != RA_RADIUS_NOTHING) {
        for (int i = 0; i < 2; i++) // five letters more, for "+1234"
            ring.rows[i] = row_at(middle + (i ? -SPACING : SPACING) / 2, name + 5 * LETTER / 2, bottom);
        ring.n_rows = 2;
    }
    for (size_t i = 0; i < ring.n_rows; i++)
        ring.room += ring.rows[i].room;
    return ring;
}

static void put(struct ra_dot *d, const struct row *row, size_t slot, size_t slots, int first)
{
    int half = TURN / 2 - row->top - row->bottom, at = first - row->top;
    at = (int)(((long)(at < 0 ? 0 : at) + (long)slot * 2 * half / (long)slots) % (2 * half));
    int angle = at < half ? row->top + at : TURN / 2 + row->bottom + at - half;
    d->x = RA_RING_CENTRE + row->r * sine(angle) / 10000;
    d->y = RA_RING_CENTRE - row->r * sine(angle + TURN / 4) / 10000;
    d->shown = true;
}

// The first `n` dots of the list in one row. Those of the path come first and stand far enough apart for their numbers.
static void fill_row(struct ra_dot **list, size_t n, const struct row *row, int first)
{
    size_t spacing = (size_t)((long)row->r * 62832 / 10000 * (TURN - 2 * (row->top + row->bottom)) / TURN) / n;
    size_t stride = 1 + 2 * RA_BADGE / (spacing ? spacing : 1), slot = 0, badges = 0;
    while (badges < n && list[badges]->step)
        badges++;
    if (stride * badges > n)
        stride = 1;
    for (size_t i = 0; i < badges; i++)
        put(list[i], row, i * stride, n, first);
    for (size_t i = badges; i < n; i++, slot++) {
        while (slot % stride == 0 && slot / stride < badges)
            slot++;
        put(list[i], row, slot, n, first);
    }
}

static void fill_ring(struct ra_rings *rings, struct ra_dot **list, enum ra_radius at, enum ra_radius limit)
{
    size_t n = rings->in[at];
    struct ring ring = ring_for(at, limit, n);
    rings->more[at] = n > ring.room ? n - ring.room : 0;
    n -= rings->more[at];
    int first = TOWARDS + BEND * (int)(n && list[0]->step ? list[0]->step - 1 : (unsigned)at);
    size_t outside = ring.n_rows == 1 ? n : (n * ring.rows[0].room + ring.room - 1) / ring.room;
    if (outside)
        fill_row(list, outside, &ring.rows[0], first);
    if (n > outside)
        fill_row(list + outside, n - outside, &ring.rows[1], first);
}

static enum ra_mark mark_of(const struct ra_consequence *c)
{
    if (c->dormant)
        return RA_MARK_ASLEEP;
    if (c->certainty == RA_CERTAINTY_POSSIBLE)
        return RA_MARK_POSSIBLE;
    return c->proved && c->proved_radius >= c->radius ? RA_MARK_PROVED : RA_MARK_ASSUMED;
}

static unsigned number_of(const struct ra_verdict *v, const char *id)
{
    for (size_t i = 0; i < v->worst.n_path; i++)
        if (strcmp(v->steps[v->worst.path[i]].gives, id) == 0)
            return (unsigned)i + 1;
    return 0;
}

void ra_rings_place(struct ra_arena *a, const struct ra_verdict *v, struct ra_rings *ret)
{
    *ret = (struct ra_rings){.n = v->n_consequences};
    ret->dots = ra_new_array(a, struct ra_dot, ret->n + 1);
    struct ra_dot **list = ra_new_array(a, struct ra_dot *, ret->n + 1);
    for (size_t i = 0; i < ret->n; i++) {
        const struct ra_consequence *c = &v->consequences[i];
        ret->dots[i] = (struct ra_dot){.c = c, .ring = c->dormant ? c->dormant_radius : c->radius, .mark = mark_of(c),
                                       .step = number_of(v, c->id)};
        ret->in[ret->dots[i].ring]++;
    }
    for (int at = 0; at < RA_RINGS; at++) {
        size_t n = 0;
        for (unsigned step = 1; step <= v->worst.n_path; step++)
            for (size_t i = 0; i < ret->n; i++)
                if (ret->dots[i].ring == (enum ra_radius)at && ret->dots[i].step == step)
                    list[n++] = &ret->dots[i];
        for (size_t i = 0; i < ret->n; i++)
            if (ret->dots[i].ring == (enum ra_radius)at && !ret->dots[i].step)
                list[n++] = &ret->dots[i];
        fill_ring(ret, list, (enum ra_radius)at, v->profile.radius);
    }
}

const struct ra_dot *ra_rings_step(const struct ra_rings *rings, unsigned step)
{
    for (size_t i = 0; i < rings->n; i++)
        if (rings->dots[i].step == step && rings->dots[i].shown)
            return &rings->dots[i];
    return NULL;
}
