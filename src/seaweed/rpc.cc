#include "seaweed/rpc.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace kelp::seaweed {
namespace {

ErrorKind kind_of(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return ErrorKind::timed_out;
    case grpc::StatusCode::NOT_FOUND:
      return ErrorKind::not_found;
    case grpc::StatusCode::ALREADY_EXISTS:
      return ErrorKind::exists;
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::ABORTED:
      return ErrorKind::conflict;
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return ErrorKind::too_large;
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::OUT_OF_RANGE:
      return ErrorKind::invalid;
    case grpc::StatusCode::UNIMPLEMENTED:
      return ErrorKind::unsupported;
    case grpc::StatusCode::CANCELLED:
      return ErrorKind::closed;
    default:
      return ErrorKind::io;
  }
}

struct Counters {
  std::mutex mutex;
  std::map<std::string, CallCounter, std::less<>> by_name;
};
Counters& counters() {
  static Counters all;
  return all;
}

}  // namespace

Result<void> outcome_of(const grpc::Status& status, std::string_view what) {
  if (status.ok()) return {};
  return fail(kind_of(status.error_code()),
              fmt::format("{}: {} (gRPC status {})", what, status.error_message(),
                          static_cast<int>(status.error_code())));
}

CallCounter& counter_of(std::string_view name) {
  Counters& all = counters();
  const std::scoped_lock lock(all.mutex);
  const auto found = all.by_name.find(name);
  if (found != all.by_name.end()) return found->second;
  return all.by_name[std::string(name)];
}

std::vector<CallCount> call_counts() {
  Counters& all = counters();
  const std::scoped_lock lock(all.mutex);
  std::vector<CallCount> counts;
  for (const auto& [name, counter] : all.by_name) {
    counts.push_back({name, counter.calls, counter.failures, counter.microseconds});
  }
  return counts;
}

void count_call(std::string_view name, std::chrono::steady_clock::time_point begun, bool failed) {
  CallCounter& counter = counter_of(name);
  ++counter.calls;
  if (failed) ++counter.failures;
  const auto took = std::chrono::steady_clock::now() - begun;
  counter.microseconds +=
      static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
}

bool CallGuard::enter(grpc::ClientContext* context) {
  const std::scoped_lock lock(mutex_);
  if (closed_) return false;
  inside_.push_back(context);
  return true;
}

void CallGuard::leave(grpc::ClientContext* context) {
  const std::scoped_lock lock(mutex_);
  std::erase(inside_, context);
  left_.notify_all();
}

void CallGuard::close() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  for (grpc::ClientContext* context : inside_) context->TryCancel();
  left_.wait(lock, [this] { return inside_.empty(); });
}

}  // namespace kelp::seaweed
