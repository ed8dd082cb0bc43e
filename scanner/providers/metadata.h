// Asking the metadata services of clouds whether they give this machine an identity, and which: names and scopes, never
// a credential, and no session is opened. Only with the consent --online=metadata; each address is one of metadata.def.
#ifndef RA_PROVIDERS_METADATA_H
#define RA_PROVIDERS_METADATA_H

#include "providers/asker.h"

// Says first what it asks (asker->say), then hands over what it found (asker->found), and where every service asked told
// all, that "unknown:metadata" is settled (asker->settled). `may`: this process stands where the target stands; else
// nothing is asked, and that is said.
void ra_metadata_ask(const struct ra_asker *asker, bool may);

#endif
