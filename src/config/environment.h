// Which environment variables are configuration, and of which key: KELP_LOG_RETENTION_MS and
// KAFKA_LOG_RETENTION_MS are log.retention.ms. The rule is that of Apache's container images.
#pragma once

#include <string>
#include <string_view>

namespace kelp::config {

inline constexpr std::string_view kKelpPrefix = "KELP_";
inline constexpr std::string_view kKafkaPrefix = "KAFKA_";

/// `name` without its prefix, as a key: `_` is a dot, `__` is `_`, `___` is `-`; lower case.
std::string key_of_variable(std::string_view name);

/// Whether a variable with one of our prefixes is known not to be configuration: settings of a JVM
/// (KAFKA_HEAP_OPTS) and what Kubernetes puts there for a service that is named kafka or kelp
/// (KAFKA_PORT=tcp://…). `name` without its prefix.
bool is_not_configuration(std::string_view name, std::string_view value);

}  // namespace kelp::config
