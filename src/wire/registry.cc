#include "wire/registry.h"

#include <array>

#include "wire/header.h"
#include "wire/internal/messages.h"
#include "wire/json.h"
#include "wire/messages.h"

namespace kelp::wire {
namespace {

template <class Message>
MessageInfo info_of() {
  if constexpr (requires { Message::key; }) {
    const bool request = Message::name.ends_with("Request");
    return {request ? MessageKind::request : MessageKind::response, Message::key, &ops<Message>()};
  } else if constexpr (requires { Message::record_type; }) {
    const bool key = Message::name.ends_with("Key");
    return {key ? MessageKind::record_key : MessageKind::record_value, Message::record_type,
            &ops<Message>()};
  } else {
    return {MessageKind::data, -1, &ops<Message>()};
  }
}

template <class... First, class... Second>
MessageList<First..., Second...> operator+(MessageList<First...>, MessageList<Second...>);

template <class... Messages>
std::span<const MessageInfo> table_of(MessageList<Messages...>) {
  static const std::array<MessageInfo, sizeof...(Messages)> table{info_of<Messages>()...};
  return table;
}

}  // namespace

std::span<const MessageInfo> messages() {
  using Headers = MessageList<RequestHeader, ResponseHeader>;
  return table_of(decltype(Requests() + Responses() + RecordMessages() + Headers())());
}

std::span<const MessageInfo> internal_messages() { return table_of(InternalMessages()); }

const MessageInfo* find_message(MessageKind kind, int16_t key) {
  for (const auto& table : {messages(), internal_messages()})
    for (const MessageInfo& info : table)
      if (info.kind == kind && info.key == key) return &info;
  return nullptr;
}

const MessageInfo* find_message(std::string_view name) {
  for (const auto& table : {messages(), internal_messages()})
    for (const MessageInfo& info : table)
      if (info.ops->name == name) return &info;
  return nullptr;
}

Result<void> AnyMessage::decode_exactly(const Slice& body, int16_t version) {
  Reader in(body);
  if (auto done = decode_erased(*ops_, in, message_, version); !done) return done;
  return refuse_leftover(*ops_, in, version);
}

Result<void> AnyMessage::from_json(const boost::json::value& json, int16_t version) {
  return from_json_erased(ops_->type(), message_, version, json);
}

void AnyMessage::fill_randomly(RandomSource& random, int16_t version) {
  wire::fill_randomly(ops_->type(), message_, version, random);
}

boost::json::value AnyMessage::to_json(int16_t version) const {
  return to_json_erased(ops_->type(), message_, version);
}

}  // namespace kelp::wire
