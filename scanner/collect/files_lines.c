// Secrets in texts that are read line by line: start-up files, variable files, histories, INI files. Expands nothing,
// runs nothing, follows no include.
#include <string.h>

#include "base/path.h"
#include "collect/files.h"
#include "parse/ini.h"

static bool name_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

// The name that ends right before `at`, blanks and one quote allowed between.
static struct ra_span name_before(struct ra_span line, size_t at)
{
    size_t end = at;
    while (end && (blank(line.p[end - 1]) || line.p[end - 1] == '"' || line.p[end - 1] == '\''))
        end--;
    size_t start = end;
    while (start && name_char(line.p[start - 1]))
        start--;
    while (start < end && line.p[start] == '-') // --password=x
        start++;
    return ra_span_cut(line, start, end - start);
}

// The value that begins at `at`: quoted, or up to the next blank.
static struct ra_span value_at(struct ra_span line, size_t at)
{
    while (at < line.n && blank(line.p[at]))
        at++;
    if (at >= line.n)
        return (struct ra_span){"", 0};
    char quote = line.p[at];
    if (quote == '"' || quote == '\'' || quote == '`') {
        ptrdiff_t n = ra_span_chr(ra_span_cut(line, at + 1, line.n), quote);
        return ra_span_cut(line, at + 1, n < 0 ? line.n : (size_t)n);
    }
    size_t n = 0;
    while (at + n < line.n && !blank(line.p[at + n]) && !strchr(";|&\"'`)", line.p[at + n]))
        n++;
    return ra_span_cut(line, at, n);
}

enum { MAX_TOLD = 16 }; // secrets of one line; a line with more is a blob, and told already
struct spot {
    struct ra_file *f;
    unsigned number;
    bool by_line;
    struct ra_span line;
    struct ra_span told[MAX_TOLD]; // within line
    size_t n_told;
};

static bool is_told(const struct spot *s, const char *from, const char *to)
{
    for (size_t i = 0; i < s->n_told; i++)
        if (from < s->told[i].p + s->told[i].n && s->told[i].p < to)
            return true;
    return s->n_told == MAX_TOLD;
}

static const char *part_of(const struct spot *s, const char *name)
{
    if (!s->by_line && name)
        return name;
    return ra_strfmt(s->f->c->arena, s->f->first_line ? "L%u" : "end-%u", s->number);
}

static unsigned line_of(const struct spot *s)
{
    return s->f->first_line ? s->number : 0;
}

static void tell(struct spot *s, struct ra_span value, struct ra_span name)
{
    if (value.n == 0 || is_told(s, value.p, value.p + value.n))
        return;
    const char *hint = ra_strndup(s->f->c->arena, name);
    if (ra_file_holds(s->f, part_of(s, hint), line_of(s), value, hint, NULL))
        s->told[s->n_told++] = value;
}

static void assignments(struct spot *s, char sep)
{
    for (size_t i = 1; i < s->line.n; i++) {
        char before = s->line.p[i - 1], after = i + 1 < s->line.n ? s->line.p[i + 1] : 0;
        if (s->line.p[i] != sep || (sep == '=' && (after == '=' || strchr("!<>=", before))) ||
            (sep == ':' && !blank(after)))
            continue;
        struct ra_span name = name_before(s->line, i), value = value_at(s->line, i + 1);
        if (name.n && value.n)
            tell(s, value, name);
    }
}

// "--token x", "set -gx API_TOKEN x", "password x", and the flags that programs are known by.
static void words(struct spot *s)
{
    struct ra_span rest = s->line, word, before = {"", 0}, program = {"", 0};
    while (ra_span_word(&rest, &word)) {
        struct ra_span name = before;
        bool flag = ra_span_starts(name, "--");
        while (name.n && name.p[0] == '-')
            name = ra_span_cut(name, 1, name.n);
        bool login = ra_span_is(before, "-u") && ra_span_is(program, "curl") && ra_span_chr(word, ':') > 0;
        if (login) {
            size_t at = (size_t)ra_span_chr(word, ':') + 1;
            tell(s, value_at(s->line, (size_t)(word.p - s->line.p) + at), RA_SPAN("password"));
        } else if (ra_span_is(before, "-p") && ra_span_is(program, "sshpass")) {
            tell(s, value_at(s->line, (size_t)(word.p - s->line.p)), RA_SPAN("password"));
        } else if (ra_span_starts(program, "mysql") && ra_span_starts(word, "-p") && word.n > 2) {
            tell(s, value_at(s->line, (size_t)(word.p - s->line.p) + 2), RA_SPAN("password"));
        } else if (name.n && word.p[0] != '-' && (flag || ra_span_starts_nocase(s->line, "set ") ||
                                                  ra_span_starts_nocase(s->line, "setenv ")) &&
                   ra_recognise_name(name)) {
            tell(s, value_at(s->line, (size_t)(word.p - s->line.p)), name);
        }
        if (ra_span_is(word, "curl") || ra_span_is(word, "sshpass") || ra_span_starts(word, "mysql"))
            program = word;
        before = word;
    }
}

static void shapes(struct spot *s)
{
    struct ra_secret_fact fact;
    size_t from = 0, at, n;
    while (ra_recognise_next(s->line, from, &at, &n, &fact)) {
        if (!is_told(s, fact.value.p, fact.value.p + n) && ra_file_hit(s->f, part_of(s, NULL), line_of(s), &fact))
            s->told[s->n_told++] = fact.value;
        from = at + n;
    }
}

// ": 1700000000:0;command", as zsh keeps its history with times. Source: zsh, EXTENDED_HISTORY.
static struct ra_span without_time(struct ra_span line)
{
    size_t n = 2;
    if (!ra_span_starts(line, ": "))
        return line;
    while (n < line.n && ((line.p[n] >= '0' && line.p[n] <= '9') || line.p[n] == ':'))
        n++;
    return n > 2 && n < line.n && line.p[n] == ';' ? ra_span_cut(line, n + 1, line.n) : line;
}

// PASSWORD 'x' and IDENTIFIED BY 'x' of SQL, which is no assignment.
static void sql(struct spot *s)
{
    struct ra_span rest = s->line, word, before = {"", 0};
    while (ra_span_word(&rest, &word)) {
        bool named = ra_span_is_nocase(before, "PASSWORD") || ra_span_is_nocase(before, "BY");
        if (named && word.p[0] == '\'')
            tell(s, value_at(s->line, (size_t)(word.p - s->line.p)), RA_SPAN("password"));
        before = word;
    }
}

void ra_line_secrets(struct ra_file *f, struct ra_span line, unsigned number, bool by_line)
{
    line = without_time(line);
    struct spot s = {.f = f, .number = number, .by_line = by_line, .line = line};
    assignments(&s, '=');
    assignments(&s, ':');
    words(&s);
    sql(&s);
    shapes(&s);
}

// A key block spans lines; it is told by the line where it begins.
static void blocks(struct ra_file *f, bool by_line)
{
    static const char begin[] = "-----BEGIN ";
    struct ra_secret_fact fact;
    size_t from = 0;
    ptrdiff_t hit;
    while ((hit = ra_span_find(ra_span_cut(f->text, from, f->text.n), ra_span_of(begin))) >= 0) {
        struct ra_span block = ra_span_cut(f->text, from + (size_t)hit, f->text.n);
        unsigned line = 1;
        for (size_t i = 0; i < from + (size_t)hit; i++)
            line += f->text.p[i] == '\n';
        if (ra_recognise_value(ra_span_cut(block, 0, 64 * 1024), &fact) && fact.class == RA_SECRET_KEY)
            ra_file_holds(f, by_line || f->place->class == RA_PLACE_DOTENV ? ra_strfmt(f->c->arena, "L%u", line) : NULL,
                          line, fact.value, NULL, NULL);
        from += (size_t)hit + sizeof(begin) - 1;
    }
}

void ra_lines_secrets(struct ra_file *f, bool by_line)
{
    struct ra_span rest = f->text, line;
    unsigned number = 0, all = 0;
    if (!f->first_line)
        for (struct ra_span ahead = f->text; ra_span_line(&ahead, &line);)
            all++;
    while (ra_span_line(&rest, &line)) {
        number++;
        ra_line_secrets(f, line, f->first_line ? number : all - number + 1, by_line);
    }
    blocks(f, by_line);
}

bool ra_read_history(struct ra_file *f)
{
    ra_lines_secrets(f, true);
    return true;
}

static bool comment(struct ra_span line)
{
    line = ra_span_trim(line);
    return line.n == 0 || line.p[0] == '#' || ra_span_starts(line, "//");
}

bool ra_read_shell_lines(struct ra_file *f)
{
    struct ra_span rest = f->text, line;
    for (unsigned n = 1; ra_span_line(&rest, &line); n++)
        if (!comment(line))
            ra_line_secrets(f, line, n, false);
    blocks(f, false);
    return true;
}

bool ra_read_shapes(struct ra_file *f)
{
    return ra_read_shell_lines(f);
}

// "password hunter2", "Pass hunter2": the name and the value with a blank between.
bool ra_read_spaced_lines(struct ra_file *f)
{
    struct ra_span rest = f->text, line, name;
    for (unsigned n = 1; ra_span_line(&rest, &line); n++) {
        struct ra_span value = line;
        if (comment(line))
            continue;
        if (ra_span_word(&value, &name) && ra_span_chr(line, '=') < 0 && ra_recognise_name(name))
            ra_file_holds(f, ra_strfmt(f->c->arena, "L%u", n), n, value_at(value, 0), ra_strndup(f->c->arena, name), NULL);
        else
            ra_line_secrets(f, line, n, false);
    }
    return true;
}

// Examples to copy, by any word of the name: .env.example, .env.local.sample, example.env.
static bool sample(const char *path)
{
    static const char *const words[] = {"example", "sample", "template", "tmpl", "dist", "defaults", "schema"};
    struct ra_span rest = ra_span_of(ra_path_base(path)), word;
    while (ra_span_until(&rest, '.', &word))
        for (size_t i = 0; i < RA_COUNT(words); i++)
            if (ra_span_is_nocase(word, words[i]))
                return true;
    return false;
}

static const char *dotenv_key_in_reach(struct ra_file *f)
{
    for (const char *const *e = f->c->host->self->environ_; e && *e; e++)
        if (strncmp(*e, "DOTENV_PRIVATE_KEY", 18) == 0 || strncmp(*e, "DOTENV_KEY=", 11) == 0)
            return "a variable of the environment";
    return ra_file_beside(f, ".env.keys") ? ".env.keys" : NULL;
}

// Values encrypted by dotenvx are told as one; .env.vault holds nothing else.
bool ra_read_dotenv(struct ra_file *f)
{
    struct ra_span rest = f->text, key, value;
    unsigned line = 0;
    bool vault = ra_span_ends(ra_span_of(f->path), ".env.vault"), encrypted = vault;
    if (sample(f->path))
        return true;
    while (ra_dotenv_next(&rest, &line, &key, &value)) {
        const char *name = ra_strndup(f->c->arena, key);
        encrypted |= ra_span_starts(value, "encrypted:");
        if (!vault)
            ra_file_holds(f, name, line, value, name, NULL);
    }
    if (encrypted)
        ra_file_locked(f, "encrypted", "encrypted", dotenv_key_in_reach(f));
    return true;
}

// key = value without sections; the part is the key.
bool ra_read_properties(struct ra_file *f)
{
    struct ra_ini it = {.rest = f->text};
    struct ra_span key, value;
    while (ra_ini_next(&it, &key, &value)) {
        const char *name = ra_strndup(f->c->arena, key);
        ra_file_holds(f, name, it.line, value, name, NULL);
    }
    return true;
}

// Sections of key = value; the part is the section, or the key where there is none.
bool ra_read_ini_secrets(struct ra_file *f)
{
    struct ra_ini it = {.rest = f->text};
    struct ra_span key, value;
    while (ra_ini_next(&it, &key, &value)) {
        const char *name = ra_strndup(f->c->arena, key);
        ra_file_holds(f, it.section.n ? ra_strndup(f->c->arena, it.section) : name, it.line, value, name, NULL);
    }
    return true;
}

// Formats of their own where every line that is no comment holds a secret.
bool ra_read_unread_lines(struct ra_file *f)
{
    struct ra_span rest = f->text, line;
    while (ra_span_line(&rest, &line))
        if (!comment(line)) {
            ra_file_unread(f, NULL, "content not read");
            return true;
        }
    return true;
}

// define('DB_PASSWORD', 'x') and 'password' => 'x'.
bool ra_read_php(struct ra_file *f)
{
    struct ra_span rest = f->text, line;
    for (unsigned n = 1; ra_span_line(&rest, &line); n++) {
        struct ra_span parts[2], ahead = line, skip;
        size_t have = 0;
        while (have < 2 && ra_span_until(&ahead, '\'', &skip) && ahead.p && ra_span_until(&ahead, '\'', &parts[have]))
            have++;
        if (!comment(line) && have == 2)
            ra_file_holds(f, ra_strndup(f->c->arena, parts[0]), n, parts[1], ra_strndup(f->c->arena, parts[0]), NULL);
    }
    return true;
}

// One token and nothing else. Several words are no token.
bool ra_read_raw_token(struct ra_file *f)
{
    struct ra_span text = ra_span_trim(f->text);
    struct ra_reach *secret = ra_file_holds(f, NULL, 1, text, NULL, NULL);
    if (secret || text.n == 0 || ra_recognise_placeholder(text))
        return true;
    if (ra_span_chr(text, '\n') >= 0 || ra_span_chr(text, ' ') >= 0 || !ra_span_utf8(text))
        return false;
    ra_file_holds(f, NULL, 1, text, NULL, "generic");
    return true;
}
