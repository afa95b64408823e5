// Any bytes as any message in any version: a fault, or a message that survives being encoded.
#include "base/assert.h"
#include "base/endian.h"
#include "wire/registry.h"

namespace kelp::wire {
namespace {

// The first bytes choose: how the message is found, its API key or its place in a table, its
// version; then the body.
const MessageInfo* chosen(uint8_t how, uint16_t which) {
  switch (how % 4) {
    case 0:
      return find_message(MessageKind::request, static_cast<int16_t>(which));
    case 1:
      return find_message(MessageKind::response, static_cast<int16_t>(which));
    case 2:
      return &messages()[which % messages().size()];
    default:
      return &internal_messages()[which % internal_messages().size()];
  }
}

void decode_one(Bytes input) {
  constexpr size_t kChoice = 4;
  if (input.size() < kChoice) return;
  const MessageInfo* info = chosen(input[0], load_big<uint16_t>(input.data() + 1));
  if (info == nullptr) return;
  const MessageOps& ops = *info->ops;
  const int versions = ops.versions.max - ops.versions.min + 1;
  int16_t version = input[3];
  if (!ops.versions.has(version)) {
    version = static_cast<int16_t>(ops.versions.min + version % versions);
  }
  const Slice body = Slice::copy_of(input.subspan(kChoice));

  AnyMessage first(ops);
  if (!first.decode_exactly(body, version)) return;
  const Buffer encoded = first.encode(version);
  KELP_ASSERT(encoded.size() == first.size_of(version), ops.name, version);
  AnyMessage second(ops);
  const auto again = second.decode_exactly(encoded.slice(), version);
  KELP_ASSERT(again.has_value(), ops.name, version);
  KELP_ASSERT(second.encode(version).slice() == encoded.slice(), ops.name, version);
  first.to_json(version);
}

}  // namespace
}  // namespace kelp::wire

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kelp::wire::decode_one({data, size});
  return 0;
}
