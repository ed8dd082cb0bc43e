// The process surface, from recorded machines: the box and its absence, capabilities in and out of the first user
// namespace, inherited descriptors, and what other processes were started with.
#include "collect_recorded.h"

int ra_collect_process(struct ra_collect *c, struct ra_error *err);

#define NO_CAPS "0000000000000000"
#define BOX "65 42 0:40 /newroot / rw - tmpfs tmpfs rw\n67 65 0:41 / /proc rw - proc proc rw\n"
#define MACHINE "22 27 0:21 / /proc rw - proc proc rw\n27 1 254:0 / / rw - ext4 /dev/vda rw\n"

// Put together here so that no scanner takes this file for a leak.
static char *token(struct ra_arena *a, char fill)
{
    char body[37];
    memset(body, fill, 36);
    for (int i = 0; i < 36; i++)
        body[i] = (char)(i % 3 ? 'a' + (i * 7 + fill) % 26 : '0' + (i * 5 + fill) % 10);
    body[36] = 0;
    return ra_strfmt(a, "gh%s_%s", "p", body);
}

static void boxed(struct recording *r, const char *caps)
{
    recording_open(r);
    put(r, "/proc/self/mountinfo", BOX);
    put(r, "/proc/self/uid_map", "1000 0 1\n");
    put_namespaces(r, OWN_NS, OWN_NS, OWN_NS, OWN_NS);
    put_status(r, caps, 1, 2);
    side(r, "probes", "userns EPERM\nbpf EPERM\nperf EPERM\nuserfaultfd EPERM\nio_uring EPERM\nkeyctl EPERM\n"
                      "open_by_handle EPERM\nkexec EPERM\nsocket_alg EPERM\nsocket_packet EPERM\n");
}

static void rooted(struct recording *r, const char *caps) // a container in the first user namespace
{
    recording_open(r);
    put(r, "/proc/self/mountinfo", "90 80 0:50 / / rw - overlay overlay rw\n91 90 0:51 / /proc rw - proc proc rw\n");
    put(r, "/proc/self/uid_map", "0 0 4294967295\n");
    put_namespaces(r, FIRST_USER, OWN_NS, OWN_NS, OWN_NS);
    put_status(r, caps, 1, 2);
}

static void run(struct recording *r, const char *box)
{
    recording_run(r, "process", box, ra_collect_process);
}

static void a_tight_box_shows_no_hole(void **state)
{
    (void)state;
    struct recording r;
    boxed(&r, NO_CAPS);
    run(&r, "bubblewrap");
    no_reach(&r, "box:");
    no_reach(&r, "capability:");
    no_reach(&r, "device:");
    no_reach(&r, "fd:");
    no_reach(&r, "unknown:");
    assert_int_equal(r.c.cover->status, RA_RUN_RAN);
    assert_int_equal(reach(&r, "process:self")->ceiling, RA_RADIUS_NOTHING);
    recording_close(&r);
}

static void holes_only_weaken(void **state)
{
    (void)state;
    struct recording r;
    boxed(&r, NO_CAPS);
    put_status(&r, NO_CAPS, 1, 0);
    side(&r, "probes", "userns ok\n");
    run(&r, "bubblewrap");
    static const char *const holes[] = {"box:no-seccomp", "box:userns-nested"};
    for (size_t i = 0; i < RA_COUNT(holes); i++) {
        assert_int_equal(reach(&r, holes[i])->traits, RA_TRAIT_WEAKENS);
        assert_int_equal(reach(&r, holes[i])->cap, RA_SEVERITY_LOW);
        assert_int_equal(reach(&r, holes[i])->least, RA_RADIUS_NOTHING);
    }
    recording_close(&r);
    boxed(&r, NO_CAPS);
    side(&r, "probes", "bpf EINVAL\nperf ENOSYS\n");
    run(&r, "bubblewrap");
    reach(&r, "box:syscall-bpf");
    no_reach(&r, "box:syscall-perf");
    recording_close(&r);
}

static void no_box_is_said_and_unknown_is_no_box(void **state)
{
    (void)state;
    struct recording r;
    recording_open(&r);
    put(&r, "/proc/self/mountinfo", MACHINE);
    put_status(&r, NO_CAPS, 0, 0);
    run(&r, "none");
    expect_traits(&r, "box:none", RA_TRAIT_NO_BOX, 0);
    assert_int_equal(reach(&r, "box:none")->least, RA_RADIUS_PERSON);
    no_reach(&r, "box:no-seccomp");
    recording_close(&r);
    recording_open(&r);
    run(&r, "unknown");
    expect_traits(&r, "unknown:process/box", RA_TRAIT_NO_BOX, 0);
    reach(&r, "unknown:process/status");
    assert_int_equal(r.c.cover->status, RA_RUN_PARTIAL);
    recording_close(&r);
}

static void capabilities_count_in_the_first_user_namespace(void **state)
{
    (void)state;
    static const char *const admin = "0000000000200000", *const modules = "0000000000010000",
                            *const ptrace = "0000000000080000";
    struct recording r;
    rooted(&r, admin);
    run(&r, "docker");
    expect_traits(&r, "capability:CAP_SYS_ADMIN", RA_TRAIT_HOST_ROOT, 0);
    recording_close(&r);
    boxed(&r, admin);
    run(&r, "bubblewrap");
    expect_traits(&r, "capability:CAP_SYS_ADMIN", RA_TRAIT_WEAKENS, RA_TRAIT_HOST_ROOT);
    assert_int_equal(reach(&r, "capability:CAP_SYS_ADMIN")->cap, RA_SEVERITY_LOW);
    recording_close(&r);
    // Modules: only where the kernel loads any. Tracing: only where the machine's processes are in sight.
    rooted(&r, modules);
    put(&r, "/proc/sys/kernel/modules_disabled", "0\n");
    run(&r, "docker");
    expect_traits(&r, "capability:CAP_SYS_MODULE", RA_TRAIT_HOST_ROOT, 0);
    recording_close(&r);
    rooted(&r, modules);
    run(&r, "docker");
    expect_traits(&r, "capability:CAP_SYS_MODULE", 0, RA_TRAIT_HOST_ROOT);
    recording_close(&r);
    rooted(&r, ptrace);
    run(&r, "docker");
    expect_traits(&r, "capability:CAP_SYS_PTRACE", 0, RA_TRAIT_HOST_ROOT);
    recording_close(&r);
    rooted(&r, ptrace);
    put_process(&r, 2, 0, "kthreadd", "", 0);
    run(&r, "docker");
    expect_traits(&r, "capability:CAP_SYS_PTRACE", RA_TRAIT_HOST_ROOT, 0);
    reach(&r, "box:host-processes");
    recording_close(&r);
}

// A full bounding set with nothing effective is nothing.
static void bounding_alone_is_nothing(void **state)
{
    (void)state;
    struct recording r;
    rooted(&r, NO_CAPS);
    put(&r, "/proc/self/status",
        "CapEff:\t0000000000000000\nCapBnd:\t000001ffffffffff\nNoNewPrivs:\t1\nSeccomp:\t2\n");
    run(&r, "docker");
    no_reach(&r, "capability:");
    no_reach(&r, "box:privileges-gainable");
    recording_close(&r);
}

static void special_files_count_when_they_open(void **state)
{
    (void)state;
    struct recording r;
    rooted(&r, NO_CAPS);
    put(&r, "/proc/sys/kernel/core_pattern", "core\n");
    put(&r, "/proc/sysrq-trigger", "");
    side(&r, "errors", "/proc/sysrq-trigger EACCES\n");
    run(&r, "docker");
    expect_traits(&r, "box:/proc/sys/kernel/core_pattern", RA_TRAIT_HOST_ROOT, 0);
    assert_int_equal(reach(&r, "box:/proc/sys/kernel/core_pattern")->evidence[0].method, RA_METHOD_ATTEMPTED);
    no_reach(&r, "box:/proc/sysrq-trigger");
    assert_int_equal(r.c.cover->denied, 1);
    recording_close(&r);
}

static void descriptors_that_lead_out(void **state)
{
    (void)state;
    struct recording r;
    boxed(&r, NO_CAPS);
    side(&r, "fds",
         "11 s,inet,dgram,elsewhere socket:[6]\n12 s,packet,elsewhere socket:[7]\n13 b,writable /dev/vda\n"
         "14 c /dev/null\n15 c /dev/sg0\n2 d /\n"
         "0 s,unix,stream,connected socket:[1]\n" // the terminal or log, whatever it is
         "3 s,unix,stream,connected socket:[2]\n4 s,netlink,dgram socket:[3]\n5 s,inet,stream socket:[4]\n"
         "6 d /home/agent\n7 d /sys/fs/cgroup\n8 f,writable /tmp/log\n9 f /tmp/in\n10 p pipe:[5]\n");
    put(&r, "/proc/7/fdinfo/6", "pos:\t0\nflags:\t0100000\nmnt_id:\t65\n");
    put(&r, "/proc/7/fdinfo/2", "pos:\t0\nflags:\t0100000\nmnt_id:\t30\n");
    put(&r, "/proc/7/fdinfo/7", "pos:\t0\nflags:\t0100000\nmnt_id:\t31\n");
    run(&r, "bubblewrap");
    no_reach(&r, "fd:0/");
    expect_traits(&r, "fd:3/socket", RA_TRAIT_CHANNEL | RA_TRAIT_OUTSIDE, 0);
    no_reach(&r, "fd:4/");
    no_reach(&r, "fd:5/");
    no_reach(&r, "fd:6/");
    expect_traits(&r, "fd:7/directory", RA_TRAIT_HOST_FILES, 0);
    assert_int_equal(reach(&r, "fd:8/file")->traits, 0);
    no_reach(&r, "fd:9/");
    assert_int_equal(reach(&r, "fd:10/pipe")->cap, RA_SEVERITY_INFO);
    expect_traits(&r, "fd:2/directory", RA_TRAIT_HOST_FILES, 0);
    expect_traits(&r, "fd:11/socket", RA_TRAIT_CHANNEL | RA_TRAIT_OPEN_ROUTE, 0);
    expect_traits(&r, "fd:12/socket", RA_TRAIT_CHANNEL | RA_TRAIT_OPEN_ROUTE, 0);
    expect_traits(&r, "fd:13/device", RA_TRAIT_HOST_ROOT | RA_TRAIT_HOST_FILES, 0);
    no_reach(&r, "fd:14/");
    assert_int_equal(reach(&r, "fd:15/device")->state, RA_STATE_UNKNOWN);
    recording_close(&r);
}

static const struct ra_link *link_from(struct recording *r, const char *id)
{
    for (size_t i = 0; i < r->inv.n_links; i++)
        if (strcmp(r->inv.links[i].from, id) == 0)
            return &r->inv.links[i];
    fail_msg("nothing is held by %s", id);
    return NULL;
}

static void the_launcher_shows_what_it_was_started_with(void **state)
{
    (void)state;
    struct recording r;
    boxed(&r, NO_CAPS);
    char *one = token(&r.arena, 1), *two = token(&r.arena, 2), *three = token(&r.arena, 3);
    struct ra_buf environment RA_CLEANUP(ra_buf_free) = {0}, arguments RA_CLEANUP(ra_buf_free) = {0};
    ra_buf_printf(&environment, "PATH=/usr/bin%cGITHUB_TOKEN=%s%c", 0, one, 0);
    put_process(&r, 1, 0, "bwrap", environment.p, environment.n);
    ra_buf_printf(&arguments, "bwrap%c--setenv%cAPI_KEY%c%s%csh%c-c%ccurl -H 'x: %s'%c", 0, 0, 0, two, 0, 0, 0, three, 0);
    put_bytes(&r, "/proc/1/cmdline", arguments.p, arguments.n);
    run(&r, "bubblewrap");
    expect_traits(&r, "process:1#environ/GITHUB_TOKEN", RA_TRAIT_LAUNCHER, 0);
    assert_string_equal(reach(&r, "process:1#environ/GITHUB_TOKEN")->role, "launcher");
    assert_string_equal(reach(&r, "process:1#environ/GITHUB_TOKEN")->locator, "/proc/1/environ");
    reach(&r, "process:1#cmdline/3");
    reach(&r, "process:1#cmdline/6");
    const struct ra_reach *secret = reach(&r, link_from(&r, "process:1#environ/GITHUB_TOKEN")->to);
    assert_int_equal(secret->kind, RA_KIND_TOKEN);
    assert_true(secret->traits & RA_TRAIT_LIVE);
    assert_int_equal(r.inv.n_links, 3);
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    ra_inventory_write(&r.inv, &text);
    assert_null(strstr(text.p, one));
    assert_null(strstr(text.p, two));
    assert_null(strstr(text.p, three));
    recording_close(&r);
}

static void others_are_one_place_and_the_audit_is_none(void **state)
{
    (void)state;
    struct recording r;
    boxed(&r, NO_CAPS);
    char *one = token(&r.arena, 4);
    struct ra_buf environment RA_CLEANUP(ra_buf_free) = {0};
    ra_buf_printf(&environment, "GITHUB_TOKEN=%s%c", one, 0);
    put_process(&r, 1, 0, "bwrap", "", 0);
    for (int pid = 20; pid < 23; pid++)
        put_process(&r, pid, 1, "sleep", environment.p, environment.n);
    ra_buf_clear(&environment);
    ra_buf_printf(&environment, "SCANNER_TOKEN=%s%c", token(&r.arena, 5), 0);
    put_process(&r, 30, 7, "reachaudit", environment.p, environment.n);
    side(&r, "errors", "/proc/21/environ EACCES\n/proc/22/environ ESRCH\n");
    run(&r, "bubblewrap");
    assert_int_equal(reach(&r, "process:*#environ/GITHUB_TOKEN")->n_evidence, 1);
    expect_traits(&r, "process:*#environ/GITHUB_TOKEN", 0, RA_TRAIT_LAUNCHER);
    no_reach(&r, "process:*#environ/SCANNER_TOKEN");
    no_reach(&r, "unknown:process");
    recording_close(&r);
}

static void an_environment_that_cannot_be_read_whole_is_unknown(void **state)
{
    (void)state;
    struct recording r;
    boxed(&r, NO_CAPS);
    put_process(&r, 1, 0, "bwrap", "A=b", 4);
    side(&r, "errors", "/proc/1/environ EIO\n");
    run(&r, "bubblewrap");
    reach(&r, "unknown:process/processes");
    recording_close(&r);
    boxed(&r, NO_CAPS);
    put_process(&r, 1, 0, "bwrap", "A=b", 4);
    side(&r, "errors", "/proc/1/environ EACCES\n");
    run(&r, "bubblewrap");
    no_reach(&r, "unknown:");
    assert_int_equal(reach(&r, "process:1#environ")->state, RA_STATE_DENIED);
    recording_close(&r);
}

static void memory_outside_the_box(void **state)
{
    (void)state;
    for (int scope = 0; scope < 2; scope++) {
        struct recording r;
        boxed(&r, NO_CAPS);
        assert_int_equal(unlink(at_root(&r, "/proc/self/ns/pid")), 0);
        put_link(&r, "/proc/self/ns/pid", "pid:[4026531836]");
        put_process(&r, 50, 1, "editor", "A=b", 4);
        put_link(&r, "/proc/50/ns/mnt", "mnt:[4026531832]");
        put_dir(&r, "/proc/50/root");
        put(&r, "/proc/sys/kernel/yama/ptrace_scope", scope ? "1\n" : "0\n");
        run(&r, "bubblewrap");
        expect_traits(&r, "process:*#root", RA_TRAIT_HOST_FILES, 0);
        if (scope)
            no_reach(&r, "process:*#memory");
        else
            expect_traits(&r, "process:*#memory", RA_TRAIT_HOST_MEMORY, 0);
        recording_close(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tight_box_shows_no_hole),
        cmocka_unit_test(holes_only_weaken),
        cmocka_unit_test(no_box_is_said_and_unknown_is_no_box),
        cmocka_unit_test(capabilities_count_in_the_first_user_namespace),
        cmocka_unit_test(bounding_alone_is_nothing),
        cmocka_unit_test(special_files_count_when_they_open),
        cmocka_unit_test(descriptors_that_lead_out),
        cmocka_unit_test(the_launcher_shows_what_it_was_started_with),
        cmocka_unit_test(others_are_one_place_and_the_audit_is_none),
        cmocka_unit_test(an_environment_that_cannot_be_read_whole_is_unknown),
        cmocka_unit_test(memory_outside_the_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
