// The program begins by looking at itself, before anything is changed or opened; then it does what it is told.
#include "cli/cli.h"

int main(int argc, char **argv)
{
    struct ra_arena a = {0};
    struct ra_self self = {0};
    ra_self_observe(&a, &self);
    int status = ra_dispatch(argc, argv, &self);
    ra_arena_free(&a);
    return status;
}
