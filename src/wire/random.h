// Random messages, for tests, fuzzers and benchmarks: the same seed gives the same message.
#pragma once

#include <cstdint>
#include <random>

#include "wire/codec.h"

namespace kelp::wire {

using RandomSource = std::mt19937_64;

/// Fills the fields that the version has: extremes and moderate values, nulls where there may be,
/// tagged fields set or not, arrays of up to 3, strings with characters of 1 to 4 bytes.
void fill_randomly(const Type& type, void* message, int16_t version, RandomSource& random);

template <class Message>
Message random_message(RandomSource& random, int16_t version) {
  Message message;
  fill_randomly(ops<Message>().type(), &message, version, random);
  return message;
}

}  // namespace kelp::wire
