// States, vaulted files, pipelines and variable files: secret, encrypted, opened by what lies beside, examples.
#include "collect_files_host.h"

static const struct variant trees[] = {
    {TREE "/terraform.tfstate",
     "{\"version\":4,\"outputs\":{\"dsn\":{\"value\":\"host %s\",\"sensitive\":true},\"zone\":{\"value\":\"a-zone-of-the-cloud1\"}},"
     "\"resources\":[{\"name\":\"vm\",\"instances\":[{\"attributes\":{\"ami\":\"ami-0123456789abcdef0\"}}]}]}",
     "file:~/project/terraform.tfstate#outputs.dsn.value", ALIVE},
    {TREE "/env/prod.tfstate",
     "{\"resources\":[{\"name\":\"db\",\"instances\":[{\"attributes\":{\"blob\":\"%s\"},"
     "\"sensitive_attributes\":[[{\"type\":\"get_attr\",\"value\":\"blob\"}]]}]}]}",
     "file:~/project/env/prod.tfstate#resources.db.instances.0.attributes.blob", ALIVE},
    {TREE "/sealed.tfstate", "{\"serial\":1,\"encrypted_data\":\"%s\",\"encryption_version\":\"v0\"}", "file:~/project/sealed.tfstate", DEAD},
    {TREE "/.terraform/terraform.tfstate", "{\"backend\":{\"type\":\"s3\",\"config\":{\"bucket\":\"x\",\"key\":\"prod/terraform.tfstate\"}}}",
     "file:~/project/.terraform", NOTHING},
    {TREE "/prod.tfvars", "region = \"eu\"\ndb_password = \"%s\"\nadmin_password = var.other\n", "file:~/project/prod.tfvars#db_password", ALIVE},
    {HOME "/.terraformrc", "credentials \"app.test\" {\n  token = \"%s\"\n}\n", "file:~/.terraformrc#token", ALIVE},
    {HOME "/.pulumi/credentials.json", "{\"current\":\"https://api.test\",\"accessTokens\":{\"https://api.test\":\"%s\"}}",
     "file:~/.pulumi/credentials.json#accessTokens.https://api.test", ALIVE},
    {TREE "/Pulumi.prod.yaml", "encryptionsalt: v1:abc\nconfig:\n  aws:region: eu\n  app:dbPassword:\n    secure: v1:%s\n",
     "file:~/project/Pulumi.prod.yaml", DEAD},
    {TREE "/group_vars/all.yml", "$ANSIBLE_VAULT;1.1;AES256\n%s\n", "file:~/project/group_vars/all.yml", DEAD},
    {TREE "/host_vars/db.yml", "db_user: app\ndb_password: %s\nother: \"{{ vault_other }}\"\n", "file:~/project/host_vars/db.yml#db_password", ALIVE},
    {TREE "/hosts.ini", "[db]\nx.test ansible_user=a ansible_password=%s\n", "file:~/project/hosts.ini#ansible_password", ALIVE},
    {TREE "/app.enc.yaml", "db: ENC[AES256_GCM,data:%s,type:str]\nsops:\n    mac: ENC[AES256_GCM,data:x]\n", "file:~/project/app.enc.yaml", DEAD},
    {TREE "/.env.vault", "DOTENV_VAULT_PRODUCTION=\"%s\"\n", "file:~/project/.env.vault#encrypted", DEAD},
    {TREE "/.env.production", "DOTENV_PUBLIC_KEY_PRODUCTION=\"03ab\"\nAPI_KEY=\"encrypted:%s\"\n", "file:~/project/.env.production#encrypted", DEAD},
    {TREE "/.env.local.example", "API_TOKEN=%s\n", "file:~/project/.env.local", NOTHING},
    {TREE "/sample.env", "API_TOKEN=%s\n", "file:~/project/sample.env", NOTHING},
    {TREE "/.env", "A_TOKEN=op://vault/item/field\nB_TOKEN=${X}\nC_TOKEN=vault:secret/x\nD_TOKEN={{ x }}\nE_TOKEN=your-token-here\nF_TOKEN=%s\n",
     "file:~/project/.env#F_TOKEN", ALIVE},
    {TREE "/config/credentials.yml.enc", "%s--abc--def", "file:~/project/config/credentials.yml.enc", DEAD},
    {TREE "/.github/workflows/ci.yml",
     "env:\n  TOKEN: ${{ secrets.DEPLOY }}\n  PASSWORD: credentials('deploy-id-number-1')\n  MODE: production\nsteps:\n  - run: deploy --token %s\n",
     "file:~/project/.github/workflows/ci.yml#token", ALIVE},
    {TREE "/.travis.yml", "env:\n  - secure: \"%s\"\n", "file:~/project/.travis.yml", NOTHING},
    {TREE "/Jenkinsfile", "withCredentials([string(credentialsId: 'deploy-key-of-production-1', variable: 'TOKEN')]) { sh 'x' }\n",
     "file:~/project/Jenkinsfile", NOTHING},
    {"/var/lib/jenkins/credentials.xml", "<a><id>x</id><password>{AQAAAB%s}</password></a>\n", "file:/var/lib/jenkins/credentials.xml", DEAD},
    {HOME "/.m2/settings.xml", "<server><id>n</id>\n<password>{%s}</password></server>\n", "file:~/.m2/settings.xml#n", DEAD},
    {TREE "/nuget.config", "<add key=\"Password\" value=\"%s\" />\n", "file:~/project/nuget.config#Password", DEAD},
    {HOME "/.nuget/NuGet/NuGet.Config", "<add key=\"ClearTextPassword\" value=\"%s\" />\n", "file:~/.nuget/NuGet/NuGet.Config#ClearTextPassword", ALIVE},
    {TREE "/core-site.xml", "<property><name>fs.s3a.secret.key</name>\n<value>x</value>\n<name>fs.s3a.secret.key</name><value>%s</value></property>\n",
     "file:~/project/core-site.xml#fs.s3a.secret.key", ALIVE},
};

static void infrastructure(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    told_as(&r, trees, RA_COUNT(trees));
    recording_close(&r);
}

static const struct variant opened[] = {
    {TREE "/group_vars/all.yml", "$ANSIBLE_VAULT;1.1;AES256\n0000\n", "file:~/project/group_vars/all.yml", ALIVE},
    {HOME "/.vault_pass.txt", "%s\n", "file:~/.vault_pass.txt", ALIVE},
    {TREE "/config/credentials.yml.enc", "abc--abc--def", "file:~/project/config/credentials.yml.enc", ALIVE},
    {TREE "/config/master.key", "0123456789abcdef0123456789abcdef", "file:~/project/config/master.key", ALIVE},
    {TREE "/.env.production", "API_KEY=\"encrypted:0000\"\n", "file:~/project/.env.production#encrypted", ALIVE},
    {TREE "/.env.keys", "DOTENV_PRIVATE_KEY_PRODUCTION=%s\n", "file:~/project/.env.keys#DOTENV_PRIVATE_KEY_PRODUCTION", ALIVE},
    {"/var/lib/jenkins/credentials.xml", "<password>{AQAAAB0000}</password>\n", "file:/var/lib/jenkins/credentials.xml", ALIVE},
    {"/var/lib/jenkins/secrets/master.key", "%s", "file:/var/lib/jenkins/secrets/master.key", ALIVE},
    {HOME "/.m2/settings.xml", "<server><id>n</id>\n<password>{0000=}</password></server>\n", "file:~/.m2/settings.xml#n", ALIVE},
    {HOME "/.m2/settings-security.xml", "<master>{%s}</master>\n", "file:~/.m2/settings-security.xml#master", ALIVE},
    {TREE "/app.enc.yaml", "db: ENC[AES256_GCM,data:0]\nsops:\n    age:\n      enc: |\n        -----BEGIN AGE ENCRYPTED FILE-----\n",
     "file:~/project/app.enc.yaml", ALIVE},
    {HOME "/.config/sops/age/keys.txt", "# none yet\n", "file:~/.config/sops/age/keys.txt", NOTHING},
};

static void what_opens_it_is_in_reach(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    told_as(&r, opened, RA_COUNT(opened));
    assert_string_equal(told(&r, "file:~/project/config/master.key", "opens"), "credentials.yml.enc");
    recording_close(&r);
}

// What cannot be told to be closed counts as open: no failure makes a secret dead.
static void a_failing_look_beside_opens(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    put(&r, HOME "/.m2/settings.xml", "<server><id>n</id>\n<password>{0000=}</password></server>\n");
    side(&r, "errors", HOME "/.m2/settings-security.xml EIO\n");
    home_look(&r);
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.m2/settings.xml#n", ALIVE});
    recording_close(&r);
}

static void password_files(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    put(&r, TREE "/ansible.cfg", "[defaults]\nvault_password_file = ./get-pass.sh\n");
    put(&r, TREE "/get-pass.sh", "#!/bin/sh\npass show vault\n");
    assert_int_equal(chmod(at_root(&r, TREE "/get-pass.sh"), 0755), 0);
    put(&r, HOME "/.vault_pass", "-----BEGIN PGP MESSAGE-----\nAAAA\n");
    put(&r, HOME "/.vault_pass_old", "changeme\n");
    home_look(&r);
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/project/get-pass.sh", ALIVE});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.vault_pass", DEAD});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.vault_pass_old", NOTHING});
    recording_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(infrastructure),
        cmocka_unit_test(what_opens_it_is_in_reach),
        cmocka_unit_test(a_failing_look_beside_opens),
        cmocka_unit_test(password_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
