// The box, from recorded machines: each kind by its evidence, and the traps: marker files on a machine that is no
// container, a machine whose init is no init, a user namespace alone, an unreadable mount table.
#include "collect_recorded.h"

#include "collect/box.h"

#define DISK "22 1 0:21 / /proc rw - proc proc rw\n27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
#define BWRAP                                                                                                      \
    "65 42 0:40 /newroot / rw,nosuid,nodev - tmpfs tmpfs rw,uid=1000\n"                                            \
    "66 65 254:0 /usr /usr ro - ext4 /dev/vda rw\n67 65 0:41 / /proc rw - proc proc rw\n"
#define OVERLAY(dir, file)                                                                                         \
    "90 80 0:50 / / rw - overlay overlay rw,lowerdir=/var/lib/" dir "/l/A,upperdir=/var/lib/" dir "/b/diff\n"      \
    "91 90 0:51 / /proc rw - proc proc rw\n92 90 254:1 " file " /etc/hosts rw - ext4 /dev/vda1 rw\n"

static const char *const init_map = "         0          0 4294967295\n";

struct machine {
    const char *name, *mounts, *uid_map;
    unsigned user, pid, mnt, net;
    const char *first, *parent; // comm of pid 1; of the one who started us (pid 5), NULL = pid 1
    const char *extra;          // a marker file, or NULL
    const char *kind;
    bool shared_kernel;
};

static const struct machine machines[] = {
    {"a plain machine", DISK, init_map, FIRST_USER, FIRST_PID, FIRST_MNT, FIRST_NET, "systemd", NULL, NULL, "none", true},
    {"a virtual machine whose init is none, made of a container's image", DISK, init_map, FIRST_USER, FIRST_PID,
     FIRST_MNT, FIRST_NET, "process_api", NULL, "/.dockerenv", "none", true},
    {"a user namespace alone", DISK, "0 1000 1\n", OWN_NS, FIRST_PID, FIRST_MNT, FIRST_NET, "systemd", NULL, NULL,
     "none", true},
    {"namespaces of its own that show the machine's root", DISK, "0 1000 1\n", OWN_NS, OWN_NS, OWN_NS, OWN_NS, "sh",
     NULL, "/.dockerenv", "none", true},
    {"bubblewrap by pid 1", BWRAP, "1000 0 1\n", OWN_NS, OWN_NS, OWN_NS, OWN_NS, "bwrap", NULL, NULL, "bubblewrap", true},
    {"bubblewrap by its root alone", BWRAP, "1000 0 1\n", OWN_NS, OWN_NS, OWN_NS, OWN_NS, "sh", NULL, NULL,
     "bubblewrap", true},
    {"bubblewrap in the machine's process namespace", DISK, "1000 0 1\n", OWN_NS, FIRST_PID, OWN_NS, FIRST_NET,
     "systemd", "bwrap", NULL, "bubblewrap", true},
    {"docker", OVERLAY("docker/overlay2", "/var/lib/docker/containers/c/hosts"), init_map, FIRST_USER, OWN_NS, OWN_NS,
     OWN_NS, "sh", NULL, "/.dockerenv", "docker", true},
    {"docker with the machine's processes", OVERLAY("docker/overlay2", "/var/lib/docker/containers/c/hosts"), init_map,
     FIRST_USER, FIRST_PID, OWN_NS, OWN_NS, "systemd", "sh", NULL, "docker", true},
    {"podman", OVERLAY("containers/storage/overlay", "/run/containers/overlay-containers/c/hosts"), init_map, OWN_NS,
     OWN_NS, OWN_NS, OWN_NS, "sh", NULL, NULL, "podman", true},
    {"a pod", OVERLAY("containerd/fs", "/var/lib/kubelet/pods/p/etc-hosts"), init_map, FIRST_USER, OWN_NS, OWN_NS,
     OWN_NS, "sh", NULL, NULL, "pod", true},
    {"a container of an unknown engine", OVERLAY("engine/fs", "/x/hosts"), init_map, FIRST_USER, OWN_NS, OWN_NS,
     OWN_NS, "sh", NULL, NULL, "namespaces", true},
    {"a read-only bind of the root", "70 1 254:0 / / ro - ext4 /dev/vda rw\n", "0 1000 1\n", OWN_NS, OWN_NS, OWN_NS,
     OWN_NS, "sh", NULL, "/.dockerenv", "namespaces", true},
    {"Kata Containers", "70 1 0:30 /c/rootfs / rw - virtiofs kataShared rw\n", init_map, FIRST_USER, OWN_NS, OWN_NS,
     OWN_NS, "sh", NULL, NULL, "microvm", false},
};

static void check_machine(const struct machine *m)
{
    struct recording r;
    struct ra_box box;
    recording_open(&r);
    put(&r, "/proc/self/mountinfo", m->mounts);
    put(&r, "/proc/self/uid_map", m->uid_map);
    put_namespaces(&r, m->user, m->pid, m->mnt, m->net);
    put_process(&r, 1, 0, m->first, "", 0);
    if (m->parent) {
        put_process(&r, 5, 1, m->parent, "", 0);
        put(&r, "/proc/7/stat", "7 (reachaudit) S 5 7 7 0 -1\n");
    }
    if (m->extra)
        put(&r, m->extra, "");
    struct ra_host *h = recording_host(&r);
    ra_box_detect(&r.arena, h, &box);
    if (strcmp(box.kind, m->kind) || box.shared_kernel != m->shared_kernel)
        fail_msg("%s: %s (%s)", m->name, box.kind, box.evidence);
    assert_non_null(box.evidence);
    assert_null(strchr(box.evidence, '\n'));
    ra_host_close(h);
    recording_close(&r);
}

static void every_kind_by_its_evidence(void **state)
{
    (void)state;
    for (size_t i = 0; i < RA_COUNT(machines); i++)
        check_machine(&machines[i]);
}

static struct ra_box of_old_kernel(const char *first_mounts, struct recording *r)
{
    struct ra_box box;
    recording_open(r);
    put(r, "/proc/sys/kernel/osrelease", "6.1.0-13-amd64\n");
    put(r, "/proc/self/mountinfo", DISK);
    put(r, "/proc/self/uid_map", init_map);
    put_namespaces(r, FIRST_USER, FIRST_PID, 4026531841u, 4026531840u);
    put_process(r, 1, 0, "systemd", "", 0);
    if (first_mounts)
        put(r, "/proc/1/mountinfo", first_mounts);
    struct ra_host *h = recording_host(r);
    ra_box_detect(&r->arena, h, &box);
    ra_host_close(h);
    return box;
}

// Before Linux 6.18 the number of the first mount namespace is not fixed: the mount ids of pid 1 tell.
static void mount_ids_tell_on_older_kernels(void **state)
{
    (void)state;
    struct recording r;
    assert_string_equal(of_old_kernel(DISK, &r).kind, "none");
    recording_close(&r);
    // Another mount namespace, but the same root, writable: still no box.
    assert_string_equal(of_old_kernel("3 1 254:0 / / rw - ext4 /dev/vda rw\n", &r).kind, "none");
    recording_close(&r);
}

static void blind_is_unknown(void **state)
{
    (void)state;
    static const struct {
        const char *mounts; // NULL = no file
        const char *error;
    } cases[] = {{NULL, ""}, {DISK, "/proc/self/mountinfo EACCES\n"}, {"rubbish\n", ""}, {"", ""}};
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct recording r;
        struct ra_box box;
        recording_open(&r);
        if (cases[i].mounts)
            put(&r, "/proc/self/mountinfo", cases[i].mounts);
        side(&r, "errors", cases[i].error);
        put_namespaces(&r, FIRST_USER, FIRST_PID, FIRST_MNT, FIRST_NET);
        struct ra_host *h = recording_host(&r);
        ra_box_detect(&r.arena, h, &box);
        assert_string_equal(box.kind, "unknown");
        ra_host_close(h);
        recording_close(&r);
    }
}

static void gvisor_by_its_version(void **state)
{
    (void)state;
    struct recording r;
    struct ra_box box;
    recording_open(&r);
    put(&r, "/proc/version", "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016\n");
    struct ra_host *h = recording_host(&r);
    ra_box_detect(&r.arena, h, &box);
    assert_string_equal(box.kind, "gvisor");
    assert_false(box.shared_kernel);
    ra_host_close(h);
    recording_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_by_its_evidence),
        cmocka_unit_test(mount_ids_tell_on_older_kernels),
        cmocka_unit_test(blind_is_unknown),
        cmocka_unit_test(gvisor_by_its_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
