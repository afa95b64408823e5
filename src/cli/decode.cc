#include "cli/decode.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <iostream>
#include <iterator>

#include "base/endian.h"
#include "wire/header.h"
#include "wire/json.h"
#include "wire/registry.h"

namespace kelp::cli {
namespace {

int complain(const std::string& words) {
  fmt::print(stderr, "kelp: {}\n", words);
  return 1;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// White space and colons between the digits are passed over, as tools print them.
Result<Slice> bytes_of(std::string_view hex) {
  std::string bytes;
  int high = -1;
  for (const char c : hex) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == ':') continue;
    const int value = digit(c);
    if (value < 0) return fail(ErrorKind::malformed, fmt::format("'{}' is no hex digit", c));
    if (high < 0) {
      high = value;
    } else {
      bytes += static_cast<char>(high * 16 + value);
      high = -1;
    }
  }
  if (high >= 0) return fail(ErrorKind::malformed, "an odd number of hex digits");
  return Slice::copy_of(bytes);
}

/// Without the 4-byte size, if there is one that fits.
Slice without_size(const Slice& frame) {
  const bool has_size = frame.size() >= 4 && load_big<uint32_t>(frame.data()) == frame.size() - 4;
  return has_size ? frame.from(4) : frame;
}

int print(const wire::MessageInfo* info, boost::json::object header, const Slice& body,
          int16_t version) {
  if (info == nullptr) return complain("no API has this key");
  wire::AnyMessage message(*info->ops);
  if (auto done = message.decode_exactly(body, version); !done.has_value()) {
    return complain(done.error().text());
  }
  boost::json::object all;
  all["message"] = info->ops->name;
  all["version"] = version;
  all["header"] = std::move(header);
  all["body"] = message.to_json(version);
  std::cout << boost::json::serialize(all) << "\n";
  return 0;
}

int decode_request(const Slice& frame) {
  const auto request = wire::decode_request_header(frame);
  if (!request.has_value()) return complain(request.error().text());
  const wire::RequestHeader& header = request->header;
  const int16_t version =
      wire::request_header_version(header.request_api_key, header.request_api_version);
  return print(wire::find_message(wire::MessageKind::request, header.request_api_key),
               wire::to_json(header, version).as_object(), request->body,
               header.request_api_version);
}

int decode_response(const Slice& frame, const std::string& to) {
  int16_t key = 0, version = 0;
  const char* end = to.data() + to.size();
  auto parsed = std::from_chars(to.data(), end, key);
  if (parsed.ec == std::errc() && parsed.ptr != end && *parsed.ptr == ':') {
    parsed = std::from_chars(parsed.ptr + 1, end, version);
  } else {
    parsed.ptr = nullptr;
  }
  if (parsed.ptr != end) return complain("--response-to wants KEY:VERSION, such as 3:12");
  wire::Reader in(frame);
  const int16_t header_version = wire::response_header_version(key, version);
  const auto header = wire::decode<wire::ResponseHeader>(in, header_version);
  if (!header.has_value()) return complain(header.error().text());
  return print(wire::find_message(wire::MessageKind::response, key),
               wire::to_json(*header, header_version).as_object(),
               frame.from(frame.size() - in.remaining()), version);
}

}  // namespace

int decode(const std::string& hex, const std::string& response_to) {
  std::string text = hex;
  if (text == "-") text.assign(std::istreambuf_iterator<char>(std::cin), {});
  const auto bytes = bytes_of(text);
  if (!bytes.has_value()) return complain(bytes.error().text());
  const Slice frame = without_size(*bytes);
  return response_to.empty() ? decode_request(frame) : decode_response(frame, response_to);
}

}  // namespace kelp::cli
