"""A security engineer: keys of every form, vaults, networks; much of it locked."""
import base64
import os
import string
import subprocess

from person import ENCRYPTED, HEX, LIVE, URL64

KDBX = bytes.fromhex("03d9a29a67fb4bb50100040002100000") + bytes(200)
PGP = bytes.fromhex("85020c03") + bytes(range(200))


def gnupg(p):
    """Two keys of the real program: one with a passphrase, one without; a signing and an encrypting half each."""
    ring = os.path.join(p.home, ".gnupg")
    os.makedirs(ring, mode=0o700)
    env = {"GNUPGHOME": ring, "PATH": os.environ["PATH"]}
    keys = os.path.join(ring, "private-keys-v1.d")
    for user, passphrase, state in (("locked@corp.test", "a passphrase", ENCRYPTED), ("open@corp.test", "", LIVE)):
        before = set(os.listdir(keys)) if os.path.isdir(keys) else set()
        subprocess.run(["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", passphrase,
                        "--quick-generate-key", user, "ed25519", "sign", "never"], check=True, env=env,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for name in set(os.listdir(keys)) - before:
            p.truth["file:~/.gnupg/private-keys-v1.d/" + name] = state
            p.files += 1
    subprocess.run(["gpgconf", "--kill", "all"], check=True, env=env)


def keys(p):
    m = p.m
    locked, public = m.ssh(passphrase="a passphrase")
    p.secret(".ssh/id_ed25519", locked, ENCRYPTED)
    p.write(".ssh/id_ed25519.pub", public)
    old, public = m.ssh("rsa", "a passphrase", ("-b", "2048", "-m", "PEM"))
    p.secret(".ssh/id_rsa", old, ENCRYPTED)
    p.write(".ssh/id_rsa.pub", public)
    p.secret(".ssh/id_ed25519_sk", m.security_key(), ENCRYPTED)
    p.write(".ssh/authorized_keys", public)
    p.write(".ssh/known_hosts", "".join("|1|%s=|%s= %s" % (m.chars(27), m.chars(27), public) for _ in range(5)))
    for name, encryption, state in (("lab", "none", LIVE), ("client", "aes256-cbc", ENCRYPTED)):
        blob = base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0 " + m.random_bytes(32)).decode()
        p.secret(name + ".ppk", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: %s\nComment: %s\nPublic-Lines: 2\n%s\n%s\n"
                 "Private-Lines: 1\n%s\nPrivate-MAC: %s\n" % (encryption, name, blob[:64], blob[64:], m.of(n=47) + "=", m.hex(64)), state)
    bech = "023456789ACDEFGHJKLMNPQRSTUVWXYZ"
    p.secret(".config/age/keys.txt", "# public key: age1%s\n%s\n" % (m.chars(58, string.ascii_lowercase),
                                                                    m.of("AGE-SECRET-", "KEY-1", n=58, alphabet=bech)))
    p.secret(".age/backup.age", b"age-encryption.org/v1\n-> scrypt " + m.chars(22).encode() + b" 18\n" + m.chars(43).encode() +
             b"\n--- " + m.chars(43).encode() + b"\n" + m.random_bytes(200), ENCRYPTED)
    p.secret(".age/yubikey.txt", "#       Serial: 1234567, Slot: 1\n#    Recipient: age1yubikey1%s\nAGE-PLUGIN-YUBIKEY-1%s\n" % (
        m.chars(58, string.ascii_lowercase), m.chars(40, bech)), ENCRYPTED)
    p.secret(".minisign/minisign.key", "untrusted comment: minisign encrypted secret key\n%s\n" % base64.b64encode(
        b"EdScB2" + m.random_bytes(32) + (33554432).to_bytes(8, "little") + (1 << 30).to_bytes(8, "little") +
        m.random_bytes(104)).decode(), ENCRYPTED)
    p.secret("project/cosign.key", "-----BEGIN ENCRYPTED SIGSTORE " + "PRIVATE KEY-----\n" + "".join(
        m.chars(64) + "\n" for _ in range(8)) + "-----END ENCRYPTED SIGSTORE " + "PRIVATE KEY-----\n", ENCRYPTED)
    p.secret(".step/secrets/root_ca_key", m.pem("a passphrase"), ENCRYPTED)
    p.secret(".config/solana/id.json", str(list(m.random_bytes(64))))
    p.secret(".ethereum/keystore/UTC--2024-01-01T00-00-00.000Z--" + "0f" * 20, {
        "address": m.hex(40), "id": m.uuid(), "version": 3, "crypto": {
            "cipher": "aes-128-ctr", "ciphertext": m.hex(64), "cipherparams": {"iv": m.hex(32)}, "kdf": "scrypt",
            "kdfparams": {"dklen": 32, "n": 262144, "p": 1, "r": 8, "salt": m.hex(64)}, "mac": m.hex(64)}}, ENCRYPTED)


def vaults(p):
    m = p.m
    p.secret("passwords.kdbx", KDBX, ENCRYPTED)
    p.secret("Documents/team.kdbx", KDBX, ENCRYPTED)
    p.secret("team.keyx", '<?xml version="1.0"?><KeyFile><Meta><Version>2.0</Version></Meta><Key><Data Hash="%s">%s</Data></Key></KeyFile>' % (
        m.hex(8).upper(), m.of(n=64, alphabet="0123456789ABCDEF")))
    p.secret(".local/share/keyrings/login.keyring", b"GnomeKeyring\n\r\0\n\0\0\0\0" + m.random_bytes(400), ENCRYPTED)
    p.secret(".local/share/keyrings/Default_keyring.keyring", "[keyring]\ndisplay-name=Default keyring\nlock-on-idle=false\n\n[1]\n"
             "item-type=0\ndisplay-name=mail\nsecret=%s\n" % m.password())
    p.secret(".config/Bitwarden CLI/data.json", {"global_account_activeAccount": m.uuid(), "user_ciphers": {m.uuid(): {
        "name": "2.%s==|%s==" % (m.chars(22), m.chars(22))}}}, ENCRYPTED)
    p.write(".config/op/config", {"latest_signin": "corp", "device": m.chars(26), "accounts": [
        {"shorthand": "corp", "url": "https://corp.1password.test", "email": "sec@corp.test", "userUUID": m.chars(26)}]})
    p.write(".password-store/mail/corp.gpg", PGP)
    p.write(".password-store/.gpg-id", m.hex(40).upper() + "\n")
    p.secret(".authinfo.gpg", PGP, ENCRYPTED)
    p.holds(".doppler/.doppler.yaml", "scoped:\n    /:\n        api-host: https://doppler.corp.test\n        token: %s\n" % m.of(
        "dp", ".ct.", n=40), {"scoped./.token": LIVE})
    p.write(".infisical/infisical-config.json", {"loggedInUserEmail": "sec@corp.test", "LoggedInUserDomain": "https://infisical.corp.test",
                                                 "vaultBackendType": "auto"})


def networks(p):
    m = p.m
    p.holds(".config/wireguard/wg0.conf", "[Interface]\nPrivateKey = %s=\nAddress = 10.0.0.2/32\n\n[Peer]\nPublicKey = %s=\n"
            "PresharedKey = %s=\nEndpoint = vpn.corp.test:51820\nAllowedIPs = 10.0.0.0/8\n" % (m.of(n=43), m.chars(43), m.of(n=43)),
            {"Interface": LIVE, "Peer": LIVE})
    p.secret("lab.ovpn", "client\nremote vpn.corp.test 1194\n<ca>\n%s</ca>\n<key>\n%s</key>\n" % (m.certificate(), m.pem()))
    p.write("corp.ovpn", "client\nremote vpn.corp.test 1194\nauth-user-pass\n<ca>\n%s</ca>\n" % m.certificate())
    p.holds(".okta/okta.yaml", "okta:\n  client:\n    orgUrl: https://corp.okta.test\n    token: %s\n" % m.of("00", n=40, alphabet=URL64),
            {"okta.client.token": LIVE})
    p.holds(".jfrog/jfrog-cli.conf.v6", {"servers": [{"url": "https://jfrog.corp.test/", "serverId": "corp", "isDefault": True,
                                                      "accessToken": m.jwt(300)}], "version": "6"}, {"servers.0.accessToken": LIVE})
    p.holds(".config/httpie/sessions/api.corp.test/me.json", {"__meta__": {"httpie": "3.2.2"}, "auth": {
        "type": "bearer", "raw_auth": m.of(n=40)}, "cookies": [], "headers": [{"name": "Accept", "value": "*/*"}]}, {"auth.raw_auth": LIVE})
    p.holds(".cargo/credentials.toml", '[registry]\ntoken = "%s"\n' % m.of("ci", "o", n=32), {"registry.token": LIVE})
    p.secret(".mozilla/firefox/x1.default/logins.json", {"nextId": 2, "logins": [{"hostname": "https://corp.test", "encryptedPassword": m.chars(60)}]})
    p.secret(".mozilla/firefox/x1.default/cookies.sqlite", m.database("moz_cookies", ("sid", m.of(n=40), "corp.test")))
    p.write(".mozilla/firefox/x1.default/key4.db", m.database("metaData", ("password", m.random_bytes(20), m.random_bytes(90))))


def machine(p):
    m = p.m
    # The keys of the vendor's manual.
    p.write(".aws/credentials", "[manual]\naws_access_key_id = %s\naws_secret_access_key = %s\n" % (
        "AKIA" + "IOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"))
    p.history(".bash_history", ["nmap -sV 10.0.0.0/24", "hashcat -m 1000 hashes.txt", "echo %s | base64 -d" % m.chars(40),
                                ("sshpass -p %s ssh root@10.0.0.5" % m.password(), LIVE), "john --format=bcrypt dump",
                                "echo '$2a$10$%s' > hash" % m.chars(53), "md5sum sample.bin # " + m.hex(32), "export AWS_SECRET_ACCESS_KEY=<redacted>",
                                "gpg --recv-keys " + m.hex(40).upper(), "openssl x509 -in ca.pem -noout -text"])
    p.history(".psql_history", ["select * from users limit 5;", ("ALTER USER app WITH PASSWORD '%s';" % m.password(), LIVE),
                                "select password_hash from users;"])


def project(p):
    m = p.m
    p.write("project/README.md", "Rules find keys such as `%s` and `%s`.\n" % ("AKIA" + "IOSFODNN7EXAMPLE", "gh" + "p_" + "x" * 36))
    p.write("project/rules.toml", "[[rules]]\nid = \"github-pat\"\nregex = '''gh" + "p_[0-9a-zA-Z]{36}'''\n")
    p.write("project/testdata/server.key", m.pem())
    p.write("project/testdata/leaks.txt", m.github() + "\n")
    p.write("project/ca.pem", m.certificate())
    p.write("project/release.pub", "untrusted comment: minisign public key\nRWQ%s\n" % m.chars(53))
    p.write("project/public.pem", m.public(m.pem()))
    p.write("project/go.sum", "".join("corp.test/p%d v1.0.0 h1:%s=\n" % (i, m.chars(43)) for i in range(30)))
    p.write("project/.env.example", "API_TOKEN=%s\n" % m.chars(40))
    p.write("project/.env.test", "API_TOKEN=test-token\nDATABASE_URL=postgres://postgres:postgres@localhost/test\nDB_PASSWORD=password\n")
    p.repository()


def programs(p):
    p.program("aws", False, profiles="manual")
    p.program("op", False, identities="sec@corp.test")
    p.program("bw", False)
    p.program("doppler", True)
    p.program("cargo", True)
    p.program("gpg")


def build(p):
    for part in (programs, gnupg, keys, vaults, networks, machine, project):
        part(p)
