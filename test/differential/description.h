// Everything that an admin request could change of a Kafka, as the bytes in which it tells it:
// topics, their offsets, configurations of every resource, features, quotas, groups with their
// offsets. Two descriptions are equal exactly when nothing has changed.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "differential/speaker.h"

namespace kelp::test {

/// By API: the answer's bytes.
using Description = std::map<std::string, std::string>;

Result<Description> describe(Speaker& broker);

/// Names of what is not the same in both; "" when nothing is.
std::string changed_between(const Description& before, const Description& after);

}  // namespace kelp::test
