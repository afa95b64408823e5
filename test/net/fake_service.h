// FakeService: a service whose requests say what is to happen. The first byte of a request is its
// verb, the rest its argument:
//   e TEXT  answer TEXT at once          s TEXT  the same, serial
//   l TEXT  answer TEXT after 1 ms       n       no answer            c  close
//   p KEY   park until release(KEY), then answer KEY; P KEY the same, serial
//   w KEY   like p, but answered when the client disconnects, too
//   q MS    mute the peer for so many milliseconds, then answer MS
//   m N     N bytes in memory            f N     N bytes of the file, in three ranges between text
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/endian.h"
#include "client/raw_client.h"
#include "net/service.h"
#include "rt/shard.h"
#include "rt/wait.h"

namespace kelp::test {

inline net::Answer answer_of(Bytes body) {
  net::Answer answer;
  answer.kind = net::Answer::Kind::reply;
  answer.frame.add(framed(body).slice());
  return answer;
}

class FakeService final : public net::Service {
 public:
  std::shared_ptr<const rt::OpenFile> file;  // what 'f' sends from

  net::Ordering ordering(Bytes frame) const override {
    const char verb = frame.empty() ? 'e' : static_cast<char>(frame[0]);
    const bool serial = verb == 's' || verb == 'P';
    return serial ? net::Ordering::serial : net::Ordering::pipelined;
  }

  rt::Task<net::Answer> serve(std::shared_ptr<net::Peer> peer, Slice frame) override {
    const std::string text(frame.text().substr(1));
    const char verb = frame.text()[0];
    {
      const std::scoped_lock lock(mutex_);
      started_.push_back(std::string(frame.text().substr(0, 32)));
      last_peer_ = *peer;
      changed_.notify_all();
    }
    net::Answer answer;
    answer.kind = net::Answer::Kind::none;
    if (verb == 'n') co_return answer;
    if (verb == 'c') co_return net::Answer();
    if (verb == 'q') {
      peer->muted_until = rt::Clock::now() + std::chrono::milliseconds(std::stoll(text));
    }
    if (verb == 'l') co_await rt::sleep_until(rt::Clock::now() + std::chrono::milliseconds(1));
    const bool parks = verb == 'p' || verb == 'P' || (verb == 'w' && !peer->leaving);
    if (parks) co_await parked(text, peer->id, verb == 'w');
    if (verb == 'm') co_return answer_of(Buffer(std::stoull(text)).slice());
    if (verb == 'f') co_return file_answer(std::stoull(text));
    co_return answer_of(as_bytes(text));
  }

  void disconnected(const std::shared_ptr<net::Peer>& peer) override {
    const std::scoped_lock lock(mutex_);
    ++disconnected_;
    for (auto& [key, waiter] : parked_) {
      if (waiter.peer == peer->id && waiter.wakes_on_disconnect && !waiter.wake->completed()) {
        waiter.wake->complete(rt::Done());
      }
    }
    changed_.notify_all();
  }

  /// Lets a parked request answer.
  void release(const std::string& key) {
    await_parked(key);
    const std::scoped_lock lock(mutex_);
    const Parked waiter = parked_.at(key);
    waiter.shard->post([wake = waiter.wake] {
      if (!wake->completed()) wake->complete(rt::Done());
    });
  }
  bool await_parked(const std::string& key) {
    return await([&] { return parked_.contains(key); });
  }
  bool await_disconnected(int count) {
    return await([&] { return disconnected_ >= count; });
  }
  bool await_started(size_t count) {
    return await([&] { return started_.size() >= count; });
  }
  std::vector<std::string> started() const {
    const std::scoped_lock lock(mutex_);
    return started_;
  }
  net::Peer last_peer() const {
    const std::scoped_lock lock(mutex_);
    return last_peer_;
  }

  /// What 'f' N answers: its text and where the file's bytes stand.
  static constexpr size_t kTextBytes = 10;

 private:
  struct Parked {
    rt::Shard* shard;
    uint64_t peer;
    bool wakes_on_disconnect;
    std::shared_ptr<rt::Completion<rt::Done>> wake;
  };

  rt::Task<void> parked(std::string key, uint64_t peer, bool wakes_on_disconnect) {
    auto wake = std::make_shared<rt::Completion<rt::Done>>();
    Parked waiter;
    waiter.shard = &rt::Shard::current();
    waiter.peer = peer;
    waiter.wakes_on_disconnect = wakes_on_disconnect;
    waiter.wake = wake;
    {
      const std::scoped_lock lock(mutex_);
      parked_.insert_or_assign(key, waiter);
      changed_.notify_all();
    }
    rt::Completion<rt::Done>& waiting = *wake;
    co_await waiting;
    const std::scoped_lock lock(mutex_);
    parked_.erase(key);
  }

  net::Answer file_answer(size_t bytes) const {
    net::Answer answer;
    answer.kind = net::Answer::Kind::reply;
    Buffer size(sizeof(int32_t));
    store_big<int32_t>(size.data(), static_cast<int32_t>(3 * kTextBytes + bytes));
    answer.frame.add(size.slice());
    const size_t third = bytes / 3;
    size_t from = 0;
    for (const size_t part : {third, third, bytes - 2 * third}) {
      answer.frame.add(Slice::copy_of(std::string(kTextBytes, 't')));
      answer.frame.add(rt::FileRange{file, from, part});
      from += part;
    }
    return answer;
  }

  template <class Condition>
  bool await(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, patience(), [&] { return condition(); });
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Parked> parked_;
  std::vector<std::string> started_;
  net::Peer last_peer_;
  int disconnected_ = 0;
};

}  // namespace kelp::test
