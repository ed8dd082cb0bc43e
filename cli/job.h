// One piece of work for the three processes: keeper (this one, left as it was born), scanner, judge.
#ifndef RA_CLI_JOB_H
#define RA_CLI_JOB_H

#include "cli/options.h"
#include "host/host.h"

struct ra_render {
    const struct ra_report_format *format;
    struct ra_report_options options;
};

struct ra_job {
    enum { RA_JOB_AUDIT, RA_JOB_SNAPSHOT, RA_JOB_EVALUATE, RA_JOB_RENDER, RA_JOB_MERGE, RA_JOB_TOKEN } what;
    const struct ra_self *self;
    const struct ra_options *options;
    const char *profile_name;              // as shown in errors
    struct ra_span profile, profile_base;  // text; base .p NULL = none
    const char *profile_files[4];          // absolute, as named and as resolved; none for a built-in one
    size_t n_profile_files;
    struct ra_strings files;               // MERGE: sorted, each once
    struct ra_span token;                  // TOKEN: the credential
    struct ra_span snapshot;               // EVALUATE; RENDER: the report
    struct ra_render *renders;
    size_t n_renders;
    bool init;    // instead of the judge's reports: the tightest profile that passes, as YAML
    bool refusal; // one more report at the end: the two lines that gate prints
};

struct ra_outcome {
    int status;           // exit status; pass only where every frame came
    bool whole;           // false: `error` says in one sentence what went wrong
    const char *error;
    int signal;           // the keeper was told to end; status is 128 + signal
    struct ra_span *reports; // as asked; SNAPSHOT: the inventory
    size_t n_reports;
    struct ra_strings notes;
    struct ra_span *answers; // of services, to keep: a name, a NUL, the bytes
    size_t n_answers, cap_answers;
    struct ra_buf raw; // owns all of the above; ra_buf_free
};

// Fills *ret for `what`: opens the profile, and the file that it extends, read-only. Text lives in `a`.
int ra_job_prepare(struct ra_arena *a, int what, const struct ra_options *o, const struct ra_self *self,
                   struct ra_job *ret, struct ra_error *err);
// `named`, or the built-in profile for such a target.
const char *ra_default_profile(const char *named, const char *target_kind);
// A regular file, whole, at most max_bytes. RA_E_USAGE otherwise.
int ra_read_input(const char *path, size_t max_bytes, struct ra_buf *out, struct ra_error *err);
// The same; where it cannot be read *ret_why says so, without the name.
bool ra_read_regular(const char *path, size_t max_bytes, struct ra_buf *out, char ret_why[200]);
// Standard input, whatever it is, to its end.
int ra_read_stdin(size_t max_bytes, struct ra_buf *out, struct ra_error *err);
// Turns an error of a reader into one sentence, "what: line 3, column 1: ..."; RA_E_USAGE. "what" is `kind` and `name`.
int ra_input_error(struct ra_error *err, const char *kind, const char *name);

// Runs the job in children and waits for them. Signal mask and dispositions, descriptors and limits of this process
// are afterwards what they were. Children that die, or say less than everything, give status 4.
void ra_pipe_run(struct ra_arena *a, const struct ra_job *job, struct ra_outcome *ret);

// Does the command line consent to anything that the asker's child asks; to this word of consents.def?
bool ra_job_asks(const struct ra_options *o);
const char **ra_job_online(struct ra_arena *a, const struct ra_options *o);
bool ra_job_asks_about(const struct ra_options *o, const char *what);
// To stderr, before anything is asked: what the consents lead to that the asker does not announce itself.
void ra_consents_say(const struct ra_options *o);

// The children. Both end the process. in, out: pipes; see frame.h.
RA_NORETURN void ra_scanner_main(const struct ra_job *job, int out);
RA_NORETURN void ra_token_main(const struct ra_job *job, int out); // in the scanner's place
RA_NORETURN void ra_feeder_main(const struct ra_job *job, int out); // MERGE: in the scanner's place
RA_NORETURN void ra_judge_main(const struct ra_job *job, int in, int out);

#endif
