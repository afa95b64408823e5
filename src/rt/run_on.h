// Runs a task on a shard and waits for its value on a thread that is no shard: main's, or a test's.
#pragma once

#include <future>
#include <memory>
#include <type_traits>

#include "rt/shard.h"
#include "rt/task.h"

namespace kelp::rt {

/// `work` returns a Task; its value is returned here. The frame of `work` lives until then.
template <class F>
auto run_on(Shard& shard, F work) {
  using R = typename std::invoke_result_t<F&>::value_type;
  // Shared: set_value() may still be at work when the waiting thread has the value already.
  auto promise = std::make_shared<std::promise<R>>();
  auto carry = [](F& inner, std::shared_ptr<std::promise<R>> out) -> Task<void> {
    if constexpr (std::is_void_v<R>) {
      co_await inner();
      out->set_value();
    } else {
      R value = co_await inner();
      out->set_value(std::move(value));
    }
  };
  shard.post([&carry, &work, promise] { carry(work, promise).detach(); });
  return promise->get_future().get();
}

}  // namespace kelp::rt
