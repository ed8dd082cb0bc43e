// A login over libssh2. Its defaults are set by hand: no agent of its own, no known hosts but those given, only key
// algorithms for which the host's key is known. Sources: libssh2's pages; sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
#include "host/ssh.h"

#include <errno.h>
#include <libssh2.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/io.h"
#include "base/limits.h"

struct login {
    const struct ra_ssh_question *q;
    struct ra_ssh_answer *answer;
    int64_t until_ms;
    int fd;
    size_t received;
    LIBSSH2_SESSION *session;
    LIBSSH2_KNOWNHOSTS *known, *revoked;
    struct ra_ssh_signer signer;
};

static bool fail(struct login *l, int err, const char *why)
{
    l->answer->end = RA_SSH_UNTOLD;
    l->answer->err = err;
    l->answer->why = why;
    return false;
}

// Every call of the library ends when our time does.
static bool in_time(struct login *l)
{
    int64_t left = l->until_ms - ra_now_ms();
    if (left <= 0)
        return fail(l, ETIMEDOUT, "the server did not answer in time");
    libssh2_session_set_timeout(l->session, (long)left);
    return true;
}

// The library would read lines without end before the handshake, and looks at its clock only when none comes.
static LIBSSH2_RECV_FUNC(receive)
{
    struct login *l = *abstract;
    if (ra_now_ms() >= l->until_ms + RA_SSH_GOODBYE_MS || l->received > RA_SSH_MAX_TRAFFIC)
        return -ECONNRESET;
    ssize_t n = recv(socket, buffer, length, flags);
    l->received += n > 0 ? (size_t)n : 0;
    return n < 0 ? -errno : n;
}

// ---- the connection -------------------------------------------------------------------------------

static int connect_to(const struct addrinfo *to, int64_t until_ms)
{
    int fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), e = 0;
    socklen_t size = sizeof e;
    if (fd < 0)
        return -errno;
    if (connect(fd, to->ai_addr, to->ai_addrlen) < 0 && errno != EINPROGRESS)
        e = errno;
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    int64_t left = until_ms - ra_now_ms();
    if (!e && poll(&p, 1, left > 0 ? (int)left : 0) <= 0)
        e = ETIMEDOUT;
    else if (!e && getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &size) < 0)
        e = errno;
    if (e) {
        close(fd);
        return -e;
    }
    return fd;
}

static bool dial(struct login *l)
{
    char port[8];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV}, *list = NULL;
    snprintf(port, sizeof port, "%u", l->q->port);
    if (getaddrinfo(l->q->host, port, &hints, &list) != 0)
        return fail(l, EHOSTUNREACH, "the name of the server was not found");
    int fd = -EHOSTUNREACH;
    for (const struct addrinfo *to = list; to && fd < 0; to = to->ai_next)
        fd = connect_to(to, l->until_ms);
    freeaddrinfo(list);
    if (fd < 0)
        return fail(l, -fd, fd == -ETIMEDOUT ? "the server did not answer in time" : "no connection to the server");
    l->fd = fd;
    return true;
}

// ---- whose server is it? ----------------------------------------------------------------------------

static const struct {
    int type, known;
    const char *method;
} kinds[] = {
    {LIBSSH2_HOSTKEY_TYPE_ED25519, LIBSSH2_KNOWNHOST_KEY_ED25519, "ssh-ed25519"},
    {LIBSSH2_HOSTKEY_TYPE_ECDSA_256, LIBSSH2_KNOWNHOST_KEY_ECDSA_256, "ecdsa-sha2-nistp256"},
    {LIBSSH2_HOSTKEY_TYPE_ECDSA_384, LIBSSH2_KNOWNHOST_KEY_ECDSA_384, "ecdsa-sha2-nistp384"},
    {LIBSSH2_HOSTKEY_TYPE_ECDSA_521, LIBSSH2_KNOWNHOST_KEY_ECDSA_521, "ecdsa-sha2-nistp521"},
};

// A revoked key is revoked whatever hosts its line names.
static void read_known(struct login *l)
{
    struct ra_span rest = l->q->known_hosts, line, word;
    while (ra_span_line(&rest, &line)) {
        struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
        bool revoked = ra_span_starts(line, "@revoked");
        line = ra_span_trim(line);
        if (line.n == 0 || line.p[0] == '#' || (line.p[0] == '@' && !revoked))
            continue;
        if (revoked && ra_span_word(&line, &word) && ra_span_word(&line, &word))
            ra_buf_puts(&text, l->q->host);
        ra_buf_putc(&text, ' ');
        ra_buf_span(&text, line);
        libssh2_knownhost_readline(revoked ? l->revoked : l->known, text.p + !revoked, text.n - !revoked,
                                   LIBSSH2_KNOWNHOST_FILE_OPENSSH);
    }
}

static int look_up(struct login *l, LIBSSH2_KNOWNHOSTS *in, const char *key, size_t n, int known)
{
    return libssh2_knownhost_checkp(in, l->q->host, (int)l->q->port, key, n,
                                    LIBSSH2_KNOWNHOST_TYPE_PLAIN | LIBSSH2_KNOWNHOST_KEYENC_RAW | known, NULL);
}

// Only algorithms for which this host has a line; a key that is none tells whether it has.
static bool choose_algorithms(struct login *l)
{
    struct ra_buf list RA_CLEANUP(ra_buf_free) = {0};
    for (size_t i = 0; i < RA_COUNT(kinds); i++)
        if (look_up(l, l->known, "none", 4, kinds[i].known) == LIBSSH2_KNOWNHOST_CHECK_MISMATCH)
            ra_buf_printf(&list, "%s%s", list.n ? "," : "", kinds[i].method);
    if (!list.n)
        return fail(l, EACCES, "the server's key is not among the known hosts, so nobody was logged in to");
    if (libssh2_session_method_pref(l->session, LIBSSH2_METHOD_HOSTKEY, list.p))
        return fail(l, EPROTO, "the server's kind of key is not one that this build reads");
    return true;
}

static bool is_known(struct login *l)
{
    size_t n = 0;
    int type = 0;
    const char *key = libssh2_session_hostkey(l->session, &n, &type);
    for (size_t i = 0; key && i < RA_COUNT(kinds); i++)
        if (kinds[i].type == type) {
            if (look_up(l, l->revoked, key, n, kinds[i].known) != LIBSSH2_KNOWNHOST_CHECK_NOTFOUND)
                return fail(l, EACCES, "the server's key is revoked, so nobody was logged in to");
            if (look_up(l, l->known, key, n, kinds[i].known) == LIBSSH2_KNOWNHOST_CHECK_MATCH)
                return true;
        }
    return fail(l, EACCES, "the server's key is another than the known one, so nobody was logged in to");
}

static bool shake_hands(struct login *l)
{
    l->session = libssh2_session_init_ex(NULL, NULL, NULL, l);
    l->known = l->session ? libssh2_knownhost_init(l->session) : NULL;
    l->revoked = l->session ? libssh2_knownhost_init(l->session) : NULL;
    if (!l->known || !l->revoked)
        return fail(l, ENOMEM, "the SSH library does not start");
    libssh2_session_set_blocking(l->session, 1);
    void *own = NULL;
    LIBSSH2_RECV_FUNC((*const function)) = receive;
    memcpy(&own, &function, sizeof own); // the library takes every callback as a pointer to data
    libssh2_session_callback_set(l->session, LIBSSH2_CALLBACK_RECV, own);
    read_known(l);
    if (!choose_algorithms(l) || !in_time(l))
        return false;
    int e = libssh2_session_handshake(l->session, l->fd);
    if (e == LIBSSH2_ERROR_TIMEOUT)
        return fail(l, ETIMEDOUT, "the server did not answer in time");
    if (e == LIBSSH2_ERROR_KEX_FAILURE)
        return fail(l, EPROTO, "the server shows no key of the kinds that are known of it");
    if (e)
        return fail(l, EPROTO, "the server did not speak SSH as this build does");
    return is_known(l);
}

// ---- who are we? ------------------------------------------------------------------------------------

static LIBSSH2_USERAUTH_PUBLICKEY_SIGN_FUNC(sign)
{
    struct ra_buf bare = {0};
    struct ra_ssh_signer *signer = *abstract;
    (void)session;
    signer->err = ra_ssh_signer_sign(signer, data, data_len, &bare);
    if (signer->err) {
        ra_buf_free(&bare);
        return -1;
    }
    *sig = (unsigned char *)bare.p; // the library frees it
    *sig_len = bare.n;
    return 0;
}

static int log_in(struct login *l, const char *user)
{
    if (l->q->key.n) {
        struct ra_buf pem RA_CLEANUP(ra_buf_free) = {0};
        ra_buf_span(&pem, l->q->key);
        ra_buf_putc(&pem, '\n');
        return libssh2_userauth_publickey_frommemory(l->session, user, strlen(user), NULL, 0, pem.p, pem.n, NULL);
    }
    void *signer = &l->signer;
    return libssh2_userauth_publickey(l->session, user, l->signer.blob, l->signer.n, sign, &signer);
}

static bool authenticate(struct login *l)
{
    if (!in_time(l))
        return false;
    int e = log_in(l, l->q->user);
    if (!e)
        return true;
    if (l->signer.err)
        return fail(l, l->signer.err, "the agent did not sign");
    if (e == LIBSSH2_ERROR_AUTHENTICATION_FAILED || e == LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED) {
        fail(l, EACCES, "the server does not take this key");
        l->answer->end = RA_SSH_REFUSED;
        return false;
    }
    if (e == LIBSSH2_ERROR_FILE)
        return fail(l, EINVAL, "the key could not be read");
    return fail(l, e == LIBSSH2_ERROR_TIMEOUT ? ETIMEDOUT : EPROTO, "the login ended without an answer");
}

// ---- what it says -------------------------------------------------------------------------------------

// More than 0: so many bytes came; 0: no more will; less: it did not go on, or enough was said.
static ssize_t read_some(struct login *l, LIBSSH2_CHANNEL *channel, int stream, struct ra_buf *to)
{
    enum { ROOM = 2048 };
    if (!in_time(l) || to->n >= RA_SSH_MAX_BYTES)
        return -1;
    ssize_t n = libssh2_channel_read_ex(channel, stream, ra_buf_room(to, ROOM), ROOM);
    if (n > 0)
        to->n += (size_t)n;
    return n;
}

static void hear(struct login *l)
{
    struct ra_ssh_answer *a = l->answer;
    LIBSSH2_CHANNEL *channel = in_time(l) ? libssh2_channel_open_ex(l->session, "session", 7, RA_SSH_MAX_BYTES,
                                                                    RA_SSH_MAX_BYTES, NULL, 0)
                                          : NULL;
    if (!channel) {
        fail(l, EPROTO, "the server took the key and opened no session");
        return;
    }
    bool runs = in_time(l) && libssh2_channel_exec(channel, l->q->command) == 0;
    ssize_t n = runs ? 1 : -1;
    while (n > 0 && !l->q->enough(ra_buf_view(&a->out)))
        n = read_some(l, channel, 0, &a->out);
    bool ended = n == 0;
    while (ended && n >= 0 && (n = read_some(l, channel, SSH_EXTENDED_DATA_STDERR, &a->said)) > 0) {
    }
    libssh2_session_set_timeout(l->session, RA_SSH_GOODBYE_MS);
    libssh2_channel_free(channel);
    if (!runs || (!ended && !l->q->enough(ra_buf_view(&a->out)))) {
        fail(l, ETIMEDOUT, runs ? "the command did not answer in time" : "the server ran no command");
        return;
    }
    a->err = 0;
    a->why = NULL;
    a->end = RA_SSH_SPOKE;
}

void ra_ssh_ask(const struct ra_ssh_question *q, int64_t until_ms, struct ra_ssh_answer *ret)
{
    static bool started;
    struct login l = {.q = q, .answer = ret, .fd = -1};
    int64_t own_ms = ra_now_ms() + RA_SSH_LOGIN_MS;
    l.until_ms = own_ms < until_ms ? own_ms : until_ms;
    *ret = (struct ra_ssh_answer){.end = RA_SSH_UNTOLD};
    if (!started && libssh2_init(0)) {
        fail(&l, ENOSYS, "the SSH library does not start");
        return;
    }
    started = true;
    int e = q->key.n ? 0 : ra_ssh_signer_find(&l.signer, q->agent, q->fingerprint, l.until_ms);
    if (e)
        fail(&l, e, "the agent no longer holds the key");
    else if (dial(&l) && shake_hands(&l) && authenticate(&l))
        hear(&l);
    if (l.known)
        libssh2_knownhost_free(l.known);
    if (l.revoked)
        libssh2_knownhost_free(l.revoked);
    if (l.session) {
        libssh2_session_set_timeout(l.session, RA_SSH_GOODBYE_MS);
        libssh2_session_disconnect(l.session, "");
        libssh2_session_free(l.session);
    }
    if (l.fd >= 0)
        close(l.fd);
}
