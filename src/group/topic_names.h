// What the coordinator has to know of topics: the shell answers from its view of the cluster.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/uuid.h"

namespace kelp::group {

class TopicNames {
 public:
  virtual ~TopicNames() = default;

  virtual std::optional<Uuid> id_of(std::string_view topic) const = 0;
  virtual std::optional<std::string> name_of(const Uuid& id) const = 0;
  /// 0: there is no such topic.
  virtual int32_t partitions_of(std::string_view topic) const = 0;
};

}  // namespace kelp::group
