// File capabilities, as the kernel stores them in an extended attribute.
#include "parse/proc.h"

static uint32_t le32(struct ra_span s, size_t at)
{
    const unsigned char *b = (const unsigned char *)s.p + at;
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

bool ra_file_caps_parse(struct ra_span attribute, uint64_t *ret_permitted, bool *ret_effective, uint32_t *ret_owner)
{
    static const size_t sizes[] = {0, 12, 20, 24}; // by revision
    uint32_t magic = attribute.n >= 12 ? le32(attribute, 0) : 0, revision = magic >> 24;
    if (revision < 1 || revision > 3 || attribute.n != sizes[revision])
        return false;
    *ret_effective = magic & 1;
    *ret_permitted = le32(attribute, 4) | (revision > 1 ? (uint64_t)le32(attribute, 12) << 32 : 0);
    *ret_owner = revision == 3 ? le32(attribute, 20) : 0;
    return true;
}
