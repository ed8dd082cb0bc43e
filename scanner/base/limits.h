// Every cap of the program: unit, reason, and what happens beyond it. Caps that shape the output
// count things; none of those counts time, so that load never changes a byte.
#ifndef RA_BASE_LIMITS_H
#define RA_BASE_LIMITS_H

// A credential file larger than this is read to here and marked truncated; no tool's own credential
// file is that large.
#define RA_MAX_FILE_BYTES (1024 * 1024)
// A shell history is read from its end only; older lines are counted as not seen.
#define RA_MAX_HISTORY_BYTES (4 * 1024 * 1024)
// Directories that PATH names; beyond it `unknown:cloud` stays. No shell makes use of that many.
#define RA_MAX_PATH_DIRS 64
// Names taken from one directory; beyond it the listing is truncated, and so unknown.
#define RA_MAX_DIR_NAMES 20000
// Directory entries visited by the walk that proves that no foreign socket is near; beyond it
// `unknown:sockets` stays.
#define RA_MAX_WALK_ENTRIES 1500000
// Processes looked at; beyond it `unknown:process` stays.
#define RA_MAX_PROCESSES 8192
// Homes looked at; beyond it `unknown:files` stays.
#define RA_MAX_HOMES 64
// Nesting of JSON, TOML, YAML; deeper input is an error with its position.
#define RA_MAX_DEPTH 64
// Nodes of one parsed document; more is an error with its position.
#define RA_MAX_NODES 200000
// A reply of an agent socket (SSH identity list); longer is cut and marked.
#define RA_MAX_REPLY_BYTES (256 * 1024)
// One socket exchange may take this long; slower is unknown (ETIMEDOUT). A person's agent answers
// in microseconds.
#define RA_SOCKET_TIMEOUT_MS 2000
// A probe (short-lived child) is ended after this; its result is unknown.
#define RA_PROBE_TIMEOUT_MS 20000
// A collector is ended after this and counts as failed. A last resort against file systems that
// never answer; never met on a working machine.
#define RA_COLLECTOR_TIMEOUT_MS 60000
// The whole audit is given up after this, with status 4. A last resort, beyond every timeout of a part of it: against
// a working tree on a server that never answers, and against whoever stops the children.
#ifndef RA_AUDIT_TIMEOUT_MS // a test builds a program of its own, whose keeper waits less
#define RA_AUDIT_TIMEOUT_MS 240000
#endif
// Bytes of a frozen inventory read back; more is an error.
#define RA_MAX_INVENTORY_BYTES (512l * 1024 * 1024)
// Of such an inventory, or of a report: bytes that a value takes on average, at least, for memory goes by values. Beyond
// it, and beyond RA_MAX_NODES, it is an error. What this program writes has 15 without a blank, 26 as it stands.
#define RA_MIN_NODE_BYTES 8
// Of many reports merged: bytes of one, beyond which it counts as unread; files in all, beyond which nothing is merged.
#define RA_MAX_FLEET_REPORT_BYTES (32l * 1024 * 1024)
#define RA_MAX_FLEET 1000000
// A list of file names; more is an error.
#define RA_MAX_LIST_BYTES (256l * 1024 * 1024)
// A profile file; more is an error.
#define RA_MAX_PROFILE_BYTES (1024 * 1024)
// Profiles extending profiles.
#define RA_MAX_EXTENDS 8
// Settings of a coding agent; ~/.claude.json keeps a history and grows past a credential file's size.
// Beyond it the file is not judged: `unknown:agent` stays.
#define RA_MAX_SETTINGS_BYTES (16 * 1024 * 1024)
// Transcripts of agents, searched for secrets by shape: bytes and files of one audit. The rest is named as not seen.
#define RA_MAX_TRANSCRIPT_BYTES (32l * 1024 * 1024)
#define RA_MAX_TRANSCRIPTS 300
// The head of a file in a temporary directory; what is no secret within it is none of a file's first kind.
#define RA_MAX_TEMP_BYTES (64 * 1024)
// Files that settings name (keys, password files, includes), followed in one audit; more are named as not seen.
#define RA_MAX_FOLLOWED 256
// Deny rules of one kind in one settings file of an agent, directory entries visited for all of them, and steps of
// matching; rules beyond are named as not seen, and what was not visited or matched leaves a rule unknown. A pattern
// longer than any path is not understood; of a rule this many bytes are shown.
#define RA_MAX_DENY_RULES 128
#define RA_MAX_DENIED_ENTRIES 20000
#define RA_MAX_DENIED_STEPS 50000000
#define RA_MAX_PATTERN_BYTES 4096
#define RA_MAX_RULE_SHOWN_BYTES 400
// The look at one repository. Beyond a count the rest is named as not seen and `unknown:git` stays.
#define RA_GIT_MAX_REFS 100000
#define RA_GIT_MAX_STATUS 200000
#define RA_GIT_MAX_COMMITS 200000 // visited in one question, those that a remote has included
#define RA_GIT_MAX_STEPS 20000000 // from commit to commit, while each branch gets its own; then "at least"
#define RA_GIT_MAX_LOG_ENTRIES 50000 // of all reflogs; older ones are not counted
#define RA_GIT_MAX_IGNORED 300000 // files in ignored directories; beyond it, in what tools build again: "at least"
#define RA_GIT_MAX_NOTABLE 16 // paths named in a report; all are counted
#define RA_GIT_MAX_BRANCHES_TOLD 32 // reaches of their own; the others are told together
// Repositories beside the working tree's own, and directory entries visited to find them.
#define RA_GIT_MAX_REPOSITORIES 64
#define RA_GIT_MAX_WALK 1000000
// The files or the commits of one repository; what is not told by then is named as not seen, and the other half is
// told. Repositories that may be so slow; after that many the rest is named as not seen, so that the collector itself
// is never ended.
#define RA_GIT_HALF_MS 15000
#define RA_GIT_MAX_STUCK 1
// Files that a repository's config includes, or object stores that it borrows from; more, or a circle: not opened.
#define RA_GIT_MAX_CHAIN 32
// A signal this often ends a wait for the other end of a FIFO that stands where git keeps a file.
#define RA_GIT_NUDGE_MS 500
// Memory that libgit2 may keep or map, and packs it may hold open.
#define RA_GIT_CACHE_BYTES (64l * 1024 * 1024)
#define RA_GIT_WINDOW_BYTES (32l * 1024 * 1024)
#define RA_GIT_MAPPED_BYTES (256l * 1024 * 1024)
#define RA_GIT_OPEN_PACKS 64
// ---- asking services (--online=tokens) ----
// Requests under way at once. A service's own secondary limit is about 100; a person's tools make a few.
#define RA_HTTP_CONCURRENT 8
// Of one answer: more is cut at once, and the answer is none (EMSGSIZE).
#define RA_HTTP_MAX_BODY_BYTES (2 * 1024 * 1024)
#define RA_HTTP_MAX_HEADER_BYTES (64 * 1024)
// To a connection; for one whole answer (GitHub itself gives up after 10 s); and how slow an answer may drip.
#define RA_HTTP_CONNECT_MS 5000
#define RA_HTTP_TIMEOUT_MS 15000
#define RA_HTTP_SLOW_BYTES_PER_S 64
#define RA_HTTP_SLOW_S 6
// Of all answers about one credential: bytes, and values of JSON in them (about 130 bytes of memory each). Beyond them an
// answer is none (EMSGSIZE). A hundred repositories with all their fields are 700 KB and 13000 values.
#define RA_ASK_MAX_BYTES (64l * 1024 * 1024)
#define RA_ASK_MAX_VALUES 1000000
// Rights told of one credential; what comes after them is told together, one for each kind of right.
#define RA_ASK_MAX_GRANTS 5000
// Of the name of what a right is about, and of a fact about a credential, in bytes: longer ones are shortened.
#define RA_ASK_MAX_NAME_BYTES 300
// Requests of one audit; what is left unasked stays unknown.
#define RA_ASK_MAX_CALLS 300
// All asking of one audit. Beyond it the rest stays unknown.
#define RA_ASK_TOTAL_MS 100000
// A service that says when to come back is obeyed once, if that is soon; a longer wait stays unknown.
#define RA_ASK_MAX_WAIT_S 10
// Redirects followed, on the same scheme, host and port only.
#define RA_ASK_MAX_REDIRECTS 3
// Credentials that a host did not know; after that many it is left alone, since a service may lock out whoever guesses.
#define RA_ASK_MAX_DEAD 2
// Credentials asked about; the others stay unknown and are counted.
#define RA_ASK_MAX_CREDENTIALS 64
// Repositories and the like looked at one by one for one credential; the others are counted, and unknown. Up to four
// requests each, so that one token costs no more than half of what one audit may ask; full batches of RA_HTTP_CONCURRENT.
#define RA_ASK_MAX_OBJECTS 24

// ---- logging in over SSH ----

// One login, from the connection to git's greeting. Beyond it what the key may do stays unknown.
#define RA_SSH_LOGIN_MS 10000
// What a goodbye may take.
#define RA_SSH_GOODBYE_MS 1000
// Keys tried at one host, each in a login of its own: servers lock out whoever tries many. The others stay unknown.
#define RA_SSH_MAX_KEYS 4
// Logins of one audit.
#define RA_SSH_MAX_LOGINS 24
// What a command says before it is cut off: git's first line is a few hundred bytes.
#define RA_SSH_MAX_BYTES 16384
// What one server may send in all; a banner without end is cut off here.
#define RA_SSH_MAX_TRAFFIC (1024 * 1024)

#endif
