// May this process become root by sudo or doas without a password? Told from their rules where they can be read; where
// a set-user-ID sudo is there and its rules are root's own to read, that stays unknown. Nothing is run. A path must
// exist first: under no_new_privs, on a nosuid mount or where root has no number, sudo raises nothing.
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "collect/process.h"

enum { MAX_TOLD = 10 }; // rules named in a report; all are counted

// Programs that give whoever runs them as root everything, where their arguments are the caller's choice.
static const char *const open_ended[] = {
    "ansible", "ansible-playbook", "apt", "apt-get", "aptitude", "ash", "at", "awk", "bash", "batch", "busybox", "cat",
    "chmod", "chown", "chpasswd", "chroot", "cp", "cpio", "crontab", "ctr", "curl", "dash", "dd", "dnf", "dmsetup",
    "docker", "doas", "dpkg", "ed", "emacs", "env", "expect", "fish", "find", "flock", "gawk", "gcc", "gdb", "gem", "git",
    "helm", "incus", "install", "ionice", "ip", "ksh", "kubectl", "less", "ln", "lua", "lxc", "make", "man", "mawk",
    "more", "mount", "mv", "nano", "nerdctl", "nice", "nmap", "node", "nohup", "npm", "nsenter", "openssl", "pacman",
    "passwd", "perl", "php", "pico", "pip", "pip3", "pkexec", "podman", "python", "python2", "python3", "rpm", "rsync",
    "ruby", "runuser", "scp", "screen", "script", "sed", "service", "setpriv", "sh", "snap", "socat", "ssh", "strace",
    "su", "sudo", "systemctl", "systemd-run", "tar", "tcpdump", "tclsh", "tcsh", "tee", "time", "timeout", "tmux",
    "unshare", "useradd", "usermod", "vi", "view", "vim", "virsh", "visudo", "watch", "wget", "xargs", "yum", "zip",
    "zsh", "zypper",
};

bool ra_process_open_ended(const char *name)
{
    for (size_t i = 0; i < RA_COUNT(open_ended); i++)
        if (strcmp(open_ended[i], name) == 0)
            return true;
    // python3.11 and the like
    return strncmp(name, "python3.", 8) == 0 || strncmp(name, "perl5.", 6) == 0;
}

static bool may_replace(struct ra_process *p, const char *program)
{
    struct ra_host *h = p->c->host;
    return ra_looked(p->c, ra_host_access(h, program, W_OK), RA_ON_PATH) == RA_STATE_PRESENT ||
           ra_looked(p->c, ra_host_access(h, ra_path_dir(p->c->arena, program), W_OK), RA_ON_PATH) == RA_STATE_PRESENT;
}

// Does the right to run this as root, without a password, surely give root? Fixed arguments may hold a program to one
// harmless thing; that is for a person to read.
static bool gives_root(struct ra_process *p, const char *command)
{
    struct ra_arena *a = p->c->arena;
    struct ra_span rest = ra_span_of(command), word;
    if (strcmp(command, "ALL") == 0)
        return true;
    if (!ra_span_word(&rest, &word) || word.n == 0 || word.p[0] != '/')
        return false;
    const char *program = ra_strndup(a, word), *name = ra_path_base(program);
    rest = ra_span_trim(rest);
    if (word.p[word.n - 1] == '/' || strcmp(name, "*") == 0)
        return true;
    bool free_arguments = rest.n == 0 || ra_span_is(rest, "*");
    bool shell = strcmp(name, "su") == 0 || (strlen(name) > 1 && strcmp(name + strlen(name) - 2, "sh") == 0);
    if (ra_process_open_ended(name) && (free_arguments || (shell && ra_span_is(rest, "\"\""))))
        return true;
    return may_replace(p, program);
}

struct sudo {
    struct ra_process *p;
    const char *path; // of the rules, for evidence
    bool incomplete;  // some of the rules could not be read
    struct ra_reply blocked;
};

static void read_rules(struct sudo *s, struct ra_sudoers *rules, const char *path)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_collect_read(s->p->c, path, &text);
    if (r.err == 0)
        ra_sudoers_add(rules, path, ra_buf_view(&text));
    if ((r.err && ra_state_of(r, RA_ON_PATH) != RA_STATE_ABSENT) || r.truncated)
        s->incomplete = true, s->blocked = r;
}

static void include(void *arg, struct ra_sudoers *rules, const char *path, bool directory)
{
    struct sudo *s = arg;
    struct ra_names names;
    if (strchr(path, '%')) { // %h, the host's name
        s->incomplete = true;
        return;
    }
    if (!directory) {
        read_rules(s, rules, path);
        return;
    }
    struct ra_reply r = ra_host_list(s->p->c->host, s->p->c->arena, path, 0, &names);
    enum ra_state state = ra_looked(s->p->c, r, RA_ON_PATH);
    if ((state != RA_STATE_PRESENT && state != RA_STATE_ABSENT) || r.truncated)
        s->incomplete = true, s->blocked = r;
    for (size_t i = 0; state == RA_STATE_PRESENT && i < names.n; i++) {
        const char *name = names.items[i].name;
        if (!strchr(name, '.') && name[strlen(name) - 1] != '~')
            read_rules(s, rules, ra_path_join(s->p->c->arena, path, name));
    }
}

const char *ra_process_user(struct ra_process *p)
{
    static const char *const path = "/etc/passwd";
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_passwd user;
    struct ra_reply r = ra_collect_read(p->c, path, &text);
    if (r.err && ra_state_of(r, RA_ON_PATH) != RA_STATE_ABSENT)
        ra_unseen(p->c, "user", "the name of this process's user", r, path);
    if (r.err)
        return NULL;
    struct ra_span rest = ra_buf_view(&text);
    while (ra_passwd_next(&rest, &user))
        if (user.uid == p->c->host->self->uid)
            return ra_strndup(p->c->arena, user.name);
    return NULL;
}

void ra_process_power_unknown(struct ra_process *p, const char *what, const char *settled_by, struct ra_reply r,
                              const char *path)
{
    enum ra_radius ceiling = ra_process_root_is_hosts(p) ? RA_RADIUS_PERSON : RA_RADIUS_SANDBOX;
    struct ra_reach *u =
        ra_unknown_add(p->c->inv, what, ceiling, 0, settled_by, ra_seen(p->c, RA_METHOD_ATTEMPTED, r, path));
    u->title = ra_strfmt(p->c->arena, "the rights that %s gives", what);
}

struct ra_reach *ra_process_runs_as_root(struct ra_process *p, const char *what, const char *title, bool root,
                                         const char *path)
{
    struct ra_evidence e = ra_seen(p->c, RA_METHOD_DECLARED, (struct ra_reply){.call = "read"}, path);
    struct ra_reach *r = ra_process_power(p, what, RA_STATE_PRESENT, e);
    bool hosts = ra_process_root_is_hosts(p);
    r->ref = "U002";
    r->title = title;
    r->access |= RA_EXECUTE;
    r->traits |= root && hosts ? RA_TRAIT_HOST_ROOT : 0u;
    enum ra_radius radius = !root ? RA_RADIUS_NOTHING : hosts ? RA_RADIUS_PERSON : RA_RADIUS_SANDBOX;
    ra_reach_radius(r, radius, radius);
    r->cap = !root ? RA_SEVERITY_INFO : hosts ? RA_SEVERITY_HIGH : RA_SEVERITY_LOW;
    return r;
}

// A password given a while ago counts on; the records are root's own to see, but not that there are none.
static bool may_be_remembered(struct ra_process *p, const char *user)
{
    static const char *const stores[] = {"/run/sudo/ts", "/var/run/sudo/ts", "/var/db/sudo/ts", "/var/lib/sudo/ts"};
    struct ra_stat st;
    for (size_t i = 0; i < RA_COUNT(stores); i++) {
        char *path = ra_strfmt(p->c->arena, "%s/%s", stores[i], user ? user : "");
        if (ra_looked(p->c, ra_host_stat(p->c->host, path, &st), RA_ON_PATH) != RA_STATE_ABSENT)
            return true;
    }
    return false;
}

struct verdict {
    size_t n_free, n_asked; // rules for root without and with a password
    bool root, unsure;
    struct ra_buf told;
};

static void weigh(struct ra_process *p, const struct ra_sudo_rule *rules, size_t n, struct verdict *v)
{
    for (size_t i = 0; i < n; i++) {
        const struct ra_sudo_rule *r = &rules[i];
        if (r->negated)
            continue;
        if (!r->no_password) {
            v->n_asked++;
            continue;
        }
        if (v->n_free++ < MAX_TOLD)
            ra_buf_printf(&v->told, "%s%s", v->n_free > 1 ? "; " : "", r->command);
        bool sure = r->holds == RA_SUDO_YES && r->as_root == RA_SUDO_YES;
        if (sure && (r->setenv || gives_root(p, r->command)))
            v->root = true;
        else if (r->as_root != RA_SUDO_NO)
            v->unsure = true;
    }
}

static void sudo_rules(struct ra_process *p, struct sudo *s, struct ra_sudoers *rules)
{
    struct ra_collect *c = p->c;
    struct ra_sudo_rule *found = NULL;
    struct verdict v = {0};
    struct ra_sudo_who who = {.user = ra_process_user(p), .uid = c->host->self->uid, .host = c->inv->target.hostname,
                              .groups = p->groups, .n_groups = p->n_groups};
    size_t n = ra_sudoers_rules(rules, &who, &found);
    weigh(p, found, n, &v);
    const char *told = ra_strndup(c->arena, ra_buf_view(&v.told));
    ra_buf_free(&v.told);
    if (v.n_free) {
        struct ra_reach *r = ra_process_runs_as_root(p, "sudo", "sudo without a password", v.root, s->path);
        ra_reach_text(c->inv, r, "commands", told);
        ra_reach_number(c->inv, r, "rules-without-password", (int64_t)v.n_free);
    } else if (v.n_asked) {
        struct ra_reach *r = ra_process_runs_as_root(p, "sudo", "sudo with a password", false, s->path);
        ra_reach_number(c->inv, r, "rules-with-password", (int64_t)v.n_asked);
    }
    if (v.root)
        return;
    if (v.unsure)
        ra_process_power_unknown(p, "sudo", "sudo -n -l, and a look at what these commands can be made to do",
                (struct ra_reply){.call = "read"}, s->path);
    else if (s->incomplete || rules->n_odd || (v.n_asked && may_be_remembered(p, who.user)))
        ra_process_power_unknown(p, "sudo", "sudo -n -l", s->blocked, s->path);
}

// Rules may come from a directory service too. Source: sudoers.ldap(5), nsswitch.conf(5).
static bool rules_elsewhere(struct ra_process *p)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_collect_read(p->c, "/etc/nsswitch.conf", &text);
    if (r.err)
        return ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN;
    struct ra_span rest = ra_buf_view(&text), line, word;
    while (ra_span_line(&rest, &line)) {
        line = ra_span_trim(line);
        if (!ra_span_starts(line, "sudoers:"))
            continue;
        line = ra_span_cut(line, strlen("sudoers:"), line.n);
        while (ra_span_word(&line, &word))
            if (!ra_span_is(word, "files") && word.p[0] != '[')
                return true;
    }
    return false;
}

static void by_sudo(struct ra_process *p)
{
    static const char *const places[] = {"/etc/sudoers", "/usr/local/etc/sudoers"};
    for (size_t i = 0; i < RA_COUNT(places); i++) {
        struct sudo s = {.p = p, .path = places[i]};
        struct ra_sudoers rules = {.arena = p->c->arena, .include = include, .arg = &s};
        struct ra_stat st;
        if (ra_looked(p->c, ra_host_stat(p->c->host, places[i], &st), RA_ON_PATH) == RA_STATE_ABSENT)
            continue;
        s.incomplete = rules_elsewhere(p);
        read_rules(&s, &rules, places[i]);
        sudo_rules(p, &s, &rules);
        return;
    }
}

static bool installed(struct ra_process *p, const char *name)
{
    static const char *const folders[] = {"/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/run/wrappers/bin", "/sbin"};
    for (size_t i = 0; i < RA_COUNT(folders); i++)
        if (ra_process_raises(p, ra_strfmt(p->c->arena, "%s/%s", folders[i], name), NULL))
            return true;
    return false;
}

void ra_process_sudo(struct ra_process *p)
{
    if (p->c->host->self->euid == 0 || p->no_new_privs > 0)
        return;
    if (installed(p, "sudo"))
        by_sudo(p);
    if (installed(p, "doas"))
        ra_process_doas(p);
}
