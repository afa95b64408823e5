#include "wire/57_update_features.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(UpdateFeaturesRequest)
KELP_WIRE_MESSAGE(UpdateFeaturesResponse)
