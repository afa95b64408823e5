#include "wire/schema.h"

#include <fmt/format.h>

namespace kelp::wire {
namespace {

std::string words(Versions versions) {
  if (versions == kNever) return "never";
  if (versions.max == kAlways.max) return fmt::format("{}+", versions.min);
  if (versions.min == versions.max) return fmt::format("{}", versions.min);
  return fmt::format("{}-{}", versions.min, versions.max);
}

std::string name_of(const Type& type) {
  switch (type.kind) {
    case Kind::boolean:
      return "bool";
    case Kind::int8:
      return "int8";
    case Kind::int16:
      return "int16";
    case Kind::uint16:
      return "uint16";
    case Kind::int32:
      return "int32";
    case Kind::uint32:
      return "uint32";
    case Kind::int64:
      return "int64";
    case Kind::float64:
      return "float64";
    case Kind::uuid:
      return "uuid";
    case Kind::string:
      return "string";
    case Kind::bytes:
      return "bytes";
    case Kind::records:
      return "records";
    case Kind::array:
      return "array of " + name_of(*type.inner);
    case Kind::nullable:
      return name_of(*type.inner);
    case Kind::structure:
      return "struct";
  }
  return "unknown";
}

class SchemaWriter : public FieldVisitor {
 public:
  SchemaWriter(std::string& text, size_t depth) : text_(text), depth_(depth) {}

  void field(const Field& field, const Type& type, void*) override {
    text_ += fmt::format("{:{}}{}: {}{}, {}", "", depth_ * 2, field.name, nullability(field, type),
                         name_of(type), words(field.versions));
    if (field.tag) text_ += fmt::format(", tag {}", *field.tag);
    if (field.never_compact) text_ += ", never compact";
    text_ += '\n';
    const Type* inner = &type;
    while (inner->inner) inner = inner->inner;
    if (inner->kind != Kind::structure) return;
    SchemaWriter nested(text_, depth_ + 1);
    inner->describe(inner->fresh, nested);
  }

 private:
  static std::string nullability(const Field& field, const Type& type) {
    if (type.kind != Kind::nullable && type.kind != Kind::records) return "";
    if (field.nullable == kNever) return "";
    if (field.nullable == kAlways) return "nullable ";
    return fmt::format("nullable ({}) ", words(field.nullable));
  }

  std::string& text_;
  size_t depth_;
};

}  // namespace

std::string schema_text(const MessageOps& message) {
  std::string text = fmt::format("{}, versions {}, flexible {}\n", message.name,
                                 words(message.versions), words(message.flexible));
  SchemaWriter writer(text, 1);
  const Type& type = message.type();
  type.describe(type.fresh, writer);
  return text;
}

}  // namespace kelp::wire
