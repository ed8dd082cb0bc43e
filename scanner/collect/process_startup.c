// From which directories does code run later by itself, and may files be put there? Existing start-up files are the
// files collector's; here it is the room for new ones. Directories of a box that end with it say nothing.
#include <string.h>

#include "base/path.h"
#include "collect/process.h"

static const struct startup_row {
    const char *path, *ref, *title; // $XC, $XD: below the home
} folders[] = {
    {"$XC/systemd/user", "U014", "services of the user's session"},
    {"$XD/systemd/user", "U014", "services of the user's session"},
    {"$XC/autostart", "U014", "programs started with the desktop"},
    {"$XC/environment.d", "H004", "environment of the session"},
    {"$XC/fish/conf.d", "H004", "start-up files of the shell"},
    {"/var/spool/cron/crontabs", "U014", "people's timed jobs"},
    {"/var/spool/cron", "U014", "people's timed jobs"},
    {"/var/spool/cron/atjobs", "U014", "people's timed jobs"},
    {"/etc/cron.d", "U006", "timed jobs of the machine"},
    {"/etc/cron.hourly", "U006", "timed jobs of the machine"},
    {"/etc/cron.daily", "U006", "timed jobs of the machine"},
    {"/etc/cron.weekly", "U006", "timed jobs of the machine"},
    {"/etc/systemd/system", "U006", "services of the machine"},
    {"/etc/systemd/user", "U006", "services of every user's session"},
    {"/usr/local/lib/systemd/system", "U006", "services of the machine"},
    {"/usr/lib/systemd/system", "U006", "services of the machine"},
    {"/etc/init.d", "U006", "services of the machine"},
    {"/etc/profile.d", "U006", "log-in start-up files of everybody"},
    {"/etc/sudoers.d", "U006", "rules of sudo"},
    {"/etc/ld.so.conf.d", "U006", "where programs look for libraries"},
    {"/etc/pam.d", "U006", "how people log in"},
    {"/etc/apt/apt.conf.d", "U006", "what apt runs"},
    {"/etc/udev/rules.d", "U006", "what runs when a device appears"},
    {"/etc/NetworkManager/dispatcher.d", "U006", "what runs when the network changes"},
    {"/etc/xdg/autostart", "U006", "programs started with every desktop"},
    {"/usr/local/sbin", "U006", "programs of the machine"},
    {"/usr/local/lib", "U006", "libraries of the machine"},
    {"/opt", "U006", "programs of the machine"},
    {"/root", "U006", "the home of root"},
};

static const char *place(struct ra_process *p, const char *pattern)
{
    static const struct {
        const char *prefix, *variable, *below;
    } bases[] = {{"$XC", "XDG_CONFIG_HOME", ".config"}, {"$XD", "XDG_DATA_HOME", ".local/share"}};
    struct ra_collect *c = p->c;
    for (size_t i = 0; i < RA_COUNT(bases); i++) {
        if (strncmp(pattern, bases[i].prefix, 3) != 0)
            continue;
        const char *named = ra_host_getenv(c->host, bases[i].variable);
        if (named && named[0] == '/')
            return ra_strfmt(c->arena, "%s%s", ra_path_clean(c->arena, named), pattern + 3);
        return c->home ? ra_strfmt(c->arena, "%s/%s%s", c->home, bases[i].below, pattern + 3) : NULL;
    }
    return pattern;
}

void ra_process_startup(struct ra_process *p)
{
    struct ra_collect *c = p->c;
    // Root without a box may write all of them: that is said once, by CAP_SYS_ADMIN.
    if (p->unboxed && c->host->self->euid == 0)
        return;
    for (size_t i = 0; i < RA_COUNT(folders); i++) {
        const char *path = place(p, folders[i].path);
        if (path && (!p->boxed || ra_process_outlives(p, path)) && !(c->home && strcmp(path, c->home) == 0))
            ra_process_writable_dir(p, path, folders[i].ref, folders[i].title);
    }
    // Without a box the home is the account itself.
    if (p->boxed && c->home && strcmp(c->home, "/") != 0 && ra_process_outlives(p, c->home))
        ra_process_writable_dir(p, c->home, "H004", "a home, where start-up files can be made");
}
