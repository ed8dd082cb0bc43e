"""Who keeps clouds and clusters running."""
import base64
import string

from person import ENCRYPTED, EXPIRED, HEX, LIVE, URL64


def b64(text):
    return base64.b64encode(text.encode()).decode()


def clusters(p):
    m = p.m
    key = b64(m.pem())
    m.keep(key)
    p.holds(".kube/config", "apiVersion: v1\nkind: Config\ncurrent-context: prod\nclusters:\n- name: prod\n  cluster:\n"
            "    server: https://k8s.corp.test:6443\n    certificate-authority-data: %s\ncontexts:\n- name: prod\n  context:\n"
            "    cluster: prod\n    user: admin\nusers:\n- name: admin\n  user:\n    client-certificate-data: %s\n"
            "    client-key-data: %s\n- name: robot\n  user:\n    token: %s\n- name: eks\n  user:\n    exec:\n"
            "      apiVersion: client.authentication.k8s.io/v1beta1\n      command: aws\n      args: [eks, get-token]\n"
            "- name: basic\n  user:\n    username: ops\n    password: %s\n" % (
                b64(m.certificate()), b64(m.certificate()), key, m.jwt(-3), m.password()),
            {"admin": LIVE, "robot": EXPIRED, "basic": LIVE})
    p.holds(".kube/stage.yaml", "apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers:\n- name: stage\n  user:\n"
            "    token: %s\n" % m.jwt(30), {"stage": LIVE})
    p.holds(".config/argocd/config", "contexts:\n- name: cd.corp.test\n  server: cd.corp.test\n  user: cd.corp.test\n"
            "current-context: cd.corp.test\nservers:\n- grpc-web: true\n  server: cd.corp.test\nusers:\n"
            "- auth-token: %s\n  name: cd.corp.test\n" % m.jwt(-1), {"users.cd.corp.test.auth-token": EXPIRED})
    p.holds(".config/helm/repositories.yaml", "apiVersion: \"\"\ngenerated: \"0001-01-01T00:00:00Z\"\nrepositories:\n"
            "- caFile: \"\"\n  name: public\n  password: \"\"\n  url: https://charts.corp.test/public\n  username: \"\"\n"
            "- caFile: \"\"\n  name: corp\n  password: %s\n  url: https://charts.corp.test/corp\n  username: ops\n" % m.password(),
            {"repositories.corp.password": LIVE})
    p.holds(".config/helm/registry/config.json", {"auths": {"oci.corp.test": {"auth": m.basic()}}}, {"oci.corp.test": LIVE})
    p.holds(".docker/config.json", {"auths": {"registry.corp.test": {}, "plain.corp.test": {"auth": m.basic()}},
                                    "credsStore": "secretservice", "credHelpers": {"ecr.corp.test": "ecr-login"}},
            {"plain.corp.test": LIVE})
    p.kept("docker", "registry.corp.test")
    p.holds(".config/containers/auth.json", {"auths": {"quay.corp.test": {"auth": m.basic()}}}, {"quay.corp.test": LIVE})


def clouds(p):
    m = p.m
    p.holds(".aws/credentials", "[prod]\naws_access_key_id = %s\naws_secret_access_key = %s\n\n[vend]\n"
            "credential_process = /opt/bin/vend --profile prod\n" % (m.aws_id(), m.aws_secret()), {"prod": LIVE})
    p.write(".aws/config", "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = prod\n"
            "mfa_serial = arn:aws:iam::123456789012:mfa/ops\n")
    p.holds(".aws/cli/cache/%s.json" % m.hex(40), {"Credentials": {
        "AccessKeyId": "AS" + m.aws_id()[2:], "SecretAccessKey": m.aws_secret(), "SessionToken": m.of(n=400),
        "Expiration": m.date(-1)}, "AssumedRoleUser": {"Arn": "arn:aws:sts::123456789012:assumed-role/admin/x"}},
        {"Credentials.SecretAccessKey": EXPIRED, "Credentials.SessionToken": EXPIRED})
    home = m.uuid() + "." + m.uuid()
    p.holds(".azure/msal_token_cache.json", {
        "AccessToken": {home + "-login.corp.test-accesstoken": {
            "credential_type": "AccessToken", "secret": m.jwt(-1), "home_account_id": home,
            "expires_on": str(m.now - 90000), "cached_at": str(m.now - 93600)}},
        "RefreshToken": {home + "-login.corp.test-refreshtoken": {
            "credential_type": "RefreshToken", "secret": m.of("0.A", n=900, alphabet=URL64), "home_account_id": home}},
        "Account": {home: {"username": "ops@corp.test", "realm": m.uuid()}}}, {"AccessToken": EXPIRED, "RefreshToken": LIVE})
    p.write(".azure/azureProfile.json", b"\xef\xbb\xbf" + b'{"installationId": "x", "subscriptions": [{"id": "%s", "name": "prod", '
            b'"user": {"name": "ops@corp.test", "type": "user"}}]}' % m.uuid().encode())
    p.holds(".azure/service_principal_entries.json", [{"client_id": m.uuid(), "tenant": m.uuid(), "client_secret":
            m.of(n=3) + "8Q~" + m.of(n=34, alphabet=URL64)}], {"0.client_secret": LIVE})
    p.secret(".config/gcloud/credentials.db", m.gcloud())
    p.holds(".config/doctl/config.yaml", "access-token: %s\ncontext: default\noutput: text\n" % m.of(
        "dop", "_v1_", n=64, alphabet=HEX), {"access-token": LIVE})
    p.holds(".config/hcloud/cli.toml", 'active_context = "prod"\n\n[[contexts]]\n  name = "prod"\n  token = "%s"\n' % m.of(n=64),
            {"contexts.prod.token": LIVE})
    p.holds(".config/openstack/clouds.yaml", "clouds:\n  corp:\n    auth:\n      auth_url: https://stack.corp.test:5000/v3\n"
            "      username: ops\n      password: %s\n      project_name: prod\n    region_name: RegionOne\n" % m.password(),
            {"clouds.corp.auth.password": LIVE})
    p.holds(".edgerc", "[default]\nclient_secret = %s=\nhost = akab-x.luna.corp.test\naccess_token = akab-%s\nclient_token = akab-%s\n" % (
        m.of(n=43), m.of(n=32), m.of(n=32)), {"default": LIVE})
    p.holds(".s3cfg", "[default]\naccess_key = %s\nsecret_key = %s\ngpg_passphrase = \nhost_base = s3.corp.test\nuse_https = True\n" % (
        m.aws_id(), m.aws_secret()), {"default": LIVE})
    p.holds(".config/rclone/rclone.conf", "[s3]\ntype = s3\nprovider = Minio\naccess_key_id = %s\nsecret_access_key = %s\n"
            "endpoint = https://s3.corp.test\n" % (m.chars(20), m.of(n=40)), {"s3": LIVE})


def code(p):
    m = p.m
    p.holds(".terraform.d/credentials.tfrc.json", {"credentials": {"tfe.corp.test": {
        "token": m.of(n=14) + ".atlas" + "v1." + m.of(n=67)}}}, {"credentials.tfe.corp.test.token": LIVE})
    pulumi = m.of("pul", "-", n=40, alphabet=HEX)
    p.holds(".pulumi/credentials.json", {"current": "https://state.corp.test", "accessTokens": {"https://state.corp.test": pulumi},
            "accounts": {"https://state.corp.test": {"accessToken": pulumi, "username": "ops"}}},
            {"accessTokens.https://state.corp.test": LIVE, "accounts.https://state.corp.test.accessToken": LIVE})
    p.secret(".vault-token", m.of("hv", "s.", n=90, alphabet=URL64))
    p.secret(".vault_pass.txt", m.password() + "\n")
    p.holds(".config/glab-cli/config.yml", "git_protocol: ssh\neditor: vim\nhosts:\n    gitlab.corp.test:\n        token: %s\n"
            "        api_host: gitlab.corp.test\n        user: ops\n    gitlab.com:\n        token: \"\"\n" % m.of(
                "glp", "at-", n=20, alphabet=URL64), {"gitlab.corp.test": LIVE})
    p.write(".config/gh/hosts.yml", "github.com:\n    users:\n        ops:\n    user: ops\n    git_protocol: https\n")
    p.kept("gh", "github.com")


def machine(p):
    m = p.m
    plain, public = m.ssh()
    p.secret(".ssh/id_ed25519", plain)
    p.write(".ssh/id_ed25519.pub", public)
    p.secret(".ssh/prod.pem", m.rsa())
    p.write(".ssh/id_ed25519-cert.pub", "ssh-ed25519-cert-v01@openssh.com " + m.chars(600) + "= ops\n")
    p.write(".ssh/config", "Host bastion\n    HostName bastion.corp.test\n    ForwardAgent yes\n")
    p.secret(".tsh/keys/teleport.corp.test/ops", m.rsa())
    p.write(".tsh/keys/teleport.corp.test/ops-x509.pem", m.certificate())
    p.write(".tsh/keys/teleport.corp.test/certs.pem", m.certificate())
    age = "AGE-SECRET-" + "KEY-1" + m.chars(58, "023456789ACDEFGHJKLMNPQRSTUVWXYZ")
    p.secret(".config/sops/age/keys.txt", "# created: %s\n# public key: age1%s\n%s\n" % (
        m.date(-9), m.chars(58, string.ascii_lowercase), m.keep(age)))
    p.holds(".netrc", "machine artifacts.corp.test\nlogin ops\npassword %s\n" % m.password(), {"artifacts.corp.test": LIVE})
    p.history(".bash_history", ["kubectl get pods -A", "kubectl create secret generic db --from-literal=password=$PW",
                                ("vault login " + m.of("hv", "s.", n=90, alphabet=URL64), LIVE),
                                "terraform apply -auto-approve", "docker pull app@sha256:" + m.hex(64),
                                ("curl -u ops:%s https://grafana.corp.test/api/org" % m.password(), LIVE),
                                "aws sts get-caller-identity --profile prod", "openssl rand -hex 32", "helm upgrade app . --set image.tag=" + m.hex(12)])


def project(p):
    m = p.m
    state = {"version": 4, "terraform_version": "1.9.0", "serial": 12, "lineage": m.uuid(), "outputs": {}, "resources": [
        {"mode": "managed", "type": "aws_db_instance", "name": "db", "instances": [{"attributes": {
            "id": "db-" + m.hex(8), "address": "db.corp.test", "username": "app", "password": m.password(),
            "kms_key_id": "arn:aws:kms:eu-west-1:123456789012:key/" + m.uuid(), "port": 5432},
            "sensitive_attributes": [[{"type": "get_attr", "value": "password"}]]}]},
        {"mode": "managed", "type": "tls_private_key", "name": "ca", "instances": [{"attributes": {
            "algorithm": "ECDSA", "private_key_pem": m.pem(), "public_key_pem": m.public(m.pem()),
            "public_key_fingerprint_sha256": "SHA256:" + m.chars(43)}}]},
        {"mode": "managed", "type": "random_password", "name": "admin", "instances": [{"attributes": {
            "length": 24, "result": m.password(), "bcrypt_hash": "$2a$10$" + m.chars(53)},
            "sensitive_attributes": [[{"type": "get_attr", "value": "result"}], [{"type": "get_attr", "value": "bcrypt_hash"}]]}]},
        {"mode": "managed", "type": "aws_s3_bucket", "name": "logs", "instances": [{"attributes": {
            "bucket": "corp-logs", "etag": m.hex(32), "hosted_zone_id": m.chars(14, string.ascii_uppercase)}}]}]}
    p.holds("project/terraform.tfstate", state, {"resources.db.instances.0.attributes.password": LIVE,
                                                  "resources.ca.instances.0.attributes.private_key_pem": LIVE,
                                                  "resources.admin.instances.0.attributes.result": LIVE})
    p.holds("project/prod.tfvars", 'region = "eu-west-1"\ninstance_type = "m6i.large"\ndb_password = "%s"\n'
            'token_ttl = "24h"\nkey_name = "prod"\nssh_public_key = "ssh-ed25519 %s ops"\n' % (m.password(), m.chars(68)),
            {"db_password": LIVE})
    p.write("project/.terraform.lock.hcl", 'provider "aws" {\n  hashes = [\n' + "".join(
        '    "h1:%s=",\n    "zh:%s",\n' % (m.chars(43), m.hex(64)) for _ in range(10)) + "  ]\n}\n")
    p.holds("project/group_vars/all.yml", "ntp_server: time.corp.test\nansible_user: deploy\nansible_password: %s\n"
            "db_password: \"{{ vault_db_password }}\"\n" % m.password(), {"ansible_password": LIVE})
    # Opened by the password file in the home.
    p.secret("project/group_vars/vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n" + "".join(m.hex(80) + "\n" for _ in range(6)))
    p.holds("project/.envrc", "export VAULT_ADDR=https://vault.corp.test\nexport VAULT_TOKEN=$(cat ~/.vault-token)\n"
            "export CONSUL_HTTP_TOKEN=%s\nexport KUBECONFIG=~/.kube/stage.yaml\n" % m.keep(m.uuid()), {"CONSUL_HTTP_TOKEN": LIVE})
    # The age identity above opens it.
    p.secret("project/secrets.yml", "db:\n    password: ENC[AES256_GCM,data:%s,iv:%s=,tag:%s==,type:str]\nsops:\n    age:\n"
            "        - recipient: age1%s\n    lastmodified: \"%s\"\n    mac: ENC[AES256_GCM,data:%s,type:str]\n" % (
                m.chars(20), m.chars(43), m.chars(22), m.chars(58, string.ascii_lowercase), m.date(-3), m.chars(88)))
    p.write("project/.sops.yaml", "creation_rules:\n  - age: age1%s\n" % m.chars(58, string.ascii_lowercase))
    p.write("project/ca.pem", m.certificate())
    p.write("project/k8s/deployment.yaml", "env:\n- name: DB_PASSWORD\n  valueFrom: {secretKeyRef: {name: db, key: password}}\n")
    p.repository()


def programs(p):
    p.program("aws", True, profiles="prod, vend, admin", runs="/opt/bin/vend")
    p.program("kubectl", True, identities="admin, robot, eks, basic", contexts="prod", current="prod", runs="aws")
    p.program("argocd", False, contexts="cd.corp.test")
    p.program("az", True, contexts="prod")
    p.program("gcloud", True)
    p.program("docker", True, runs="docker-credential-secretservice, docker-credential-ecr-login")
    p.program("glab", True, identities="ops")
    p.program("gh", login="kept by a keyring or a helper", identities="ops")
    p.program("pulumi", True, identities="ops", current="https://state.corp.test")
    p.program("terraform", True, contexts="tfe.corp.test")
    p.program("hcloud", True, contexts="prod", current="prod")
    p.program("helm", True)
    for name in ("doctl", "vault", "podman"):
        p.program(name, True)
    p.program("oci", False)
    p.program("make")


def build(p):
    for part in (programs, clusters, clouds, code, machine, project):
        part(p)
