#include "seaweed/manifest_entry.h"

#include <algorithm>
#include <random>

#include "base/log.h"
#include "seaweed/token.h"

namespace kelp::seaweed {
namespace {

constexpr uint32_t kFormat = 1;
constexpr std::chrono::milliseconds kFirstBackOff{20};
constexpr std::chrono::milliseconds kLongestBackOff{2000};
/// Of a take-over: others may take it too, but not for ever.
constexpr int kTakeOvers = 20;

}  // namespace

rt::Duration back_off_time(int attempt) {
  static thread_local std::minstd_rand random{std::random_device()()};
  auto longest = kFirstBackOff;
  for (int i = 0; i < attempt && longest < kLongestBackOff; ++i) longest *= 2;
  longest = std::min(longest, kLongestBackOff);
  std::uniform_int_distribution<int64_t> part(longest.count() / 2, longest.count());
  return std::chrono::milliseconds(part(random));
}

Task<Result<void>> ManifestEntry::take_over(
    std::function<Task<Result<void>>(stored::Manifest&)> recover) {
  for (int attempt = 0;; ++attempt) {
    if (store_->stopping) co_return fail(ErrorKind::closed, path_.text());
    auto found = co_await store_->filer.get(path_);
    if (!found.has_value()) co_return std::unexpected(std::move(found.error()));
    stored::Manifest manifest;
    if (!found->has_value()) {
      manifest.set_format(kFormat);
    } else if (!manifest.ParseFromString((*found)->content) || manifest.format() != kFormat) {
      co_return fail(ErrorKind::malformed,
                     fmt::format("{} is not a manifest of this version", path_.text()));
    }
    auto recovered = co_await recover(manifest);
    if (!recovered.has_value()) co_return recovered;
    manifest.set_epoch(manifest.epoch() + 1);
    manifest.set_owner(Uuid::random().text());
    StoredEntry entry{manifest.SerializeAsString(), fresh_token(++version_)};
    std::string token = entry.token;
    Result<void> taken;
    if (found->has_value()) {
      taken = co_await store_->filer.replace(path_, std::move(entry), (*found)->token);
    } else {
      taken = co_await store_->filer.create(path_, std::move(entry));
    }
    if (taken.has_value()) {
      manifest_ = std::move(manifest);
      token_ = std::move(token);
      co_return taken;
    }
    if (attempt >= kTakeOvers) co_return taken;
    co_await back_off(attempt);
  }
}

Task<Result<void>> ManifestEntry::change(ManifestChange change) {
  Waiting self{.change = std::move(change)};
  waiting_.push_back(&self);
  if (!working_) {
    working_ = true;
    work().detach();
  }
  co_await self.done;
  co_return std::move(self.outcome);
}

Task<void> ManifestEntry::work() {
  while (!waiting_.empty()) {
    const std::deque<Waiting*> together = std::exchange(waiting_, {});
    stored::Manifest next = manifest_;
    bool any = false;
    for (Waiting* one : together) {
      stored::Manifest with = next;
      one->outcome = one->change(with);
      if (!one->outcome.has_value()) continue;
      next = std::move(with);
      any = true;
    }
    if (any) {
      const Result<void> stored = co_await store(next);
      if (stored.has_value()) {
        manifest_ = std::move(next);
      } else {
        for (Waiting* one : together) {
          if (one->outcome.has_value()) one->outcome = stored;
        }
      }
    }
    for (Waiting* one : together) one->done.complete(rt::Done());
  }
  working_ = false;
}

Task<Result<void>> ManifestEntry::store(const stored::Manifest& manifest) {
  const std::string bytes = manifest.SerializeAsString();
  std::vector<std::string> attempts;
  for (int attempt = 0;; ++attempt) {
    if (fenced_) co_return fail(ErrorKind::fenced, path_.text());
    if (store_->stopping) co_return fail(ErrorKind::closed, path_.text());
    auto stored = co_await try_to_store(bytes, attempts);
    if (stored.has_value()) co_return stored;
    if (stored.error().kind == ErrorKind::fenced) {
      fenced_ = true;
      log_error("{}: another Kelp has taken it over: nothing more is written here", path_.text());
      co_return stored;
    }
    log_warn("{}: {}: once more", path_.text(), stored.error().text());
    co_await back_off(attempt);
  }
}

/// fenced: somebody else changed it. Other errors leave it open whether it was done; a later
/// attempt finds its token then.
Task<Result<void>> ManifestEntry::try_to_store(const std::string& bytes,
                                               std::vector<std::string>& attempts) {
  StoredEntry entry{bytes, fresh_token(++version_)};
  attempts.push_back(entry.token);
  auto stored = co_await store_->filer.replace(path_, std::move(entry), token_);
  if (stored.has_value()) {
    token_ = attempts.back();
    co_return stored;
  }
  auto found = co_await store_->filer.get(path_);
  if (!found.has_value()) co_return stored;
  if (found->has_value()) {
    if (std::ranges::find(attempts, (*found)->token) != attempts.end()) {
      token_ = (*found)->token;
      co_return Result<void>();
    }
    stored::Manifest there;
    if (there.ParseFromString((*found)->content) && there.owner() == manifest_.owner()) {
      token_ = std::move((*found)->token);  // an older one of ours, after a power loss of the filer
      co_return stored;
    }
  }
  co_return fail(ErrorKind::fenced, path_.text());
}

Task<void> ManifestEntry::back_off(int attempt) {
  co_await rt::sleep_until(rt::Clock::now() + back_off_time(attempt));
}

}  // namespace kelp::seaweed
