#include "seaweed/object_format.h"

#include <gtest/gtest.h>

#include "engine/test_batches.h"

namespace kelp::seaweed {
namespace {

const engine::PartitionId kId{Uuid{{7, 8, 9}}, 3};

NewObject object_of(const std::string& batches) {
  NewObject object;
  set_partition(object.head, kId);
  object.head.set_epoch(5);
  object.head.set_base(10);
  object.head.set_next(12);
  object.head.set_max_timestamp_ms(-1);
  // In two parts, as of two chunks.
  const size_t half = batches.size() / 2;
  object.parts = {Slice::copy_of(batches.substr(0, half)), Slice::copy_of(batches.substr(half))};
  return object;
}

TEST(ObjectFormat, what_was_encoded_is_decoded) {
  const std::string batches = engine::batch_text(Offset(10), 2, 0);
  NewObject object = object_of(batches);
  const Slice whole = encode_object(object);
  EXPECT_EQ(object.batches.text(), batches) << "now in the encoded bytes";
  const auto decoded = decode_object(whole);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->batches.text(), batches);
  EXPECT_TRUE(is_of(decoded->head, kId));
  EXPECT_FALSE(is_of(decoded->head, {kId.topic_id, 4}));
  EXPECT_EQ(decoded->head.max_timestamp_ms(), -1);
  const stored::Object named = listed(*decoded, {1, 2, 3});
  EXPECT_EQ(named.base(), 10);
  EXPECT_EQ(named.next(), 12);
  EXPECT_EQ(file_of(named), (FileId{1, 2, 3}));
}

TEST(ObjectFormat, what_is_cut_or_changed_anywhere_is_no_object) {
  NewObject object = object_of(engine::batch_text(Offset(10), 2, 0));
  const std::string whole(encode_object(object).text());
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(decode_object(Slice::copy_of(whole.substr(0, size))).has_value()) << size;
  }
  EXPECT_FALSE(decode_object(Slice::copy_of(whole + "x")).has_value());
  const size_t batches_at = whole.size() - object.batches.size();
  for (size_t at = batches_at; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    EXPECT_FALSE(decode_object(Slice::copy_of(changed)).has_value()) << at;
  }
  for (size_t at = 0; at < batches_at; ++at) {  // of the head: never a crash, whatever it says
    for (const int bit : {1, 0x80}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ bit);
      const auto decoded = decode_object(Slice::copy_of(changed));
      if (decoded.has_value()) EXPECT_EQ(decoded->batches.text(), object.batches.text());
    }
  }
}

TEST(ObjectFormat, a_successor_is_of_its_partition) {
  stored::Successor successor;
  stored::ObjectHead head;
  set_partition(head, kId);
  successor.set_topic_id(head.topic_id());
  successor.set_partition(kId.index);
  successor.set_base(77);
  const Slice bytes = encode_successor(successor);
  EXPECT_EQ(decode_successor(bytes, kId)->base(), 77);
  EXPECT_FALSE(decode_successor(bytes, {kId.topic_id, 4}).has_value());
  EXPECT_FALSE(decode_successor(bytes.sub(0, bytes.size() - 1), kId).has_value());
  NewObject object = object_of("");
  EXPECT_FALSE(decode_successor(encode_object(object), kId).has_value());
}

}  // namespace
}  // namespace kelp::seaweed
