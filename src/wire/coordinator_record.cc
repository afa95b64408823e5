#include "wire/coordinator_record.h"

namespace kelp::wire {

Result<Prefixed> split_prefix(const Slice& bytes) {
  Reader in(bytes);
  const int16_t prefix = in.integer<int16_t>();
  if (!in.ok()) return fail(ErrorKind::malformed, "a record shorter than its type or version");
  return Prefixed{prefix, in.rest()};
}

}  // namespace kelp::wire
