// Law 1 for the surfaces of a box: whichever question to the host fails, what was a reach stays one, becomes an
// unknown one, or an unknown of its surface stands in for it.
#include "netlink_build.h"

#include "collect/box.h"

int ra_collect_process(struct ra_collect *c, struct ra_error *err);
int ra_collect_sockets(struct ra_collect *c, struct ra_error *err);
int ra_collect_mounts(struct ra_collect *c, struct ra_error *err);
int ra_collect_network(struct ra_collect *c, struct ra_error *err);

static const struct {
    const char *name;
    collector *run;
} surfaces[] = {{"process", ra_collect_process},
                {"sockets", ra_collect_sockets},
                {"mounts", ra_collect_mounts},
                {"network", ra_collect_network}};

// A leaky box in the machine's process namespace: something of every kind to lose.
static void leaky(struct recording *r)
{
    static const char key[] = "A_PASSWORD=Xk3-9vQ_tw7Lz\0PATH=/usr/bin";
    recording_open(r);
    put(r, "/proc/self/mountinfo",
        "65 42 0:40 /newroot / rw - tmpfs tmpfs rw\n67 65 0:41 / /proc rw - proc proc rw\n"
        "70 65 254:0 /etc /etc ro - ext4 /dev/vda rw\n71 65 254:0 /home/dev /home/dev rw - ext4 /dev/vda rw\n");
    put(r, "/proc/self/uid_map", "0 0 4294967295\n");
    put_namespaces(r, FIRST_USER, FIRST_PID, OWN_NS, OWN_NS);
    put_status(r, "0000000000200000", 1, 2);
    put_process(r, 1, 0, "systemd", "", 0);
    put_process(r, 50, 1, "editor", key, sizeof key);
    put_link(r, "/proc/50/ns/mnt", "mnt:[4026531832]");
    put_dir(r, "/proc/50/root");
    put(r, "/proc/sys/kernel/core_pattern", "core\n");
    put(r, "/proc/net/unix", "Num\n0: 00000002 00000000 00010000 0001 01 700 @other\n");
    put(r, "/proc/7/fdinfo/7", "mnt_id:\t31\n");
    put_socket(r, "/run/docker.sock");
    put_socket(r, "/srv/mystery.sock");
    put_dir(r, "/home/dev/work");
    put_link(r, "/proc/33/ns/mnt", "mnt:[4026531832]");
    side(r, "sockets", "/run/docker.sock ok 33 0\n");
    side(r, "fds", "7 d /sys/fs/cgroup\n");
    struct kernel k = usual();
    add_route(&k.routes4, AF_INET, NULL, 0, "192.0.2.1", 2, RTN_UNICAST, RT_TABLE_MAIN);
    add_listener(&k.tcp, "127.0.0.1", 5432, 501);
    add_listener(&k.tcp, "127.0.0.1", 3128, 502);
    write_kernel(r, &k);
    kernel_free(&k);
    put(r, "/etc/resolv.conf", "nameserver 192.0.2.53\n");
    put(r, "/sys/class/dmi/id/sys_vendor", "LENOVO\n");
    put(r, "/etc/hosts", "127.0.0.1 proxy.corp.test\n");
    side(r, "environ", "https_proxy=http://proxy.corp.test:3128\n");
    side(r, "probes", "userns EPERM\n");
    r->c.connect = true;
    r->c.home = "/home/dev";
    r->c.worktree = "/home/dev/work";
}

static void collect(struct recording *r, size_t surface, struct ra_inventory *inv, struct ra_host *host)
{
    struct ra_error err = {0};
    ra_inventory_init(inv, &r->arena);
    inv->target.box = (struct ra_box){"bubblewrap", true, "as recorded"};
    r->c.arena = &r->arena;
    r->c.inv = inv;
    r->c.name = surfaces[surface].name;
    r->c.host = host;
    r->c.cover = ra_coverage_add(inv, r->c.name);
    r->c.cover->status = RA_RUN_RAN;
    assert_int_equal(surfaces[surface].run(&r->c, &err), 0);
    ra_inventory_freeze(inv);
}

static bool has_unknown(const struct ra_inventory *inv)
{
    for (size_t i = 0; i < inv->n_reaches; i++)
        if (inv->reaches[i]->kind == RA_KIND_UNKNOWN)
            return true;
    return false;
}

// What only weakens counts for no worst case; access bits and traits must not shrink silently.
static void nothing_lost(const struct ra_inventory *before, const struct ra_inventory *after, unsigned long nth)
{
    if (has_unknown(after))
        return;
    for (size_t i = 0; i < before->n_reaches; i++) {
        const struct ra_reach *was = before->reaches[i], *is = ra_reach_find(after, was->id);
        unsigned traits = was->traits & ~(unsigned)(RA_TRAIT_WEAKENS | RA_TRAIT_LAUNCHER);
        if (traits && (!is || (traits & ~is->traits) || (was->access & ~is->access) || is->ceiling < was->ceiling ||
                       is->state == RA_STATE_DENIED))
            fail_msg("call %lu failed and %s was lost without a word", nth, was->id);
    }
}

static void no_failure_is_silent(void **state)
{
    (void)state;
    static const int errors[] = {EIO, EMFILE, ELOOP};
    for (size_t s = 0; s < RA_COUNT(surfaces); s++) {
        struct recording r;
        struct ra_inventory whole;
        unsigned long calls = 0;
        leaky(&r);
        struct ra_host *inner = recording_host(&r);
        collect(&r, s, &whole, ra_host_fault(&r.arena, inner, 0, EIO, &calls));
        assert_true(whole.n_reaches > 1 && calls > 10 && !has_unknown(&whole));
        for (unsigned long nth = 1, all = calls; nth <= all; nth++) {
            struct ra_inventory torn;
            struct ra_host *faulty = ra_host_fault(&r.arena, inner, nth, errors[nth % RA_COUNT(errors)], NULL);
            collect(&r, s, &torn, faulty);
            nothing_lost(&whole, &torn, nth);
            ra_host_close(faulty);
        }
        r.c.host = inner;
        recording_close(&r);
    }
}

// The box itself: a failed question never turns "none" into a box.
static void no_failure_makes_a_box(void **state)
{
    (void)state;
    struct recording r;
    struct ra_box box;
    unsigned long calls = 0;
    recording_open(&r);
    put(&r, "/proc/self/mountinfo", "22 27 0:21 / /proc rw - proc proc rw\n27 1 254:0 / / rw - ext4 /dev/vda rw\n");
    put(&r, "/proc/self/uid_map", "0 0 4294967295\n");
    put_namespaces(&r, FIRST_USER, FIRST_PID, FIRST_MNT, FIRST_NET);
    put(&r, "/.dockerenv", "");
    put_process(&r, 1, 0, "systemd", "", 0);
    struct ra_host *inner = recording_host(&r);
    ra_box_detect(&r.arena, ra_host_fault(&r.arena, inner, 0, EIO, &calls), &box);
    assert_string_equal(box.kind, "none");
    for (unsigned long nth = 1, all = calls; nth <= all; nth++) {
        ra_box_detect(&r.arena, ra_host_fault(&r.arena, inner, nth, EIO, NULL), &box);
        if (strcmp(box.kind, "none") != 0 && strcmp(box.kind, "unknown") != 0)
            fail_msg("call %lu failed and the machine became a %s", nth, box.kind);
    }
    r.c.host = inner;
    recording_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_failure_is_silent),
        cmocka_unit_test(no_failure_makes_a_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
