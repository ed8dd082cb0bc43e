// Included before every source file by the build: calls that cannot be used safely do not compile.
#ifndef RA_BASE_BANNED_H
#define RA_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Where a compiler lacks __va_arg_pack, glibc's fortify makes macros of these, and a macro cannot be poisoned.
#undef sprintf
#undef vsprintf
// No length limit.
#pragma GCC poison strcpy strcat sprintf vsprintf gets
// Hidden state shared between callers.
#pragma GCC poison strtok
// No error report.
#pragma GCC poison atoi atol atoll atof
// Would run another program; an audit runs none.
#pragma GCC poison system popen

#endif
