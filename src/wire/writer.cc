#include "wire/writer.h"

#include <cstring>

namespace kelp::wire {
namespace {

// The bytes of `text` that fit a 16-bit length.
size_t short_size(const std::string& text) {
  if (text.size() <= kMaxShortString) return text.size();
  size_t size = kMaxShortString;
  while (size > 0 && (static_cast<uint8_t>(text[size]) & 0xc0) == 0x80) --size;
  return size;
}

}  // namespace

void Sizer::short_string(const std::string* text) {
  inline_ += sizeof(int16_t) + (text ? short_size(*text) : 0);
}

void Sizer::compact_string(const std::string* text) {
  const size_t size = text ? text->size() : 0;
  inline_ += varint_size(size + 1) + size;
}

void Writer::raw(Bytes bytes) {
  if (!bytes.empty()) std::memcpy(at_, bytes.data(), bytes.size());
  at_ += bytes.size();
}

void Writer::hole(size_t source, size_t size) {
  KELP_ASSERT(splices_ != nullptr, source, size);
  if (size > 0) splices_->push_back(Splice{position(), source, size});
}

void Writer::short_string(const std::string* text) {
  if (!text) return integer(int16_t{-1});
  const size_t size = short_size(*text);
  integer(static_cast<int16_t>(size));
  raw(as_bytes(*text).first(size));
}

void Writer::compact_string(const std::string* text) {
  if (!text) return varint(0);
  varint(text->size() + 1);
  raw(as_bytes(*text));
}

}  // namespace kelp::wire
