#include "wire/random.h"

#include <array>
#include <limits>

namespace kelp::wire {
namespace {

constexpr size_t kMostElements = 3;
constexpr size_t kMostCharacters = 20;
constexpr size_t kMostBytes = 200;  // a compact length then takes one or two bytes

void fill(const Type& type, bool may_be_null, void* value, int16_t version, RandomSource& random);

class FieldFiller : public FieldVisitor {
 public:
  FieldFiller(int16_t version, RandomSource& random) : version_(version), random_(random) {}

  void field(const Field& field, const Type& type, void* value) override {
    if (!field.versions.has(version_)) return;
    if (field.tag && random_() % 3 == 0) return;
    fill(type, field.nullable.has(version_), value, version_, random_);
  }

 private:
  int16_t version_;
  RandomSource& random_;
};

template <class T>
void fill_integer(void* value, RandomSource& random) {
  const std::array<T, 4> special{0, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(),
                                 static_cast<T>(-1)};
  const uint64_t drawn = random();
  *static_cast<T*>(value) =
      drawn % 4 == 0 ? special[drawn / 4 % special.size()] : static_cast<T>(drawn >> 8);
}

std::string random_string(RandomSource& random) {
  static constexpr std::array<std::string_view, 8> kCharacters{
      "a", "Z", "-", "\"", std::string_view("\0", 1), "\u00e9", "\u4e2d", "\U0001f600"};
  std::string text;
  for (size_t left = random() % kMostCharacters; left > 0; --left)
    text += kCharacters[random() % kCharacters.size()];
  return text;
}

Slice random_bytes(RandomSource& random) {
  Buffer buffer(random() % kMostBytes);
  for (uint8_t& byte : buffer.bytes()) byte = static_cast<uint8_t>(random());
  return buffer.slice();
}

void fill_nullable(const Type& type, bool may_be_null, void* value, int16_t version,
                   RandomSource& random) {
  type.reset(value);
  if (may_be_null && random() % 3 == 0) return;
  fill(*type.inner, false, type.emplace(value), version, random);
}

void fill(const Type& type, bool may_be_null, void* value, int16_t version, RandomSource& random) {
  switch (type.kind) {
    case Kind::boolean:
      *static_cast<bool*>(value) = random() % 2 != 0;
      return;
    case Kind::int8:
      return fill_integer<int8_t>(value, random);
    case Kind::int16:
      return fill_integer<int16_t>(value, random);
    case Kind::uint16:
      return fill_integer<uint16_t>(value, random);
    case Kind::int32:
      return fill_integer<int32_t>(value, random);
    case Kind::uint32:
      return fill_integer<uint32_t>(value, random);
    case Kind::int64:
      return fill_integer<int64_t>(value, random);
    case Kind::float64:
      *static_cast<double*>(value) = static_cast<double>(random()) / 7.0;
      return;
    case Kind::uuid:
      for (uint8_t& byte : static_cast<Uuid*>(value)->bytes) byte = static_cast<uint8_t>(random());
      return;
    case Kind::string:
      *static_cast<std::string*>(value) = random_string(random);
      return;
    case Kind::bytes:
      *static_cast<Slice*>(value) = random_bytes(random);
      return;
    case Kind::records:
      *static_cast<Records*>(value) =
          may_be_null && random() % 3 == 0 ? Records() : Records(random_bytes(random));
      return;
    case Kind::array:
      type.resize(value, random() % (kMostElements + 1));
      for (size_t i = 0; i < type.size(value); ++i)
        fill(*type.inner, false, type.at(value, i), version, random);
      return;
    case Kind::nullable:
      return fill_nullable(type, may_be_null, value, version, random);
    case Kind::structure: {
      FieldFiller filler(version, random);
      return type.describe(value, filler);
    }
  }
}

}  // namespace

void fill_randomly(const Type& type, void* message, int16_t version, RandomSource& random) {
  fill(type, false, message, version, random);
}

}  // namespace kelp::wire
