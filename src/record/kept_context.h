// Private to the compression: a codec's working memory. Making it costs more than a small batch
// does, so each thread keeps one of a kind for the next that asks; one that has grown large goes.
#pragma once

#include <cstddef>
#include <utility>

namespace kelp::record {

/// What a thread may keep of one kind: zstd's default level takes 1.3 MB for a batch of 1 MB.
inline constexpr size_t kMaxKeptBytes = size_t{2} << 20;

/// The context of one use; null when there was no memory. Whoever takes it finds in it what the
/// last one left, and sets it up anew.
template <class Context, Context* (*make)(), size_t (*drop)(Context*),
          size_t (*size_of)(const Context*)>
class KeptContext {
 public:
  KeptContext() : context_(std::exchange(kept().context, nullptr)) {
    if (context_ == nullptr) context_ = make();
  }
  ~KeptContext() {
    Context*& place = kept().context;
    if (place == nullptr && context_ != nullptr && size_of(context_) <= kMaxKeptBytes) {
      place = context_;
    } else {
      drop(context_);
    }
  }
  KeptContext(const KeptContext&) = delete;
  KeptContext& operator=(const KeptContext&) = delete;

  Context* get() const { return context_; }

 private:
  struct Kept {
    Context* context = nullptr;
    ~Kept() { drop(context); }
  };
  static Kept& kept() {
    thread_local Kept kept;
    return kept;
  }

  Context* context_;
};

}  // namespace kelp::record
