"""A web developer: JavaScript and PHP, hosted platforms, payments."""
import json

from person import ENCRYPTED, EXPIRED, LIVE, URL64, HEX


def registries(p):
    m = p.m
    p.holds(".npmrc", "registry=https://npm.corp.test/\n//npm.corp.test/:_authToken=%s\n"
            "//mirror.corp.test/:_authToken=${NPM_TOKEN}\nsave-exact=true\n" % m.npm(), {"npm.corp.test": LIVE})
    p.holds(".yarnrc.yml", "nodeLinker: node-modules\nnpmAuthToken: %s\nyarnPath: .yarn/releases/yarn-4.1.0.cjs\n" % m.npm(),
            {"npmAuthToken": LIVE})
    p.holds(".config/composer/auth.json", {"github-oauth": {"github.com": m.github()}, "http-basic": {}},
            {"github.com": LIVE})
    p.holds(".docker/config.json", {"auths": {"registry.corp.test": {"auth": m.basic()}}}, {"registry.corp.test": LIVE})


def forges(p):
    m = p.m
    p.holds(".config/gh/hosts.yml", "github.com:\n    users:\n        dev:\n            oauth_token: %s\n"
            "    git_protocol: https\n    oauth_token: %s\n    user: dev\n" % ((m.github("o"),) * 2),
            {"github.com": LIVE, "github.com/dev": LIVE})
    p.holds(".git-credentials", "https://dev:%s@forge.corp.test\n" % m.password(), {"forge.corp.test": LIVE})
    p.holds(".gitconfig", "[user]\n\tname = Dev\n\temail = dev@corp.test\n\tsigningkey = %s\n"
            '[url "https://dev:%s@old.corp.test/"]\n\tinsteadOf = https://old.corp.test/\n[credential]\n\thelper = store\n'
            % (m.hex(16).upper(), m.password()), {"old.corp.test": LIVE})
    plain, public = m.ssh()
    p.secret(".ssh/id_ed25519", plain)
    p.write(".ssh/id_ed25519.pub", public)
    locked, public = m.ssh("rsa", m.password(), ("-b", "2048"))
    p.secret(".ssh/id_rsa", locked, ENCRYPTED)
    p.write(".ssh/id_rsa.pub", public)
    p.write(".ssh/known_hosts", "|1|%s=|%s= %s\n" % (m.chars(27), m.chars(27), public))
    p.write(".ssh/config", "Host *.corp.test\n    User dev\n    IdentityFile ~/.ssh/id_ed25519\n")


def platforms(p):
    m = p.m
    p.holds(".local/share/com.vercel.cli/auth.json", {"// Note": "This is your Vercel credentials file.",
                                                      "token": m.of(n=24)}, {"token": LIVE})
    user = m.hex(24)
    p.holds(".config/netlify/config.json", {"telemetryDisabled": False, "cliId": m.uuid(), "userId": user, "users": {
        user: {"id": user, "name": "Dev", "email": "dev@corp.test", "auth": {"token": m.of("nf", "p_", n=40)}}}},
        {"users.%s.auth.token" % user: LIVE})
    p.holds(".config/configstore/firebase-tools.json", {
        "motd": {"fetched": m.now}, "user": {"email": "dev@corp.test"}, "analytics-uuid": m.uuid(), "tokens": {
            "access_token": m.of("ya", "29.", n=150, alphabet=URL64), "expires_at": (m.now - 9000) * 1000,
            "refresh_token": m.of("1/", "/0", n=90, alphabet=URL64), "id_token": m.jwt(-1), "scopes": ["email", "openid"],
            "token_type": "Bearer"}},
        {"tokens.access_token": EXPIRED, "tokens.refresh_token": LIVE, "tokens.id_token": EXPIRED})
    p.holds(".config/stripe/config.toml", '[default]\ndevice_name = "laptop"\naccount_id = "acct_%s"\n'
            'live_mode_api_key = "%s"\nlive_mode_pub_key = "%s"\nlive_mode_key_expires_at = "%s"\n'
            'test_mode_api_key = "%s"\n\n[old]\nlive_mode_api_key = "%s"\nlive_mode_key_expires_at = "%s"\n' % (
                m.chars(16), m.of("rk", "_live_", n=99), "pk" + "_live_" + m.chars(99), m.date(60)[:10],
                m.of("rk", "_test_", n=99), m.of("rk", "_live_", n=99), m.date(-60)[:10]),
            {"default.live_mode_api_key": LIVE, "default.test_mode_api_key": LIVE, "old.live_mode_api_key": EXPIRED})
    p.holds(".config/.wrangler/config/default.toml",
            'oauth_token = "%s"\nexpiration_time = "%s"\nrefresh_token = "%s"\nscopes = [ "account:read", "user:read" ]\n'
            % (m.of(n=86, alphabet=URL64 + "."), m.date(-2), m.of(n=86, alphabet=URL64 + ".")),
            {"oauth_token": EXPIRED, "refresh_token": LIVE})
    p.holds(".railway/config.json", {"projects": {}, "user": {"token": m.of("rw_", "Fe26.2**", n=120, alphabet=URL64)},
                                     "linkedFunctions": None}, {"user.token": LIVE})
    p.holds(".fly/config.yml", "access_token: %s\nlast_login: %s\nmetrics_token: null\nwire_guard_state: {}\n" % (
        m.of("fm", "2_", n=180, alphabet=URL64), m.date(-3)), {"access_token": LIVE})
    p.secret(".supabase/access-token", m.of("sb", "p_", n=40, alphabet=HEX))
    p.holds(".config/ngrok/ngrok.yml", 'version: "2"\nauthtoken: %s\n' % m.of(n=49, alphabet=URL64), {"authtoken": LIVE})
    p.holds(".netrc", "machine api.heroku.com\n  login dev@corp.test\n  password %s\nmachine git.heroku.com\n"
            "  login dev@corp.test\n  password %s\n" % ((m.of("HR", "KU-", n=60, alphabet=URL64),) * 2),
            {"api.heroku.com": LIVE, "git.heroku.com": LIVE})


def machine(p):
    m = p.m
    p.holds(".pgpass", "# staging\ndb.corp.test:5432:app:dev:%s\n" % m.password(), {"db.corp.test:5432": LIVE})
    p.holds(".claude/.credentials.json", {"claudeAiOauth": {
        "accessToken": m.anthropic_session(), "refreshToken": m.of("sk-", "ant-ort01-", n=93, alphabet=URL64) + "AA",
        "expiresAt": (m.now - 4000) * 1000, "scopes": ["user:inference"], "subscriptionType": "max"}},
        {"claudeAiOauth.accessToken": EXPIRED, "claudeAiOauth.refreshToken": LIVE})
    p.secret(".local/share/mkcert/rootCA-key.pem", m.pem())
    p.write(".local/share/mkcert/rootCA.pem", m.certificate())
    p.secret(".config/google-chrome/Default/Cookies", m.database("cookies", (".corp.test", "sid", b"v10" + m.random_bytes(48))))
    p.secret(".config/google-chrome/Default/Login Data", m.database("logins", ("https://corp.test", "dev", b"v10" + m.random_bytes(32))))
    p.write(".config/Code/User/settings.json", {"editor.tabSize": 2, "workbench.settings.applyToAllProfiles": []})
    p.holds(".bashrc", "alias ll='ls -l'\nexport OPENAI_API_KEY=%s\nexport GITHUB_TOKEN=$(gh auth token)\n"
            "export PATH=\"$HOME/.local/bin:$PATH\"\nexport NEXT_TELEMETRY_DISABLED=1\n" % m.of(
                "sk-", "proj-", n=120, alphabet=URL64), {"OPENAI_API_KEY": LIVE})
    p.history(".bash_history", [
        "npm run build", ("export SLACK_BOT_TOKEN=" + m.slack(), LIVE), "git show " + m.hex(40),
        'curl -H "Authorization: Bearer $TOKEN" https://api.corp.test/v1/me', "export API_KEY=your-api-key-here",
        ("curl -H 'Authorization: Bearer %s' https://api.corp.test/v1/me" % m.of(n=40), LIVE),
        "docker run -e POSTGRES_PASSWORD=$PW postgres", "sha256sum dist.tgz | grep " + m.hex(64), "npm ci"])
    p.history(".zsh_history", ["ls", ("mysql -h db.corp.test -u app -p%s shop" % m.password(), LIVE), "mysql -u root -p shop"],
              ": 1700000000:0;")


def project(p):
    m = p.m
    p.holds("project/.env", "NODE_ENV=development\nPORT=3000\nDATABASE_URL=postgres://app:%s@db.corp.test:5432/shop\n"
            "STRIPE_SECRET_KEY=%s\nNEXT_PUBLIC_STRIPE_KEY=%s\nSESSION_SECRET='%s'\nJWT_SECRET=changeme\n"
            "REDIS_URL=redis://localhost:6379\nGOOGLE_CLIENT_ID=%s-%s.apps.googleusercontent.com\n"
            "SENTRY_DSN=https://%s@o1.ingest.sentry.test/12\nFEATURE_TOKEN_LIMIT=4096\nAPI_KEY=${API_KEY}\n" % (
                m.password(), m.of("sk", "_live_", n=99), "pk" + "_live_" + m.chars(99), m.of(n=48),
                m.chars(12, "0123456789"), m.chars(32, HEX), m.hex(32)),
            {"DATABASE_URL": LIVE, "STRIPE_SECRET_KEY": LIVE, "SESSION_SECRET": LIVE})
    p.write("project/.env.example", "DATABASE_URL=postgres://user:password@localhost:5432/shop\nSTRIPE_SECRET_KEY=%s\n"
            "SESSION_SECRET=a-long-random-string\n" % ("sk" + "_test_" + m.chars(99)))
    # Encrypted, and the key lies beside it.
    p.holds("project/.env.production", 'DOTENV_PUBLIC_KEY_PRODUCTION="03%s"\nDB_PASSWORD="encrypted:%s"\n' % (
        m.hex(64), m.chars(120, URL64)), {"encrypted": LIVE})
    p.holds("project/.env.keys", 'DOTENV_PRIVATE_KEY_PRODUCTION="%s"\n' % m.of(n=64, alphabet=HEX),
            {"DOTENV_PRIVATE_KEY_PRODUCTION": LIVE})
    p.write("project/.npmrc", "//npm.corp.test/:_authToken=${NPM_TOKEN}\n")
    p.write("project/package-lock.json", json.dumps({"lockfileVersion": 3, "packages": {
        "node_modules/p%d" % i: {"version": "1.0.%d" % i, "integrity": "sha512-" + m.chars(86) + "=="} for i in range(40)}}))
    p.write("project/dist/app.min.js", "!function(e,t){var n={apiKey:e.key,token:t||\"\",secret:void 0};" + "".join(
        "function %s(e){return e.%s}" % (m.chars(2), m.chars(40)) for _ in range(200)) + "}(window);\n")
    p.holds("project/docker-compose.yml", "services:\n  db:\n    image: postgres:16\n    environment:\n"
            "      POSTGRES_USER: app\n      POSTGRES_PASSWORD: %s\n  web:\n    build: .\n    environment:\n"
            "      API_KEY: ${API_KEY}\n      NODE_ENV: production\n" % m.password(),
            {"services.db.environment.POSTGRES_PASSWORD": LIVE})
    p.secret("project/localhost-key.pem", m.pem())
    p.write("project/localhost.pem", m.certificate())
    p.holds("project/wp-config.php", "<?php\ndefine( 'DB_NAME', 'shop' );\ndefine( 'DB_PASSWORD', '%s' );\n"
            "define( 'AUTH_KEY', 'put your unique phrase here' );\n$table_prefix = 'wp_';\n" % m.password(),
            {"DB_PASSWORD": LIVE})
    p.write("project/README.md", "Set `STRIPE_SECRET_KEY=sk_live_...` and run `npm start`.\n")
    p.repository()


def programs(p):
    p.program("gh", True, identities="dev", contexts="github.com")
    for name in ("npm", "yarn", "netlify", "wrangler", "fly", "railway", "supabase", "ngrok", "docker", "heroku", "vercel"):
        p.program(name, True)
    p.program("stripe", True)
    p.program("firebase", True, identities="dev@corp.test")
    p.program("git", True, runs="git-credential-store", identities="dev@corp.test")
    p.program("aws", False)
    p.program("terraform", False)
    p.program("node")


def build(p):
    for part in (programs, registries, forges, platforms, machine, project):
        part(p)
