"""A mobile developer: signing keys, stores, over-the-air updates."""
import string

from person import ENCRYPTED, EXPIRED, HEX, LIVE, URL64


def signing(p):
    m = p.m
    p.secret("AuthKey_%s.p8" % m.chars(10, string.ascii_uppercase), m.pem())
    p.secret(".appstoreconnect/private_keys/AuthKey_%s.p8" % m.chars(10, string.ascii_uppercase), m.pem())
    p.secret("project/AuthKey_%s.p8" % m.chars(10, string.ascii_uppercase), m.pem())
    p.secret("Distribution.p12", m.pkcs12(m.password()), ENCRYPTED)
    p.holds("project/android/key.properties", "storePassword=%s\nkeyPassword=%s\nkeyAlias=upload\nstoreFile=../upload.jks\n" % (
        m.password(), m.password()), {"storePassword": LIVE, "keyPassword": LIVE})
    p.holds(".gradle/gradle.properties", "org.gradle.jvmargs=-Xmx4g\norg.gradle.daemon=true\nandroid.useAndroidX=true\n"
            "nexusUsername=dev\nnexusPassword=%s\nsigning.keyId=%s\nsigning.password=%s\nsigning.secretKeyRingFile=/home/agent/.gnupg/r\n"
            % (m.password(), m.hex(8).upper(), m.password()), {"nexusPassword": LIVE, "signing.password": LIVE})
    p.holds(".m2/settings.xml", "<settings>\n  <servers>\n    <server>\n      <id>releases</id>\n      <username>dev</username>\n"
            "      <password>%s</password>\n    </server>\n    <server>\n      <id>snapshots</id>\n      <username>dev</username>\n"
            "      <password>{%s=}</password>\n    </server>\n  </servers>\n</settings>\n" % (m.password(), m.chars(43)),
            {"releases": LIVE, "snapshots": ENCRYPTED})


def stores(p):
    m = p.m
    p.holds("project/fastlane/play-store.json", m.service_account("play"), {"private_key": LIVE})
    p.secret(".fastlane/spaceship/dev@corp.test/cookie", "---\n- !ruby/object:HTTP::Cookie\n  name: myacinfo\n  value: %s\n"
             "  domain: corp.test\n" % m.of("DAWTKNV", n=300))
    # What the Expo tools keep is itself JSON.
    p.holds(".expo/state.json", {"auth": {"userId": m.uuid(), "username": "dev", "currentConnection": "Username-Password-Authentication",
                                          "sessionSecret": '{"id":"%s","version":1,"expires_at":"2110-01-01T00:00:00.000Z"}'
                                                           % m.keep(m.uuid())}, "uuid": m.uuid()}, {"auth.sessionSecret": LIVE})
    p.holds(".config/configstore/firebase-tools.json", {"user": {"email": "dev@corp.test"}, "tokens": {
        "refresh_token": m.of("1/", "/0", n=90, alphabet=URL64), "scopes": ["email"]}, "usage": True},
        {"tokens.refresh_token": LIVE})
    p.holds(".config/dart/pub-credentials.json", {
        "accessToken": m.of("ya", "29.", n=150, alphabet=URL64), "refreshToken": m.of("1/", "/0", n=90, alphabet=URL64),
        "tokenEndpoint": "https://oauth2.corp.test/token", "scopes": ["openid"], "expiration": (m.now - 8000) * 1000},
        {"accessToken": EXPIRED, "refreshToken": LIVE})
    p.holds(".sentryclirc", "[auth]\ntoken=%s\n\n[defaults]\norg=corp\nproject=app\n" % m.of("sntry", "u_", n=64, alphabet=HEX), {"auth": LIVE})


def registries(p):
    m = p.m
    p.holds(".gem/credentials", "---\n:rubygems_api_key: %s\n" % m.of("ruby", "gems_", n=48, alphabet=HEX), {"rubygems_api_key": LIVE})
    p.holds(".bundle/config", '---\nBUNDLE_JOBS: "4"\nBUNDLE_PATH: "vendor"\nBUNDLE_GEMS__CORP__TEST: "dev:%s"\n' % m.password(),
            {"BUNDLE_GEMS__CORP__TEST": LIVE})
    p.holds(".npmrc", "//npm.corp.test/:_authToken=%s\nfund=false\n" % m.npm(), {"npm.corp.test": LIVE})
    p.holds(".netrc", "machine pods.corp.test\n  login dev@corp.test\n  password %s\n" % m.of(n=32, alphabet=HEX), {"pods.corp.test": LIVE})


def machine(p):
    m = p.m
    plain, public = m.ssh("ecdsa")
    p.secret(".ssh/id_ecdsa", plain)
    p.write(".ssh/id_ecdsa.pub", public)
    p.write(".ssh/known_hosts", "github.com " + public)
    p.write(".config/gh/hosts.yml", "github.com:\n    git_protocol: ssh\n    users:\n        dev:\n    user: dev\n")
    p.kept("gh", "github.com")
    app = "github.com:Iv1." + m.hex(16)
    p.holds(".config/github-copilot/apps.json", {app: {"user": "dev", "oauth_token": m.github("u"), "githubAppId": app[11:]}},
            {app: LIVE})
    p.holds(".codex/auth.json", {"OPENAI_API_KEY": None, "tokens": {
        "id_token": m.jwt(-1), "access_token": m.jwt(5), "refresh_token": m.of("rt_", n=80, alphabet=URL64),
        "account_id": m.uuid()}, "last_refresh": m.date(-1)},
        {"tokens.id_token": EXPIRED, "tokens.access_token": LIVE, "tokens.refresh_token": LIVE})
    p.write(".android/debug.keystore", b"\xfe\xed\xfe\xed" + m.random_bytes(2000))
    p.write(".cocoapods/config.yaml", "verbose: false\n")
    p.history(".zsh_history", ["pod install --repo-update", "bundle exec fastlane beta", "flutter build ipa",
                               ("export FASTLANE_SESSION='%s'" % m.of(n=400), LIVE), "export FASTLANE_USER=dev@corp.test",
                               ("MATCH_PASSWORD=%s fastlane match appstore" % m.password(), LIVE), "adb shell getprop",
                               "keytool -list -keystore ~/.android/debug.keystore -storepass android"],
              ": 1700000000:0;")


def project(p):
    m = p.m
    p.holds("project/.env", "EXPO_TOKEN=%s\nAPP_ID=test.corp.app\nGOOGLE_MAPS_API_KEY=%s\nFASTLANE_PASSWORD=%s\n"
            "SENTRY_DSN=https://%s@o1.ingest.sentry.test/1\nITC_TEAM_ID=123456789\nMATCH_GIT_URL=git@forge.corp.test:team/certs.git\n"
            "AMPLITUDE_KEY=\n" % (m.of(n=40, alphabet=URL64), m.of("AI", "za", n=35, alphabet=URL64), m.password(), m.hex(32)),
            {"EXPO_TOKEN": LIVE, "GOOGLE_MAPS_API_KEY": LIVE, "FASTLANE_PASSWORD": LIVE})
    p.write("project/.env.sample", "EXPO_TOKEN=\nFASTLANE_PASSWORD=hunter2hunter2\n")
    p.holds("project/google-services.json", {"project_info": {"project_number": "123456789012", "project_id": "app"}, "client": [{
        "client_info": {"mobilesdk_app_id": "1:123456789012:android:" + m.hex(20)},
        "oauth_client": [{"client_id": "123456789012-%s.apps.googleusercontent.com" % m.chars(32, HEX), "client_type": 3}],
        "api_key": [{"current_key": m.of("AI", "za", n=35, alphabet=URL64)}]}]}, {"client.0.api_key.0.current_key": LIVE})
    p.write("project/android/local.properties", "sdk.dir=/home/agent/Android/Sdk\n")
    p.write("project/gradle.properties", "android.useAndroidX=true\nkotlin.code.style=official\n")
    p.write("project/ios/App.mobileprovision", b"0\x82\x30\x00" + m.random_bytes(3000))
    p.write("project/distribution.cer", m.random_bytes(1200))
    p.write("project/Podfile.lock", "SPEC CHECKSUMS:\n" + "".join("  Pod%d: %s\n" % (i, m.hex(40)) for i in range(30)))
    p.write("project/pubspec.lock", "".join('  p%d:\n    description:\n      sha256: "%s"\n' % (i, m.hex(64)) for i in range(30)))
    p.write("project/app.json", {"expo": {"slug": "app", "extra": {"eas": {"projectId": m.uuid()}}}})
    p.repository()


def programs(p):
    p.program("eas", True, identities="dev")
    p.program("firebase", True, identities="dev@corp.test")
    p.program("sentry-cli", True, contexts="corp")
    p.program("gem", True)
    p.program("npm", True)
    p.program("gh", login="kept by a keyring or a helper", identities="dev", contexts="github.com")
    p.program("vercel", False)
    p.program("java")


def build(p):
    for part in (programs, signing, stores, registries, machine, project):
        part(p)
