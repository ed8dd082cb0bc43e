// Which groups of this process are more than a plain user's? Only where there is no box: inside one, what a group
// opens is measured socket by socket, device by device. A group whose resource is not there opens nothing.
#include <string.h>

#include "collect/process.h"

static const struct group_row {
    const char *name;
    unsigned traits, access;
    const char *needs[3]; // one of them must exist; none named = nothing is needed
    const char *title;
} groups[] = {
    {"docker", RA_TRAIT_HOST_ROOT, 0, {"/run/docker.sock", "/var/run/docker.sock"}, "may use the Docker engine"},
    {"podman", RA_TRAIT_HOST_ROOT, 0, {"/run/podman/podman.sock"}, "may use Podman's system service"},
    {"lxd", RA_TRAIT_HOST_ROOT, 0, {"/var/snap/lxd/common/lxd/unix.socket", "/var/lib/lxd/unix.socket"}, "may use LXD"},
    {"incus-admin", RA_TRAIT_HOST_ROOT, 0, {"/var/lib/incus/unix.socket", "/run/incus/unix.socket"}, "may use Incus"},
    {"libvirt", RA_TRAIT_HOST_ROOT, 0, {"/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock"}, "may use libvirt"},
    {"microk8s", RA_TRAIT_HOST_ROOT, 0, {"/var/snap/microk8s"}, "may use MicroK8s"},
    {"disk", RA_TRAIT_HOST_ROOT, 0, {"/dev/sda", "/dev/vda", "/dev/nvme0n1"}, "may open the disks"},
    {"kmem", RA_TRAIT_HOST_MEMORY, 0, {"/dev/mem", "/dev/kmem"}, "may read the machine's memory"},
    {"shadow", RA_TRAIT_HOST_FILES, RA_READ, {"/etc/shadow"}, "may read the password hashes"},
    {"input", RA_TRAIT_HOST_USER, 0, {"/dev/input/event0", "/dev/uinput"}, "may read what is typed"},
    // Named for people; no rule reads them. What they open is said elsewhere, or is little.
    {"sudo", 0, 0, {"/usr/bin/sudo"}, "may use sudo where its rules say so"},
    {"wheel", 0, 0, {"/usr/bin/sudo", "/usr/bin/doas"}, "may use sudo or doas where their rules say so"},
    {"admin", 0, 0, {"/usr/bin/sudo"}, "may use sudo where its rules say so"},
    {"adm", 0, 0, {"/var/log"}, "may read the machine's logs"},
    {"systemd-journal", 0, 0, {"/var/log/journal", "/run/log/journal"}, "may read the machine's logs"},
    {"kvm", 0, 0, {"/dev/kvm"}, "may run virtual machines"},
    {"incus", 0, 0, {"/var/lib/incus/unix.socket.user"}, "may use Incus within a project of its own"},
    {"staff", 0, 0, {"/usr/local/bin"}, "may write below /usr/local"},
    {"backup", 0, 0, {"/var/backups"}, "may read the machine's backups"},
    {"lpadmin", 0, 0, {"/run/cups/cups.sock"}, "may manage printing"},
    {"wireshark", 0, 0, {"/usr/bin/dumpcap"}, "may read packets"},
    {"netdev", 0, 0, {"/run/NetworkManager"}, "may change the network"},
    {"plugdev", 0, 0, {"/dev/bus/usb"}, "may use removable devices"},
    {"dialout", 0, 0, {"/dev/ttyS0", "/dev/ttyUSB0", "/dev/ttyACM0"}, "may use serial lines"},
    {"video", 0, 0, {"/dev/video0", "/dev/fb0"}, "may see cameras and the screen"},
    {"tape", 0, 0, {"/dev/st0"}, "may use tapes"},
};

static bool in_group(const struct ra_self *self, uint64_t gid)
{
    for (size_t i = 0; i < self->n_groups; i++)
        if (self->groups[i] == gid)
            return true;
    return self->egid == gid || self->gid == gid;
}

// Not told counts as there.
static bool has_resource(struct ra_process *p, const struct group_row *row)
{
    struct ra_stat st;
    for (size_t i = 0; i < RA_COUNT(row->needs) && row->needs[i]; i++)
        if (ra_looked(p->c, ra_host_stat(p->c->host, row->needs[i], &st), RA_ON_PATH) != RA_STATE_ABSENT)
            return true;
    return !row->needs[0];
}

static void group_reach(struct ra_process *p, const struct group_row *row)
{
    struct ra_collect *c = p->c;
    if (!has_resource(p, row))
        return;
    struct ra_reach *r = ra_process_power(p, ra_strfmt(c->arena, "group/%s", row->name), RA_STATE_PRESENT,
                                          ra_seen(c, RA_METHOD_OBSERVED, (struct ra_reply){.call = "getgroups"}, NULL));
    enum ra_radius radius = row->traits ? RA_RADIUS_PERSON : RA_RADIUS_NOTHING;
    r->traits |= row->traits;
    r->access |= row->access;
    ra_reach_radius(r, radius, radius);
    if (!row->traits)
        r->cap = RA_SEVERITY_INFO;
    r->ref = "V64";
    r->title = row->title;
}

void ra_process_read_groups(struct ra_process *p)
{
    struct ra_collect *c = p->c;
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_collect_read(c, "/etc/group", &text);
    if (r.err) {
        if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
            ra_unseen(c, "groups", "the names of this process's groups", r, "/etc/group");
        return;
    }
    struct ra_span rest = ra_buf_view(&text), line, name, password, gid_text;
    while (ra_span_line(&rest, &line)) {
        uint64_t gid;
        if (!ra_span_until(&line, ':', &name) || !ra_span_until(&line, ':', &password) ||
            !ra_span_until(&line, ':', &gid_text) || !ra_span_u64(gid_text, 10, &gid) ||
            !in_group(c->host->self, gid))
            continue;
        p->groups = ra_grow(c->arena, p->groups, p->n_groups, &p->cap_groups, sizeof *p->groups);
        p->groups[p->n_groups++] = (struct ra_sudo_group){ra_strndup(c->arena, name), gid};
    }
}

void ra_process_groups(struct ra_process *p)
{
    if (p->boxed || p->c->host->self->euid == 0)
        return;
    for (size_t i = 0; i < p->n_groups; i++)
        for (size_t k = 0; k < RA_COUNT(groups); k++)
            if (strcmp(p->groups[i].name, groups[k].name) == 0)
                group_reach(p, &groups[k]);
}
