#include <gtest/gtest.h>

#include <limits>

#include "base/base64.h"
#include "base/crc32c.h"
#include "base/endian.h"
#include "base/error_code.h"
#include "base/log.h"
#include "base/result.h"
#include "base/slice.h"
#include "base/strong.h"
#include "base/uuid.h"
#include "base/varint.h"

namespace kelp {
namespace {

TEST(Crc32c, matches_the_published_check_value) {
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283U);
  EXPECT_EQ(crc32c({}), 0U);
}

TEST(Crc32c, continues_from_a_part) {
  EXPECT_EQ(crc32c(as_bytes("6789"), crc32c(as_bytes("12345"))), 0xe3069283U);
}

TEST(ErrorCode, knows_names_and_who_may_retry) {
  EXPECT_EQ(name_of(ErrorCode::none), "NONE");
  EXPECT_EQ(name_of(ErrorCode::unknown_server_error), "UNKNOWN_SERVER_ERROR");
  EXPECT_EQ(name_of(ErrorCode::not_leader_or_follower), "NOT_LEADER_OR_FOLLOWER");
  EXPECT_EQ(name_of(static_cast<ErrorCode>(9999)), "UNKNOWN");
  EXPECT_TRUE(is_retriable(ErrorCode::kafka_storage_error));
  EXPECT_FALSE(is_retriable(ErrorCode::message_too_large));
}

TEST(Base64, matches_the_vectors_of_RFC_4648) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"},
                                                                   {"\xfb\xff", "+/8="}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(base64(as_bytes(plain)), text);
    const auto back = parse_base64(text);
    ASSERT_TRUE(back) << text;
    EXPECT_EQ(as_text(*back), plain);
  }
}

TEST(Base64, refuses_what_no_encoder_writes) {
  for (const std::string_view text :
       {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zm9v\n", "Zm-v"})
    EXPECT_FALSE(parse_base64(text)) << text;
}

TEST(Uuid, round_trips_its_text) {
  for (int i = 0; i < 100; ++i) {
    const Uuid id = Uuid::random();
    EXPECT_EQ(id.text().size(), 22U);
    EXPECT_NE(id.text().front(), '-');
    EXPECT_EQ(Uuid::parse(id.text()), id);
  }
  EXPECT_EQ(Uuid{}.text(), "AAAAAAAAAAAAAAAAAAAAAA");
}

TEST(Uuid, refuses_what_is_not_sixteen_bytes) {
  EXPECT_EQ(Uuid::parse(""), std::nullopt);
  EXPECT_EQ(Uuid::parse("AAAAAAAAAAAAAAAAAAAAA"), std::nullopt);
  EXPECT_EQ(Uuid::parse("AAAAAAAAAAAAAAAAAAAAA/"), std::nullopt);
  EXPECT_EQ(Uuid::parse("AAAAAAAAAAAAAAAAAAAAAB"), std::nullopt);
}

TEST(Varint, round_trips_at_every_length) {
  for (int bit = 0; bit < 64; ++bit) {
    for (const int64_t near : {-1, 0, 1}) {
      const uint64_t value = (uint64_t{1} << bit) + static_cast<uint64_t>(near);
      uint8_t memory[kMaxVarint64Bytes];
      const uint8_t* end = store_varint(memory, value);
      EXPECT_EQ(static_cast<size_t>(end - memory), varint_size(value));
      Bytes bytes(memory, end);
      EXPECT_EQ(take_varint64(bytes), value);
      EXPECT_TRUE(bytes.empty());
      Bytes cut(memory, end - 1);
      EXPECT_EQ(take_varint64(cut), std::nullopt);
      const auto as_signed = static_cast<int64_t>(value);
      EXPECT_EQ(unzigzag(zigzag(as_signed)), as_signed);
    }
  }
  EXPECT_EQ(unzigzag(zigzag(std::numeric_limits<int32_t>::min())),
            std::numeric_limits<int32_t>::min());
}

TEST(Varint, refuses_what_does_not_fit) {
  const uint8_t endless[12] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0};
  Bytes bytes(endless);
  EXPECT_EQ(take_varint64(bytes), std::nullopt);
  EXPECT_EQ(take_varint32(bytes), std::nullopt);
  const uint8_t too_wide[5] = {0xff, 0xff, 0xff, 0xff, 0x1f};
  Bytes wide(too_wide);
  EXPECT_EQ(take_varint32(wide), std::nullopt);
  EXPECT_EQ(wide.size(), 5U);
}

TEST(Slice, keeps_its_memory_alive_without_copying) {
  Slice part;
  const uint8_t* where = nullptr;
  {
    Buffer buffer(100);
    buffer.data()[42] = 7;
    where = buffer.data() + 42;
    part = buffer.slice(42, 8);
  }
  EXPECT_EQ(part.data(), where);
  EXPECT_EQ(part.data()[0], 7);
  EXPECT_EQ(part.from(8).size(), 0U);
}

TEST(Endian, stores_the_high_byte_first) {
  uint8_t memory[8];
  store_big<int32_t>(memory, -2);
  EXPECT_EQ(memory[0], 0xff);
  EXPECT_EQ(memory[3], 0xfe);
  EXPECT_EQ(load_big<int32_t>(memory), -2);
}

TEST(Log, escapes_what_a_client_sent) {
  EXPECT_EQ(for_log("a\nb\"c"), "a\\x0ab\\x22c");
  EXPECT_EQ(for_log("abcdef", 3), "abc…");
}

TEST(Log, a_site_is_bounded_each_second) {
  LogSite site;
  uint64_t swallowed = 0;
  uint32_t written = 0;
  for (int i = 0; i < 1000; ++i) written += site.admit(swallowed) ? 1 : 0;
  EXPECT_LE(written, 2 * kLogBurst);  // the loop may cross a second's border once
  EXPECT_GE(written, kLogBurst);
}

TEST(Error, says_what_the_system_said) {
  const Error error{ErrorKind::no_space, "append t-3", ENOSPC};
  EXPECT_EQ(error.text(), "no space: append t-3: No space left on device");
}

TEST(Strong, offsets_are_points) {
  const Offset at(5);
  EXPECT_EQ(at + 3, Offset(8));
  EXPECT_EQ(Offset(8) - at, 3);
  EXPECT_EQ(fmt::format("{}", at), "5");
}

}  // namespace
}  // namespace kelp
