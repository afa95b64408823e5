#include "wire/json.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cctype>

#include "base/base64.h"
#include "wire/utf8.h"

namespace kelp::wire {
namespace {

namespace json = boost::json;

std::string json_name(std::string_view name) {
  std::string text(name);
  text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

json::value value_of(const Type& type, void* value, int16_t version);

/// The value of one tagged field of a fresh struct.
class DefaultOfTag : public FieldVisitor {
 public:
  DefaultOfTag(uint32_t tag, int16_t version) : tag_(tag), version_(version) {}
  void field(const Field& field, const Type& type, void* value) override {
    if (field.tag == tag_) found = value_of(type, value, version_);
  }
  json::value found;

 private:
  uint32_t tag_;
  int16_t version_;
};

// What encoding writes for a null in a version without null.
json::value empty_of(const Type& type) {
  const bool array = type.inner && type.inner->kind == Kind::array;
  return array ? json::value(json::array()) : json::value("");
}

class ObjectWriter : public FieldVisitor {
 public:
  ObjectWriter(const Type& structure, int16_t version) : structure_(structure), version_(version) {}

  void field(const Field& field, const Type& type, void* value) override {
    if (!field.versions.has(version_)) return;
    json::value written = value_of(type, value, version_);
    if (field.tag) {
      DefaultOfTag fresh(*field.tag, version_);
      structure_.describe(structure_.fresh, fresh);
      if (written == fresh.found) return;
    }
    if (written.is_null() && !field.nullable.has(version_)) written = empty_of(type);
    object[json_name(field.name)] = std::move(written);
  }
  json::object object;

 private:
  const Type& structure_;
  int16_t version_;
};

template <class T>
T& as(void* value) {
  return *static_cast<T*>(value);
}

json::value array_of(const Type& type, void* array, int16_t version) {
  json::array values;
  const size_t size = type.size(array);
  for (size_t i = 0; i < size; ++i)
    values.push_back(value_of(*type.inner, type.at(array, i), version));
  return values;
}

json::value value_of(const Type& type, void* value, int16_t version) {
  switch (type.kind) {
    case Kind::boolean:
      return as<bool>(value);
    case Kind::int8:
      return as<int8_t>(value);
    case Kind::int16:
      return as<int16_t>(value);
    case Kind::uint16:
      return as<uint16_t>(value);
    case Kind::int32:
      return as<int32_t>(value);
    case Kind::uint32:
      return int64_t{as<uint32_t>(value)};
    case Kind::int64:
      return as<int64_t>(value);
    case Kind::float64:
      return as<double>(value);
    case Kind::uuid:
      return json::string(as<Uuid>(value).text());
    case Kind::string:
      return json::string(valid_utf8(as<std::string>(value)));
    case Kind::bytes:
      return json::string(base64(as<Slice>(value)));
    case Kind::records:
      if (as<Records>(value).is_null()) return nullptr;
      return json::string(base64(as<Records>(value).slice()));
    case Kind::array:
      return array_of(type, value, version);
    case Kind::nullable: {
      void* present = type.value(value);
      return present ? value_of(*type.inner, present, version) : json::value(nullptr);
    }
    case Kind::structure: {
      ObjectWriter writer(type, version);
      type.describe(value, writer);
      return std::move(writer.object);
    }
  }
  return nullptr;
}

Result<void> read_value(const Type& type, void* value, int16_t version, const json::value& from);

Result<void> wrong(std::string what) { return fail(ErrorKind::invalid, std::move(what)); }

class ObjectReader : public FieldVisitor {
 public:
  ObjectReader(const json::object& object, int16_t version) : object_(object), version_(version) {}

  void field(const Field& field, const Type& type, void* value) override {
    if (!done || !field.versions.has(version_)) return;
    const json::value* from = object_.if_contains(json_name(field.name));
    if (!from) return;
    ++taken_;
    if (from->is_null() && !field.nullable.has(version_))
      done = wrong("null where the version has no null");
    else
      done = read_value(type, value, version_, *from);
    if (!done) done.error().what = fmt::format("{}: {}", json_name(field.name), done.error().what);
  }
  bool took_all() const { return taken_ == object_.size(); }
  Result<void> done;

 private:
  const json::object& object_;
  int16_t version_;
  size_t taken_ = 0;
};

template <class T>
Result<void> read_integer(void* value, const json::value& from) {
  boost::system::error_code exact;
  if (!from.is_number()) return wrong("not a number");
  as<T>(value) = from.to_number<T>(exact);
  if (exact) return wrong("a number out of the field's range");
  return {};
}

Result<void> read_bytes(Slice& value, const json::value& from) {
  if (!from.is_string()) return wrong("not a string");
  const auto bytes = parse_base64(std::string_view(from.get_string()));
  if (!bytes) return wrong("not Base64");
  value = Slice::copy_of(Bytes(*bytes));
  return {};
}

Result<void> read_records(Records& value, const json::value& from) {
  value = Records();
  if (from.is_null()) return {};
  Slice bytes;
  const auto done = read_bytes(bytes, from);
  if (done) value = Records(std::move(bytes));
  return done;
}

Result<void> read_uuid(Uuid& value, const json::value& from) {
  if (!from.is_string()) return wrong("not a string");
  const auto id = Uuid::parse(std::string_view(from.get_string()));
  if (!id) return wrong("not a uuid of 22 characters");
  value = *id;
  return {};
}

Result<void> read_array(const Type& type, void* array, int16_t version, const json::value& from) {
  if (!from.is_array()) return wrong("not an array");
  const json::array& values = from.get_array();
  type.resize(array, values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    auto done = read_value(*type.inner, type.at(array, i), version, values[i]);
    if (!done) return wrong(fmt::format("[{}]: {}", i, done.error().what));
  }
  return {};
}

Result<void> read_structure(const Type& type, void* value, int16_t version,
                            const json::value& from) {
  if (!from.is_object()) return wrong("not an object");
  ObjectReader reader(from.get_object(), version);
  type.describe(value, reader);
  if (reader.done && !reader.took_all()) return wrong("a field that the version does not have");
  return reader.done;
}

Result<void> read_value(const Type& type, void* value, int16_t version, const json::value& from) {
  switch (type.kind) {
    case Kind::boolean:
      if (!from.is_bool()) return wrong("not true or false");
      as<bool>(value) = from.get_bool();
      return {};
    case Kind::int8:
      return read_integer<int8_t>(value, from);
    case Kind::int16:
      return read_integer<int16_t>(value, from);
    case Kind::uint16:
      return read_integer<uint16_t>(value, from);
    case Kind::int32:
      return read_integer<int32_t>(value, from);
    case Kind::uint32:
      return read_integer<uint32_t>(value, from);
    case Kind::int64:
      return read_integer<int64_t>(value, from);
    case Kind::float64:
      return read_integer<double>(value, from);
    case Kind::uuid:
      return read_uuid(as<Uuid>(value), from);
    case Kind::string:
      if (!from.is_string()) return wrong("not a string");
      as<std::string>(value) = std::string_view(from.get_string());
      return {};
    case Kind::bytes:
      return read_bytes(as<Slice>(value), from);
    case Kind::records:
      return read_records(as<Records>(value), from);
    case Kind::array:
      return read_array(type, value, version, from);
    case Kind::nullable:
      type.reset(value);
      if (from.is_null()) return {};
      return read_value(*type.inner, type.emplace(value), version, from);
    case Kind::structure:
      return read_structure(type, value, version, from);
  }
  return {};
}

}  // namespace

json::value to_json_erased(const Type& type, const void* message, int16_t version) {
  return value_of(type, const_cast<void*>(message), version);
}

Result<void> from_json_erased(const Type& type, void* message, int16_t version,
                              const json::value& json) {
  return read_value(type, message, version, json);
}

}  // namespace kelp::wire
