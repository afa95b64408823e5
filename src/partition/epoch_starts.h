// Which leader epochs wrote which part of a log: the first offset of each epoch, in order
// (KIP-101). A client compares its epochs with these to learn whether what it has read was cut off
// by a crash. Owner: Partition.
#pragma once

#include <optional>
#include <vector>

#include "base/strong.h"

namespace kelp::partition {

struct EpochStart {
  Epoch epoch;
  Offset start;
  friend bool operator==(const EpochStart&, const EpochStart&) = default;
};

/// The end of the largest epoch that is not above the one asked for.
struct EpochEnd {
  Epoch epoch;
  Offset end;
};

class EpochStarts {
 public:
  /// A batch of `epoch` begins at `start`. Epochs never fall; one that is known changes nothing.
  void appended(Epoch epoch, Offset start);

  /// Nothing for an epoch below all known ones, or above the newest (KIP-279).
  std::optional<EpochEnd> end_of(Epoch epoch, Offset log_end) const;

  std::optional<Epoch> newest() const;
  std::optional<Epoch> oldest() const;
  /// The log begins at `start` now: what lies wholly below is forgotten.
  void trimmed(Offset start);

  const std::vector<EpochStart>& all() const { return starts_; }

 private:
  std::vector<EpochStart> starts_;
};

}  // namespace kelp::partition
