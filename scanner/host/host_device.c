// Which special files may be opened for write and closed again without consequence? Opening a watchdog starts
// it, a terminal or tape reacts to it; what a device is, its number tells, not its name.
// Source: Documentation/admin-guide/devices.txt of the kernel; /sys/dev/char.
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "host/inner.h"

struct range {
    unsigned major_from, major_to, minor_from, minor_to;
};

static const struct range jumpy_numbers[] = {
    {4, 5, 0, UINT_MAX},     // terminals, console, pty multiplexer
    {9, 9, 0, UINT_MAX},     // SCSI tapes
    {10, 10, 130, 130},      // watchdog
    {12, 12, 0, UINT_MAX},   // QIC-02 tapes
    {27, 27, 0, UINT_MAX},   // floppy tapes
    {37, 37, 0, UINT_MAX},   // IDE tapes
    {88, 88, 0, UINT_MAX},   // serial cards
    {136, 143, 0, UINT_MAX}, // pseudo terminals
    {148, 148, 0, UINT_MAX}, // serial cards
    {160, 166, 0, UINT_MAX}, // serial cards, modems
    {188, 188, 0, UINT_MAX}, // USB serial
    {204, 204, 0, UINT_MAX}, // low-density serial ports
    {206, 206, 0, UINT_MAX}, // OnStream tapes
    {208, 208, 0, UINT_MAX}, // user space serial ports
    {229, 229, 0, UINT_MAX}, // hypervisor consoles
};
static const char *const jumpy_names[] = {"watchdog*", "tty*", "console", "ptmx",   "hvc*",  "vport*",
                                          "st[0-9]*",  "nst*", "nosst*",  "osst*", "vcsa*"};
static const char *const jumpy_classes[] = {"/watchdog/", "/tty/", "/scsi_tape/", "/tpm/", "/ipmi/", "/virtio-ports/"};

// Numbers that the kernel hands out at boot: only sysfs tells what stands behind them.
static bool is_dynamic(unsigned major_number)
{
    return (major_number >= 234 && major_number <= 254) || major_number >= 384;
}

static bool is_jumpy_by_class(unsigned major_number, unsigned minor_number)
{
    char link[64], target[PATH_MAX];
    snprintf(link, sizeof link, "/sys/dev/char/%u:%u", major_number, minor_number);
    ssize_t n = readlink(link, target, sizeof target - 1);
    if (n < 0)
        return is_dynamic(major_number);
    target[n] = 0;
    for (size_t i = 0; i < RA_COUNT(jumpy_classes); i++)
        if (strstr(target, jumpy_classes[i]))
            return true;
    return false;
}

bool ra_device_is_calm(const char *path, char type, unsigned major_number, unsigned minor_number)
{
    if (type != 'c')
        return true;
    for (size_t i = 0; i < RA_COUNT(jumpy_names); i++)
        if (fnmatch(jumpy_names[i], ra_path_base(path), 0) == 0)
            return false;
    for (size_t i = 0; i < RA_COUNT(jumpy_numbers); i++) {
        const struct range *r = &jumpy_numbers[i];
        if (major_number >= r->major_from && major_number <= r->major_to && minor_number >= r->minor_from &&
            minor_number <= r->minor_to)
            return false;
    }
    return !is_jumpy_by_class(major_number, minor_number);
}
