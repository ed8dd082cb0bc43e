// YAML through libyaml's events, as a tree of the same nodes as JSON with line and column (all scalars are strings;
// plain null, true, false, numbers keep their types by the core schema unless quoted). One document; aliases and
// anchors are refused with their position (a billion laughs are no settings); duplicate keys are an error.
#ifndef RA_PARSE_YAML_H
#define RA_PARSE_YAML_H

#include "parse/json.h"

int ra_yaml_parse(struct ra_arena *a, struct ra_span input, struct ra_json **ret, struct ra_error *err);

#endif
