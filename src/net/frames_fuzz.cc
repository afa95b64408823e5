// libFuzzer: any stream of bytes, cut into any pieces, gives the frames that a plain reading of it
// gives, and never more memory than its bytes justify. Each input byte pair before the stream says
// how long the next pieces are.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "base/endian.h"
#include "net/frames.h"

namespace kelp::net {
namespace {

constexpr size_t kLimit = 200'000;

void demand(bool belief) {
  if (!belief) std::abort();
}

/// The frames of the stream by its definition; `refused` when it ends with a bad size.
std::vector<Bytes> frames_of(Bytes stream, bool& refused) {
  std::vector<Bytes> frames;
  refused = false;
  while (stream.size() >= 4) {
    const auto size = load_big<int32_t>(stream.data());
    refused = size <= 0 || static_cast<size_t>(size) > kLimit;
    if (refused || stream.size() - 4 < static_cast<size_t>(size)) break;
    frames.push_back(stream.subspan(4, static_cast<size_t>(size)));
    stream = stream.subspan(4 + static_cast<size_t>(size));
  }
  return frames;
}

/// Takes what is complete; true when the splitter refused.
bool take_all(FrameSplitter& splitter, Bytes input, std::vector<Slice>& frames, size_t arrived) {
  for (;;) {
    switch (splitter.next(input)) {
      case FrameSplitter::Next::bytes:
        demand(input.empty());
        return false;
      case FrameSplitter::Next::memory:
        splitter.grant(splitter.memory_wanted());
        demand(splitter.granted() <= std::max(kFirstGrantBytes, kTrust * arrived));
        break;
      case FrameSplitter::Next::frame:
        frames.push_back(splitter.take());
        break;
      case FrameSplitter::Next::refused:
        return true;
    }
  }
}

void run(Bytes data) {
  constexpr size_t kCuts = 8;
  if (data.size() < kCuts) return;
  const Bytes cuts = data.first(kCuts);
  const Bytes stream = data.subspan(kCuts);
  bool expected_refusal = false;
  const std::vector<Bytes> expected = frames_of(stream, expected_refusal);
  FrameSplitter splitter(kLimit);
  std::vector<Slice> frames;
  bool refused = false;
  size_t at = 0;
  for (size_t piece = 0; at < stream.size() && !refused; ++piece) {
    // As a connection reads: into the frame under way first, the rest elsewhere.
    const size_t wanted = 1 + size_t{cuts[piece % kCuts]} * (piece % 3 == 0 ? 1 : 37);
    const Bytes came = stream.subspan(at, std::min(wanted, stream.size() - at));
    at += came.size();
    const auto room = splitter.room();
    const size_t in_place = std::min(room.size(), came.size());
    std::copy_n(came.begin(), in_place, room.begin());
    splitter.received(in_place);
    refused = take_all(splitter, came.subspan(in_place), frames, at);
  }
  demand(refused == expected_refusal);
  demand(frames.size() == expected.size());
  for (size_t i = 0; i < frames.size(); ++i) {
    demand(std::ranges::equal(frames[i].bytes(), expected[i]));
  }
}

}  // namespace
}  // namespace kelp::net

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kelp::net::run({data, size});
  return 0;
}
