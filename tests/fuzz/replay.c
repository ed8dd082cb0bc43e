// Runs every seed of fixtures/fuzz/<parser>/, some thousands of mutations of it, and long monotonous inputs through its
// parser, in the ordinary build. Each input ends where an unreadable page begins, so that a read beyond it is met without a sanitizer.
//
// usage: fuzz_replay DIR [MUTATIONS]     DIR/<parser>/*; a directory that names no parser, or none for one, is an error
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "parsers.h"

enum { INPUT_BYTES = 1024 * 1024, MUTATIONS = 3000 };

static char *guard; // the first byte that cannot be read
static uint64_t state = 88172645463325252u;

static uint32_t random_below(size_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return n ? (uint32_t)(state % n) : 0;
}

static void make_guard(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), size = INPUT_BYTES + page;
    char *all = mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED || mprotect(all + size, page, PROT_NONE)) {
        perror("mmap");
        exit(1);
    }
    guard = all + size;
}

static void run(const struct fuzz_parser *parser, struct ra_span input)
{
    struct ra_arena a = {0};
    size_t n = input.n < INPUT_BYTES ? input.n : INPUT_BYTES;
    char *at = guard - n;
    if (n)
        memcpy(at, input.p, n);
    parser->run(&a, (struct ra_span){at, n});
    ra_arena_free(&a);
}

// One to four changes: a bit, a byte that means something, bytes taken out, a piece said twice.
static void mutate(struct ra_buf *b)
{
    static const char telling[] = "\0\xFF\"'\\\n\r[]{}=:#,-. \x80";
    for (uint32_t changes = 1 + random_below(4); changes && b->n; changes--) {
        size_t at = random_below(b->n), n = 1 + random_below(b->n - at < 16 ? b->n - at : 16);
        struct ra_buf piece = {0};
        switch (random_below(4)) {
        case 0:
            b->p[at] = (char)((unsigned char)b->p[at] ^ 1u << random_below(8));
            break;
        case 1:
            b->p[at] = telling[random_below(sizeof telling - 1)];
            break;
        case 2:
            memmove(b->p + at, b->p + at + n, b->n - at - n);
            b->n -= n;
            break;
        case 3:
            ra_buf_add(&piece, b->p + at, b->n - at);
            b->n = at + n;
            ra_buf_add(b, piece.p, piece.n);
            ra_buf_free(&piece);
            break;
        }
    }
}

static void mutations(const struct fuzz_parser *parser, struct ra_span seed, size_t count)
{
    for (size_t n = 0; n < seed.n && n < 2048; n++)
        run(parser, ra_span_cut(seed, 0, n));
    for (size_t i = 0; i < count; i++) {
        struct ra_buf b = {0};
        ra_buf_span(&b, seed);
        mutate(&b);
        run(parser, ra_buf_view(&b));
        ra_buf_free(&b);
    }
}

// A quarter of a MiB of one thing said again and again: what is quadratic takes minutes, what is right milliseconds.
static int lengths(const struct fuzz_parser *parser)
{
    static const char *const pieces[] = {
        "[", "{", "\"", "'", "\\", "\\\"", "a", "\n", "\r", " ", "=", ".", "a.", "#", ":", "(", ")", "-", "\xFF", "0",
        "{\"a\":", "[{", "a=\"\n", "a='\n", "a=`\n", "a=\"\\\n", "a=\n b\n", "a =\n  x\n", "[a]\n", "[[a]]\n",
        "[a \"b\"]\n", "a=b\\\n", "k=\"", "\"\"\"", "\"\"\"a", "'''", "/*", "//", "- ", "? ", "- - ", "a: ", "a:\n ",
        "&a ", "*a ", "!a ", "|\n", "%", "#BEGIN $#\n", "#BEGIN RSA $#\n", "#BEGIN RSA $#\nA: b\n",
        "#BEGIN OPENSSH $#AAAA", "PuTTY-User-Key-File-", "PuTTY-User-Key-File-3: a\nEncryption: \n", "AGE-PLUGIN-",
        "machine ", "machine \"", "macdef x\n", "\"a \\", "(a) ", "1 2 3:4 / / rw shared:1 ", "a:b:", "0: 0 0 0 0 0 ",
        "eyJ.", "=a", "\\n", "\\040", "- a\n", "[a,", "{a: b},", "'a\n\n", "a\n\n", "a=1\n", "a,",
    };
    enum { LONG = 256 * 1024, SECONDS = 10 };
    int failures = 0;
    for (size_t i = 0; i < RA_COUNT(pieces); i++) {
        struct ra_buf b = {0};
        while (b.n < LONG)
            ra_buf_puts(&b, pieces[i]);
        clock_t start = clock();
        run(parser, ra_buf_view(&b));
        if (clock() - start > SECONDS * CLOCKS_PER_SEC) {
            fprintf(stderr, "%s: slow on a long run of: %s\n", parser->name, pieces[i]);
            failures++;
        }
        ra_buf_free(&b);
    }
    return failures;
}

static bool read_file(const char *path, struct ra_buf *to)
{
    FILE *f = fopen(path, "rbe");
    if (!f)
        return false;
    for (size_t n; (n = fread(ra_buf_room(to, 4096), 1, 4096, f)) > 0;)
        to->n += n;
    bool good = !ferror(f);
    fclose(f);
    return good;
}

// Seeds in order of name, so that every run is the same.
static int seeds_of(const char *dir, const struct fuzz_parser *parser, size_t count)
{
    char folder[4096], path[8192];
    struct dirent **names;
    int failures = 0, seeds = 0;
    snprintf(folder, sizeof folder, "%s/%s", dir, parser->name);
    int n = scandir(folder, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        struct ra_buf seed = {0};
        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        if (names[i]->d_name[0] != '.') {
            if (!read_file(path, &seed)) {
                fprintf(stderr, "%s: %s\n", path, strerror(errno));
                failures++;
            }
            seeds++;
            run(parser, ra_buf_view(&seed));
            mutations(parser, ra_buf_view(&seed), count);
        }
        ra_buf_free(&seed);
        free(names[i]);
    }
    if (n >= 0)
        free(names);
    if (seeds == 0)
        fprintf(stderr, "%s: no seeds\n", folder);
    printf("%-12s %3d seeds\n", parser->name, seeds);
    return failures + (seeds == 0);
}

static int strangers(const char *dir)
{
    struct dirent **names;
    int n = scandir(dir, &names, NULL, alphasort), failures = n < 0;
    for (int i = 0; i < n; i++) {
        bool known = names[i]->d_name[0] == '.';
        for (size_t p = 0; p < fuzz_parsers_n; p++)
            known |= strcmp(names[i]->d_name, fuzz_parsers[p].name) == 0;
        if (!known) {
            fprintf(stderr, "%s/%s: no parser has this name\n", dir, names[i]->d_name);
            failures++;
        }
        free(names[i]);
    }
    if (n >= 0)
        free(names);
    return failures;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: fuzz_replay DIR [MUTATIONS]\n");
        return 2;
    }
    size_t count = argc > 2 ? strtoul(argv[2], NULL, 10) : MUTATIONS;
    int failures = strangers(argv[1]);
    make_guard();
    for (size_t i = 0; i < fuzz_parsers_n; i++)
        failures += seeds_of(argv[1], &fuzz_parsers[i], count) + lengths(&fuzz_parsers[i]);
    return failures ? 1 : 0;
}
