"""A home and an environment with some twenty credentials of every kind that issue a reach.

plant() writes below `home` as the caller; the paths in `expected` are the ids that an audit of that home, seen at
`home_in_box`, must list.
"""
import base64
import json
import os
import subprocess


def write(home, path, text, mode=0o600):
    full = os.path.join(home, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w") as f:
        f.write(text)
    os.chmod(full, mode)


def environment(m):
    return {
        "GITHUB_TOKEN": m.github(),
        "AWS_ACCESS_KEY_ID": m.aws_id(),
        "AWS_SECRET_ACCESS_KEY": m.aws_secret(),
        "DATABASE_URL": "postgres://app:%s@db.corp.test:5432/app" % m.password(),
        "ANTHROPIC_API_KEY": m.anthropic(),
    }


ENVIRONMENT_IDS = ["env:GITHUB_TOKEN", "env:AWS_SECRET_ACCESS_KEY", "env:DATABASE_URL", "env:ANTHROPIC_API_KEY"]


def credential_files(m, home, key=True):
    write(home, ".aws/credentials", "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n" %
          (m.aws_id(), m.aws_secret()))
    write(home, ".netrc", "machine api.corp.test\n  login bot\n  password %s\n" % m.password())
    write(home, ".npmrc", "//npm.corp.test/:_authToken=%s\n" % m.npm())
    write(home, ".config/gh/hosts.yml", "github.com:\n    user: dev\n    oauth_token: %s\n    git_protocol: https\n" %
          m.github("o"))
    write(home, ".git-credentials", "https://dev:%s@forge.corp.test\n" % m.password())
    auth = base64.b64encode(("dev:" + m.password()).encode()).decode()
    m.keep(auth)
    write(home, ".docker/config.json", json.dumps({"auths": {"registry.corp.test": {"auth": auth}}}))
    write(home, ".pypirc", "[pypi]\nusername = __token__\npassword = %s\n" % m.pypi())
    write(home, ".kube/config", "apiVersion: v1\nkind: Config\nclusters:\n- name: prod\n  cluster:\n"
          "    server: https://k8s.corp.test:6443\nusers:\n- name: admin\n  user:\n    token: %s\ncontexts:\n"
          "- name: prod\n  context:\n    cluster: prod\n    user: admin\ncurrent-context: prod\n" % m.password())
    write(home, ".bash_history", "ls -l\nexport SLACK_BOT_TOKEN=%s\nmake\n" % m.slack())
    if key:
        ssh_key(m, home)
    write(home, "project/.env", "# local\nDEBUG=1\nSTRIPE_WEBHOOK_SECRET=%s\n" % m.password())


def ssh_key(m, home):
    os.makedirs(os.path.join(home, ".ssh"), mode=0o700, exist_ok=True)
    key = os.path.join(home, ".ssh/id_ed25519")
    if os.path.exists(key):
        os.unlink(key)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "planted", "-f", key], check=True)
    for line in open(key).read().splitlines()[1:-1]:
        m.keep(line)


FILE_IDS = [
    "file:~/.aws/credentials#default", "file:~/.netrc#api.corp.test", "file:~/.npmrc#npm.corp.test",
    "file:~/.config/gh/hosts.yml#github.com", "file:~/.git-credentials#forge.corp.test",
    "file:~/.docker/config.json#registry.corp.test", "file:~/.pypirc#pypi", "file:~/.kube/config#admin",
    "file:~/.bash_history#L2", "file:~/.ssh/id_ed25519", "file:~/project/.env#STRIPE_WEBHOOK_SECRET",
]


def agent_settings(m, home):
    write(home, ".claude/settings.json", json.dumps(
        {"permissions": {"defaultMode": "bypassPermissions", "allow": ["Bash(*)"]}}, indent=2))
    write(home, ".codex/config.toml", 'approval_policy = "never"\nsandbox_mode = "danger-full-access"\n')
    write(home, "project/.mcp.json", json.dumps({"mcpServers": {
        "fs": {"command": "mcp-server-filesystem", "args": ["/"]},
        "forge": {"command": "forge-mcp", "env": {"FORGE_TOKEN": m.github()}},
    }}, indent=2))


AGENT_IDS = [
    "agent:claude-code/user:~/.claude/settings.json#permissions.defaultMode",
    "agent:codex/user:~/.codex/config.toml#sandbox_mode",
    "agent:mcp/project:~/project/.mcp.json#fs",
    "agent:mcp/project:~/project/.mcp.json#forge",
]


def plant(m, home):
    credential_files(m, home)
    agent_settings(m, home)
