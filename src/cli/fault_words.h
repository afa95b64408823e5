// What a cluster answers instead of what was asked for: its errors, for people and as JSON.
#pragma once

#include <boost/json.hpp>
#include <string>

#include "client/cluster.h"

namespace kelp::cli {

/// For a person: Kafka's name of the error, the broker's words, and what can be done.
std::string explain(const client::Fault& fault);
inline std::string explain(ErrorCode code) { return explain(client::Fault{code, ""}); }

/// `{"code": 69, "name": "GROUP_ID_NOT_FOUND", "message": "…"}`
boost::json::object fault_json(const client::Fault& fault);

}  // namespace kelp::cli
