#include "wire/decoder.h"

namespace kelp::wire {

int64_t Decoder::short_length() {
  return flexible_ ? int64_t{in_.varint()} - 1 : int64_t{in_.integer<int16_t>()};
}

int64_t Decoder::long_length() {
  return flexible_ ? int64_t{in_.varint()} - 1 : int64_t{in_.integer<int32_t>()};
}

size_t Decoder::present(int64_t length) {
  if (length >= 0) return static_cast<size_t>(length);
  in_.fail("null where the version has no null");
  return 0;
}

void Decoder::read(Uuid& value, bool) {
  const Bytes taken = in_.bytes(value.bytes.size());
  if (in_.ok()) std::copy(taken.begin(), taken.end(), value.bytes.begin());
}

void Decoder::read(std::string& value, bool) {
  value.assign(as_text(in_.bytes(present(short_length()))));
}

void Decoder::read(std::optional<std::string>& value, bool may_be_null) {
  text(value, short_length(), may_be_null);
}

void Decoder::text(std::optional<std::string>& value, int64_t length, bool may_be_null) {
  value.reset();
  if (length >= 0 || !may_be_null) value.emplace(as_text(in_.bytes(present(length))));
}

void Decoder::read(Slice& value, bool) { value = in_.slice(present(long_length())); }

void Decoder::read(std::optional<Slice>& value, bool may_be_null) {
  const int64_t length = long_length();
  value.reset();
  if (length >= 0 || !may_be_null) value = in_.slice(present(length));
}

void Decoder::read(Records& value, bool may_be_null) {
  const int64_t length = long_length();
  value = Records();
  if (length >= 0 || !may_be_null) value = Records(in_.slice(present(length)));
}

bool Decoder::bounded(size_t count, size_t least) {
  const bool possible = count <= in_.remaining() / std::max<size_t>(1, least);
  if (!possible) in_.fail("an array's count goes beyond the end");
  return possible;
}

size_t Decoder::next_size(size_t count, size_t done, size_t element_size) const {
  const size_t eager = std::max(kEagerArrayBytes, in_.remaining()) / element_size + 1;
  return std::min(count, std::max(eager, 2 * done));
}

void Decoder::read_tags(uint32_t tags, void* structure, ReadTag read_tag) {
  for (; tags > 0 && in_.ok(); --tags) {
    const uint32_t number = in_.varint();
    const size_t hidden = in_.narrow(in_.varint());
    const bool known = read_tag != nullptr && read_tag(*this, structure, number);
    if (!known) in_.bytes(in_.remaining());
    if (in_.remaining() != 0) in_.fail("a tagged field is longer than its value");
    in_.widen(hidden);
  }
}

template void Decoder::elements(std::vector<int32_t>& values, size_t count);
template void Decoder::elements(std::vector<std::string>& values, size_t count);

}  // namespace kelp::wire
