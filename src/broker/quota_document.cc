#include "broker/quota_document.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/log.h"

namespace kelp::broker {
namespace json = boost::json;
namespace {

constexpr int kVersion = 1;

bool stands_for_itself(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

std::string escaped(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (stands_for_itself(c)) {
      text += c;
    } else {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

}  // namespace

std::string quota_document_key(const auth::QuotaEntity& entity) {
  std::string key(kQuotaKeyPrefix);
  for (const auto& [type, name] : entity) {
    if (key.size() > kQuotaKeyPrefix.size()) key += ',';
    key += type;
    if (name.has_value()) key += '=' + escaped(*name);
  }
  return key;
}

std::string encode_quotas(const auth::QuotaEntity& entity, const auth::QuotaValues& values) {
  json::object who, quotas;
  for (const auto& [type, name] : entity) {
    who.emplace(type, name.has_value() ? json::value(*name) : json::value(nullptr));
  }
  for (const auto& [key, value] : values) quotas.emplace(auth::name_of(key), value);
  json::object object;
  object["version"] = kVersion;
  object["entity"] = std::move(who);
  object["quotas"] = std::move(quotas);
  return json::serialize(object);
}

Result<std::pair<auth::QuotaEntity, auth::QuotaValues>> decode_quotas(const std::string& key,
                                                                      const std::string& body) {
  try {
    const json::value value = json::parse(body);
    if (value.at("version").as_int64() != kVersion) throw std::invalid_argument("version");
    std::pair<auth::QuotaEntity, auth::QuotaValues> read;
    for (const auto& [type, name] : value.at("entity").as_object()) {
      auto& stored = read.first[std::string(type)];
      if (!name.is_null()) stored = json::value_to<std::string>(name);
    }
    for (const auto& [name, limit] : value.at("quotas").as_object()) {
      const auth::QuotaKeyRow* known = auth::find_quota_key(name);
      if (known == nullptr) throw std::invalid_argument("unknown quota " + std::string(name));
      read.second[known->key] = json::value_to<double>(limit);
    }
    return read;
  } catch (const std::exception& error) {
    return fail(ErrorKind::malformed,
                "catalog document " + for_log(key) + ": " + for_log(error.what()));
  }
}

}  // namespace kelp::broker
