// Mounts, from recorded mount tables: what of the host is in sight counts, what a box usually borrows does not.
#include "collect_recorded.h"

int ra_collect_mounts(struct ra_collect *c, struct ra_error *err);

#define BOX "65 42 0:40 /newroot / rw - tmpfs tmpfs rw\n67 65 0:41 / /proc rw - proc proc rw\n"
static const char *const disk = " - ext4 /dev/vda rw\n";

static void machine(struct recording *r, const char *first, const char *more, const char *options)
{
    recording_open(r);
    put_namespaces(r, OWN_NS, OWN_NS, OWN_NS, OWN_NS);
    put(r, "/proc/self/mountinfo", more ? ra_strfmt(&r->arena, "%s70 65 254:0 %s %s%s", first, more, options, disk)
                                        : first);
}

static void run(struct recording *r, const char *box)
{
    recording_run(r, "mounts", box, ra_collect_mounts);
}

struct one_mount {
    const char *shows; // "root point" of mountinfo
    bool read_only;
    const char *inside; // a file in it, or NULL
    const char *id;     // NULL = no reach of kind mount
    unsigned traits;
};

static const struct one_mount mounts[] = {
    {"/usr /usr", true, NULL, NULL, 0},
    {"/etc/alternatives /etc/alternatives", true, NULL, NULL, 0},
    {"/etc/ssl /etc/ssl", true, NULL, NULL, 0},
    {"/opt/tool /opt/tool", true, NULL, NULL, 0},
    {"/etc /etc", true, NULL, "mount:/etc", RA_TRAIT_HOST_FILES},
    {"/ /host", true, "/etc/passwd", "mount:/host", RA_TRAIT_HOST_FILES},
    {"/var/lib/docker /mnt", true, NULL, "mount:/mnt", RA_TRAIT_HOST_FILES},
    {"/srv/image /mnt", true, "/etc/passwd", "mount:/mnt", RA_TRAIT_HOST_FILES},
    {"/usr /usr", false, NULL, "mount:/usr", RA_TRAIT_HOST_FILES},
    {"/home/dev /home/dev", true, NULL, "mount:/home/dev", RA_TRAIT_HOME_FILES},
    {"/home /mnt", true, NULL, "mount:/mnt", RA_TRAIT_HOME_FILES},
    {"/root /mnt", false, NULL, "mount:/mnt", RA_TRAIT_HOME_FILES},
    {"/dev /home/dev", false, NULL, "mount:/home/dev", RA_TRAIT_HOME_FILES}, // of a separate /home
    {"/home/dev/project /checkout", true, NULL, NULL, 0},
    {"/home/dev/project /checkout", false, NULL, "mount:/checkout", 0},
    {"/home/dev2/cache /cache", false, NULL, "mount:/cache", 0},
};

static void check_mount(const struct one_mount *m)
{
    struct recording r;
    machine(&r, BOX, m->shows, m->read_only ? "ro" : "rw");
    char *point = ra_strdup(&r.arena, strchr(m->shows, ' ') + 1);
    put_dir(&r, point);
    if (m->inside)
        put(&r, ra_strfmt(&r.arena, "%s%s", point, m->inside), "root:x:0:0::/root:/bin/sh\n");
    if (m->read_only)
        side(&r, "readonly", ra_strfmt(&r.arena, "%s\n", point));
    run(&r, "bubblewrap");
    if (!m->id)
        no_reach(&r, "mount:");
    else if (reach(&r, m->id)->traits != (m->traits ? m->traits | RA_TRAIT_OUTSIDE : 0))
        fail_msg("%s: traits %x", m->shows, reach(&r, m->id)->traits);
    if (m->id && ((reach(&r, m->id)->access & RA_WRITE) != 0) == m->read_only)
        fail_msg("%s: access %x", m->shows, reach(&r, m->id)->access);
    no_reach(&r, "unknown:");
    recording_close(&r);
}

static void each_mount_by_what_it_shows(void **state)
{
    (void)state;
    for (size_t i = 0; i < RA_COUNT(mounts); i++)
        check_mount(&mounts[i]);
}

static void a_single_file_is_nothing(void **state)
{
    (void)state;
    struct recording r;
    machine(&r, BOX, "/var/lib/docker/containers/c/hosts /etc/hosts", "rw");
    put(&r, "/etc/hosts", "127.0.0.1 localhost\n");
    run(&r, "docker");
    no_reach(&r, "mount:");
    recording_close(&r);
}

static void the_hosts_root_as_the_boxs_own(void **state)
{
    (void)state;
    struct recording r;
    machine(&r, "65 42 254:0 / / ro - ext4 /dev/vda rw\n", NULL, NULL);
    r.c.home = "/home/dev";
    put_dir(&r, "/home/dev");
    side(&r, "readonly", "/\n");
    run(&r, "bubblewrap");
    expect_traits(&r, "mount:/", RA_TRAIT_HOST_FILES, 0);
    expect_traits(&r, "mount:~", RA_TRAIT_HOME_FILES, 0);
    assert_false(reach(&r, "mount:~")->access & RA_WRITE);
    recording_close(&r);
}

static void without_a_box_mounts_are_the_machines_own(void **state)
{
    (void)state;
    struct recording r;
    machine(&r, "27 1 254:0 / / rw - ext4 /dev/vda rw\n28 27 0:50 / /net rw - nfs4 files.corp.test:/x rw\n", "/home /home",
            "rw");
    put_dir(&r, "/net");
    put_dir(&r, "/home");
    run(&r, "none");
    no_reach(&r, "mount:/home");
    expect_traits(&r, "mount:/net", RA_TRAIT_OUTSIDE | RA_TRAIT_CHANNEL, 0);
    recording_close(&r);
}

static void the_working_tree_is_told_apart(void **state)
{
    (void)state;
    for (int read_only = 0; read_only < 2; read_only++) {
        struct recording r;
        machine(&r, BOX, "/home/dev/project /checkout", "rw");
        r.c.worktree = "/checkout/tree";
        put_dir(&r, "/checkout/tree");
        if (read_only)
            side(&r, "readonly", "/checkout\n");
        run(&r, "bubblewrap");
        const struct ra_reach *at = reach(&r, "mount:/checkout/tree");
        assert_string_equal(at->role, "worktree");
        assert_true(at->traits & RA_TRAIT_PRIVATE_SOURCE);
        assert_int_equal((at->traits & RA_TRAIT_WORK) != 0, !read_only);
        assert_int_equal((at->access & RA_WRITE) != 0, !read_only);
        recording_close(&r);
    }
}

// A bind that is worth little by itself is worth its source once it is the working tree.
static void the_working_tree_keeps_its_weight_as_a_mount(void **state)
{
    (void)state;
    struct recording r;
    machine(&r, BOX, "/home/dev/project /checkout", "rw");
    put_dir(&r, "/checkout");
    run(&r, "docker");
    assert_int_equal(reach(&r, "mount:/checkout")->cap, RA_SEVERITY_LOW);
    recording_close(&r);
    machine(&r, BOX, "/home/dev/project /checkout", "rw");
    r.c.worktree = "/checkout";
    put_dir(&r, "/checkout");
    run(&r, "docker");
    assert_true(reach(&r, "mount:/checkout")->cap >= RA_SEVERITY_HIGH);
    assert_true(reach(&r, "mount:/checkout")->traits & RA_TRAIT_PRIVATE_SOURCE);
    recording_close(&r);
}

static void a_working_tree_that_refuses_is_denied(void **state)
{
    (void)state;
    struct recording r;
    machine(&r, BOX, NULL, NULL);
    r.c.worktree = "/checkout";
    put_dir(&r, "/checkout");
    side(&r, "errors", "/checkout EACCES\n");
    run(&r, "bubblewrap");
    assert_int_equal(reach(&r, "mount:/checkout")->state, RA_STATE_DENIED);
    assert_int_equal(reach(&r, "mount:/checkout")->traits, 0);
    recording_close(&r);
}

static void a_second_proc_that_can_be_written_is_root(void **state)
{
    (void)state;
    struct recording r;
    machine(&r, BOX "80 65 0:21 / /hostproc rw - proc proc rw\n", NULL, NULL);
    put(&r, "/hostproc/sys/kernel/core_pattern", "core\n");
    run(&r, "docker");
    expect_traits(&r, "mount:/hostproc", RA_TRAIT_HOST_ROOT, 0);
    recording_close(&r);
    machine(&r, BOX "80 65 0:21 / /hostproc rw - proc proc rw\n", NULL, NULL);
    put(&r, "/hostproc/sys/kernel/core_pattern", "core\n");
    side(&r, "errors", "/hostproc/sys/kernel/core_pattern EACCES\n");
    run(&r, "docker");
    expect_traits(&r, "mount:/hostproc", RA_TRAIT_WEAKENS, RA_TRAIT_HOST_ROOT);
    recording_close(&r);
}

static void blind_is_unknown(void **state)
{
    (void)state;
    struct recording r;
    recording_open(&r);
    run(&r, "unknown");
    reach(&r, "unknown:mounts");
    assert_int_equal(r.c.cover->status, RA_RUN_PARTIAL);
    recording_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mount_by_what_it_shows),
        cmocka_unit_test(a_single_file_is_nothing),
        cmocka_unit_test(the_hosts_root_as_the_boxs_own),
        cmocka_unit_test(without_a_box_mounts_are_the_machines_own),
        cmocka_unit_test(the_working_tree_is_told_apart),
        cmocka_unit_test(the_working_tree_keeps_its_weight_as_a_mount),
        cmocka_unit_test(a_working_tree_that_refuses_is_denied),
        cmocka_unit_test(a_second_proc_that_can_be_written_is_root),
        cmocka_unit_test(blind_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
