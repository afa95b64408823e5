#include "app/options.h"

#include "base/log.h"

namespace kelp::app {

Result<ServeOptions> resolve_options(config::BrokerSettings settings) {
  ServeOptions options;
  options.settings = std::move(settings);
  auto first = config::resolve(options.settings, 0);
  if (!first.has_value()) return std::unexpected(std::move(first.error()));
  const int32_t brokers = first->brokers;
  options.nodes.push_back(*std::move(first));
  for (int32_t i = 1; i < brokers; ++i) {
    auto next = config::resolve(options.settings, i);
    if (!next.has_value()) return std::unexpected(std::move(next.error()));
    options.nodes.push_back(*std::move(next));
  }
  for (const std::string& warning : options.settings.warnings()) log_warn("{}", warning);
  const std::string without_effect = options.settings.without_effect();
  if (!without_effect.empty()) log_info("{}", without_effect);
  return options;
}

}  // namespace kelp::app
