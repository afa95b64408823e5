// Bytes that no honest client sends: a fault, never a crash, never more memory than they justify.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "wire/00_produce.h"
#include "wire/03_metadata.h"
#include "wire/12_heartbeat.h"
#include "wire/18_api_versions.h"
#include "wire/golden_lines_test.h"
#include "wire/header.h"
#include "wire/registry.h"

namespace {
std::atomic<size_t> allocated_bytes{0};
}  // namespace

// ThreadSanitizer has an operator new of its own: there nothing is counted, and the bounds hold of
// nothing. The other builds prove them.
#if defined(__clang__)
#define KELP_COUNTS_ALLOCATIONS !__has_feature(thread_sanitizer)
#else
#define KELP_COUNTS_ALLOCATIONS 1
#endif
#if KELP_COUNTS_ALLOCATIONS
// Counts what this program allocates; otherwise as usual.
void* operator new(size_t size) {
  allocated_bytes += size;
  if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
#endif

namespace kelp::wire {
namespace {

template <size_t N>
Slice bytes_of(const char (&text)[N]) {
  return Slice::copy_of(std::string_view(text, N - 1));
}

template <class Message>
std::string fault_of(const Slice& bytes, int16_t version) {
  const auto decoded = decode<Message>(bytes, version);
  if (decoded) return "none";
  EXPECT_EQ(decoded.error().kind, ErrorKind::malformed);
  const std::string& what = decoded.error().what;
  return what.substr(what.rfind(": ") + 2);
}

constexpr const char* kCountBeyond = "an array's count goes beyond the end";
constexpr const char* kLengthBeyond = "a length goes beyond the end";
constexpr const char* kBadVarint = "a varint is cut short or too long";
constexpr const char* kNullHere = "null where the version has no null";

TEST(HostileBytes, an_array_count_is_bounded_by_what_remains) {
  EXPECT_EQ(fault_of<MetadataRequest>(bytes_of("\x7f\xff\xff\xff"), 0), kCountBeyond);
  EXPECT_EQ(fault_of<MetadataRequest>(bytes_of("\x7f\xff\xff\xff\0\1t\0\1u"), 0), kCountBeyond);
  // Two topics of at least two bytes each cannot be in three.
  EXPECT_EQ(fault_of<MetadataRequest>(bytes_of("\0\0\0\2\0\1t"), 0), kCountBeyond);
  // Compact: 2^32 - 2 elements.
  EXPECT_EQ(fault_of<MetadataRequest>(bytes_of("\xff\xff\xff\xff\x0f"), 9), kCountBeyond);
}

TEST(HostileBytes, a_negative_count_is_null_or_a_fault) {
  EXPECT_EQ(fault_of<MetadataRequest>(bytes_of("\xff\xff\xff\xff"), 0), kNullHere);
  EXPECT_EQ(fault_of<MetadataRequest>(bytes_of("\xff\xff\xff\xfe"), 0), kNullHere);
  const auto all_topics = decode<MetadataRequest>(bytes_of("\xff\xff\xff\xfe"), 1);
  ASSERT_TRUE(all_topics);
  EXPECT_EQ(all_topics->topics, std::nullopt);
}

TEST(HostileBytes, a_null_string_is_a_fault_where_the_version_has_none) {
  EXPECT_EQ(fault_of<HeartbeatRequest>(bytes_of("\xff\xff"), 0), kNullHere);
  EXPECT_EQ(fault_of<HeartbeatRequest>(bytes_of("\x80\0"), 0), kNullHere);
  EXPECT_EQ(fault_of<HeartbeatRequest>(bytes_of("\0"), 4), kNullHere);
}

TEST(HostileBytes, a_varint_that_overflows_or_ends_early_is_a_fault) {
  EXPECT_EQ(fault_of<HeartbeatRequest>(bytes_of("\xff\xff\xff\xff\x1f"), 4), kBadVarint);
  EXPECT_EQ(fault_of<HeartbeatRequest>(bytes_of("\x80\x80\x80\x80\x80\x01"), 4), kBadVarint);
  EXPECT_EQ(fault_of<HeartbeatRequest>(bytes_of("\x80"), 4), kBadVarint);
  EXPECT_EQ(fault_of<HeartbeatRequest>(bytes_of(""), 4), kBadVarint);
}

TEST(HostileBytes, a_length_is_bounded_by_what_remains) {
  EXPECT_EQ(fault_of<HeartbeatRequest>(bytes_of("\x7f\xffgroup"), 0), kLengthBeyond);
  EXPECT_EQ(fault_of<HeartbeatRequest>(bytes_of("\xff\xff\xff\xff\x0fg"), 4), kLengthBeyond);
  // Records: acks, timeout, one topic "t", one partition 0, then 2^31 - 1 bytes of records.
  EXPECT_EQ(fault_of<ProduceRequest>(
                bytes_of("\0\1\0\0\0\1\0\0\0\1\0\1t\0\0\0\1\0\0\0\0\x7f\xff\xff\xff"), 0),
            kLengthBeyond);
}

// What comes before the tag section of a Heartbeat v4: group "g", generation 0, member "m", null.
std::string heartbeat_with_tags(std::string_view tags) {
  return std::string("\2g\0\0\0\0\2m\0", 9) + std::string(tags);
}

TEST(HostileBytes, a_tag_section_is_bounded_by_what_remains) {
  const auto fault = [](std::string_view tags) {
    return fault_of<HeartbeatRequest>(Slice::copy_of(heartbeat_with_tags(tags)), 4);
  };
  using namespace std::string_view_literals;
  EXPECT_EQ(fault("\0"sv), "none");
  EXPECT_EQ(fault("\2\7\1x\x8\0"sv), "none");  // unknown tags are skipped
  EXPECT_EQ(fault("\1\7\2x"sv), "a tagged field goes beyond the end");
  EXPECT_EQ(fault("\1\7\xff\xff\xff\xff\x0f"sv), "a tagged field goes beyond the end");
  EXPECT_EQ(fault("\xff\xff\xff\xff\x0f\7\0"sv), kBadVarint);  // 2^32 - 1 tags
}

TEST(HostileBytes, a_known_tag_must_fill_its_size) {
  using namespace std::string_view_literals;
  // ApiVersionsResponse v3: no error, no APIs, no throttling, then tag 1, an int64.
  const std::string before("\0\0\1\0\0\0\0\1", 8);
  const auto fault = [&](std::string_view tag) {
    return fault_of<ApiVersionsResponse>(Slice::copy_of(before + std::string(tag)), 3);
  };
  EXPECT_EQ(fault("\1\x8\0\0\0\0\0\0\0\5"sv), "none");
  EXPECT_EQ(fault("\1\x9\0\0\0\0\0\0\0\5x"sv), "a tagged field is longer than its value");
  EXPECT_EQ(fault("\1\7\0\0\0\0\0\0\0\5"sv), "the bytes end within a number");
}

TEST(HostileBytes, a_header_may_be_of_any_API_and_version) {
  EXPECT_FALSE(decode_request_header(bytes_of("\0\1\0\1\0\0\0")));
  EXPECT_FALSE(decode_request_header(bytes_of("\0\1\0\1\0\0\0\5\0\5abc")));
  const auto unknown = decode_request_header(bytes_of("\x7f\xff\x80\0\0\0\0\5\xff\xff"));
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->header.request_api_key, 0x7fff);
  EXPECT_EQ(unknown->header.client_id, std::nullopt);
  EXPECT_TRUE(unknown->body.empty());
}

// Decoded structs are larger than what they come from: an empty string takes 1 byte in a frame and
// 32 in memory, and arrays double as they grow. Mutated real messages stay far below that worst
// case of some 80 bytes for one.
constexpr size_t kMostGrowth = 40;
constexpr size_t kFixed = 4 * kEagerArrayBytes;  // no message nests arrays deeper

TEST(HostileBytes, never_allocate_more_than_they_justify) {
  std::mt19937_64 random(1);
  size_t decoded = 0;
  for (const golden::Line& line : golden::lines(golden::subset(), "")) {
    if (line.name.empty() || line.kind.ends_with("-header")) continue;
    const MessageOps& ops = *find_message(line.name)->ops;
    for (int i = 0; i < 16 && !line.bytes.empty(); ++i) {
      Slice mutated = Slice::copy_of(line.bytes.bytes());
      for (uint64_t changes = 1 + random() % 3; changes > 0; --changes) {
        static constexpr uint8_t kBytes[] = {0, 1, 2, 0x7f, 0x80, 0xfe, 0xff};
        mutated.patch()[random() % mutated.size()] = kBytes[random() % sizeof kBytes];
      }
      if (random() % 4 == 0) mutated = mutated.sub(0, random() % mutated.size());
      AnyMessage message(ops);
      const size_t before = allocated_bytes;
      decoded += message.decode_exactly(mutated, line.version) ? 1 : 0;
      ASSERT_LE(allocated_bytes - before, kFixed + kMostGrowth * mutated.size())
          << line.where << " mutation " << i;
    }
  }
  EXPECT_GT(decoded, 1000U);  // the mutations are mild enough to reach every part
}

TEST(HostileBytes, counts_that_lie_allocate_nothing_of_note) {
  // 4 MiB after a count that they could just justify, but the first element is bad already.
  constexpr uint32_t kSize = 4 << 20;
  Buffer frame(kSize);
  std::memset(frame.data(), 0xff, kSize);
  store_big<int32_t>(frame.data(), (kSize - 4) / 2);
  const size_t before = allocated_bytes;
  EXPECT_EQ(fault_of<MetadataRequest>(frame.slice(), 0), kNullHere);
  EXPECT_LE(allocated_bytes - before, kSize + kFixed);
}

}  // namespace
}  // namespace kelp::wire
