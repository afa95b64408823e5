// Decoding and encoding of messages. A message is a plain struct that spans all its versions; its
// describe() is the schema (docs/ARCHITECTURE.md, "wire"). Include the message's own header
// (wire/12_heartbeat.h) for the struct; its code is compiled once, in the .cc beside it.
//
// Encoding drops a field that the version lacks, whatever its value: we are a server and answer in
// the version that we were asked in.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "wire/frame.h"
#include "wire/reader.h"
#include "wire/type.h"
#include "wire/versions.h"
#include "wire/writer.h"

namespace kelp::wire {

/// A message type, erased. Defined for every message by KELP_WIRE_MESSAGE in its .cc.
struct MessageOps {
  std::string_view name;  // Kafka's, "HeartbeatRequest"
  Versions versions;
  Versions flexible;
  void (*decode)(Reader& in, void* message, int16_t version);
  void (*measure)(Sizer& out, const void* message, int16_t version);
  void (*write)(Writer& out, const void* message, int16_t version);
  const Type& (*type)();
  void* (*create)();
  void (*destroy)(void* message);
};

template <class Message>
const MessageOps& ops();

/// The parts of the functions below that know no message.
Result<void> decode_erased(const MessageOps& ops, Reader& in, void* message, int16_t version);
Result<void> refuse_leftover(const MessageOps& ops, const Reader& in, int16_t version);
size_t size_of_erased(const MessageOps& ops, const void* message, int16_t version);
/// `prefix` (network order, at most 8 bytes) comes before the message.
Buffer encode_erased(const MessageOps& ops, const void* message, int16_t version,
                     Bytes prefix = {});
Frame encode_response_erased(const MessageOps& ops, const void* message, int16_t version,
                             int32_t correlation_id, bool flexible_header);

/// Decodes from the front of what `in` holds; what remains is left there.
template <class Message>
Result<Message> decode(Reader& in, int16_t version) {
  Message message;
  if (auto done = decode_erased(ops<Message>(), in, &message, version); !done)
    return std::unexpected(std::move(done.error()));
  return message;
}

/// Decodes a message; bytes behind it are ignored, as Kafka does. Slices in the message share the
/// memory of `body`. Errors: malformed; unsupported for a version that the message does not have.
template <class Message>
Result<Message> decode(const Slice& body, int16_t version) {
  Reader in(body);
  return decode<Message>(in, version);
}

/// The same, but bytes behind the message are an error too.
template <class Message>
Result<Message> decode_exactly(const Slice& body, int16_t version) {
  Reader in(body);
  auto message = decode<Message>(in, version);
  if (!message) return message;
  if (auto done = refuse_leftover(ops<Message>(), in, version); !done)
    return std::unexpected(std::move(done.error()));
  return message;
}

/// Bytes of the encoded message, with those of records that lie elsewhere.
template <class Message>
size_t size_of(const Message& message, int16_t version) {
  return size_of_erased(ops<Message>(), &message, version);
}

/// The encoded message alone: no size, no header. No records may lie elsewhere.
template <class Message>
Buffer encode(const Message& message, int16_t version) {
  return encode_erased(ops<Message>(), &message, version);
}

/// Whether the response header of this version has a tag section (header version 1). That of
/// ApiVersions never has one: a client reads it before it knows what we speak (KIP-511).
template <class Response>
constexpr bool has_flexible_header(int16_t version) {
  constexpr int16_t kApiVersions = 18;
  return Response::key != kApiVersions && Response::flexible.has(version);
}

/// A complete response: 4-byte size (which counts the holes too), response header, body, in one
/// allocation.
template <class Response>
Frame encode_response(int32_t correlation_id, const Response& response, int16_t version) {
  return encode_response_erased(ops<Response>(), &response, version, correlation_id,
                                has_flexible_header<Response>(version));
}

}  // namespace kelp::wire
