// Which devices of the machine are in the box, under whatever name? Looks at /dev and at what is mounted by itself; the
// named special files are process_holes.c's. Opens no disk.
#include <sys/sysmacros.h>
#include <string.h>
#include <unistd.h>

#include "collect/process.h"

// Raw access to a disk: any block device, and the character devices that stand for one.
// Source: Documentation/admin-guide/devices.txt of the kernel.
static bool is_disk(const struct ra_stat *st)
{
    enum { SCSI_GENERIC = 21, FLASH = 90, RAW = 162 };
    unsigned number = major(st->rdev);
    return st->type == 'b' || (st->type == 'c' && (number == SCSI_GENERIC || number == FLASH || number == RAW));
}

// Only open() tells whether a disk can be read, and a disk is never opened here for write; access() alone leaves it
// unknown.
static void disk(struct ra_process *p, const char *path)
{
    struct ra_collect *c = p->c;
    struct ra_reply r = ra_host_access(c->host, path, R_OK);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_ABSENT || !c->inv->target.box.shared_kernel || (state == RA_STATE_DENIED && p->unboxed))
        return;
    struct ra_reach *d = ra_reach_add(c->inv, RA_KIND_DEVICE, ra_id(c->arena, RA_KIND_DEVICE, path, NULL), path,
                                      state == RA_STATE_DENIED ? state : RA_STATE_UNKNOWN,
                                      ra_seen(c, RA_METHOD_OBSERVED, r, path));
    d->traits |= RA_TRAIT_HOST_FILES;
    d->access |= RA_READ;
    d->ceiling = RA_RADIUS_PERSON;
    d->ref = "V29";
    d->title = "a disk of the machine";
}

// A device mounted by itself under any name; in a directory it still has the type of the file beneath it.
static void mounted_device(struct ra_process *p, const char *path)
{
    static const struct {
        unsigned major_number, minor_number;
        const char *usual;
    } numbers[] = {{1, 1, "/dev/mem"}, {1, 2, "/dev/kmem"}, {1, 4, "/dev/port"}, {10, 223, "/dev/uinput"},
                   {10, 232, "/dev/kvm"}, {10, 200, "/dev/net/tun"}, {10, 229, "/dev/fuse"}};
    struct ra_stat st;
    if (ra_host_lstat(p->c->host, path, &st).err || (st.type != 'b' && st.type != 'c'))
        return;
    if (is_disk(&st))
        disk(p, path);
    for (size_t i = 0; st.type == 'c' && i < RA_COUNT(numbers); i++)
        if (numbers[i].major_number == major(st.rdev) && numbers[i].minor_number == minor(st.rdev) &&
            strcmp(path, numbers[i].usual) != 0)
            ra_process_special_at(p, numbers[i].usual, path);
}

void ra_process_devices(struct ra_process *p)
{
    struct ra_collect *c = p->c;
    struct ra_names names;
    const struct ra_reply listed = ra_host_list(c->host, c->arena, "/dev", 0, &names);
    enum ra_state state = ra_looked(c, listed, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN || listed.truncated)
        ra_unseen(c, "devices", "device nodes", listed, "/dev");
    for (size_t i = 0; i < names.n; i++) {
        char *path = ra_strfmt(c->arena, "/dev/%s", names.items[i].name);
        char type = names.items[i].type;
        struct ra_stat st;
        if ((type == 'b' || type == 'c' || type == '?') && ra_host_lstat(c->host, path, &st).err == 0 && is_disk(&st))
            disk(p, path);
    }
    for (size_t i = 0; i < p->view.n_mounts; i++)
        if (!ra_fs_is_remote(p->view.mounts[i].fstype))
            mounted_device(p, p->view.mounts[i].point);
}
