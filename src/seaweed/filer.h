// The filer: entries with inline content, compare-and-set on an extended attribute, file ids of
// volumes. Any shard, or blocking. Owner: the engine. Nothing is tried again here, but a call waits
// for a filer that is away (kCallTime).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/seaweed_plugin.h"
#include "seaweed/cluster.h"
#include "seaweed/proto/filer.grpc.pb.h"
#include "seaweed/rpc.h"

namespace kelp::seaweed {

/// Where an entry is.
struct EntryPath {
  std::string directory, name;
  std::string text() const { return directory + "/" + name; }
};

/// A name that has nothing of a path in it: what is not a letter, digit, '.', '_' or '-' is written
/// %XX; a leading dot is too.
std::string escaped_name(std::string_view name);

/// What one of our entries holds: bytes, and the token of its last change.
struct StoredEntry {
  std::string content;
  std::string token;
};

/// The attribute that compare-and-set looks at.
inline constexpr std::string_view kTokenAttribute = "kelp";

class Filer {
 public:
  Filer(const ServerAddress& address, const SeaweedOptions& options,
        std::shared_ptr<grpc::ChannelCredentials> credentials);
  ~Filer();

  const ServerAddress& address() const { return address_; }
  const SeaweedOptions& options() const { return options_; }
  std::shared_ptr<grpc::Channel> channel() const { return channel_; }
  CallGuard& guard() { return guard_; }

  Task<Result<std::optional<filer_pb::Entry>>> lookup(EntryPath path);
  Task<Result<std::optional<StoredEntry>>> get(EntryPath path);
  /// Errors: exists.
  Task<Result<void>> create(EntryPath path, StoredEntry entry);
  /// Replaces the entry if its token is `expected`. Errors: conflict; not_found when it is not
  /// there. timed_out and io leave it open whether it was done.
  Task<Result<void>> replace(EntryPath path, StoredEntry entry, std::string expected);
  /// Whole or not at all, whoever wrote it before.
  Task<Result<void>> put(EntryPath path, StoredEntry entry);
  /// One that is not there is fine. `recursive`: with all below it, and with their files' data.
  Task<Result<void>> remove(EntryPath path, bool recursive = false);
  /// In order of their names, at most `limit` from behind `after`.
  Task<Result<std::vector<filer_pb::Entry>>> list(std::string directory, std::string after,
                                                  uint32_t limit);

  Task<Result<filer_pb::AssignVolumeResponse>> assign(uint32_t count);
  Result<filer_pb::AssignVolumeResponse> assign_blocking(uint32_t count);
  /// host:port of a server that has the volume. Errors: not_found.
  Task<Result<std::string>> locate(uint32_t volume);
  Result<std::string> locate_blocking(uint32_t volume);
  Result<std::optional<StoredEntry>> get_blocking(EntryPath path);
  Result<void> create_blocking(EntryPath path, StoredEntry entry);
  Result<void> replace_blocking(EntryPath path, StoredEntry entry, std::string expected);
  Result<void> put_blocking(EntryPath path, StoredEntry entry);
  Result<void> remove_blocking(EntryPath path);
  Result<filer_pb::GetFilerConfigurationResponse> configuration_blocking();

 private:
  filer_pb::AssignVolumeRequest assignment(uint32_t count) const;

  const ServerAddress address_;
  const SeaweedOptions options_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<filer_pb::SeaweedFiler::Stub> stub_;
  CallGuard guard_;
};

}  // namespace kelp::seaweed
