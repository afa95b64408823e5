#include "differential/speaker.h"

#include <algorithm>

#include "wire/header.h"
#include "wire/registry.h"

namespace kelp::test {
namespace {

Slice request_frame(const wire::MessageInfo& info, wire::RequestHeader header,
                    const wire::AnyMessage& message) {
  header.request_api_key = info.key;
  const int16_t version = header.request_api_version;
  const Buffer head = wire::encode(header, wire::request_header_version(info.key, version));
  const Buffer body = message.encode(version);
  Buffer frame(head.size() + body.size());
  std::copy_n(head.data(), head.size(), frame.data());
  std::copy_n(body.data(), body.size(), frame.data() + head.size());
  return frame.slice();
}

}  // namespace

Result<std::optional<Slice>> Speaker::ask_bytes(const std::string& api, int16_t version,
                                                const boost::json::value& body) {
  const wire::MessageInfo* info = wire::find_message(api + "Request");
  if (info == nullptr) return fail(ErrorKind::invalid, "no API " + api);
  wire::AnyMessage message(*info->ops);
  if (auto made = message.from_json(body, version); !made) {
    return fail(ErrorKind::invalid, api + ": " + made.error().what);
  }
  if (!client_.has_value()) {
    auto connected = RawClient::connect(host_, port_);
    if (!connected) return std::unexpected(connected.error());
    client_ = *std::move(connected);
  }
  wire::RequestHeader header;
  header.request_api_version = version;
  header.correlation_id = ++last_correlation_id_;
  header.client_id = "differential";
  const Slice frame = request_frame(*info, header, message);
  if (auto sent = client_->send_frame(frame.bytes()); !sent) return std::unexpected(sent.error());
  const Result<Slice> answer = client_->receive_frame();
  if (!answer && answer.error().kind == ErrorKind::closed) {
    client_.reset();
    return std::optional<Slice>();
  }
  if (!answer) return std::unexpected(answer.error());
  wire::Reader in(*answer);
  const auto head =
      wire::decode<wire::ResponseHeader>(in, wire::response_header_version(info->key, version));
  if (!head) return std::unexpected(head.error());
  if (head->correlation_id != last_correlation_id_) {
    return fail(ErrorKind::malformed, "another correlation id");
  }
  return answer->from(answer->size() - in.remaining());
}

Result<boost::json::value> Speaker::ask(const std::string& api, int16_t version,
                                        const boost::json::value& body) {
  const auto bytes = ask_bytes(api, version, body);
  if (!bytes) return std::unexpected(bytes.error());
  if (!bytes->has_value()) return boost::json::value("closed");
  wire::AnyMessage answer(*wire::find_message(api + "Response")->ops);
  if (auto done = answer.decode_exactly(**bytes, version); !done) {
    return std::unexpected(done.error());
  }
  return answer.to_json(version);
}

}  // namespace kelp::test
