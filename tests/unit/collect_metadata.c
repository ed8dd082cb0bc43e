// A cloud's identity service, offline: whose machine it is, and whether a packet gets there.
#include "netlink_build.h"

int ra_collect_network(struct ra_collect *c, struct ra_error *err);

#define DMI "/sys/class/dmi/id/"
enum way { CLOSED, OPEN, ONE_HOST, ELSEWHERE, UNTOLD };
enum { NO = -1 }; // no reach

static void run(struct recording *r, enum way way)
{
    struct kernel k = usual();
    put(r, "/proc/self/mountinfo", "65 42 0:40 /newroot / rw - tmpfs tmpfs rw\n67 65 0:41 / /proc rw - proc proc rw\n");
    put_namespaces(r, OWN_NS, OWN_NS, OWN_NS, OWN_NS);
    if (way == OPEN)
        add_route(&k.routes4, AF_INET, NULL, 0, "192.0.2.1", 2, RTN_UNICAST, RT_TABLE_MAIN);
    if (way == ONE_HOST)
        add_route(&k.routes4, AF_INET, "169.254.169.254", 32, NULL, 2, RTN_UNICAST, RT_TABLE_MAIN);
    if (way == ELSEWHERE)
        add_route(&k.routes4, AF_INET, "192.0.2.0", 24, NULL, 2, RTN_UNICAST, RT_TABLE_MAIN);
    write_kernel(r, &k);
    if (way == UNTOLD)
        side(r, "netlink.routes4", "errno EPERM\n");
    recording_run(r, "network", "bubblewrap", ra_collect_network);
    kernel_free(&k);
}

static const struct {
    const char *file, *text, *environment, *errors, *probes;
    enum way way;
    int ceiling;
    const char *cloud; // NULL: not known
} rows[] = {
    // No route, or no socket: nothing is said, whatever the machine is.
    {DMI "sys_vendor", "Amazon EC2\n", "", "", "", CLOSED, NO, NULL},
    {DMI "sys_vendor", "Amazon EC2\n", "", "", "", ELSEWHERE, NO, NULL},
    {DMI "sys_vendor", "Amazon EC2\n", "", "", "socket_inet EPERM\n", OPEN, NO, NULL},
    {"/etc/none", "", "", "", "", CLOSED, NO, NULL},
    // A cloud's machine with a way there.
    {DMI "sys_vendor", "Amazon EC2\n", "", "", "", OPEN, RA_RADIUS_ORGANIZATION, "aws"},
    {DMI "sys_vendor", "Amazon EC2\n", "", "", "", ONE_HOST, RA_RADIUS_ORGANIZATION, "aws"},
    {DMI "sys_vendor", "Amazon EC2\n", "", "", "", UNTOLD, RA_RADIUS_ORGANIZATION, "aws"},
    {DMI "bios_version", "4.11.amazon\n", "", "", "", OPEN, RA_RADIUS_ORGANIZATION, "aws"},
    {"/sys/hypervisor/uuid", "ec2e1916-9099-7caf-fd21-012345abcdef\n", "", "", "", OPEN, RA_RADIUS_ORGANIZATION, "aws"},
    {DMI "product_name", "Google Compute Engine\n", "", "", "", OPEN, RA_RADIUS_ORGANIZATION, "gcp"},
    {DMI "chassis_asset_tag", "7783-7084-3265-9085-8269-3286-77\n", "", "", "", OPEN, RA_RADIUS_ORGANIZATION, "azure"},
    {DMI "chassis_asset_tag", "OracleCloud.com\n", "", "", "", OPEN, RA_RADIUS_ORGANIZATION, "oracle"},
    {DMI "sys_vendor", "Hetzner\n", "", "", "", OPEN, RA_RADIUS_GRANT, "hetzner"},
    {DMI "sys_vendor", "Alibaba Cloud\n", "", "", "", ONE_HOST, NO, NULL}, // its address is another
    {"/run/cloud-init/cloud-id", "azure\n", "", "", "", OPEN, RA_RADIUS_ORGANIZATION, "azure"},
    // A machine of no cloud, and what only looks like one.
    {DMI "sys_vendor", "LENOVO\n", "", "", "", OPEN, NO, NULL},
    {DMI "sys_vendor", "Google\n", "", "", "", OPEN, NO, NULL}, // a Chromebook
    {DMI "product_name", "Virtual Machine\n", "", "", "", OPEN, NO, NULL}, // Hyper-V's own tag is another
    {DMI "sys_vendor", "QEMU\n", "", "", "", ONE_HOST, NO, NULL},
    {"/proc/cpuinfo", "model name\t: 12th Gen Intel(R) Core(TM) i7-1260P\n", "", "", "", OPEN, NO, NULL},
    {"/proc/cpuinfo", "CPU implementer\t: 0x61\n", "", "", "", OPEN, NO, NULL},
    // Nothing tells, or what would cannot be read.
    {"/proc/cpuinfo", "model name\t: Intel(R) Xeon(R) Platinum\n", "", "", "", OPEN, RA_RADIUS_ORGANIZATION, NULL},
    {"/etc/none", "", "", "", "", OPEN, RA_RADIUS_ORGANIZATION, NULL},
    {DMI "sys_vendor", "LENOVO\n", "", DMI "chassis_asset_tag EIO\n", "", OPEN, RA_RADIUS_ORGANIZATION, NULL},
    {DMI "sys_vendor", "LENOVO\n", "", DMI "product_name EACCES\n", "", OPEN, RA_RADIUS_ORGANIZATION, NULL},
    {DMI "sys_vendor", "Hetzner\n", "", DMI "chassis_asset_tag EIO\n", "", OPEN, RA_RADIUS_ORGANIZATION, "hetzner"},
    {"/run/cloud-init/cloud-id", "nocloud\n", "", "/run/cloud-init/cloud-id EIO\n", "", OPEN, RA_RADIUS_ORGANIZATION, NULL},
    // Variables: where they lead counts, not what the firmware says.
    {DMI "sys_vendor", "LENOVO\n", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/x\n", "", "", OPEN,
     RA_RADIUS_ORGANIZATION, "ecs"},
    {DMI "sys_vendor", "LENOVO\n", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/x\n", "", "", ELSEWHERE, NO, NULL},
    {DMI "sys_vendor", "LENOVO\n", "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.23/v1/credentials\n", "", "", OPEN,
     RA_RADIUS_ORGANIZATION, "eks"},
    {DMI "sys_vendor", "Amazon EC2\n", "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.23/v1/credentials\n", "", "",
     OPEN, RA_RADIUS_ORGANIZATION, "aws,eks"},
    {DMI "sys_vendor", "LENOVO\n", "IDENTITY_ENDPOINT=http://127.0.0.1:5432/msi/token\n", "", "", CLOSED, NO, NULL},
    {DMI "sys_vendor", "LENOVO\n", "GCE_METADATA_HOST=metadata.corp.test:8080\n", "", "", OPEN, RA_RADIUS_ORGANIZATION, "gcp"},
    {DMI "sys_vendor", "LENOVO\n", "GCE_METADATA_HOST=metadata.corp.test:8080\n", "", "", CLOSED, NO, NULL},
    {DMI "sys_vendor", "LENOVO\n", "GCE_METADATA_HOST=\n", "", "", OPEN, NO, NULL},
};

static void whose_machine_and_which_way(void **state)
{
    (void)state;
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        struct recording r;
        recording_open(&r);
        put(&r, rows[i].file, rows[i].text);
        side(&r, "environ", rows[i].environment);
        side(&r, "errors", rows[i].errors);
        side(&r, "probes", rows[i].probes);
        run(&r, rows[i].way);
        const struct ra_reach *at = ra_reach_find(&r.inv, "unknown:metadata");
        if ((at != NULL) != (rows[i].ceiling != NO))
            fail_msg("row %zu (%s %s): %s", i, rows[i].file, rows[i].text, at ? "there" : "not there");
        if (at) {
            const struct ra_detail *cloud = ra_detail_find(at, "cloud");
            if ((int)at->ceiling != rows[i].ceiling || at->least != RA_RADIUS_NOTHING || (at->traits & RA_TRAIT_IDENTITY) ||
                strncmp(at->settled_by, "--online=metadata", 17) != 0)
                fail_msg("row %zu: ceiling %d, settled by %s", i, (int)at->ceiling, at->settled_by);
            if ((cloud != NULL) != (rows[i].cloud != NULL) || (cloud && strcmp(cloud->text, rows[i].cloud) != 0))
                fail_msg("row %zu: cloud %s", i, cloud ? cloud->text : "none");
        }
        if (rows[i].way != UNTOLD && r.c.cover->status != RA_RUN_RAN)
            fail_msg("row %zu: a vector that needs consent is no blindness of the collector", i);
        recording_close(&r);
    }
}

// A loopback address leads somewhere only where something listens.
static void a_loopback_endpoint_needs_a_listener(void **state)
{
    (void)state;
    for (int listens = 0; listens < 2; listens++) {
        struct recording r;
        struct kernel k = usual();
        recording_open(&r);
        put(&r, "/proc/self/mountinfo", "67 65 0:41 / /proc rw - proc proc rw\n");
        put_namespaces(&r, OWN_NS, OWN_NS, OWN_NS, OWN_NS);
        side(&r, "environ", "IDENTITY_ENDPOINT=http://localhost:41234/msi/token\n");
        if (listens)
            add_listener(&k.tcp, "127.0.0.1", 41234, 501);
        write_kernel(&r, &k);
        recording_run(&r, "network", "bubblewrap", ra_collect_network);
        assert_int_equal(ra_reach_find(&r.inv, "unknown:metadata") != NULL, listens);
        recording_close(&r);
        kernel_free(&k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whose_machine_and_which_way),
        cmocka_unit_test(a_loopback_endpoint_needs_a_listener),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
