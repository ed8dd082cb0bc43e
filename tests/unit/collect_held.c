// What goes to the asker beside each value: whose service it is, where, below which path, with which other parts.
#include "collect_files_host.h"

#include "providers/held.h"

static struct ra_buf held;
static struct recording r;
static struct ra_held all[32];
static size_t n_all;

static void look(const char *environment)
{
    struct ra_error err = {0};
    struct ra_span rest;
    side(&r, "environ", environment);
    ra_inventory_init(&r.inv, &r.arena);
    r.inv.target.box = (struct ra_box){"none", true, "as recorded"};
    ra_scrub_set_shapes(ra_recognise_for_scrub);
    r.c = (struct ra_collect){.arena = &r.arena, .inv = &r.inv, .name = "files", .home = HOME, .worktree = TREE, .now_s = NOW,
                              .held = &held};
    r.c.host = recording_host(&r);
    r.c.cover = ra_coverage_add(&r.inv, "files");
    r.c.cover->status = RA_RUN_RAN;
    if (ra_collect_files(&r.c, &err))
        fail_msg("%s", err.text);
    rest = ra_buf_view(&held);
    for (n_all = 0; n_all < RA_COUNT(all) && ra_held_next(&r.arena, &rest, &all[n_all]);)
        n_all++;
    assert_int_equal(rest.n, 0);
}

// The n-th record of the place.
static const struct ra_held *of(const char *place, size_t n)
{
    for (size_t i = 0; i < n_all; i++)
        if (strcmp(all[i].place ? all[i].place : "", place) == 0 && n-- == 0)
            return &all[i];
    fail_msg("nothing is held of %s", place);
    return NULL;
}

static void is(const char *got, const char *wanted, int line)
{
    if (strcmp(got ? got : "(none)", wanted ? wanted : "(none)") != 0)
        fail_msg("line %d: %s, expected %s", line, got ? got : "(none)", wanted ? wanted : "(none)");
}
#define IS(got, wanted) is(got, wanted, __LINE__)
#define SAYS(span, text) IS(ra_strndup(&r.arena, span), text)

static void begin(void)
{
    home_open(&r);
}

static void end(void)
{
    ra_buf_free(&held);
    recording_close(&r);
}

static void clusters(void **state)
{
    (void)state;
    begin();
    const char *token = characters(&r, 40, 1);
    put(&r, HOME "/.kube/config",
        ra_strfmt(&r.arena,
                  "clusters:\n- name: a\n  cluster:\n    server: https://a.test:6443\n    certificate-authority-data: Q0E=\n"
                  "- name: b\n  cluster:\n    server: https://b.test/k8s/c-x/\n    certificate-authority: ca.pem\n"
                  "contexts:\n- name: a\n  context: {cluster: a, user: dev, namespace: team}\n"
                  "- name: b\n  context: {cluster: b, user: dev}\n"
                  "users:\n- name: dev\n  user:\n    token: %s\n", token));
    put(&r, HOME "/.kube/ca.pem", "of b");
    put(&r, "/var/run/secrets/kubernetes.io/serviceaccount/token", characters(&r, 40, 2));
    put(&r, "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt", "of the pod");
    put(&r, "/var/run/secrets/kubernetes.io/serviceaccount/namespace", "prod\n");
    look("HOME=" HOME "\nKUBERNETES_SERVICE_HOST=10.0.0.1\nKUBERNETES_SERVICE_PORT=6443\n");
    const struct ra_held *a = of("file:~/.kube/config#dev", 0), *b = of("file:~/.kube/config#dev", 1),
                         *pod = of("file:/var/run/secrets/kubernetes.io/serviceaccount/token", 0);
    IS(a->provider, "kubernetes");
    IS(a->type, "token");
    IS(a->host, "https://a.test:6443");
    IS(a->path, NULL);
    IS(a->scope, "team");
    SAYS(a->value.value, token);
    SAYS(a->value.ca, "CA");
    IS(b->host, "https://b.test/k8s/c-x/");
    IS(b->path, "/k8s/c-x");
    IS(b->scope, NULL);
    SAYS(b->value.value, token);
    SAYS(b->value.ca, "of b");
    IS(b->secret, a->secret);
    IS(pod->provider, "kubernetes");
    IS(pod->host, "10.0.0.1:6443");
    IS(pod->scope, "prod");
    SAYS(pod->value.ca, "of the pod");
    end();
}

static void registries(void **state)
{
    (void)state;
    begin();
    const char *one = characters(&r, 40, 3), *two = characters(&r, 36, 4);
    put(&r, HOME "/.npmrc", ra_strfmt(&r.arena,
                                      "//pkg.test:4873/repo/:_authToken=%s\n//forge.test/npm/:_authToken=gl" "pat-%s\n"
                                      "//pair.test/:_auth=bW9uYTpoZWxsby13b3JsZC0xMjM0\n",
                                      one, two));
    put(&r, HOME "/.docker/config.json", "{\"auths\": {\"images.test\": {\"auth\": \"bW9uYTpoZWxsby13b3JsZC0xMjM0\"}}}");
    put(&r, HOME "/.config/glab-cli/config.yml",
        ra_strfmt(&r.arena, "hosts:\n  git.test:\n    api_host: https://api.git.test/gitlab/\n    token: %s\n", characters(&r, 40, 5)));
    look("HOME=" HOME "\n");
    const struct ra_held *npm = of("file:~/.npmrc#pkg.test:4873", 0), *forge = of("file:~/.npmrc#forge.test", 0),
                         *pair = of("file:~/.npmrc#pair.test", 0), *images = of("file:~/.docker/config.json#images.test", 0),
                         *glab = of("file:~/.config/glab-cli/config.yml#git.test", 0);
    IS(npm->provider, "npm");
    IS(npm->host, "https://pkg.test:4873/repo");
    IS(npm->path, "/repo");
    IS(npm->user, NULL);
    SAYS(npm->value.value, one);
    IS(forge->provider, "gitlab"); // its shape says so; the path is the registry's
    IS(forge->path, NULL);
    IS(pair->provider, "npm");
    IS(pair->user, "mona");
    SAYS(pair->value.value, "hello-world-1234");
    IS(images->provider, "docker");
    IS(images->user, "mona");
    SAYS(images->value.value, "hello-world-1234");
    IS(glab->provider, "gitlab");
    IS(glab->host, "https://api.git.test/gitlab/");
    IS(glab->path, "/gitlab");
    end();
}

static void keys_of_aws(void **state)
{
    (void)state;
    begin();
    const char *secret = characters(&r, 40, 6);
    put(&r, HOME "/.aws/credentials",
        ra_strfmt(&r.arena, "[one]\naws_access_key_id = AK" "IAABCDEFGH234567QR\naws_secret_access_key = %s\nregion = cn-north-1\n"
                            "[two]\naws_access_key_id = AK" "IAABCDEFGH234567QS\naws_secret_access_key = %s\n"
                            "endpoint_url = https://s3.test\n", secret, characters(&r, 40, 7)));
    look("HOME=" HOME "\n");
    const struct ra_held *one = of("file:~/.aws/credentials#one", 0), *two = of("file:~/.aws/credentials#two", 0);
    IS(one->provider, "aws");
    IS(one->scope, "cn-north-1");
    IS(one->host, NULL);
    SAYS(one->value.id, "AK" "IAABCDEFGH234567QR");
    SAYS(one->value.value, secret);
    IS(two->host, "https://s3.test");
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(clusters), cmocka_unit_test(registries), cmocka_unit_test(keys_of_aws)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
