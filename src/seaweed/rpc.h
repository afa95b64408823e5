// One gRPC call as a Task of the calling shard, or blocking on a thread that is no shard. gRPC's
// own threads touch nothing of ours: what they bring is posted to the shard that asked. Every call
// has a deadline; it waits for a server that is being restarted until then.
#pragma once

#include <grpcpp/grpcpp.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result.h"
#include "rt/task.h"
#include "rt/wait.h"

namespace kelp::seaweed {

using rt::Task;

/// The longest that one call may take, the restart of a filer (8 s, measured) included.
inline constexpr std::chrono::seconds kCallTime{20};

/// `what` names the call and what it was about.
Result<void> outcome_of(const grpc::Status& status, std::string_view what);

/// How often a kind of call was made, failed, and how long it took. Any thread.
struct CallCounter {
  std::atomic<uint64_t> calls{0}, failures{0}, microseconds{0};
};
/// By the name of the call, made with the first one. At most as many as there are kinds of calls.
CallCounter& counter_of(std::string_view name);
struct CallCount {
  std::string name;
  uint64_t calls, failures, microseconds;
};
std::vector<CallCount> call_counts();

/// Ends all calls that are under way and refuses new ones: for an engine that goes.
class CallGuard {
 public:
  /// False: no calls any more.
  bool enter(grpc::ClientContext* context);
  void leave(grpc::ClientContext* context);
  /// Cancels; returns when the last has left.
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable left_;
  std::vector<grpc::ClientContext*> inside_;
  bool closed_ = false;
};

/// A unary call that is under way: what gRPC needs to live as long as it.
template <class Request, class Response>
struct UnaryCall {
  grpc::ClientContext context;
  Request request;
  Response response;
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
};

template <class Async, class Request, class Response>
using UnaryMethod = void (Async::*)(grpc::ClientContext*, const Request*, Response*,
                                    std::function<void(grpc::Status)>);

/// What a client needs for each of its calls.
struct CallSite {
  CallGuard& guard;
  std::string_view name;
  /// For the words of an error: "/kelp/catalog".
  std::string_view about;
};

void count_call(std::string_view name, std::chrono::steady_clock::time_point begun, bool failed);

/// Starts it; `done` runs on a thread of gRPC's (or at once, when calls are refused).
template <class Async, class Request, class Response>
void begin_call(CallSite site, std::type_identity_t<Async>* stub,
                UnaryMethod<Async, Request, Response> method, UnaryCall<Request, Response>& call,
                std::function<void(grpc::Status)> done) {
  call.context.set_wait_for_ready(true);
  call.context.set_deadline(std::chrono::system_clock::now() + kCallTime);
  if (!site.guard.enter(&call.context)) {
    done(grpc::Status(grpc::StatusCode::CANCELLED, "the engine is closed"));
    return;
  }
  // Left last: when the guard is closed, nobody is told anything any more. The call itself is gone
  // once its owner was told.
  (stub->*method)(&call.context, &call.request, &call.response,
                  [&guard = site.guard, context = &call.context, begun = call.begun,
                   name = site.name, done](grpc::Status status) {
                    count_call(name, begun, !status.ok());
                    done(std::move(status));
                    guard.leave(context);
                  });
}

template <class Async, class Request, class Response>
Task<Result<Response>> run_call(CallSite site, std::type_identity_t<Async>* stub,
                                UnaryMethod<Async, Request, Response> method, Request request) {
  UnaryCall<Request, Response> call;
  call.request = std::move(request);
  const std::string about(site.about);
  rt::Completion<grpc::Status> answer;
  rt::Shard& home = rt::Shard::current();
  begin_call<Async, Request, Response>(site, stub, method, call,
                                       [&answer, &home](grpc::Status status) {
                                         home.post([&answer, status = std::move(status)]() mutable {
                                           answer.complete(std::move(status));
                                         });
                                       });
  const grpc::Status status = co_await answer;
  auto outcome = outcome_of(status, fmt::format("{} {}", site.name, about));
  if (!outcome.has_value()) co_return std::unexpected(std::move(outcome.error()));
  co_return std::move(call.response);
}

template <class Async, class Request, class Response>
Result<Response> block_on_call(CallSite site, std::type_identity_t<Async>* stub,
                               UnaryMethod<Async, Request, Response> method, Request request) {
  UnaryCall<Request, Response> call;
  call.request = std::move(request);
  auto answered = std::make_shared<std::promise<grpc::Status>>();
  begin_call<Async, Request, Response>(site, stub, method, call, [answered](grpc::Status status) {
    answered->set_value(std::move(status));
  });
  const grpc::Status status = answered->get_future().get();
  auto outcome = outcome_of(status, fmt::format("{} {}", site.name, site.about));
  if (!outcome.has_value()) return std::unexpected(std::move(outcome.error()));
  return std::move(call.response);
}

}  // namespace kelp::seaweed
