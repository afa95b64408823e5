// Any bytes as any message in any version: a fault, or a message that survives being encoded.
#include "base/assert.h"
#include "base/endian.h"
#include "wire/registry.h"

namespace kelp::wire {
namespace {

// The first bytes choose: table and message, version, then the body.
void decode_one(Bytes input) {
  constexpr size_t kChoice = 3;
  if (input.size() < kChoice) return;
  const auto table = input[0] % 8 == 0 ? internal_messages() : messages();
  const MessageOps& ops = *table[load_big<uint16_t>(input.data()) / 8U % table.size()].ops;
  const int versions = ops.versions.max - ops.versions.min + 1;
  const auto version = static_cast<int16_t>(ops.versions.min + input[2] % versions);
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
