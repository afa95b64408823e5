// Bit fields of the operations that a client may do (KIP-430). Without an authorizer: whatever the
// kind of resource has.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace kelp::broker {

/// Kafka's AclOperation codes; an operation is the bit of its code.
enum class AclOperation : uint8_t {
  read = 3,
  write = 4,
  create = 5,
  remove = 6,
  alter = 7,
  describe = 8,
  cluster_action = 9,
  describe_configs = 10,
  alter_configs = 11,
  idempotent_write = 12,
};

constexpr int32_t operations(std::initializer_list<AclOperation> all) {
  int32_t bits = 0;
  for (const AclOperation operation : all) bits |= 1 << static_cast<int>(operation);
  return bits;
}

inline constexpr int32_t kTopicOperations =
    operations({AclOperation::read, AclOperation::write, AclOperation::create, AclOperation::remove,
                AclOperation::alter, AclOperation::describe, AclOperation::describe_configs,
                AclOperation::alter_configs});
inline constexpr int32_t kClusterOperations =
    operations({AclOperation::create, AclOperation::alter, AclOperation::describe,
                AclOperation::cluster_action, AclOperation::describe_configs,
                AclOperation::alter_configs, AclOperation::idempotent_write});

inline constexpr int32_t kGroupOperations =
    operations({AclOperation::read, AclOperation::remove, AclOperation::describe,
                AclOperation::describe_configs, AclOperation::alter_configs});

}  // namespace kelp::broker
