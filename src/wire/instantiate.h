// KELP_WIRE_MESSAGE(M): compiles the codec of a message. Once per message, in its own .cc.
#pragma once

#include "wire/codec.h"
#include "wire/decoder.h"
#include "wire/encoder.h"

namespace kelp::wire {

template <class Message>
const MessageOps& ops() {
  static constexpr MessageOps kOps{
      .name = Message::name,
      .versions = Message::versions,
      .flexible = Message::flexible,
      .decode =
          [](Reader& in, void* message, int16_t version) {
            Decoder(in, version, Message::flexible.has(version))
                .read(*static_cast<Message*>(message));
          },
      .measure =
          [](Sizer& out, const void* message, int16_t version) {
            Encoder<Sizer>(out, version, Message::flexible.has(version))
                .write(*static_cast<const Message*>(message));
          },
      .write =
          [](Writer& out, const void* message, int16_t version) {
            Encoder<Writer>(out, version, Message::flexible.has(version))
                .write(*static_cast<const Message*>(message));
          },
      .type = []() -> const Type& { return type_of<Message>(); },
      .create = []() -> void* { return new Message; },
      .destroy = [](void* message) { delete static_cast<Message*>(message); }};
  return kOps;
}

}  // namespace kelp::wire

#define KELP_WIRE_MESSAGE(Message) \
  template const ::kelp::wire::MessageOps& kelp::wire::ops<kelp::wire::Message>();
