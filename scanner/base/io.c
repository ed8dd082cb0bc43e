#include "base/io.h"

#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

int64_t ra_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t ra_unix_now_s(void)
{
    return (int64_t)time(NULL);
}

void ra_sleep_ms(unsigned ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000}, NULL);
}

int ra_write_all(int fd, struct ra_span bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n > 0)
            bytes = ra_span_cut(bytes, (size_t)n, bytes.n);
        else if (n == 0)
            return EIO;
        else if (errno == EAGAIN) {
            struct pollfd p = {.fd = fd, .events = POLLOUT};
            poll(&p, 1, -1);
        } else if (errno != EINTR)
            return errno;
    }
    return 0;
}
