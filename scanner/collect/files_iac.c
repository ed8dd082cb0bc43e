// Infrastructure as code and what builds it: states, vaulted files, pipelines. Asks no back end; what is encrypted is
// told as such, unless what opens it is in reach too.
#include <string.h>

#include "base/path.h"
#include "collect/files.h"
#include "parse/yaml.h"

static const struct ra_place vault_password = {"F005", "", RA_PLACE_IAC, RA_SEVERITY_CRITICAL, RA_RADIUS_GRANT,
                                               RA_RADIUS_ORGANIZATION, "Ansible vault password",
                                               RA_READER_password_file, NULL};

static void sensitive_output(struct ra_file *f, const struct ra_json *output)
{
    const struct ra_json *value = ra_json_get(output, "value");
    const char *part = ra_strfmt(f->c->arena, "outputs.%s.value", ra_strndup(f->c->arena, output->key));
    if (!ra_json_is_true(ra_json_get(output, "sensitive")) || !value)
        return;
    if (value->type == RA_JSON_STRING)
        ra_file_holds(f, part, value->line, value->text, "value", "terraform");
    else
        ra_tree_secrets(f, value, part);
}

// "sensitive_attributes": [[{"type": "get_attr", "value": "password"}]], beside "attributes". Parts are called as
// ra_tree_secrets calls them.
static void sensitive_attributes(struct ra_file *f, const struct ra_json *instance, const char *part)
{
    const struct ra_json *paths = ra_json_get(instance, "sensitive_attributes"), *attributes = ra_json_get(instance, "attributes");
    for (const struct ra_json *p = paths && paths->type == RA_JSON_ARRAY ? paths->child : NULL; p; p = p->next) {
        const struct ra_json *v = attributes;
        const char *name = ra_strfmt(f->c->arena, "%s.attributes", part);
        for (const struct ra_json *step = p->type == RA_JSON_ARRAY ? p->child : NULL; step && v; step = step->next) {
            const char *key = ra_strndup(f->c->arena, ra_json_text(ra_json_get(step, "value")));
            v = ra_json_get(v, key);
            name = ra_strfmt(f->c->arena, "%s.%s", name, key);
        }
        if (v && v != attributes && v->type == RA_JSON_STRING)
            ra_file_holds(f, name, v->line, v->text, ra_strndup(f->c->arena, v->key), "terraform");
    }
}

static void sensitive_resource(struct ra_file *f, const struct ra_json *resource, size_t index)
{
    struct ra_span name = ra_json_text(ra_json_get(resource, "name"));
    const struct ra_json *instances = ra_json_get(resource, "instances");
    const char *part = name.n ? ra_strndup(f->c->arena, name) : ra_strfmt(f->c->arena, "%zu", index);
    size_t n = 0;
    for (const struct ra_json *i = instances && instances->type == RA_JSON_ARRAY ? instances->child : NULL; i; i = i->next)
        sensitive_attributes(f, i, ra_strfmt(f->c->arena, "resources.%s.instances.%zu", part, n++));
}

// Marked as sensitive or named as a secret; nothing in a state is encrypted, but for OpenTofu's own way. Source:
// Terraform, "State"; OpenTofu, "State and Plan Encryption".
bool ra_read_tfstate(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL))
        return false;
    if (ra_json_get(tree, "encrypted_data")) {
        ra_file_locked(f, NULL, "passphrase", ra_file_variable(f, "TF_ENCRYPTION") ? "a variable of the environment" : NULL);
        return true;
    }
    const struct ra_json *outputs = ra_json_get(tree, "outputs"), *resources = ra_json_get(tree, "resources");
    for (const struct ra_json *o = outputs && outputs->type == RA_JSON_OBJECT ? outputs->child : NULL; o; o = o->next)
        sensitive_output(f, o);
    size_t n = 0;
    for (const struct ra_json *r = resources && resources->type == RA_JSON_ARRAY ? resources->child : NULL; r; r = r->next)
        sensitive_resource(f, r, n++);
    ra_tree_secrets(f, tree, "");
    return true;
}

static bool is_script(struct ra_file *f)
{
    struct ra_stat st;
    return ra_span_starts(f->text, "#!") && ra_file_stat(f, &st) && (st.mode & 0111);
}

// A file whose first line is a password; a script prints it when run.
bool ra_read_password_file(struct ra_file *f)
{
    struct ra_span rest = f->text, line;
    if (ra_span_starts(f->text, "-----BEGIN PGP MESSAGE") || ra_span_starts(f->text, "age-encryption.org/")) {
        ra_file_locked(f, NULL, "encrypted", NULL);
        return true;
    }
    if (is_script(f)) {
        ra_file_unread(f, NULL, "a program that prints the password");
        return true;
    }
    for (unsigned n = 1; ra_span_line(&rest, &line); n++) {
        line = ra_span_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        if (!ra_recognise_placeholder(line) && !ra_recognise_reference(line))
            ra_file_holds(f, NULL, n, line, "password", "generic");
        return true;
    }
    return true;
}

static bool password_in_reach(struct ra_file *f)
{
    static const char *const names[] = {".vault_pass", ".vault_pass.txt", "vault_pass.txt", "vault-password.txt",
                                        ".ansible/vault_pass", ".ansible/vault_pass.txt", ".vault-password"};
    const char *const dirs[] = {f->c->worktree, f->home, f->c->home};
    if (ra_file_variable(f, "ANSIBLE_VAULT_PASSWORD_FILE") || ra_file_variable(f, "ANSIBLE_VAULT_PASSWORD"))
        return true;
    for (size_t d = 0; d < RA_COUNT(dirs); d++)
        for (size_t i = 0; dirs[d] && i < RA_COUNT(names); i++)
            if (ra_file_beside(f, ra_path_join(f->c->arena, dirs[d], names[i])))
                return true;
    return false;
}

// Source: Ansible, "Protecting sensitive data with Ansible vault", format of vaulted files.
bool ra_read_ansible(struct ra_file *f)
{
    if (ra_span_starts(f->text, "$ANSIBLE_VAULT;")) {
        ra_file_locked(f, NULL, "passphrase", password_in_reach(f) ? "a vault password file" : NULL);
        return true;
    }
    bool yaml = ra_span_ends(ra_span_of(f->path), ".yml") || ra_span_ends(ra_span_of(f->path), ".yaml");
    return yaml ? ra_read_yaml_secrets(f) : ra_read_shell_lines(f);
}

bool ra_read_ansible_cfg(struct ra_file *f)
{
    ra_file_follow(f, ra_file_ini(f, "defaults", "vault_password_file"), &vault_password);
    return ra_read_ini_secrets(f);
}

// `secure:` values, by the stack's passphrase or by a key of a cloud. Source: Pulumi, "Secrets".
bool ra_read_pulumi_stack(struct ra_file *f)
{
    bool salt = ra_span_find(f->text, RA_SPAN("encryptionsalt:")) >= 0;
    bool open = salt && (ra_file_variable(f, "PULUMI_CONFIG_PASSPHRASE") || ra_file_variable(f, "PULUMI_CONFIG_PASSPHRASE_FILE"));
    if (ra_span_find(f->text, RA_SPAN("secure: ")) >= 0)
        ra_file_locked(f, NULL, salt ? "passphrase" : "key of a service", open ? "a variable of the environment" : NULL);
    return ra_read_yaml_secrets(f);
}

static bool age_in_reach(struct ra_file *f)
{
    if (ra_file_variable(f, "SOPS_AGE_KEY") || ra_file_variable(f, "SOPS_AGE_KEY_FILE"))
        return true;
    return f->home && ra_file_beside(f, ra_strfmt(f->c->arena, "%s/.config/sops/age/keys.txt", f->home));
}

// sops leaves names readable and encrypts values. One that is not encrypted after all is read as what it is.
bool ra_read_sops(struct ra_file *f)
{
    if (ra_span_find(f->text, RA_SPAN("ENC[AES256_GCM")) < 0)
        return ra_span_ends(ra_span_of(f->path), ".json") ? ra_read_json_secrets(f)
               : ra_span_ends(ra_span_of(f->path), ".env") ? ra_read_dotenv(f)
                                                           : ra_read_yaml_secrets(f);
    bool age = ra_span_find(f->text, RA_SPAN("BEGIN AGE ENCRYPTED FILE")) >= 0 ||
               ra_span_find(f->text, RA_SPAN("recipient: age1")) >= 0;
    ra_file_locked(f, NULL, "sops", age && age_in_reach(f) ? "an age identity" : NULL);
    return true;
}

// Only shapes, and values that look random: pipelines are full of names of secrets kept elsewhere.
bool ra_read_ci(struct ra_file *f)
{
    f->strict = true;
    return ra_read_shell_lines(f);
}

// {AQAAAB...} is encrypted with keys that lie beside it. Source: Jenkins, "Credential storage in Jenkins".
bool ra_read_jenkins(struct ra_file *f)
{
    if (ra_span_find(f->text, RA_SPAN("{AQA")) < 0)
        return ra_read_xml_secrets(f);
    bool open = ra_file_beside(f, "secrets/master.key") || ra_file_beside(f, "../../secrets/master.key");
    ra_file_locked(f, NULL, "key of the server", open ? "secrets/master.key" : NULL);
    return true;
}

// Rails: the key opens what lies beside it and nothing else. Source: Rails, "Securing Rails Applications".
bool ra_read_rails_key(struct ra_file *f)
{
    struct ra_span key = ra_span_trim(f->text);
    struct ra_reach *secret = ra_file_holds(f, NULL, 1, key, "master_key", "rails");
    if (secret && ra_file_beside(f, "credentials.yml.enc"))
        ra_reach_text(f->c->inv, secret, "opens", "credentials.yml.enc");
    return true;
}

bool ra_read_rails_credentials(struct ra_file *f)
{
    bool production = ra_span_find(ra_span_of(f->path), RA_SPAN("/credentials/")) >= 0;
    char *stem = ra_strdup(f->c->arena, ra_path_base(f->path)), *dot = strchr(stem, '.');
    if (dot)
        *dot = 0;
    bool open = ra_file_variable(f, "RAILS_MASTER_KEY") || ra_file_beside(f, "master.key") ||
                (production && ra_file_beside(f, ra_strfmt(f->c->arena, "%s.key", stem)));
    ra_file_locked(f, NULL, "encrypted", open ? "its master key" : NULL);
    return true;
}
