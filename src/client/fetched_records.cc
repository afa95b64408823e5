#include "client/fetched_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "record/control.h"
#include "record/legacy.h"
#include "record/reader.h"

namespace kelp::client {
namespace {

using wire::FetchResponse;

/// Which producers' batches are those of an aborted transaction, going through a log in order: from
/// the transaction's first offset to its abort marker (KIP-98).
class AbortedTransactions {
 public:
  explicit AbortedTransactions(const FetchResponse::PartitionData& fetched) {
    if (fetched.aborted_transactions.has_value()) ahead_ = *fetched.aborted_transactions;
    std::ranges::sort(ahead_, {}, &FetchResponse::AbortedTransaction::first_offset);
  }

  /// To be asked of each batch in order. An abort marker ends its transaction.
  bool has(const record::BatchView& batch) {
    while (next_ < ahead_.size() && ahead_[next_].first_offset <= batch.last_offset().value()) {
      open_.insert(ahead_[next_++].producer_id);
    }
    if (batch.is_control()) {
      const auto type = record::control_type(batch);
      if (type.has_value() && *type == record::ControlType::abort) open_.erase(batch.producer_id());
      return false;
    }
    return batch.is_transactional() && open_.contains(batch.producer_id());
  }

 private:
  std::vector<FetchResponse::AbortedTransaction> ahead_;
  size_t next_ = 0;
  std::set<int64_t> open_;
};

/// Nothing: the visitor has enough, at `position`.
Result<bool> visit_batch(const record::BatchView& batch, int64_t& position,
                         const RecordVisitor& visit) {
  auto reader = record::RecordReader::open(batch);
  if (!reader.has_value()) return std::unexpected(std::move(reader.error()));
  for (;;) {
    const auto next = reader->next();
    if (!next.has_value()) return std::unexpected(next.error());
    if (*next == nullptr) return true;
    const record::Record& record = **next;
    if (record.offset.value() < position) continue;
    FetchedRecord fetched{record.offset.value(),  record.timestamp_ms,
                          batch.timestamp_type(), record.key,
                          record.value,           record.headers};
    position = record.offset.value() + 1;
    if (!visit(fetched)) return false;
  }
}

Result<int64_t> visit_message_set(Bytes set, int64_t position, const RecordVisitor& visit) {
  record::MessageSetReader reader(set);
  for (;;) {
    const auto next = reader.next();
    if (!next.has_value()) return fail(ErrorKind::malformed, next.error().message);
    if (*next == nullptr) return position;
    const record::LegacyMessage& message = **next;
    if (message.offset.value() < position) continue;
    FetchedRecord fetched{message.offset.value(), message.timestamp_ms,
                          message.timestamp_type, message.key,
                          message.value,          {}};
    position = message.offset.value() + 1;
    if (!visit(fetched)) return position;
  }
}

bool is_message_set(Bytes bytes) {
  return bytes.size() >= record::kHeaderToMagicBytes &&
         static_cast<int8_t>(bytes[record::at::kMagic]) < record::kMagic2;
}

}  // namespace

Result<int64_t> visit_records(const FetchResponse::PartitionData& fetched, int64_t position,
                              Isolation isolation, const RecordVisitor& visit) {
  const Bytes bytes = fetched.records.slice().bytes();
  if (is_message_set(bytes)) return visit_message_set(bytes, position, visit);
  AbortedTransactions aborted(fetched);
  record::BatchCursor cursor(bytes);
  while (const auto batch = cursor.next()) {
    const bool is_aborted = isolation == Isolation::read_committed && aborted.has(*batch);
    if (batch->last_offset().value() < position) continue;
    if (!batch->is_control() && !is_aborted) {
      if (!batch->crc_is_right()) {
        return fail(ErrorKind::malformed, fmt::format("record batch at {}: its CRC is wrong",
                                                      batch->base_offset().value()));
      }
      const auto more = visit_batch(*batch, position, visit);
      if (!more.has_value()) return std::unexpected(more.error());
      if (!*more) return position;
    }
    position = batch->next_offset().value();
  }
  if (cursor.is_damaged()) {
    return fail(ErrorKind::malformed, fmt::format("no record batch at {}", position));
  }
  return position;
}

}  // namespace kelp::client
