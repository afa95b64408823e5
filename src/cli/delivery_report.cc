#include "cli/delivery_report.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "cli/cluster_options.h"
#include "cli/fault_words.h"
#include "cli/terminal.h"

namespace kelp::cli {
namespace {

/// Lines about batches that were not stored; the rest is counted.
constexpr int kShownFaults = 10;

/// Whether another record may be taken.
bool is_about_records(ErrorCode code) {
  return code == ErrorCode::message_too_large || code == ErrorCode::record_list_too_large ||
         code == ErrorCode::invalid_record || code == ErrorCode::invalid_timestamp ||
         code == ErrorCode::corrupt_message;
}

/// `record 7`, `records 7 to 12`: of the input, between which others may have gone elsewhere.
std::string names_of(const std::vector<uint64_t>& numbers) {
  if (numbers.size() == 1) return fmt::format("record {}", numbers.front());
  return fmt::format("{} records ({} to {})", numbers.size(), numbers.front(), numbers.back());
}

}  // namespace

void DeliveryReport::add(const client::Delivery& delivery) {
  if (delivery.fault.has_value()) add_fault(delivery);
  if (style_ == Style::json) {
    add_json(delivery);
  } else if (style_ == Style::batches && !delivery.fault.has_value()) {
    const std::string where = fmt::format("{}:{}", for_terminal(topic_), delivery.partition);
    const auto count = static_cast<int64_t>(delivery.numbers.size());
    const std::string offsets = delivery.base_offset < 0 ? "offset unknown"
                                : count == 1 ? fmt::format("offset {}", delivery.base_offset)
                                             : fmt::format("offsets {} to {}", delivery.base_offset,
                                                           delivery.base_offset + count - 1);
    (void)output_.write(fmt::format("{} {}: {}\n", where, offsets, names_of(delivery.numbers)));
  }
  (void)output_.flush();
}

void DeliveryReport::add_fault(const client::Delivery& delivery) {
  not_stored_ += delivery.numbers.size();
  hopeless_ = hopeless_ || !is_about_records(delivery.fault->code);
  if (++shown_faults_ > kShownFaults) return;
  complain(kFailure, fmt::format("{}:{}: {} {} stored: {}", topic_, delivery.partition,
                                 names_of(delivery.numbers),
                                 delivery.may_be_stored ? "may not have been" : "not",  //
                                 explain(*delivery.fault)));
}

void DeliveryReport::add_json(const client::Delivery& delivery) {
  for (size_t i = 0; i < delivery.numbers.size(); ++i) {
    boost::json::object each{{"record", delivery.numbers[i]},
                             {"topic", topic_},
                             {"partition", delivery.partition},
                             {"offset", nullptr},
                             {"error", nullptr}};
    if (delivery.fault.has_value()) {
      each["error"] = fault_json(*delivery.fault);
    } else if (delivery.base_offset >= 0) {
      each["offset"] = delivery.base_offset + static_cast<int64_t>(i);
    }
    (void)output_.write(json_for_terminal(boost::json::serialize(each)) + '\n');
  }
}

bool DeliveryReport::finish() {
  (void)output_.flush();
  if (not_stored_ == 0) return true;
  complain(kFailure, fmt::format("{} {} not stored", not_stored_,
                                 not_stored_ == 1 ? "record was" : "records were"));
  return false;
}

}  // namespace kelp::cli
