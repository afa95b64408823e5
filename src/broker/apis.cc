// docs/apis.md, from the list.
#include "broker/apis.h"

#include <fmt/format.h>

#include <string>

namespace kelp::broker {
namespace {

std::string_view name_of(Owner owner) {
  switch (owner) {
    case Owner::none:
      return "nothing";
    case Owner::cluster:
      return "cluster image of the shard";
    case Owner::controller:
      return "controller (shard 0)";
    case Owner::partition:
      return "each partition, on its shard";
    case Owner::group:
      return "group coordinator, on its shard";
  }
  return "";
}

std::string versions_of(wire::Versions served) {
  if (served.min == served.max) return std::to_string(served.min);
  return fmt::format("{}–{}", served.min, served.max);
}

}  // namespace

std::string apis_markdown() {
  std::string text =
      "# APIs\n\nGenerated from `src/broker/apis.h`; a test fails when this page is stale "
      "(`KELP_UPDATE_DOCS=1` writes it anew).\nWhatever is not listed is not advertised; a request "
      "for it closes the connection, as in Kafka.\n\n| key | API | versions | ordering | touches | "
      "what versions add here | deliberately not supported |\n|---:|---|---|---|---|---|---|\n";
  for (const Api& api : kApis) {
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", api.key, api.name,
                        versions_of(api.served),
                        api.ordering == net::Ordering::serial ? "one at a time" : "pipelined",
                        name_of(api.owner), api.versions_add, api.not_supported);
  }
  return text;
}

}  // namespace kelp::broker
