#include "base/digest.h"

#include <sha2.h>
#include <stdio.h>
#include <string.h>

static const char domain[] = "reachaudit secret digest v1";

static void hex(const unsigned char *bytes, size_t n, char *ret)
{
    for (size_t i = 0; i < n; i++)
        snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

static void sha256(const char *prefix, size_t prefix_n, struct ra_span s, unsigned char ret[SHA256_DIGEST_LENGTH])
{
    SHA2_CTX ctx;
    SHA256Init(&ctx);
    SHA256Update(&ctx, (const unsigned char *)prefix, prefix_n);
    SHA256Update(&ctx, (const unsigned char *)s.p, s.n);
    SHA256Final(ret, &ctx);
    explicit_bzero(&ctx, sizeof ctx);
}

void ra_digest(struct ra_span secret, char ret[RA_DIGEST_HEX + 1])
{
    unsigned char sum[SHA256_DIGEST_LENGTH];
    sha256(domain, sizeof domain, secret, sum); // the NUL separates domain and value
    hex(sum, RA_DIGEST_HEX / 2, ret);
    explicit_bzero(sum, sizeof sum);
}

void ra_sha256_hex(struct ra_span bytes, char ret[65])
{
    unsigned char sum[SHA256_DIGEST_LENGTH];
    sha256("", 0, bytes, sum);
    hex(sum, sizeof sum, ret);
}

void ra_sha256_base64(struct ra_span bytes, char ret[44])
{
    static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char sum[SHA256_DIGEST_LENGTH + 1] = {0};
    sha256("", 0, bytes, sum);
    for (size_t i = 0, o = 0; o < 43; i += 3) {
        unsigned v = (unsigned)sum[i] << 16 | (unsigned)sum[i + 1] << 8 | (i + 2 < 32 ? sum[i + 2] : 0u);
        for (int shift = 18; shift >= 0 && o < 43; shift -= 6)
            ret[o++] = abc[v >> shift & 63];
    }
    ret[43] = 0;
}

void ra_hmac_sha256(struct ra_span key, struct ra_span bytes, unsigned char ret[32])
{
    enum { BLOCK = 64 };
    unsigned char pad[BLOCK] = {0}, inner[BLOCK], outer[BLOCK];
    if (key.n > BLOCK)
        sha256("", 0, key, pad);
    else
        memcpy(pad, key.p, key.n);
    for (size_t i = 0; i < BLOCK; i++) {
        inner[i] = pad[i] ^ 0x36;
        outer[i] = pad[i] ^ 0x5c;
    }
    sha256((const char *)inner, BLOCK, bytes, ret);
    sha256((const char *)outer, BLOCK, (struct ra_span){(const char *)ret, SHA256_DIGEST_LENGTH}, ret);
    explicit_bzero(pad, sizeof pad);
    explicit_bzero(inner, sizeof inner);
    explicit_bzero(outer, sizeof outer);
}
