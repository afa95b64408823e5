#include "record/compression.h"

#include <gtest/gtest.h>
#include <snappy.h>
#include <zstd.h>

#include <random>

#include "record/testing.h"

namespace kelp::record {
namespace {

using testing::joined;
using testing::kCompressing;

constexpr uint64_t kMiB = 1 << 20;

/// Half random, half repeated: what compresses a little.
Slice sample(size_t size) {
  std::mt19937 random(static_cast<uint32_t>(size));
  Buffer buffer(size);
  for (size_t i = 0; i < size; ++i) {
    buffer.data()[i] = static_cast<uint8_t>((i / 64) % 2 == 0 ? random() : i);
  }
  return buffer.slice();
}

Slice zeros(size_t size) { return Slice::copy_of(std::string(size, '\0')); }

TEST(Compression, every_codec_round_trips_at_every_size) {
  for (const Codec codec : testing::kAllCodecs) {
    for (const size_t size : {0UL, 1UL, 100UL, 32768UL, 65536UL, 65537UL, 3 * kMiB}) {
      const Slice plain = sample(size);
      const Result<Slice> packed = compress(codec, plain);
      ASSERT_TRUE(packed);
      const Result<Slice> again = decompress(codec, *packed, size);
      ASSERT_TRUE(again) << name_of(codec) << size << again.error().what;
      EXPECT_EQ(*again, plain) << name_of(codec) << size;
    }
  }
}

TEST(Compression, frames_tell_the_most_that_they_make) {
  for (const Codec codec : {Codec::none, Codec::snappy, Codec::lz4, Codec::zstd}) {
    for (const size_t size : {0UL, 1UL, 100UL, 65537UL, 3 * kMiB}) {
      const Slice packed = *compress(codec, sample(size));
      const Slice twice = joined({packed, packed});
      const Result<uint64_t> bound = output_bound(codec, packed);
      ASSERT_TRUE(bound) << name_of(codec) << size << bound.error().what;
      EXPECT_GE(*bound, size);
      EXPECT_LE(*bound, size + 128 * 1024);
      EXPECT_EQ(*output_bound(codec, twice), 2 * *bound) << name_of(codec) << size;
    }
  }
  EXPECT_EQ(output_bound(Codec::gzip, *compress(Codec::gzip, sample(10))).error().kind,
            ErrorKind::unsupported);
}

TEST(Compression, frames_that_are_cut_or_of_another_codec_tell_nothing) {
  const Slice plain = sample(100'000);
  for (const Codec codec : {Codec::lz4, Codec::zstd}) {
    const Slice packed = *compress(codec, plain);
    for (size_t size = 1; size < packed.size(); size += size < 300 ? 1 : 97) {
      EXPECT_FALSE(output_bound(codec, packed.bytes().first(size))) << name_of(codec) << size;
    }
    for (const Codec other : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
      if (other != codec) {
        EXPECT_FALSE(output_bound(codec, *compress(other, plain)));
      }
    }
  }
  const Slice xerial = *compress(Codec::snappy, plain);
  EXPECT_FALSE(output_bound(Codec::snappy, xerial.bytes().first(xerial.size() - 1)));
}

TEST(Compression, levels_are_kafkas) {
  const Slice plain = sample(10'000);
  const auto round_trips = [&](Codec codec, int level) {
    const Result<Slice> packed = compress(codec, plain, level);
    if (!packed) return packed.error().kind != ErrorKind::invalid;
    return *decompress(codec, *packed, plain.size()) == plain;
  };
  for (const int level : {1, 6, 9}) EXPECT_TRUE(round_trips(Codec::gzip, level));
  for (const int level : {0, 10}) EXPECT_FALSE(round_trips(Codec::gzip, level));
  for (const int level : {1, 9, 12, 17}) EXPECT_TRUE(round_trips(Codec::lz4, level));
  for (const int level : {0, 18}) EXPECT_FALSE(round_trips(Codec::lz4, level));
  for (const int level : {-131072, -1, 3, 22}) EXPECT_TRUE(round_trips(Codec::zstd, level));
  for (const int level : {-131073, 23}) EXPECT_FALSE(round_trips(Codec::zstd, level));
}

TEST(Compression, streams_that_follow_each_other_are_one) {
  const Slice a = sample(70'000);
  const Slice b = sample(5);
  for (const Codec codec : kCompressing) {
    const Slice both =
        joined({*compress(codec, a), *compress(codec, Slice()), *compress(codec, b)});
    const Result<Slice> plain = decompress(codec, both, kMiB);
    ASSERT_TRUE(plain) << name_of(codec);
    EXPECT_EQ(*plain, joined({a, b})) << name_of(codec);
  }
}

TEST(Compression, every_prefix_is_refused_or_ends_between_blocks) {
  const Slice plain = sample(100'000);
  for (const Codec codec : kCompressing) {
    const Slice packed = *compress(codec, plain);
    int accepted = 0;
    for (size_t size = 0; size < packed.size(); size += size < 300 ? 1 : 97) {
      const Result<Slice> got = decompress(codec, Slice::copy_of(packed.bytes().first(size)), kMiB);
      if (got) {
        ++accepted;
        // Xerial's format has no end mark.
        EXPECT_EQ(codec, Codec::snappy) << name_of(codec) << size;
        EXPECT_EQ(*got, plain.sub(0, got->size()));
      }
    }
    EXPECT_LE(accepted, 4);
  }
}

TEST(Compression, damage_never_reads_or_writes_out_of_bounds) {
  std::mt19937 random(7);
  const Slice plain = sample(3000);
  for (const Codec codec : kCompressing) {
    const Slice packed = *compress(codec, plain);
    for (int round = 0; round < 3000; ++round) {
      Slice damaged = Slice::copy_of(packed.bytes());
      for (int i = 0; i < 1 + round % 3; ++i) {
        damaged.patch()[random() % damaged.size()] = static_cast<uint8_t>(random());
      }
      const Result<Slice> got = decompress(codec, damaged, kMiB);
      const Result<uint64_t> bound = output_bound(codec, damaged);
      if (got) {
        EXPECT_LE(got->size(), kMiB);
        EXPECT_TRUE(codec == Codec::gzip || (bound && *bound >= got->size())) << name_of(codec);
      }
    }
  }
}

TEST(Compression, a_bomb_is_refused_at_the_bound) {
  constexpr size_t kPart = 16 * kMiB;
  constexpr int kParts = 64;  // 1 GiB of zeros
  for (const Codec codec : kCompressing) {
    const Slice part = *compress(codec, zeros(kPart));
    const Slice bomb = joined(std::vector<Slice>(kParts, part));
    Result<Decompressor> pieces = Decompressor::open(codec, bomb, 5 * kMiB);
    ASSERT_TRUE(pieces);
    uint64_t got = 0;
    for (;;) {
      const Result<Bytes> piece = pieces->next();
      if (!piece) {
        EXPECT_EQ(piece.error().kind, ErrorKind::too_large) << name_of(codec);
        break;
      }
      ASSERT_FALSE(piece->empty());
      EXPECT_LE(piece->size(), 64 * 1024U);
      got += piece->size();
    }
    EXPECT_LE(got, 5 * kMiB) << name_of(codec);
    EXPECT_GT(got, 4 * kMiB) << name_of(codec);
  }
}

Slice raw_snappy(const Slice& plain) {
  std::string packed;
  snappy::Compress(reinterpret_cast<const char*>(plain.data()), plain.size(), &packed);
  return Slice::copy_of(packed);
}

TEST(Compression, snappy_may_be_raw) {
  for (const size_t size : {0UL, 5UL, 300'000UL}) {
    const Slice plain = sample(size);
    const Result<Slice> got = decompress(Codec::snappy, raw_snappy(plain), size);
    ASSERT_TRUE(got);
    EXPECT_EQ(*got, plain);
  }
}

TEST(Compression, raw_snappy_tells_what_it_makes_if_it_is_whole) {
  const Slice plain = sample(100'000);
  const Slice raw = raw_snappy(plain);
  EXPECT_EQ(output_bound(Codec::snappy, raw), plain.size());
  EXPECT_FALSE(output_bound(Codec::snappy, raw.bytes().first(raw.size() - 1)));
  EXPECT_FALSE(output_bound(Codec::snappy, testing::batch_of(2).bytes().subspan(kHeaderBytes)));
}

TEST(Compression, raw_snappy_that_claims_too_much_allocates_nothing) {
  const std::vector<uint8_t> claims_4_gib{0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0};
  const Result<Slice> liar = decompress(Codec::snappy, claims_4_gib, ~uint64_t{0});
  ASSERT_FALSE(liar);
  EXPECT_EQ(liar.error().kind, ErrorKind::malformed);
  const Result<Slice> large = decompress(Codec::snappy, raw_snappy(zeros(2 * kMiB)), kMiB);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().kind, ErrorKind::too_large);
}

/// One frame as a streaming producer writes it, with a window of 2^log bytes.
Slice zstd_with_window(int log, size_t size) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, log);
  const Slice plain = zeros(64 * 1024);
  std::string packed;
  std::string piece(ZSTD_CStreamOutSize(), '\0');
  for (size_t done = 0; done < size; done += plain.size()) {
    ZSTD_inBuffer input{plain.data(), plain.size(), 0};
    const auto mode = done + plain.size() >= size ? ZSTD_e_end : ZSTD_e_continue;
    for (size_t left = 1; mode == ZSTD_e_end ? left != 0 : input.pos < input.size;) {
      ZSTD_outBuffer output{piece.data(), piece.size(), 0};
      left = ZSTD_compressStream2(context, &output, &input, mode);
      packed.append(piece, 0, output.pos);
    }
  }
  ZSTD_freeCCtx(context);
  return Slice::copy_of(packed);
}

TEST(Compression, zstd_windows_beyond_8_mib_are_only_for_small_output) {
  constexpr uint64_t kBound = 1024 * kMiB;
  const Result<Slice> small = decompress(Codec::zstd, zstd_with_window(27, kMiB), kBound);
  ASSERT_TRUE(small);
  EXPECT_EQ(small->size(), kMiB);
  const Result<Slice> large = decompress(Codec::zstd, zstd_with_window(27, 40 * kMiB), kBound);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().kind, ErrorKind::too_large);
  EXPECT_TRUE(decompress(Codec::zstd, zstd_with_window(23, 40 * kMiB), kBound));
  // A frame after another may be the first that needs a large window.
  const Result<Slice> both = decompress(
      Codec::zstd, joined({zstd_with_window(20, kMiB), zstd_with_window(27, kMiB)}), kBound);
  ASSERT_TRUE(both);
  EXPECT_EQ(both->size(), 2 * kMiB);
}

TEST(Compression, lz4_frames_of_magic_0_may_have_a_wrong_header_checksum) {
  const Slice plain = sample(1000);
  Slice packed = *compress(Codec::lz4, plain);
  constexpr size_t kHeaderChecksumAt = 6;
  packed.patch()[kHeaderChecksumAt] ^= 0xff;
  EXPECT_FALSE(decompress(Codec::lz4, packed, kMiB));
  const Result<Slice> got = decompress(Codec::lz4, packed, kMiB, Lz4Header::unchecked);
  ASSERT_TRUE(got);
  EXPECT_EQ(*got, plain);
  for (size_t size = 0; size < packed.size(); ++size) {
    EXPECT_FALSE(decompress(Codec::lz4, Slice::copy_of(packed.bytes().first(size)), kMiB,
                            Lz4Header::unchecked));
  }
}

TEST(Compression, the_bound_grows_with_the_batch) {
  EXPECT_EQ(max_uncompressed_bytes(1000), 128 * kMiB);
  EXPECT_EQ(max_uncompressed_bytes(100 * kMiB), 1600 * kMiB);
}

}  // namespace
}  // namespace kelp::record
