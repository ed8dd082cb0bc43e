"""A data scientist: warehouses, notebooks, models, buckets."""
from person import ENCRYPTED, EXPIRED, HEX, LIVE, URL64


def models(p):
    m = p.m
    token = m.of("hf", "_", n=34)
    p.secret(".cache/huggingface/token", token)
    p.holds(".cache/huggingface/stored_tokens", "[work]\nhf_token = %s\n\n[home]\nhf_token = %s\n" % (
        token, m.of("hf", "_", n=34)), {"work": LIVE, "home": LIVE})
    p.holds(".kaggle/kaggle.json", {"username": "dev", "key": m.of(n=32, alphabet=HEX)}, {"key": LIVE})
    p.holds(".netrc", "machine api.wandb.ai\n  login user\n  password %s\n" % m.of(n=40, alphabet=HEX), {"api.wandb.ai": LIVE})
    p.holds(".modal.toml", '[default]\ntoken_id = "ak-%s"\ntoken_secret = "%s"\nactive = true\n' % (
        m.chars(22), m.of("as", "-", n=22)), {"default.token_secret": LIVE})
    p.holds(".config/io.datasette.llm/keys.json", {
        "// Note": "This file stores secret API credentials. Do not share!",
        "openai": m.of("sk-", "proj-", n=120, alphabet=URL64)}, {"openai": LIVE})
    p.holds(".gemini/oauth_creds.json", {
        "access_token": m.of("ya", "29.", n=150, alphabet=URL64), "scope": "https://www.googleapis.com/auth/cloud-platform",
        "token_type": "Bearer", "id_token": m.jwt(-1), "expiry_date": (m.now - 5000) * 1000,
        "refresh_token": m.of("1/", "/0", n=90, alphabet=URL64)},
        {"access_token": EXPIRED, "id_token": EXPIRED, "refresh_token": LIVE})


def clouds(p):
    m = p.m
    p.holds(".aws/credentials", "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n\n"
            "[saml]\naws_access_key_id = %s\naws_secret_access_key = %s\naws_session_token = %s\n"
            "x_security_token_expires = %s\n" % (m.aws_id(), m.aws_secret(), "AS" + m.aws_id()[2:], m.aws_secret(),
                                                 m.of(n=400), m.date(-9)), {"default": LIVE, "saml": EXPIRED})
    p.write(".aws/config", "[default]\nregion = eu-west-1\n[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\n"
            "[sso-session corp]\nsso_start_url = https://corp.awsapps.test/start\n")
    p.holds(".aws/sso/cache/%s.json" % m.hex(40), {
        "startUrl": "https://corp.awsapps.test/start", "region": "eu-west-1", "accessToken": m.of(n=300, alphabet=URL64),
        "expiresAt": m.date(-1)}, {"accessToken": EXPIRED})
    adc = {"account": "", "client_id": "%s.apps.googleusercontent.com" % m.chars(12, "0123456789"),
           "quota_project_id": "corp-prod", "type": "authorized_user", "universe_domain": "corp.test"}
    # The client secret of an installed application is public: everybody's gcloud has the same.
    adc["client_secret"] = "d-" + "FL95Q19q7MQmFpd7hHD0Ty"
    p.holds(".config/gcloud/application_default_credentials.json", dict(
        adc, refresh_token=m.of("1/", "/0", n=90, alphabet=URL64)), {"refresh_token": LIVE})
    p.holds(".config/gcloud/legacy_credentials/dev@corp.test/adc.json", dict(
        adc, refresh_token=m.of("1/", "/0", n=90, alphabet=URL64)), {"refresh_token": LIVE})
    p.secret(".config/gcloud/credentials.db", m.gcloud())
    p.write(".config/gcloud/active_config", "default")
    p.write(".config/gcloud/configurations/config_default", "[core]\naccount = dev@corp.test\nproject = corp-prod\n")
    p.secret(".config/rclone/rclone.conf", "# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\n" +
             m.chars(300) + "=\n", ENCRYPTED)
    p.holds("Downloads/corp-firebase-adminsdk-%s.json" % m.chars(5), m.service_account("firebase"), {"private_key": LIVE})
    p.write("Downloads/ca.pem", m.certificate())


def warehouses(p):
    m = p.m
    p.holds(".snowflake/connections.toml", '[prod]\naccount = "corp-prod"\nuser = "DEV"\npassword = "%s"\n\n[sso]\n'
            'account = "corp-prod"\nauthenticator = "externalbrowser"\n\n[keyed]\naccount = "corp"\n'
            'private_key_file = "~/rsa_key.p8"\n' % m.password(), {"prod.password": LIVE})
    p.secret("rsa_key.p8", m.pem("a passphrase"), ENCRYPTED)
    p.write("rsa_key.pub", m.public(m.pem()))
    p.holds(".databrickscfg", "[DEFAULT]\nhost = https://corp.databricks.test\ntoken = %s\n\n[dev]\n"
            "host = https://dev.databricks.test\nauth_type = databricks-cli\n" % m.of("da", "pi", n=32, alphabet=HEX),
            {"DEFAULT": LIVE})
    p.holds(".databricks/token-cache.json", {"version": 1, "tokens": {"dev": {
        "access_token": m.jwt(-1), "token_type": "Bearer", "refresh_token": m.of(n=64), "expiry": m.date(-1)}}},
        {"tokens.dev.access_token": EXPIRED, "tokens.dev.refresh_token": LIVE})
    p.holds(".dbt/profiles.yml", "corp:\n  target: dev\n  outputs:\n    dev:\n      type: snowflake\n"
            "      password: \"{{ env_var('DBT_PASSWORD') }}\"\n    prod:\n      type: snowflake\n      user: DEV\n"
            "      password: %s\n" % m.password(), {"corp.outputs.prod.password": LIVE})
    p.holds(".pgpass", "warehouse.corp.test:5439:*:dev:%s\n" % m.password(), {"warehouse.corp.test:5439": LIVE})
    p.holds(".my.cnf", "[client]\nuser=dev\npassword=\"%s\"\nhost=db.corp.test\n[mysql]\nprompt=\\u@\\h>\n" % m.password(),
            {"client": LIVE})
    p.holds("airflow/airflow.cfg", "[core]\ndags_folder = ~/dags\nfernet_key = %s=\nload_examples = False\n"
            "[database]\nsql_alchemy_conn = postgresql+psycopg2://airflow:%s@db.corp.test/airflow\nsql_alchemy_pool_size = 5\n"
            "[webserver]\nsecret_key = %s\nweb_server_port = 8080\n" % (m.of(n=43, alphabet=URL64), m.password(),
                                                                      m.of(n=40, alphabet=HEX)),
            {"core": LIVE, "database": LIVE, "webserver": LIVE})


def packages(p):
    m = p.m
    p.holds(".pypirc", "[distutils]\nindex-servers =\n    pypi\n    corp\n\n[pypi]\nusername = __token__\npassword = %s\n\n"
            "[corp]\nrepository = https://pypi.corp.test/\nusername = dev\npassword = %s\n" % (m.pypi(), m.password()),
            {"pypi": LIVE, "corp": LIVE})
    p.holds(".config/pip/pip.conf", "[global]\nindex-url = https://dev:%s@pypi.corp.test/simple\ntimeout = 60\n" % m.password(),
            {"global": LIVE})
    p.holds(".condarc", "channels:\n  - https://conda.corp.test/t/%s/main\n  - conda-forge\nssl_verify: true\n" % m.of(
        "dev-", n=36, alphabet=HEX), {"channels.0": LIVE})


def machine(p):
    m = p.m
    locked, public = m.ssh(passphrase="a passphrase")
    p.secret(".ssh/id_ed25519", locked, ENCRYPTED)
    p.write(".ssh/id_ed25519.pub", public)
    p.write(".ssh/authorized_keys", public)
    p.write(".ssh/known_hosts", "cluster.corp.test " + public)
    p.secret(".ssh/cluster.pem", m.rsa())
    p.history(".python_history", ["import os", "from huggingface_hub import login",
                                  ('login(token="%s")' % m.of("hf", "_", n=34), LIVE),
                                  "tokenizer = AutoTokenizer.from_pretrained('gpt2')", "token = tokenizer.eos_token",
                                  "df['password'].isnull().sum()", "password = getpass.getpass()"])
    p.history(".bash_history", ["conda activate ml", "git checkout " + m.hex(40), "jupyter lab --no-browser",
                                ("export WANDB_API_KEY=" + m.of(n=40, alphabet=HEX), LIVE), "export WANDB_API_KEY=",
                                "aws s3 cp s3://corp-data/%s.parquet ." % m.uuid(), "export HF_TOKEN=$(cat ~/.cache/huggingface/token)"])
    p.write(".bigqueryrc", "[query]\nuse_legacy_sql=false\n")
    p.write(".jupyter/jupyter_lab_config.py", "# c.ServerApp.token = '<generated>'\nc.ServerApp.open_browser = False\n")


def project(p):
    m = p.m
    p.holds("project/.env", "OPENAI_API_KEY=%s\nLANGCHAIN_API_KEY=%s\nMLFLOW_TRACKING_URI=http://localhost:5000\n"
            "MODEL_ID=%s\nMAX_TOKENS=2048\nTOKENIZERS_PARALLELISM=false\nANTHROPIC_API_KEY=<your key>\n"
            "SNOWFLAKE_PASSWORD=\n" % (m.of("sk-", "proj-", n=120, alphabet=URL64),
                                        m.of("lsv2", "_pt_", n=43, alphabet=HEX), m.uuid()),
            {"OPENAI_API_KEY": LIVE, "LANGCHAIN_API_KEY": LIVE})
    p.holds("project/service-account.json", m.service_account(), {"private_key": LIVE})
    p.write("project/train.ipynb", {"cells": [{"cell_type": "code", "source": ["print(model)"], "outputs": [
        {"data": {"image/png": m.chars(4000)}}]}], "metadata": {}, "nbformat": 4})
    p.write("project/requirements.txt", "".join("p%d==1.0 --hash=sha256:%s\n" % (i, m.hex(64)) for i in range(40)))
    p.write("project/poetry.lock", "".join('[[package]]\nname = "p%d"\nfiles = [{file = "p", hash = "sha256:%s"}]\n' % (
        i, m.hex(64)) for i in range(20)))
    p.write("project/data/users.csv", "id,token_count,password_changed\n" + "".join("%s,%d,true\n" % (m.uuid(), i) for i in range(50)))
    p.write("project/models/config.json", {"_commit_hash": m.hex(40), "bos_token_id": 1, "pad_token": "<pad>"})
    p.repository()


def programs(p):
    p.program("aws", True, contexts="corp")
    p.program("gcloud", True, identities="dev@corp.test", contexts="corp-prod", current="default")
    p.program("snow", True, contexts="corp-prod, corp", identities="DEV")
    p.program("databricks", True, profiles="DEFAULT, dev")
    p.program("hf", True, profiles="work, home")
    p.program("kaggle", True, identities="dev")
    p.program("modal", True, profiles="default")
    p.program("wandb", True)
    p.program("twine", True)
    p.program("heroku", False)
    p.program("vault", False)
    p.program("python3")


def build(p):
    for part in (programs, models, clouds, warehouses, packages, machine, project):
        part(p)
