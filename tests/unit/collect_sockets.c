// Sockets, from recorded machines: who answers decides what a socket opens; an agent is asked for its keys; what is
// only looked at is never called present; any other socket near is found by the walk.
#include "netlink_build.h"

int ra_collect_sockets(struct ra_collect *c, struct ra_error *err);

#define UNIX_HEADER "Num       RefCount Protocol Flags    Type St Inode Path\n"

static void boxed_machine(struct recording *r)
{
    recording_open(r);
    put(r, "/proc/self/mountinfo", "65 42 0:40 /newroot / rw - tmpfs tmpfs rw\n67 65 0:41 / /proc rw - proc proc rw\n");
    put_namespaces(r, OWN_NS, OWN_NS, OWN_NS, OWN_NS);
    put(r, "/proc/net/unix", UNIX_HEADER);
    r->c.connect = true;
}

// What sock_diag tells: the socket of this inode is bound to that very file.
static void bound_to(struct recording *r, unsigned inode, const char *path)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    add_unix(r, &text, inode, path);
    side_hex(r, "netlink.unix", ra_buf_view(&text));
}

static void run(struct recording *r, const char *box)
{
    recording_run(r, "sockets", box, ra_collect_sockets);
}

static void string(struct ra_buf *b, const void *bytes, size_t n)
{
    unsigned char length[4] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8),
                               (unsigned char)n};
    ra_buf_add(b, length, 4);
    ra_buf_add(b, bytes, n);
}

// An agent's answer: `keys` Ed25519 identities, framed.
static void agent_answer(struct recording *r, const char *socket_line, unsigned char keys)
{
    struct ra_buf body RA_CLEANUP(ra_buf_free) = {0}, framed RA_CLEANUP(ra_buf_free) = {0},
                  line RA_CLEANUP(ra_buf_free) = {0};
    unsigned char count[4] = {0, 0, 0, keys};
    ra_buf_putc(&body, 12);
    ra_buf_add(&body, count, 4);
    for (unsigned char i = 0; i < keys; i++) {
        struct ra_buf blob RA_CLEANUP(ra_buf_free) = {0};
        unsigned char public_key[32];
        memset(public_key, 0x40 + i, sizeof public_key);
        string(&blob, "ssh-ed25519", 11);
        string(&blob, public_key, sizeof public_key);
        string(&body, blob.p, blob.n);
        string(&body, "dev@corp.test", 13);
    }
    string(&framed, body.p, body.n);
    ra_buf_puts(&line, socket_line);
    for (size_t i = 0; i < framed.n; i++)
        ra_buf_printf(&line, "%02x", (unsigned char)framed.p[i]);
    ra_buf_putc(&line, '\n');
    side(r, "sockets", line.p);
}

static void an_engine_outside_is_the_hosts_root(void **state)
{
    (void)state;
    struct recording r;
    boxed_machine(&r);
    put_socket(&r, "/run/docker.sock");
    put_link(&r, "/var/run", "/run"); // the same socket by another name
    side(&r, "sockets", "/run/docker.sock ok 0 0\n");
    run(&r, "bubblewrap");
    const struct ra_reach *at = reach(&r, "socket:/run/docker.sock");
    expect_traits(&r, "socket:/run/docker.sock", RA_TRAIT_HOST_ROOT | RA_TRAIT_OUTSIDE | RA_TRAIT_CHANNEL, 0);
    assert_int_equal(at->state, RA_STATE_PRESENT);
    assert_int_equal(at->evidence[0].method, RA_METHOD_ATTEMPTED);
    assert_int_equal(at->n_evidence, 1);
    no_reach(&r, "socket:/var");
    no_reach(&r, "unknown:");
    recording_close(&r);
}

static void an_engine_inside_is_a_service_of_the_box(void **state)
{
    (void)state;
    struct recording r;
    boxed_machine(&r);
    put_socket(&r, "/run/docker.sock");
    side(&r, "sockets", "/run/docker.sock ok 33 1000\n");
    run(&r, "bubblewrap");
    expect_traits(&r, "socket:/run/docker.sock", 0, RA_TRAIT_HOST_ROOT | RA_TRAIT_OUTSIDE | RA_TRAIT_CHANNEL);
    assert_int_equal(reach(&r, "socket:/run/docker.sock")->ceiling, RA_RADIUS_SANDBOX);
    recording_close(&r);
}

// With the host's processes in sight a peer's pid says nothing; its mount namespace does.
static void a_peer_in_sight_is_told_by_its_mounts(void **state)
{
    (void)state;
    static const struct {
        const char *mnt;
        bool outside;
    } cases[] = {{"mnt:[4026532200]", false}, {"mnt:[4026531832]", true}};
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct recording r;
        recording_open(&r);
        r.c.connect = true;
        put(&r, "/proc/self/mountinfo", "65 42 0:40 /newroot / rw - tmpfs tmpfs rw\n");
        put_namespaces(&r, OWN_NS, FIRST_PID, OWN_NS, OWN_NS);
        put(&r, "/proc/net/unix", UNIX_HEADER);
        put_socket(&r, "/run/docker.sock");
        put_link(&r, "/proc/33/ns/mnt", cases[i].mnt);
        side(&r, "sockets", "/run/docker.sock ok 33 0\n");
        run(&r, "bubblewrap");
        assert_int_equal((reach(&r, "socket:/run/docker.sock")->traits & RA_TRAIT_HOST_ROOT) != 0, cases[i].outside);
        recording_close(&r);
    }
}

static void without_a_box_an_engine_is_still_root(void **state)
{
    (void)state;
    struct recording r;
    boxed_machine(&r);
    put_socket(&r, "/run/docker.sock");
    side(&r, "sockets", "/run/docker.sock ok 33 0\n");
    run(&r, "none");
    expect_traits(&r, "socket:/run/docker.sock", RA_TRAIT_HOST_ROOT, RA_TRAIT_OUTSIDE);
    recording_close(&r);
}

static void refused_and_dead_sockets_open_nothing(void **state)
{
    (void)state;
    struct recording r;
    boxed_machine(&r);
    put_socket(&r, "/run/docker.sock");
    put_socket(&r, "/run/crio/crio.sock");
    side(&r, "sockets", "/run/docker.sock EACCES\n/run/crio/crio.sock ECONNREFUSED\n");
    run(&r, "bubblewrap");
    assert_int_equal(reach(&r, "socket:/run/docker.sock")->state, RA_STATE_DENIED);
    no_reach(&r, "socket:/run/crio");
    recording_close(&r);
}

static void looked_at_is_not_present(void **state)
{
    (void)state;
    struct recording r;
    boxed_machine(&r);
    put_socket(&r, "/run/podman/podman.sock");
    put_socket(&r, "/run/nscd/socket");
    put(&r, "/proc/net/unix", UNIX_HEADER "0: 00000002 00000000 00010000 0001 01 700 /run/nscd/socket\n");
    bound_to(&r, 700, "/run/nscd/socket");
    run(&r, "bubblewrap");
    assert_int_equal(reach(&r, "socket:/run/podman/podman.sock")->state, RA_STATE_UNKNOWN);
    expect_traits(&r, "socket:/run/podman/podman.sock", RA_TRAIT_HOST_ROOT, 0);
    // Listed as listening, and nobody in sight holds it.
    assert_int_equal(reach(&r, "socket:/run/nscd/socket")->state, RA_STATE_PRESENT);
    expect_traits(&r, "socket:/run/nscd/socket", RA_TRAIT_RESOLVER | RA_TRAIT_CHANNEL, 0);
    recording_close(&r);
}

static void no_connect_connects_nothing(void **state)
{
    (void)state;
    struct recording r;
    boxed_machine(&r);
    r.c.connect = false;
    put_socket(&r, "/run/docker.sock");
    side(&r, "sockets", "/run/docker.sock ok 0 0\n");
    run(&r, "bubblewrap");
    const struct ra_reach *at = reach(&r, "socket:/run/docker.sock");
    assert_int_equal(at->state, RA_STATE_UNKNOWN);
    assert_non_null(strstr(at->settled_by, "--no-connect"));
    assert_int_equal(at->evidence[0].method, RA_METHOD_OBSERVED);
    recording_close(&r);
}

static void an_agent_tells_its_keys(void **state)
{
    (void)state;
    struct recording r;
    boxed_machine(&r);
    put_socket(&r, "/run/agent.sock");
    side(&r, "environ", "SSH_AUTH_SOCK=/run/agent.sock\n");
    agent_answer(&r, "/run/agent.sock ok 0 1000 ", 2);
    run(&r, "bubblewrap");
    expect_traits(&r, "socket:/run/agent.sock", RA_TRAIT_SIGNER | RA_TRAIT_OUTSIDE, RA_TRAIT_CHANNEL);
    assert_int_equal(ra_detail_find(reach(&r, "socket:/run/agent.sock"), "keys")->number, 2);
    size_t keys = 0;
    for (size_t i = 0; i < r.inv.n_reaches; i++)
        if (r.inv.reaches[i]->kind == RA_KIND_KEY) {
            keys++;
            assert_int_equal(r.inv.reaches[i]->access, RA_SIGN);
            assert_false(r.inv.reaches[i]->traits & RA_TRAIT_LIVE);
            assert_int_equal(strncmp(r.inv.reaches[i]->id, "key:ssh:SHA256:", 15), 0);
        }
    assert_int_equal(keys, 2);
    assert_int_equal(r.inv.n_links, 2);
    assert_string_equal(r.inv.links[0].from, "socket:/run/agent.sock");
    recording_close(&r);
}

static void an_agent_without_keys_is_idle(void **state)
{
    (void)state;
    struct recording r;
    boxed_machine(&r);
    put_socket(&r, "/run/agent.sock");
    side(&r, "environ", "SSH_AUTH_SOCK=/run/agent.sock\n");
    agent_answer(&r, "/run/agent.sock ok 0 1000 ", 0);
    run(&r, "bubblewrap");
    expect_traits(&r, "socket:/run/agent.sock", 0, RA_TRAIT_SIGNER);
    assert_int_equal(reach(&r, "socket:/run/agent.sock")->cap, RA_SEVERITY_INFO);
    recording_close(&r);
}

static void an_agent_that_babbles_is_unknown(void **state)
{
    (void)state;
    struct recording r;
    boxed_machine(&r);
    put_socket(&r, "/run/agent.sock");
    side(&r, "environ", "SSH_AUTH_SOCK=/run/agent.sock\n");
    side(&r, "sockets", "/run/agent.sock ok 0 1000 00000003 0c0000\n");
    run(&r, "bubblewrap");
    assert_int_equal(reach(&r, "socket:/run/agent.sock")->state, RA_STATE_UNKNOWN);
    expect_traits(&r, "socket:/run/agent.sock", RA_TRAIT_SIGNER, 0);
    recording_close(&r);
}

static void the_walk_finds_any_other_socket(void **state)
{
    (void)state;
    struct recording r;
    boxed_machine(&r);
    put_socket(&r, "/srv/deep/er/mystery.sock");
    put_socket(&r, "/srv/ours.sock");
    put(&r, "/proc/net/unix", UNIX_HEADER "0: 00000002 00000000 00010000 0001 01 700 /srv/ours.sock\n"
                                          "0: 00000002 00000000 00010000 0001 01 700 /srv/moved.sock\n");
    put_socket(&r, "/srv/moved.sock"); // the name was ours once
    bound_to(&r, 700, "/srv/ours.sock");
    put_process(&r, 9, 1, "ours", "", 0);
    put_link(&r, "/proc/9/fd/3", "socket:[700]");
    run(&r, "bubblewrap");
    assert_int_equal(reach(&r, "socket:/srv/deep/er/mystery.sock")->state, RA_STATE_UNKNOWN);
    expect_traits(&r, "socket:/srv/deep/er/mystery.sock", RA_TRAIT_OUTSIDE | RA_TRAIT_CHANNEL, 0);
    no_reach(&r, "socket:/srv/ours.sock");
    assert_int_equal(reach(&r, "socket:/srv/moved.sock")->state, RA_STATE_UNKNOWN);
    recording_close(&r);
}

static void a_directory_that_hides_its_names_is_unknown(void **state)
{
    (void)state;
    struct recording r;
    boxed_machine(&r);
    put_dir(&r, "/srv/hidden");
    side(&r, "errors", "/srv/hidden EIO\n");
    run(&r, "bubblewrap");
    assert_int_equal(r.c.cover->status, RA_RUN_PARTIAL);
    expect_traits(&r, "unknown:sockets/walk", RA_TRAIT_CHANNEL, 0);
    recording_close(&r);
}

static void abstract_names_of_others_are_channels(void **state)
{
    (void)state;
    struct recording r;
    boxed_machine(&r);
    put(&r, "/proc/net/unix", UNIX_HEADER "0: 00000002 00000000 00010000 0001 01 700 @other\n"
                                          "0: 00000002 00000000 00010000 0001 01 701 @mine\n"
                                          "0: 00000003 00000000 00000000 0001 03 702 @connected\n");
    put_process(&r, 9, 1, "ours", "", 0);
    put_link(&r, "/proc/9/fd/3", "socket:[701]");
    run(&r, "bubblewrap");
    expect_traits(&r, "socket:@other", RA_TRAIT_OUTSIDE | RA_TRAIT_CHANNEL, 0);
    no_reach(&r, "socket:@mine");
    no_reach(&r, "socket:@connected");
    recording_close(&r);
}

static void blind_to_mounts_is_unknown(void **state)
{
    (void)state;
    struct recording r;
    recording_open(&r);
    run(&r, "unknown");
    reach(&r, "unknown:sockets/walk");
    reach(&r, "unknown:sockets/abstract");
    recording_close(&r);
}

// A variable that points at a socket which may be started by a connection does not make it connected.
static void a_variable_does_not_make_a_look_row_connected(void **state)
{
    (void)state;
    static const struct {
        const char *variable, *socket;
    } cases[] = {{"SSH_AUTH_SOCK=/run/user/1000/gcr/ssh\n", "/run/user/1000/gcr/ssh"},
                 {"SSH_AUTH_SOCK=/run/user/1000/gnupg/d.x/S.gpg-agent.ssh\n", "/run/user/1000/gnupg/d.x/S.gpg-agent.ssh"},
                 {"SSH_AUTH_SOCK=/keys/S.gpg-agent.ssh\nGNUPGHOME=/keys\n", "/keys/S.gpg-agent.ssh"},
                 {"DOCKER_HOST=unix:///run/user/1000/podman/podman.sock\n", "/run/user/1000/podman/podman.sock"}};
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct recording r;
        boxed_machine(&r);
        put_socket(&r, cases[i].socket);
        side(&r, "environ", cases[i].variable);
        side(&r, "sockets", ra_strfmt(&r.arena, "%s ok 0 1000\n", cases[i].socket));
        run(&r, "bubblewrap");
        const struct ra_reach *at = reach(&r, ra_strfmt(&r.arena, "socket:%s", cases[i].socket));
        assert_int_equal(at->evidence[0].method, RA_METHOD_OBSERVED);
        assert_int_equal(at->state, RA_STATE_UNKNOWN);
        if (i < 3)
            assert_non_null(at->settled_by);
        recording_close(&r);
    }
}

static void variables_name_sockets_in_many_ways(void **state)
{
    (void)state;
    static const struct {
        const char *variable, *socket, *title;
    } cases[] = {{"WAYLAND_DISPLAY=my-display\n", "/run/user/1000/my-display", "Wayland display"},
                 {"XDG_RUNTIME_DIR=/x\nWAYLAND_DISPLAY=wl\n", "/x/wl", "Wayland display"},
                 {"TMUX_TMPDIR=/t\n", "/t/tmux-1000/default", "tmux"},
                 {"TMUX=/elsewhere/tm,77,0\n", "/elsewhere/tm", "tmux"},
                 {"DBUS_SESSION_BUS_ADDRESS=unix:path=/b/bus,guid=00\n", "/b/bus", "D-Bus session bus"},
                 {"KITTY_LISTEN_ON=unix:/k/kitty\n", "/k/kitty", "kitty"},
                 {"PGHOST=/pg\n", "/pg/.s.PGSQL.5433", "PostgreSQL database"},
                 {"XDG_CACHE_HOME=/c\n", "/c/git/credential/socket", "git credential cache"},
                 {"A=b\n", "/run/user/33/bus", "D-Bus session bus"}};
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct recording r;
        boxed_machine(&r);
        put_socket(&r, cases[i].socket);
        side(&r, "environ", cases[i].variable);
        run(&r, "bubblewrap");
        assert_string_equal(reach(&r, ra_strfmt(&r.arena, "socket:%s", cases[i].socket))->title, cases[i].title);
        recording_close(&r);
    }
    struct recording r;
    boxed_machine(&r);
    put(&r, "/proc/net/unix", UNIX_HEADER "0: 00000002 00000000 00010000 0001 01 700 @/tmp/dbus-abc\n");
    side(&r, "environ", "DBUS_SESSION_BUS_ADDRESS=unix:abstract=/tmp/dbus-abc,guid=1\n");
    run(&r, "bubblewrap");
    expect_traits(&r, "socket:@/tmp/dbus-abc", RA_TRAIT_HOST_USER | RA_TRAIT_OUTSIDE, 0);
    recording_close(&r);
}

static void sessions_lie_where_the_settings_say(void **state)
{
    (void)state;
    struct recording r;
    boxed_machine(&r);
    r.c.home = "/home/dev";
    put(&r, "/home/dev/.ssh/config", "Host *\n  controlpath=\"~/mux/%r@%h:%p\"\nInclude conf.d/*.conf\n");
    put(&r, "/home/dev/.ssh/conf.d/one.conf", "ControlPath ${XDG_RUNTIME_DIR}/s-%C\n");
    put(&r, "/home/dev/.ssh/conf.d/two.off", "ControlPath /never/x\n");
    put(&r, "/etc/ssh/ssh_config", "ControlPath none\nInclude /etc/ssh/ssh_config\n");
    put_socket(&r, "/home/dev/mux/git@forge.test:22");
    put_socket(&r, "/run/user/1000/s-abc");
    put_socket(&r, "/never/x");
    put_socket(&r, "/home/dev/.ssh/cm-forge");
    side(&r, "environ", "XDG_RUNTIME_DIR=/run/user/1000\n");
    run(&r, "none"); // no walk: what is found is found by its name
    static const char *const found[] = {"socket:~/mux/git@forge.test:22", "socket:/run/user/1000/s-abc",
                                        "socket:~/.ssh/cm-forge"};
    for (size_t i = 0; i < RA_COUNT(found); i++)
        assert_string_equal(reach(&r, found[i])->ref, "K006");
    no_reach(&r, "socket:/never");
    recording_close(&r);
}

static void a_display_needs_its_cookie(void **state)
{
    (void)state;
    static const struct {
        bool cookie;
        enum ra_state state;
    } cases[] = {{true, RA_STATE_PRESENT}, {false, RA_STATE_UNKNOWN}};
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct recording r;
        boxed_machine(&r);
        put_socket(&r, "/tmp/.X11-unix/X0");
        put(&r, "/proc/net/unix", UNIX_HEADER "0: 00000002 00000000 00010000 0001 01 700 /tmp/.X11-unix/X0\n");
        bound_to(&r, 700, "/tmp/.X11-unix/X0");
        side(&r, "environ", "XAUTHORITY=/run/cookie\n");
        if (cases[i].cookie)
            put(&r, "/run/cookie", "");
        run(&r, "bubblewrap");
        assert_int_equal(reach(&r, "socket:/tmp/.X11-unix/X0")->state, cases[i].state);
        expect_traits(&r, "socket:/tmp/.X11-unix/X0", RA_TRAIT_HOST_USER, 0);
        recording_close(&r);
    }
}

static void nix_is_root_for_whom_it_trusts(void **state)
{
    (void)state;
    static const struct {
        const char *settings;
        enum ra_state state;
        bool root;
    } cases[] = {{"trusted-users = root dev\n", RA_STATE_PRESENT, true},
                 {"trusted-users = root @dev # us\n", RA_STATE_PRESENT, true},
                 {"extra-trusted-users = *\n", RA_STATE_PRESENT, true},
                 {"trusted-users = root bob @adm # dev\n", RA_STATE_PRESENT, false},
                 {"!include more.conf\n", RA_STATE_UNKNOWN, true},
                 {NULL, RA_STATE_UNKNOWN, true}};
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct recording r;
        boxed_machine(&r);
        put_socket(&r, "/nix/var/nix/daemon-socket/socket");
        put(&r, "/proc/net/unix",
            UNIX_HEADER "0: 00000002 00000000 00010000 0001 01 700 /nix/var/nix/daemon-socket/socket\n");
        bound_to(&r, 700, "/nix/var/nix/daemon-socket/socket");
        put(&r, "/etc/passwd", "root:x:0:0::/root:\ndev:x:1000:1000::/:\nbob:x:1001:1001::/:\n");
        put(&r, "/etc/group", "dev:x:1000:\nadm:x:4:\n");
        if (cases[i].settings)
            put(&r, "/etc/nix/nix.conf", cases[i].settings);
        run(&r, "bubblewrap");
        const struct ra_reach *at = reach(&r, "socket:/nix/var/nix/daemon-socket/socket");
        assert_int_equal(at->state, cases[i].state);
        assert_int_equal((at->traits & RA_TRAIT_HOST_ROOT) != 0, cases[i].root);
        recording_close(&r);
    }
}

static void a_keyring_behind_a_bus_is_unknown(void **state)
{
    (void)state;
    struct recording r;
    boxed_machine(&r);
    r.c.home = "/home/dev";
    run(&r, "bubblewrap");
    no_reach(&r, "unknown:");
    recording_close(&r);
    boxed_machine(&r);
    r.c.home = "/home/dev";
    put_socket(&r, "/run/user/1000/bus");
    put(&r, "/home/dev/.local/share/keyrings/login.keyring", "");
    put_process(&r, 60, 1, "gnome-keyring-d", "", 0);
    run(&r, "none");
    const struct ra_reach *at = reach(&r, "unknown:secret-service");
    assert_string_equal(at->settled_by, "--online=local");
    assert_string_equal(ra_detail_find(at, "daemon")->text, "gnome-keyring-d");
    assert_int_equal(ra_detail_find(at, "keyring-files")->number, 1);
    recording_close(&r);
    boxed_machine(&r); // a bus without any keyring
    put_socket(&r, "/run/user/1000/bus");
    run(&r, "none");
    no_reach(&r, "unknown:secret-service");
    recording_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_engine_outside_is_the_hosts_root),
        cmocka_unit_test(an_engine_inside_is_a_service_of_the_box),
        cmocka_unit_test(a_peer_in_sight_is_told_by_its_mounts),
        cmocka_unit_test(without_a_box_an_engine_is_still_root),
        cmocka_unit_test(refused_and_dead_sockets_open_nothing),
        cmocka_unit_test(looked_at_is_not_present),
        cmocka_unit_test(no_connect_connects_nothing),
        cmocka_unit_test(an_agent_tells_its_keys),
        cmocka_unit_test(an_agent_without_keys_is_idle),
        cmocka_unit_test(an_agent_that_babbles_is_unknown),
        cmocka_unit_test(the_walk_finds_any_other_socket),
        cmocka_unit_test(a_directory_that_hides_its_names_is_unknown),
        cmocka_unit_test(abstract_names_of_others_are_channels),
        cmocka_unit_test(blind_to_mounts_is_unknown),
        cmocka_unit_test(a_variable_does_not_make_a_look_row_connected),
        cmocka_unit_test(variables_name_sockets_in_many_ways),
        cmocka_unit_test(sessions_lie_where_the_settings_say),
        cmocka_unit_test(a_display_needs_its_cookie),
        cmocka_unit_test(nix_is_root_for_whom_it_trusts),
        cmocka_unit_test(a_keyring_behind_a_bus_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
