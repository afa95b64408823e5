#include "engine/disk/catalog_file.h"

#include "base/crc32c.h"
#include "base/endian.h"

namespace kelp::engine::disk {
namespace {

// docs/formats/catalog.md
constexpr std::string_view kFileMagic = "KCATLOG1";
constexpr uint32_t kRecordMagic = 0x4b434d54;  // "KCMT"
constexpr size_t kRecordHeaderBytes = 12;
constexpr size_t kCrcAt = 4;
constexpr size_t kCovered = 8;  // the CRC covers the length and the payload

void put32(std::string& text, size_t value) {
  uint8_t bytes[4];
  store_big<uint32_t>(bytes, static_cast<uint32_t>(value));
  text.append(as_text(bytes));
}

void put64(std::string& text, uint64_t value) {
  uint8_t bytes[8];
  store_big<uint64_t>(bytes, value);
  text.append(as_text(bytes));
}

/// Takes from the front of bytes that a CRC has passed, but trusts no length.
struct Taker {
  Bytes rest;
  bool good = true;

  uint64_t number(size_t size) {
    if (rest.size() < size) good = false;
    if (!good) return 0;
    const uint64_t value =
        size == 4 ? load_big<uint32_t>(rest.data()) : load_big<uint64_t>(rest.data());
    rest = rest.subspan(size);
    return value;
  }
  std::string text() {
    const size_t size = number(4);
    if (rest.size() < size) good = false;
    if (!good) return {};
    std::string value(as_text(rest.first(size)));
    rest = rest.subspan(size);
    return value;
  }
};

/// The record at the front, whole and with the right CRC; empty if there is none.
Bytes record_at(Bytes bytes) {
  if (bytes.size() < kRecordHeaderBytes || load_big<uint32_t>(bytes.data()) != kRecordMagic) {
    return {};
  }
  const size_t size = load_big<uint32_t>(bytes.data() + 8);
  if (size > bytes.size() - kRecordHeaderBytes) return {};
  const Bytes record = bytes.first(kRecordHeaderBytes + size);
  const bool good = crc32c(record.subspan(kCovered)) == load_big<uint32_t>(record.data() + kCrcAt);
  return good ? record : Bytes();
}

bool holds_a_record(Bytes bytes) {
  for (; bytes.size() >= kRecordHeaderBytes; bytes = bytes.subspan(1)) {
    if (!record_at(bytes).empty()) return true;
  }
  return false;
}

}  // namespace

std::string encode_catalog_header() { return std::string(kFileMagic); }

std::string encode_catalog_record(const Staged& outcome) {
  std::string payload;
  put32(payload, outcome.size());
  for (const auto& [key, document] : outcome) {
    put32(payload, key.size());
    payload += key;
    put64(payload, document ? document->version : 0);
    put32(payload, document ? document->body.size() : 0);
    if (document) payload += document->body;
  }
  std::string covered;
  put32(covered, payload.size());
  covered += payload;
  std::string record;
  put32(record, kRecordMagic);
  put32(record, crc32c(as_bytes(covered)));
  return record + covered;
}

Result<DecodedCatalog> decode_catalog(Bytes file) {
  DecodedCatalog decoded;
  size_t at = 0;
  if (as_text(file).starts_with(kFileMagic)) {
    decoded.good_until = at = kFileMagic.size();
  } else if (file.size() >= kFileMagic.size() && as_text(file).starts_with("KCATLOG")) {
    return fail(ErrorKind::unsupported, "it was written by another version of Kelp");
  }
  while (at > 0 && at < file.size()) {
    const Bytes record = record_at(file.subspan(at));
    if (record.empty()) break;
    Taker taker{record.subspan(kRecordHeaderBytes)};
    Staged outcome;
    for (uint64_t left = taker.number(4); left > 0 && taker.good; --left) {
      std::string key = taker.text();
      const uint64_t version = taker.number(8);
      std::string body = taker.text();
      auto& document = outcome[std::move(key)];
      if (version > 0) document = Document{version, std::move(body)};
    }
    if (!taker.good || !taker.rest.empty()) {
      return fail(ErrorKind::malformed, fmt::format("the record at byte {} makes no sense", at));
    }
    decoded.documents.apply(std::move(outcome));
    decoded.good_until = at += record.size();
  }
  if (at < file.size() && holds_a_record(file.subspan(at))) {
    return fail(ErrorKind::malformed,
                fmt::format("it is damaged at byte {}, before good records", at));
  }
  return decoded;
}

}  // namespace kelp::engine::disk
