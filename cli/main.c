#include "cli/cli.h"

int main(void)
{
    return RA_EXIT_INTERNAL;
}
