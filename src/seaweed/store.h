// What all logs of an engine share. Lives as long as anything of theirs is under way.
#pragma once

#include <atomic>
#include <memory>

#include "seaweed/filer.h"
#include "seaweed/object_cache.h"
#include "seaweed/volumes.h"

namespace kelp::seaweed {

/// What consumers at the end and read-ahead may hold; with what is being written it stays below
/// 128 MiB for the process.
inline constexpr size_t kCacheBytes = size_t{32} << 20;
/// Accepted and not yet stored, of all logs: more is refused, and the producer tries again.
inline constexpr size_t kMaxPendingBytes = size_t{48} << 20;

struct Store {
  Store(const ServerAddress& filer_address, const SeaweedOptions& options,
        std::shared_ptr<grpc::ChannelCredentials> credentials)
      : filer(filer_address, options, std::move(credentials)), volumes(filer), cache(kCacheBytes) {}

  const SeaweedOptions& options() const { return filer.options(); }
  EntryPath partition_path(const std::string& topic_id, int32_t index, std::string name) const {
    return {fmt::format("{}/partitions/{}/{}", options().root, topic_id, index), std::move(name)};
  }

  Filer filer;
  Volumes volumes;
  ObjectCache cache;
  std::atomic<size_t> pending_bytes{0};
  /// The engine goes: nothing is begun any more, nothing is tried again.
  std::atomic<bool> stopping{false};
};

}  // namespace kelp::seaweed
