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

// A person's machine, without a box: sudo as Debian installs it, rules as given.
static void with_sudo(struct recording *r, const char *rules, const char *mode)
{
    recording_open(r);
    put(r, "/proc/self/mountinfo", MACHINE);
    put(r, "/proc/self/uid_map", "0 0 4294967295\n");
    put_namespaces(r, FIRST_USER, FIRST_PID, FIRST_MNT, FIRST_NET);
    put_status(r, NO_CAPS, 0, 0);
    put(r, "/etc/passwd", "root:x:0:0::/root:/bin/sh\ndev:x:1000:1000::/home/dev:/bin/sh\n");
    put(r, "/etc/group", "root:x:0:\ndev:x:1000:\nsudo:x:27:dev\ndocker:x:998:dev\nshadow:x:42:\n");
    put(r, "/usr/bin/sudo", "");
    put_dir(r, "/etc");
    put_dir(r, "/usr/bin");
    if (rules)
        put(r, "/etc/sudoers", rules);
    side(r, "self", "pid=7\nppid=1\nuid=1000\neuid=1000\ngid=1000\negid=1000\ngroups=1000 27 998\ncwd=/\nnow=1000\n");
    side(r, "owners", ra_strfmt(&r->arena, "%s\n0755 0 0 - /usr/bin\n0755 0 0 - /usr\n0755 0 0 - /etc\n"
                                           "0755 0 0 - /bin\n", mode));
}
#define SUID "4755 0 0 - /usr/bin/sudo"

static void sudo_without_a_password_is_root(void **state)
{
    (void)state;
    static const struct {
        const char *rules;
        bool root, unknown;
    } cases[] = {
        {"dev ALL=(ALL) NOPASSWD: ALL\n", true, false},
        {"%sudo ALL=(ALL:ALL) ALL\n", false, false},
        {"%sudo ALL=NOPASSWD: /usr/bin/apt-get\n", true, false},
        {"%sudo ALL=NOPASSWD: /usr/bin/apt-get update\n", false, true},
        {"%sudo ALL=NOPASSWD: /usr/bin/vim *\n", true, false},
        {"%sudo ALL=NOPASSWD: /opt/tool\n", true, false}, // it can be replaced
        {"%sudo ALL=NOPASSWD: SETENV: /usr/bin/id\n", true, false},
        {"+net ALL=NOPASSWD: ALL\n", false, true},
        {"root ALL=ALL\n", false, false},
        {"what is this\n", false, true},
    };
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct recording r;
        with_sudo(&r, cases[i].rules, SUID);
        put(&r, "/opt/tool", "");
        run(&r, "none");
        const struct ra_reach *at = ra_reach_find(&r.inv, "process:self#sudo");
        if ((at && at->traits & RA_TRAIT_HOST_ROOT) != cases[i].root ||
            (ra_reach_find(&r.inv, "unknown:sudo") != NULL) != cases[i].unknown)
            fail_msg("%s", cases[i].rules);
        recording_close(&r);
    }
}

static void sudo_that_cannot_raise_is_nothing(void **state)
{
    (void)state;
    static const char *const free = "dev ALL=(ALL) NOPASSWD: ALL\n";
    struct recording r;
    with_sudo(&r, free, "0755 0 0 - /usr/bin/sudo"); // no set-user-ID
    run(&r, "none");
    no_reach(&r, "process:self#sudo");
    no_reach(&r, "unknown:sudo");
    recording_close(&r);
    with_sudo(&r, free, "4755 65534 65534 - /usr/bin/sudo"); // root has no number here
    run(&r, "none");
    no_reach(&r, "process:self#sudo");
    recording_close(&r);
    with_sudo(&r, free, SUID);
    put_status(&r, NO_CAPS, 1, 0);
    run(&r, "none");
    no_reach(&r, "process:self#sudo");
    no_reach(&r, "process:self#raising");
    recording_close(&r);
}

static void rules_that_are_roots_to_read_are_unknown(void **state)
{
    (void)state;
    struct recording r;
    with_sudo(&r, "dev ALL=(ALL) NOPASSWD: ALL\n", SUID);
    side(&r, "errors", "/etc/sudoers EACCES\n");
    run(&r, "none");
    no_reach(&r, "process:self#sudo");
    assert_int_equal(reach(&r, "unknown:sudo")->ceiling, RA_RADIUS_PERSON);
    assert_string_equal(reach(&r, "unknown:sudo")->settled_by, "sudo -n -l");
    recording_close(&r);
    // An included directory that cannot be listed hides rules too.
    with_sudo(&r, "%sudo ALL=ALL\n@includedir /etc/sudoers.d\n", SUID);
    put(&r, "/etc/sudoers.d/free", "dev ALL=NOPASSWD: ALL\n");
    side(&r, "errors", "/etc/sudoers.d EACCES\n");
    run(&r, "none");
    reach(&r, "unknown:sudo");
    recording_close(&r);
    with_sudo(&r, "%sudo ALL=ALL\n@includedir /etc/sudoers.d\n", SUID);
    put(&r, "/etc/sudoers.d/free", "dev ALL=NOPASSWD: ALL\n");
    put(&r, "/etc/sudoers.d/off.disabled", "dev ALL=PASSWD: ALL\n");
    run(&r, "none");
    expect_traits(&r, "process:self#sudo", RA_TRAIT_HOST_ROOT, 0);
    recording_close(&r);
    // A password that was given a while ago may still count.
    with_sudo(&r, "%sudo ALL=ALL\n", SUID);
    put_dir(&r, "/run/sudo/ts");
    side(&r, "errors", "/run/sudo/ts EACCES\n");
    run(&r, "none");
    reach(&r, "unknown:sudo");
    recording_close(&r);
}

static void root_of_a_box_is_the_boxs(void **state)
{
    (void)state;
    struct recording r;
    with_sudo(&r, "dev ALL=NOPASSWD: ALL\n", SUID);
    run(&r, "docker"); // an empty bounding set
    expect_traits(&r, "process:self#sudo", 0, RA_TRAIT_HOST_ROOT);
    assert_int_equal(reach(&r, "process:self#sudo")->ceiling, RA_RADIUS_SANDBOX);
    recording_close(&r);
    with_sudo(&r, "dev ALL=NOPASSWD: ALL\n", SUID);
    put_status(&r, "0000000000200000", 0, 0);
    run(&r, "docker");
    expect_traits(&r, "process:self#sudo", RA_TRAIT_HOST_ROOT, 0);
    recording_close(&r);
}

static void doas_tells_by_its_last_match(void **state)
{
    (void)state;
    static const struct {
        const char *rules;
        bool root;
    } cases[] = {{"permit nopass dev\n", true},
                 {"permit nopass :sudo as root cmd sh\n", true},
                 {"permit nopass dev\ndeny dev\n", false},
                 {"permit nopass dev as bob\n", false},
                 {"permit dev\n", false}};
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct recording r;
        with_sudo(&r, NULL, "4755 0 0 - /usr/bin/doas");
        put(&r, "/usr/bin/doas", "");
        put(&r, "/etc/doas.conf", cases[i].rules);
        run(&r, "none");
        const struct ra_reach *at = ra_reach_find(&r.inv, "process:self#doas");
        assert_int_equal(at && at->traits & RA_TRAIT_HOST_ROOT, cases[i].root);
        recording_close(&r);
    }
}

static void groups_open_what_is_there(void **state)
{
    (void)state;
    struct recording r;
    with_sudo(&r, NULL, SUID);
    run(&r, "none");
    no_reach(&r, "process:self#group/docker"); // no engine here
    assert_int_equal(reach(&r, "process:self#group/sudo")->cap, RA_SEVERITY_INFO);
    no_reach(&r, "process:self#group/shadow");
    recording_close(&r);
    with_sudo(&r, NULL, SUID);
    put_socket(&r, "/run/docker.sock");
    run(&r, "none");
    expect_traits(&r, "process:self#group/docker", RA_TRAIT_HOST_ROOT, 0);
    recording_close(&r);
    with_sudo(&r, NULL, SUID);
    put_socket(&r, "/run/docker.sock");
    run(&r, "docker"); // inside a box the socket itself is measured
    no_reach(&r, "process:self#group/");
    recording_close(&r);
}

static void path_shows_what_can_be_replaced_and_what_raises(void **state)
{
    (void)state;
    struct recording r;
    with_sudo(&r, NULL,
              SUID "\n4755 0 0 - /usr/bin/rootsh\n4755 0 0 - /usr/bin/bash\n2755 0 42 - /usr/bin/expiry\n"
                   "0755 0 0 0100000280000000000000000000000000000000 /usr/bin/python3.11\n"
                   "0755 0 0 0100000200200000000000000000000000000000 /usr/bin/ping\n0777 0 0 - /usr/bin/open\n"
                   "0700 1000 1000 - /home/dev/bin");
    static const char *const names[] = {"rootsh", "bash", "expiry", "python3.11", "ping", "open"};
    for (size_t i = 0; i < RA_COUNT(names); i++)
        put(&r, ra_strfmt(&r.arena, "/usr/bin/%s", names[i]), "");
    put_dir(&r, "/home/dev/bin");
    side(&r, "environ", "PATH=/home/dev/bin:/usr/bin::/nothing\n");
    put_status(&r, "0000000000000000", 0, 0);
    put(&r, "/proc/self/status", "CapEff:\t0000000000000000\nCapBnd:\t000001ffffffffff\nNoNewPrivs:\t0\nSeccomp:\t0\n");
    run(&r, "none");
    expect_traits(&r, "file:/home/dev/bin", RA_TRAIT_RUNS_LATER, 0);
    expect_traits(&r, "file:/usr/bin/open", RA_TRAIT_RUNS_LATER, 0);
    expect_traits(&r, "file:/usr/bin/bash", RA_TRAIT_HOST_ROOT, 0);
    expect_traits(&r, "file:/usr/bin/python3.11", RA_TRAIT_HOST_ROOT, 0);
    no_reach(&r, "file:/usr/bin/ping");
    no_reach(&r, "file:/usr/bin/rootsh");
    no_reach(&r, "file:/usr/bin/sudo");
    reach(&r, "process:self#path/current-directory");
    const struct ra_reach *sum = reach(&r, "process:self#raising-programs");
    assert_int_equal(ra_detail_find(sum, "set-user-id")->number, 3);
    assert_int_equal(ra_detail_find(sum, "set-group-id")->number, 1);
    assert_int_equal(ra_detail_find(sum, "with-capabilities")->number, 2);
    assert_string_equal(ra_detail_find(sum, "unusual-names")->text, "/usr/bin/bash /usr/bin/python3.11 /usr/bin/rootsh");
    recording_close(&r);
}

static void room_for_start_up_files_counts_where_it_outlives_the_box(void **state)
{
    (void)state;
    struct recording r;
    boxed(&r, NO_CAPS);
    put_dir(&r, "/home/dev/.config/systemd/user");
    put_dir(&r, "/etc/cron.d");
    r.c.home = "/home/dev";
    run(&r, "bubblewrap");
    no_reach(&r, "file:");
    recording_close(&r);
    boxed(&r, NO_CAPS);
    put(&r, "/proc/self/mountinfo", BOX "71 65 254:0 /home/dev /home/dev rw - ext4 /dev/vda rw\n");
    put_dir(&r, "/home/dev/.config/systemd/user");
    put_dir(&r, "/etc/cron.d");
    r.c.home = "/home/dev";
    run(&r, "bubblewrap");
    expect_traits(&r, "file:~/.config/systemd/user", RA_TRAIT_RUNS_LATER, 0);
    expect_traits(&r, "file:~", RA_TRAIT_RUNS_LATER, 0);
    no_reach(&r, "file:/etc");
    recording_close(&r);
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
        cmocka_unit_test(sudo_without_a_password_is_root),
        cmocka_unit_test(sudo_that_cannot_raise_is_nothing),
        cmocka_unit_test(rules_that_are_roots_to_read_are_unknown),
        cmocka_unit_test(root_of_a_box_is_the_boxs),
        cmocka_unit_test(doas_tells_by_its_last_match),
        cmocka_unit_test(groups_open_what_is_there),
        cmocka_unit_test(path_shows_what_can_be_replaced_and_what_raises),
        cmocka_unit_test(room_for_start_up_files_counts_where_it_outlives_the_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
