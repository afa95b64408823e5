// What `kelp produce` tells of the records: where they were stored, and which were not and why.
#pragma once

#include <cstdint>
#include <string>

#include "cli/output.h"
#include "client/produce_lane.h"

namespace kelp::cli {

class DeliveryReport {
 public:
  enum class Style : uint8_t { faults_only, batches, json };

  DeliveryReport(std::string topic, Style style, Output& output)
      : topic_(std::move(topic)), style_(style), output_(output) {}

  void add(const client::Delivery& delivery);
  /// The last words: how many were not stored. Whether all were.
  bool finish();

  /// Whether the next records would fare no better: an error that is not about single records.
  bool is_hopeless() const { return hopeless_; }

 private:
  void add_fault(const client::Delivery& delivery);
  void add_json(const client::Delivery& delivery);

  std::string topic_;
  Style style_;
  Output& output_;
  uint64_t not_stored_ = 0;
  int shown_faults_ = 0;
  bool hopeless_ = false;
};

}  // namespace kelp::cli
