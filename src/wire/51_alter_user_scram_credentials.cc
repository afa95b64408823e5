#include "wire/51_alter_user_scram_credentials.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(AlterUserScramCredentialsRequest)
KELP_WIRE_MESSAGE(AlterUserScramCredentialsResponse)
